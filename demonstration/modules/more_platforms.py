"""Modules of platforms that few have: n8n and Robot Framework at Wiltshire, Automation Anywhere at Brightloop."""

from __future__ import annotations

from demonstration.builders import automation_anywhere as a360
from demonstration.builders import n8n
from demonstration.builders.robot_framework import Robot, robot_file
from demonstration.modules.model import Edition, Entry, File, Owner

_WILTSHIRE = Owner("Systems Thinking manager", "systems-thinking@wiltshire.example", "council", "Wiltshire Council")
_BRIGHTLOOP = Owner("Open components desk", "open-components@brightloop.example", "supplier", "Brightloop Automation")


def _bulky_waste(version: str) -> tuple[File, ...]:
    nodes = (
        n8n.Node("Booking form", "n8n-nodes-base.formTrigger", 2.2, {"formTitle": "Have bulky waste collected", "formFields": {"values": [{"fieldLabel": "Address"}, {"fieldLabel": "Items"}]}}, to=(("Look up the address",),)),
        n8n.Node("Look up the address", "n8n-nodes-base.httpRequest", 4.2, {"url": "https://gazetteer.internal.example/search", "sendQuery": True}, {"httpHeaderAuth": "Gazetteer"}, to=(("Is it ours",), ("Tell the contact centre",)), on_error="continueErrorOutput"),
        n8n.Node("Is it ours", "n8n-nodes-base.if", 2.2, {"conditions": {"combinator": "and"}}, to=(("How many items",), ("Decline",))),
        n8n.Node("How many items", "n8n-nodes-base.code", 2, {"language": "javaScript", "jsCode": "return items.map((item) => ({ json: { ...item.json, count: item.json.Items.split(',').length } }));"}, to=(("More than five",),)),
        n8n.Node("More than five", "n8n-nodes-base.if", 2.2, {"conditions": {"combinator": "and"}}, to=(("Ask the waste team",), ("Book the collection",))),
        n8n.Node("Ask the waste team", "n8n-nodes-base.emailSend", 2.1, {"operation": "sendAndWait", "toEmail": "={{ $vars.wasteTeamMailbox }}", "subject": "More than five items"}, {"smtp": "Council mail"}, to=(("Book the collection",),)),
        n8n.Node("Book the collection", "n8n-nodes-base.httpRequest", 4.2, {"method": "POST", "url": "https://waste.internal.example/bookings", "sendBody": True}, {"httpHeaderAuth": "Waste bookings"}, to=(("Confirm",),)),
        n8n.Node("Confirm", "n8n-nodes-base.emailSend", 2.1, {"subject": "Your collection is booked"}, {"smtp": "Council mail"}),
        n8n.Node("Decline", "n8n-nodes-base.emailSend", 2.1, {"subject": "We cannot collect there"}, {"smtp": "Council mail"}),
        n8n.Node("Tell the contact centre", "n8n-nodes-base.emailSend", 2.1, {"toEmail": "={{ $vars.contactCentreMailbox }}", "subject": "A booking needs a person"}, {"smtp": "Council mail"}),
    )  # fmt: skip
    return (File("bulky-waste.json", n8n.workflow_file("Bulky waste bookings", nodes)),)


_MOVES = """\
*** Settings ***
Documentation    Changes the address of a council tax account when somebody has moved within the county.
Library          RPA.Browser.Selenium
Library          RPA.Robocorp.Vault
Library          RPA.Robocorp.WorkItems
Library          RPA.Dialogs

*** Variables ***
${REVENUES}      https://revenues.internal.example/accounts

*** Tasks ***
Change the address
    [Documentation]    One work item is one notice of a move.
    Open the revenues system
    For Each Input Work Item    Move one account
    [Teardown]    Close All Browsers

*** Keywords ***
Open the revenues system
    ${secret}=    Get Secret    revenues_robot
    Open Available Browser    ${REVENUES}
    Input Text    id:user    ${secret}[username]
    Input Password    id:password    ${secret}[password]
    Click Button    id:sign-in

Move one account
    ${account}=    Get Work Item Variable    account
    ${address}=    Get Work Item Variable    new_address
    TRY
        Input Text    id:search    ${account}
        Click Button    id:find
        IF    "${address}" == ""
            Ask an officer    ${account}
        ELSE
            Input Text    id:address    ${address}
            Click Button    id:save
        END
    EXCEPT    AS    ${problem}
        Release Input Work Item    FAILED    message=${problem}
    END

Ask an officer
    [Arguments]    ${account}
    Add Heading    The new address of ${account} is missing
    Add Text Input    address    label=New address
    ${answer}=    Run Dialog
    Set Work Item Variable    new_address    ${answer.address}
"""

_PUBLICCODE = """\
publiccodeYmlVersion: "0.4"
name: Council tax moves
url: https://code.wiltshire.example/council-tax-moves.git
softwareVersion: "%s"
releaseDate: "2026-05-11"
platforms:
  - windows
categories:
  - workflow-management
developmentStatus: stable
softwareType: standalone/other
description:
  en:
    shortDescription: Changes the address of a council tax account when somebody moves within the county.
    longDescription: >
      Takes notices of moves one by one, finds the account in the revenues system and changes its address.
      Where the new address is missing it asks an officer instead of guessing. A notice that cannot be
      worked off stays in the queue with the reason, so that nothing is lost and nobody is billed twice
      for the days on which they moved house.
    features:
      - Works off notices one by one
      - Asks an officer when the address is missing
  cy:
    shortDescription: Newid cyfeiriad cyfrif treth gyngor pan fydd rhywun yn symud o fewn y sir.
    longDescription: >
      Mae’n cymryd hysbysiadau o symud tŷ fesul un, yn dod o hyd i’r cyfrif yn y system refeniw ac yn newid ei
      gyfeiriad. Os yw’r cyfeiriad newydd ar goll mae’n gofyn i swyddog yn hytrach na dyfalu. Mae hysbysiad na
      ellir ei brosesu yn aros yn y ciw gyda’r rheswm, fel na chollir dim ac na chaiff neb ei filio ddwywaith.
    features:
      - Yn gweithio trwy hysbysiadau fesul un
legal:
  license: EUPL-1.2
  repoOwner: Wiltshire Council
maintenance:
  type: internal
  contacts:
    - name: Systems Thinking team
localisation:
  localisationReady: false
  availableLanguages:
    - en
"""


def _moves(version: str) -> tuple[File, ...]:
    robot = Robot({"Change the address": "Change the address"}, {"moves.robot": _MOVES}, ("rpaframework==28.6.3", "robotframework==7.1.1"))
    return (
        File("council-tax-moves.zip", robot_file(robot)),
        File("publiccode.yml", (_PUBLICCODE % version).encode()),
    )


def _permits(version: str) -> tuple[File, ...]:
    keyed = a360.Bot(
        "Permits\\Key one permit",
        (
            a360.Command("Window", "activateWindow", {"window": a360.window("Taranto Permits", r"C:\Program Files\Taranto\taranto.exe")}),
            a360.Command(
                "Recorder",
                "capture",
                {"window": a360.window("Taranto Permits", r"C:\Program Files\Taranto\taranto.exe"), "value": a360.text("$PermitNumber$")},
            ),
            a360.Command(
                "Recorder",
                "capture",
                {"window": a360.window("Taranto Permits", r"C:\Program Files\Taranto\taranto.exe"), "value": a360.text("$Registration$")},
            ),
        ),
        (a360.Variable("PermitNumber", way="in"), a360.Variable("Registration", way="in"), a360.Variable("Outcome", way="out")),
    )
    renewals = a360.Bot(
        "Permits\\Renew parking permits",
        (
            a360.Command("Browser", "openbrowser", {"url": a360.text("https://permits.internal.example/renewals"), "browser": a360.text("edge")}),
            a360.Command("Recorder", "capture", {"password": a360.credential("Permits", "Permit_Robot", "password")}),
            a360.Command(
                "ErrorHandler",
                "try",
                {},
                inside=(
                    a360.Command(
                        "Loop",
                        "loop.commands.start",
                        {"times": a360.number(50)},
                        inside=(
                            a360.Command("If", "if", {"condition": a360.text("$Expired$")}, inside=(a360.Command("Interactive forms", "display", {"form": a360.text("Accept an expired vehicle")}),), branches=(a360.Command("If", "else", {}, inside=(a360.Command("TaskBot", "runTask", {"taskbot": a360.run("Permits\\Key one permit")}),)),)),
                        ),
                    ),
                ),
                branches=(a360.Command("ErrorHandler", "catch", {}, inside=(a360.Command("Email", "sendMail", {"to": a360.text("$TeamMailbox$"), "subject": a360.text("Renewals have stopped")}),)),),
            ),
        ),
        (a360.Variable("TeamMailbox", way="in", description="Who is told when it stops"), a360.Variable("Expired", "BOOLEAN"), a360.Variable("Renewed", "NUMBER", way="out")),
    )  # fmt: skip
    packages = {"Browser": "7.10.0", "Recorder": "2.20.4", "Window": "2.12.1", "Loop": "3.5.0", "If": "2.6.0", "ErrorHandler": "2.13.2", "Email": "3.24.1", "TaskBot": "2.8.0", "Interactive forms": "4.2.1"}  # fmt: skip
    return (File("renew-parking-permits.zip", a360.export_file((renewals, keyed), packages)),)


ENTRIES = (
    Entry(
        "wiltshire",
        "bulky-waste",
        "Bulky waste bookings",
        "Books the collection of bulky waste from a form, and asks the waste team when there is a lot of it.",
        "contact-management",
        "OGL-UK-3.0",
        ("Waste bookings",),
        _WILTSHIRE,
        editions=(Edition("1.0.0", "First release.", _bulky_waste),),
    ),
    Entry(
        "wiltshire",
        "council-tax-moves",
        "Council tax moves",
        "Changes the address of a council tax account when somebody moves within the county.",
        "benefits-and-council-tax",
        "EUPL-1.2",
        ("Revenues system",),
        _WILTSHIRE,
        editions=(Edition("1.0.0", "First release.", _moves),),
    ),
    Entry(
        "brightloop",
        "parking-permits",
        "Parking permit renewals",
        "Renews residents’ parking permits, and asks a person when a vehicle’s tax has run out.",
        "road-traffic",
        "Apache-2.0",
        ("Taranto",),
        _BRIGHTLOOP,
        editions=(Edition("1.0.0", "First release.", _permits),),
    ),
)
