"""Thames Valley Police: UiPath throughout, two libraries that others build on, and one Python tool."""

from __future__ import annotations

from demonstration.builders import uipath as ui
from demonstration.modules.model import Edition, Entry, File, Owner
from demonstration.modules.wheels import wheel

OWNER = Owner("Automation product owner", "automation@thames-valley.example", "chief_officer", "Chief Constable of Thames Valley Police")
AUTHORS = "Thames Valley automation team"
_BASE = {"UiPath.System.Activities": "[24.10.6]", "UiPath.UIAutomation.Activities": "[24.10.0]"}


def _nupkg(package: ui.Package) -> tuple[File, ...]:
    return (File(f"{package.id}.{package.version}.nupkg", ui.package_file(package)),)


def _filing_rules(version: str) -> tuple[File, ...]:
    before_2010 = (
        ui.when("Recorded before 2010?", 'in_Status.Contains("/0")', (ui.assign("Old form of date", "out_Outcome", '"to_person"'),)),
    )
    check = ui.Workflow(
        "CheckFilingStandard.xaml",
        "Check filing standard",
        (
            ui.assign("Start with the standard", "out_Outcome", 'If(in_Standard = "", "HO-2025", in_Standard)'),
            *(before_2010 if version == "2.0.7" else ()),
            ui.when(
                "Closed and complete?",
                'in_Status.StartsWith("Closed")',
                (ui.assign("It can be filed", "out_Outcome", '"filed"'),),
                (ui.assign("A person looks", "out_Outcome", '"to_person"'),),
            ),
        ),
        arguments=(
            ui.Argument("in_Status", required=True, tooltip="Filing status as the records system shows it"),
            ui.Argument("in_Standard", tooltip="Rule set; HO-2025 when empty"),
            ui.Argument("out_Outcome", direction="Out", tooltip="filed or to_person"),
        ),
    )
    return _nupkg(
        ui.Package(
            "ThamesValley.FilingRules", version, "The Home Office filing rules as activities.", AUTHORS, (check,),
            {"UiPath.System.Activities": "[24.10.6]"}, licence="OGL-UK-3.0", output="Library", entry_points=("CheckFilingStandard.xaml",),
        )
    )  # fmt: skip


def _notifications(version: str) -> tuple[File, ...]:
    is_first = version == "1.0.0"
    choose = ui.Workflow(
        "ChooseWording.xaml",
        "Choose wording",
        (
            ui.asset("Get the plain wording", "Notification_Wording", "plain"),
            ui.assign("Fill it in", "out_Wording", 'plain.Replace("{status}", in_Status)'),
            *(
                ()
                if is_first
                else (
                    ui.when("In Welsh?", 'in_Language = "cy"', (ui.asset("Get Welsh wording", "Notification_Wording_cy", "out_Wording"),)),
                )
            ),
        ),
        arguments=(
            ui.Argument("in_Status", required=True, tooltip="What has changed"),
            *(() if is_first else (ui.Argument("in_Language", tooltip="en or cy; en when empty"),)),
            ui.Argument("out_Wording", direction="Out", tooltip="Text to send"),
        ),
        variables={"plain": "String"},
    )
    send = ui.Workflow(
        "SendText.xaml",
        "Send text",
        (
            ui.credential("Get the gateway's account", "SMS_Gateway", "user", "secret"),
            ui.asset("Get the gateway's address", "SMS_Gateway_Url", "gateway"),
            ui.browser(
                "Open the gateway",
                "[gateway]",
                *ui.sign_in("user", "secret", web=True),
                ui.type_into("Enter number", "<webctrl tag='INPUT' id='to' />", "in_Number"),
                ui.type_into("Enter text", "<webctrl tag='TEXTAREA' id='body' />", "in_Text"),
                ui.click("Press Send", "<webctrl tag='BUTTON' id='send' />"),
            ),
            ui.assign("Note the time", "out_SentAt", "Now.ToString"),
        ),
        arguments=(
            ui.Argument("in_Number", required=True, tooltip="Mobile number"),
            ui.Argument("in_Text", required=True, tooltip="At most 160 characters"),
            ui.Argument("out_SentAt", direction="Out", tooltip="When it was sent"),
        ),
        variables={"user": "String", "secret": "SecureString", "gateway": "String"},
    )
    return _nupkg(
        ui.Package(
            "ThamesValley.Notifications", version, "Wording and sending of messages to the public.", AUTHORS, (choose,) if is_first else (choose, send),
            {"UiPath.System.Activities": "[24.10.6]"} if is_first else _BASE, licence="OGL-UK-3.0", output="Library", entry_points=("ChooseWording.xaml",),
        )
    )  # fmt: skip


def _crime_filing(version: str) -> tuple[File, ...]:
    ask = (ui.form_task("Decide on a crime the rules cannot", "Crime filing desk", "answer")) if version == "1.1.0" else ()
    main = ui.Workflow(
        "Main.xaml",
        "File finished crimes",
        (
            ui.credential("Get robot account", "Connect_Robot_Filing", "user", "secret"),
            ui.get_item("Get the next crime", "Q_CrimesToFile", "item"),
            ui.browser(
                "Connect",
                "https://connect.internal.example/crimes",
                *ui.sign_in("user", "secret", web=True),
                ui.type_into("Find the crime", "<webctrl tag='INPUT' id='crime-number' />", 'item.Reference'),
                ui.get_text("Read its status", "<webctrl tag='SPAN' id='disposal' />", "status"),
            ),
            ui.library("Check filing standard", "ThamesValley.FilingRules", "CheckFilingStandard", in_Status="status", out_Outcome="outcome"),
            ui.when(
                "May it be filed?",
                'outcome = "filed"',
                (ui.click("Press File", "<webctrl tag='BUTTON' id='file' />"), ui.set_status("Mark as filed", "item", "Successful")),
                (*ask, ui.set_status("Pass to a person", "item", "Failed", "Rules cannot decide")),
            ),
        ),
        arguments=(ui.Argument("in_MaxItems", "Int32", tooltip="Stops after this many; 500 when empty"),),
        variables={
            "user": "String", "secret": "SecureString", "item": "QueueItem", "status": "String", "outcome": "String",
            **({"answer": "FormTaskData"} if ask else {}),
        },
        namespaces={"tvf": "ThamesValley.FilingRules"},
    )  # fmt: skip
    needs = {"ThamesValley.FilingRules": "[2.0.6,3.0.0)", **({"UiPath.Persistence.Activities": "[1.4.9]"} if ask else {}), **_BASE}
    return _nupkg(
        ui.Package("ThamesValley.CrimeFiling", version, "Files finished crimes in Connect.", AUTHORS, (main,), needs, licence="MIT")
    )


def _contacts(version: str) -> tuple[File, ...]:
    trimmed = "in_Surname.Trim" if version == "1.0.1" else "in_Surname"
    main = ui.Workflow(
        "LinkContact.xaml",
        "Link one contact to what is known",
        (
            ui.credential("Get robot account", "Contact_Robot", "user", "secret"),
            ui.window(
                "Contact management",
                "<wnd app='contactdesk.exe' title='Contact*' />",
                *ui.sign_in("user", "secret", web=False),
                ui.type_into("Find the contact", "<ctrl name='Contact id' role='editable text' />", "in_ContactId"),
                ui.get_text("Read the address", "<ctrl name='Address' role='text' />", "address"),
            ),
            ui.browser(
                "Search Niche RMS",
                "https://rms.internal.example/search",
                ui.type_into("Enter surname", "<webctrl tag='INPUT' id='surname' />", trimmed),
                ui.type_into("Enter address", "<webctrl tag='INPUT' id='address' />", "address"),
                ui.get_text("Count the hits", "<webctrl tag='SPAN' id='hits' />", "hits"),
            ),
            ui.when(
                "Exactly one hit?",
                'hits = "1"',
                (ui.assign("Linked", "out_Result", '"linked"'),),
                (
                    ui.add_item("Let an operator choose", "Q_ContactChoice", {"Contact": "in_ContactId"}),
                    ui.assign("Passed on", "out_Result", '"to_person"'),
                ),
            ),
        ),
        arguments=(
            ui.Argument("in_ContactId", required=True, tooltip="Number of the contact"),
            ui.Argument("in_Surname", required=True, tooltip="As the caller gave it"),
            ui.Argument("out_Result", direction="Out", tooltip="linked or to_person"),
        ),
        variables={"user": "String", "secret": "SecureString", "address": "String", "hits": "String"},
    )
    package = ui.Package(
        "ThamesValley.ContactLinking", version, "Links contacts to earlier occurrences.", AUTHORS, (main,), _BASE,
        licence="MIT", entry_points=("LinkContact.xaml",), attended=True,
    )  # fmt: skip
    return _nupkg(package)


def _bail(version: str) -> tuple[File, ...]:
    officer = "collar + force" if version == "1.8.1" else "collar"
    main = ui.Workflow(
        "Main.xaml",
        "Notify of one bail decision",
        (
            ui.credential("Get robot account", "Custody_Robot", "user", "secret"),
            ui.get_item("Get the next decision", "Q_BailDecisions", "item"),
            ui.window(
                "Custody system",
                "<wnd app='custody.exe' title='Custody*' />",
                *ui.sign_in("user", "secret", web=False),
                ui.get_text("Read the officer's collar number", "<ctrl name='Officer' role='text' />", "collar"),
                ui.get_text("Read the force", "<ctrl name='Force' role='text' />", "force"),
                ui.get_text("Read the bail date", "<ctrl name='Bail until' role='text' />", "until"),
            ),
            ui.library("Word the notice", "ThamesValley.Notifications", "ChooseWording", in_Status="until", out_Wording="wording"),
            ui.add_item("Notify on Pronto", "Q_ProntoMessages", {"Officer": officer, "Text": "wording"}),
            ui.library("Text the victim", "ThamesValley.Notifications", "SendText", in_Number="in_VictimNumber", in_Text="wording", out_SentAt="out_SentAt"),
            ui.set_status("Mark as notified", "item", "Successful"),
        ),
        arguments=(
            ui.Argument("in_VictimNumber", tooltip="Mobile number, when the victim wants a text"),
            ui.Argument("out_SentAt", direction="Out", tooltip="When the victim was told"),
        ),
        variables={
            "user": "String", "secret": "SecureString", "item": "QueueItem", "collar": "String", "force": "String", "until": "String", "wording": "String",
        },
        namespaces={"tvn": "ThamesValley.Notifications"},
    )  # fmt: skip
    needs = {"ThamesValley.Notifications": "[2.0.0,3.0.0)", **_BASE}
    return _nupkg(
        ui.Package(
            "ThamesValley.BailNotification", version, "Tells officer and victim of a bail decision.", AUTHORS, (main,), needs, licence="MIT"
        )
    )


def _action_fraud(version: str) -> tuple[File, ...]:
    has_command = version != "1.0.0"
    return wheel(
        "tvp-action-fraud",
        version,
        summary="Sorts the daily Action Fraud disseminations",
        licence="Apache-2.0",
        author=AUTHORS,
        sources=("dissemination.py", "triage.py", *(("cli.py",) if has_command else ())),
        requires=("case-references>=1.0,<2",),
        scripts={"action-fraud-triage": "tvp_action_fraud.cli:main"} if has_command else {},
    )


ENTRIES = (
    Entry(
        "thames-valley",
        "filing-rules",
        "Filing rules",
        "Decides by the Home Office's filing rules whether a crime record may be closed.",
        "crime-and-incidents",
        "OGL-UK-3.0",
        (),
        OWNER,
        editions=(
            Edition("2.0.6", "The rule set of 2025, HO-2025.", _filing_rules),
            Edition("2.0.7", "Passes records from before 2010 to a person: their dates are written another way.", _filing_rules),
        ),
    ),
    Entry(
        "thames-valley",
        "notifications",
        "Messages to the public",
        "Words a message to a member of the public from your own texts, and sends it.",
        "victim-care",
        "OGL-UK-3.0",
        ("SMS gateway",),
        OWNER,
        editions=(
            Edition("1.0.0", "First release: wording only.", _notifications),
            Edition(
                "2.0.0",
                "Adds *Send text* and the optional input **in_Language**. **Needs** the gateway’s account and address, and your Welsh wording.",
                _notifications,
            ),
        ),
    ),
    Entry(
        "thames-valley",
        "crime-filing",
        "Crime filing in Connect",
        "Files finished crimes in Connect and asks the filing desk about those the rules cannot decide.",
        "crime-and-incidents",
        "MIT",
        ("Connect@>=5 <6",),
        OWNER,
        editions=(
            Edition("1.0.0", "First release.", _crime_filing),
            Edition("1.1.0", "Asks the filing desk in Action Center instead of only marking the item as failed.", _crime_filing),
            Edition("1.2.0", "Runs at night, when the record system is quiet.", _crime_filing, stays="awaiting_author"),
        ),
    ),
    Entry(
        "thames-valley",
        "contact-management",
        "Contact linking",
        "Links a caller to earlier occurrences while the operator is still speaking to them.",
        "contact-management",
        "MIT",
        ("Niche RMS@>=6.8 <7", "Contact management platform"),
        OWNER,
        editions=(
            Edition("1.0.0", "First release, built together with Hampshire.", _contacts),
            Edition("1.0.1", "Finds surnames that were typed with a space at the end.", _contacts),
        ),
    ),
    Entry(
        "thames-valley",
        "bail-notification",
        "Bail notification",
        "Tells the officer in the case and the victim when bail is granted, changed or ended.",
        "bail-and-custody",
        "MIT",
        ("Athena", "Pronto", "SMS gateway"),
        OWNER,
        editions=(
            Edition(
                "1.8.0",
                "Notifies officers on Pronto instead of by e-mail.",
                _bail,
                yanked="May notify the wrong officer where two forces use the same collar number. Use 1.8.1.",
            ),
            Edition("1.8.1", "Finds the officer by collar number and force.", _bail),
        ),
    ),
    Entry(
        "thames-valley",
        "action-fraud",
        "Action Fraud triage",
        "Sorts the day's Action Fraud reports and sends every vulnerable victim to a person first.",
        "action-fraud",
        "Apache-2.0",
        ("Action Fraud dissemination file",),
        OWNER,
        editions=(
            Edition("1.0.0", "First release, as a library.", _action_fraud),
            Edition("1.1.0", "Adds the command `action-fraud-triage`.", _action_fraud),
        ),
    ),
)
