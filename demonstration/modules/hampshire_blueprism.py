"""Hampshire's other Blue Prism processes: domestic abuse, road traffic and the firearms renewals that came first."""

from __future__ import annotations

from demonstration.builders.blueprism import (
    CREDENTIALS,
    QUEUES,
    Application,
    Automation,
    Call,
    Compute,
    Decide,
    Item,
    Navigate,
    Page,
    Read,
    Release,
    Step,
    Write,
    release_file,
)
from demonstration.modules.hampshire_rms import OWNER, SESSION
from demonstration.modules.model import Edition, Entry, File

_NUMBER = Item("Occurrence Number", narrative="The force's reference of the occurrence")
_ACCOUNT = (Item("User"), Item("Secret", "password"))


def _sign_in(account: str) -> tuple[Step, ...]:
    return (
        Call("Get robot account", CREDENTIALS, "Get", {"Credentials Name": f'"{account}"'}, {"Username": "User", "Password": "Secret"}),
        Call("Sign in to RMS", SESSION, "Sign In", {"User": "[User]", "Secret": "[Secret]"}),
        Call("Open occurrence", SESSION, "Open Occurrence", {"Incident Number": "[Occurrence Number]"}),
        Call("Read the header", SESSION, "Read Occurrence Header", outputs={"Header Text": "Header"}),
    )


def _triage(version: str) -> tuple[File, ...]:
    with_children = version != "1.0.0"
    children: tuple[Step, ...] = (
        Call("Find children in the household", "Household Object", "Find Children", {"Header": "[Header]"}, {"Children": "Children"}),
        Decide(
            "No child in the household?",
            '[Children] = ""',
            (
                Call("Ask for a safeguarding check", QUEUES, "Add To Queue", {"Queue Name": '"DA Triage - Children"', "Data": "[Case]"}),
                Call(
                    "Tell the safeguarding hub",
                    "MS Outlook Email VBO",
                    "Send Mail",
                    {"To": "[Hub Mailbox]", "Subject": "[Occurrence Number]"},
                ),
            ),
            rejoins=True,
        ),
    )
    steps = (
        Call("Get next report", QUEUES, "Get Next Item", {"Queue Name": '"DA Triage - New"'}, {"Item ID": "Item ID", "Data": "Case"}),
        Decide("Anything left?", '[Item ID] <> ""'),
        *_sign_in("RMS_Robot_Triage"),
        Call("Read risk answers", "Household Object", "Read Risk Answers", {"Header": "[Header]"}, {"Score": "Score"}),
        Decide(
            "Below the threshold?",
            "[Score] < [High Risk From]",
            (Call("Pass to a triage officer", QUEUES, "Add To Queue", {"Queue Name": '"DA Triage - Officer"', "Data": "[Case]"}),),
            rejoins=True,
        ),
        *(children if with_children else ()),
        Call("Write triage entry", "Household Object", "Write Entry", {"Header": "[Header]", "Score": "[Score]"}),
        Call("Mark done", QUEUES, "Mark Completed", {"Item ID": "[Item ID]"}),
        Call("Sign out of RMS", SESSION, "Sign Out"),
    )
    main = Page(
        "Main Page",
        steps,
        inputs=(_NUMBER,),
        outputs=(Item("Score", "number", narrative="Answers that raise the risk"),),
        items=(
            Item("Item ID"),
            Item("Case", "collection"),
            *_ACCOUNT,
            Item("Header"),
            Item("Children"),
            Item("High Risk From", "number", environment=True),
            Item("Hub Mailbox", environment=True),
        ),
    )
    process = Automation(
        "Domestic Abuse Triage", "Reads each new report, counts what raises the risk and sends the right ones to officers.", (main,)
    )
    release = Release(
        "Domestic Abuse Triage",
        f"Version {version}. Import RMS Session first.",
        (process, _household(with_children=with_children)),
        queues={
            "DA Triage - New": "Occurrence",
            "DA Triage - Officer": "Occurrence",
            **({"DA Triage - Children": "Occurrence"} if with_children else {}),
        },
        credentials=("RMS_Robot_Triage",),
        environment=(Item("High Risk From", "number", "9"), Item("Hub Mailbox", value="")),
    )
    return (File("domestic-abuse-triage.bprelease", release_file(release)),)


def _household(*, with_children: bool) -> Automation:
    header = Item("Header")
    find = Page(
        "Find Children",
        (Compute("Look for persons under 18", 'IIf(InStr([Header], "U18") > 0, "yes", "")', "Children"),),
        inputs=(header,),
        outputs=(Item("Children", narrative="Empty when there is none"),),
    )
    pages = (
        Page("Initialise"),
        Page(
            "Read Risk Answers",
            (Compute("Count yes answers", 'Len([Header]) - Len(Replace([Header], "Y", ""))', "Score"),),
            inputs=(header,),
            outputs=(Item("Score", "number"),),
        ),
        *((find,) if with_children else ()),
        Page(
            "Write Entry",
            (Call("Add to occurrence log", "Niche Connector 3.2", "Add Log Entry", {"Text": '"Triage score " & [Score]'}),),
            inputs=(header, Item("Score", "number")),
        ),
    )
    return Automation("Household Object", "Reads the persons and risk answers of one occurrence.", pages, is_object=True)


_PORTAL = Application(
    "Collision reporting portal",
    "BrowserLaunch",
    {"BrowserAppName": "Edge", "CommandLineParams": "https://collisions.internal.example/report"},
    {
        "Location": ("WebTextEdit", {"wId": "location"}),
        "Vehicles": ("WebTextEdit", {"wId": "vehicles"}),
        "Severity": ("WebComboBox", {"wId": "severity"}),
        "Submit": ("WebButton", {"wId": "submit"}),
        "Reference": ("WebText", {"wId": "reference"}),
    },
)


def _collisions(version: str) -> tuple[File, ...]:
    severity = "UCase([Severity])" if version == "1.5.1" else "[Severity]"
    portal = Automation(
        "Collision Portal",
        "Enters one collision in the national reporting portal.",
        (
            Page("Initialise", (Navigate("Open the portal", "", "Launch"),)),
            Page(
                "Enter Collision",
                (
                    Write("Fill the form", {"Location": "[Location]", "Vehicles": "[Vehicles]", "Severity": severity}),
                    Navigate("Press Submit", "Submit", "Press"),
                    Read("Read reference", {"Reference": "Portal Reference"}),
                ),
                inputs=(Item("Location"), Item("Vehicles", "number"), Item("Severity", narrative="slight, serious or fatal")),
                outputs=(Item("Portal Reference"),),
            ),
        ),
        application=_PORTAL,
    )
    steps = (
        *_sign_in("RMS_Robot_Traffic"),
        Compute("Take the location", "Left([Header], 80)", "Location"),
        Decide(
            "Nobody died?",
            '[Severity] <> "fatal"',
            (
                Call(
                    "Pass to the serious collision unit",
                    QUEUES,
                    "Add To Queue",
                    {"Queue Name": '"RTC - Serious Collision Unit"', "Data": "[Case]"},
                ),
                Call("Sign out without entering it", SESSION, "Sign Out"),
            ),
        ),
        Call(
            "Enter collision",
            "Collision Portal",
            "Enter Collision",
            {"Location": "[Location]", "Vehicles": "[Vehicles]", "Severity": "[Severity]"},
            {"Portal Reference": "Portal Reference"},
        ),
        Call("Text the reporting officer", "SMS Gateway", "Send Text", {"Number": "[Officer Mobile]", "Text": "[Portal Reference]"}),
        Call("Sign out of RMS", SESSION, "Sign Out"),
    )
    main = Page(
        "Main Page",
        steps,
        inputs=(_NUMBER, Item("Severity"), Item("Vehicles", "number"), Item("Officer Mobile")),
        outputs=(Item("Portal Reference"),),
        items=(*_ACCOUNT, Item("Header"), Item("Location"), Item("Case", "collection")),
    )
    process = Automation("Road Traffic Incident Entry", "Enters reported collisions in the national portal.", (main,))
    release = Release(
        "Road Traffic Incident Entry",
        f"Version {version}. Import RMS Session and SMS Gateway first.",
        (process, portal),
        queues={"RTC - Serious Collision Unit": "Occurrence"},
        credentials=("RMS_Robot_Traffic",),
    )
    return (File("road-traffic-incident-entry.bprelease", release_file(release)),)


def _renewals(version: str) -> tuple[File, ...]:
    main = Page(
        "Main Page",
        (
            *_sign_in("RMS_Robot_Firearms"),
            Call("Open the reminder list", "MS Excel VBO", "Create Instance", outputs={"handle": "Handle"}),
            Call("Send the reminder", "MS Outlook Email VBO", "Send Mail", {"To": "[Holder Address]", "Subject": '"Your certificate"'}),
        ),
        inputs=(_NUMBER, Item("Holder Address")),
        items=(*_ACCOUNT, Item("Header"), Item("Handle", "number")),
    )
    process = Automation("Firearms Renewal Reminders", "Reminds certificate holders twelve weeks before their certificate ends.", (main,))
    return (File("firearms-renewals.bprelease", release_file(Release("Firearms Renewal Reminders", f"Version {version}.", (process,)))),)


ENTRIES = (
    Entry(
        "hampshire",
        "domestic-abuse-triage",
        "Domestic abuse triage",
        "Reads each new domestic abuse report, counts what raises the risk, and sends those above your threshold to an officer first.",
        "domestic-abuse",
        "MIT",
        ("Niche RMS@>=6.8 <7", "Microsoft Outlook"),
        OWNER,
        handling="Complete your own data protection impact assessment before live use.",
        dependencies=("hampshire/rms-session@^1.4",),
        editions=(
            Edition("1.0.0", "First release shared with partners.", _triage),
            Edition(
                "2.0.0",
                "Looks for children in the household and asks for a safeguarding check. **Needs one more queue:** set it up before you move.",
                _triage,
            ),
        ),
    ),
    Entry(
        "hampshire",
        "road-traffic-input",
        "Road traffic incident entry",
        "Enters reported collisions in the national portal and texts the reference to the reporting officer.",
        "road-traffic",
        "OGL-UK-3.0",
        ("Niche RMS@>=6.8 <7", "Collision reporting portal", "SMS gateway"),
        OWNER,
        dependencies=("hampshire/rms-session@^1.4", "brightloop/sms-gateway@^1.0"),
        editions=(
            Edition("1.5.0", "Texts the portal's reference to the reporting officer.", _collisions),
            Edition("1.5.1", "Writes the severity in capitals, as the portal asks for since its May change.", _collisions),
        ),
    ),
    Entry(
        "hampshire",
        "firearms-renewals",
        "Firearms renewal reminders",
        "Reminds certificate holders by e-mail before their certificate ends.",
        "firearms-licensing",
        "MIT",
        ("Niche RMS@>=6.8 <7", "Microsoft Outlook"),
        OWNER,
        editions=(Edition("1.0.0", "The proof of concept of 2020, as it ran until the licensing module replaced it.", _renewals),),
        deprecated="The licensing module sends the same reminders and also checks the application that follows.",
        successor="hampshire/firearms-licensing",
    ),
)
