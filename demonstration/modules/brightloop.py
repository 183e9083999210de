"""Brightloop Automation: a small supplier that gives away the parts it reuses."""

from __future__ import annotations

from demonstration.builders.blueprism import CREDENTIALS, Automation, Call, Compute, Decide, Item, Page, Raise, automation_file
from demonstration.modules.model import Edition, Entry, File, Owner
from demonstration.modules.wheels import wheel

OWNER = Owner("Open components desk", "open-components@brightloop.example", "supplier", "Brightloop Automation")

_ADDRESS = Item("SMS Gateway Address", environment=True, narrative="Address of your gateway, such as https://sms.internal.example/v2")
_ACCOUNT = (Item("User"), Item("Secret", "password"))


def _signed_in(*inputs: tuple[str, str]) -> tuple[Call, Call]:
    return (
        Call(
            "Get gateway account",
            CREDENTIALS,
            "Get",
            {"Credentials Name": '"SMS_Gateway_Account"'},
            {"Username": "User", "Password": "Secret"},
        ),
        Call(
            "Call the gateway",
            "Utility - HTTP",
            "HTTP Request",
            {"Address URL": "[SMS Gateway Address]", "Method": '"POST"', "Username": "[User]", "Password": "[Secret]", **dict(inputs)},
            {"Result Data": "Answer"},
        ),
    )


def _send(*, with_sender: bool) -> Page:
    body = '"{""to"":""" & [Number] & """,""text"":""" & [Text] & """,""from"":""" & [Sender] & """}"'
    return Page(
        "Send Text",
        (
            Decide(
                "Text fits one message?",
                "Len([Text]) <= 160",
                (Raise("Text too long", "Business Exception", '"The text has over 160 characters"'),),
            ),
            *_signed_in(("Body", body if with_sender else body.replace("[Sender]", '"Police"'))),
            Decide("Accepted?", 'InStr([Answer], "accepted") > 0', (Raise("Gateway refused", "System Exception", "[Answer]"),)),
            Compute("Keep message id", "Mid([Answer], 8, 36)", "Message Id"),
        ),
        inputs=(
            Item("Number", narrative="Mobile number in international form"),
            Item("Text", narrative="At most 160 characters"),
            *((Item("Sender", narrative="Name shown as sender, at most 11 letters"),) if with_sender else ()),
        ),
        outputs=(Item("Message Id", narrative="The gateway's reference"),),
        items=(_ADDRESS, *_ACCOUNT, Item("Answer")),
        narrative="Sends one text message and gives the gateway's reference for it.",
    )


_STATUS = Page(
    "Get Delivery Status",
    (
        *_signed_in(("Body", '"{""status_of"":""" & [Message Id] & """}"')),
        Compute("Read status", 'Replace([Answer], """", "")', "Status"),
    ),
    inputs=(Item("Message Id"),),
    outputs=(Item("Status", narrative="delivered, pending or failed"),),
    items=(_ADDRESS, *_ACCOUNT, Item("Answer")),
    narrative="Asks whether a message has arrived.",
)


def _gateway(version: str) -> tuple[File, ...]:
    pages = (Page("Initialise"), _send(with_sender=version != "1.0.0"), *(() if version == "1.0.0" else (_STATUS,)))
    gateway = Automation("SMS Gateway", "Sends text messages through any gateway that takes JSON over HTTPS.", pages, is_object=True)
    return (File("BPA Object - SMS Gateway.xml", automation_file(gateway)),)


def _references(version: str) -> tuple[File, ...]:
    has_command = version != "1.0.0"
    return wheel(
        "case-references",
        version,
        summary="Finds and normalises the reference numbers that forces and councils write in many ways",
        licence="MIT",
        author="Brightloop Automation",
        sources=("references.py", *(("cli.py",) if has_command else ())),
        scripts={"case-references": "case_references.cli:main"} if has_command else {},
    )


ENTRIES = (
    Entry(
        "brightloop",
        "sms-gateway",
        "SMS gateway",
        "Sends text messages through your own gateway and tells whether they arrived.",
        "contact-management",
        "Apache-2.0",
        ("SMS gateway",),
        OWNER,
        editions=(
            Edition("1.0.0", "First release.", _gateway),
            Edition(
                "1.1.0", "- Adds the optional input **Sender**.\n- Adds the action *Get Delivery Status*.\n\nNothing breaks.", _gateway
            ),
        ),
    ),
    Entry(
        "brightloop",
        "case-references",
        "Case references",
        "Finds crime, fraud and planning references in free text and writes each in one form.",
        "data-validation",
        "MIT",
        (),
        OWNER,
        editions=(
            Edition("1.0.0", "First release: occurrence, Action Fraud and planning references.", _references),
            Edition("1.1.0", "Adds the command `case-references` for use outside Python.", _references),
        ),
    ),
)
