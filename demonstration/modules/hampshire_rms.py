"""Hampshire's Blue Prism automations around the records management system."""

from __future__ import annotations

from demonstration.builders.blueprism import (
    CREDENTIALS,
    QUEUES,
    Application,
    Automation,
    Call,
    Compute,
    Decide,
    Go,
    Item,
    Navigate,
    Page,
    Raise,
    Read,
    Release,
    Write,
    automation_file,
    release_file,
)
from demonstration.builders.uipath import (
    Argument,
    Package,
    Workflow,
    add_item,
    credential,
    get_text,
    library,
    log,
    package_file,
    sign_in,
    type_into,
    window,
)
from demonstration.modules.model import Edition, Entry, File, Owner

OWNER = Owner("RPA team lead", "rpa-team@hampshire.example", "chief_officer", "Chief Constable of Hampshire and Isle of Wight")
SESSION = "RMS Session"
CONNECTOR = "Niche Connector 3.2"
_RMS = Application(
    "Records management system",
    "Win32Attach",
    {"ProcessName": "NicheRMS", "WindowTitle": "Niche RMS*", "Path": r"C:\Program Files\NicheRMS\NicheRMS.exe"},
    {
        "User name": ("Edit", {"ClassName": "TEdit", "Ordinal": "1"}),
        "Secret": ("Password", {"ClassName": "TEdit", "Ordinal": "2"}),
        "Sign in": ("Button", {"WindowText": "Sign in"}),
        "Occurrence number": ("Edit", {"ClassName": "TOccEdit", "ControlId": "1204"}),
        "Find": ("Button", {"WindowText": "Find"}),
        "Header": ("Edit", {"ClassName": "TOccHeader"}),
        "Close": ("Button", {"WindowText": "Close"}),
    },
)
_INCIDENT = Item("Incident Number", narrative="The force's reference of the occurrence")
_CREDENTIAL = Call(
    "Get robot account", CREDENTIALS, "Get", {"Credentials Name": '"RMS_Robot_Filing"'}, {"Username": "User", "Password": "Secret"}
)


def _session(version: str) -> Automation:
    header = Page(
        "Read Occurrence Header",
        (Read("Read header", {"Header": "Header Text"}),),
        outputs=(Item("Header Text"),),
        narrative="Reads status, offence code and officer in the case from the open occurrence.",
    )
    waits = (Navigate("Wait for the header", "Header", "WaitForElement"),) if version == "1.4.2" else ()
    pages = (
        Page("Initialise", narrative="Attaches to a running records management system."),
        Page(
            "Sign In",
            (
                Navigate("Start the application", "", "Launch"),
                Write("Enter account", {"User name": "[User]", "Secret": "[Secret]"}),
                Navigate("Press Sign in", "Sign in", "Press"),
            ),
            inputs=(Item("User"), Item("Secret", "password")),
            narrative="Signs in with the account it is given.",
        ),
        Page(
            "Open Occurrence",
            (
                Write("Enter number", {"Occurrence number": "[Incident Number]"}),
                Navigate("Press Find", "Find", "Press"),
                *waits,
                Read("Read result", {"Header": "Found Text"}),
                Decide(
                    "Found?",
                    "InStr([Found Text], [Incident Number]) > 0",
                    (Raise("Not found", "Business Exception", '"No occurrence " & [Incident Number]'),),
                ),
            ),
            inputs=(_INCIDENT,),
            items=(Item("Found Text"),),
            narrative="Opens one occurrence, or raises a business exception when there is none.",
        ),
        *(() if version == "1.3.0" else (header,)),
        Page("Sign Out", (Navigate("Press Close", "Close", "Press"),), narrative="Leaves the application as it was found."),
    )
    return Automation(SESSION, "Signs in to Niche RMS, opens occurrences and signs out.", pages, application=_RMS)


def _session_files(version: str) -> tuple[File, ...]:
    return (File("BPA Object - RMS Session.xml", automation_file(_session(version))),)


_FILING_OBJECT = Automation(
    "Filing Object",
    "Reads the filing tab of an occurrence, corrects it and files it.",
    (
        Page("Initialise"),
        Page(
            "Check Standard",
            (
                Call("Read filing tab", CONNECTOR, "Get Filing Fields", {"Occurrence": "[Incident Number]"}, {"Fields": "Fields"}),
                Compute("Compare with standard", 'IIf(InStr([Standard], "HO-2025") > 0, "complete", "to_person")', "Outcome"),
            ),
            inputs=(_INCIDENT, Item("Standard")),
            outputs=(Item("Outcome", narrative="complete, correctable or to_person"), Item("Fields", "collection")),
        ),
        Page(
            "Correct",
            (Call("Write corrections", CONNECTOR, "Set Filing Fields", {"Occurrence": "[Incident Number]", "Fields": "[Fields]"}),),
            inputs=(_INCIDENT, Item("Fields", "collection")),
        ),
        Page("File", (Call("File occurrence", CONNECTOR, "File", {"Occurrence": "[Incident Number]"}),), inputs=(_INCIDENT,)),
    ),
    is_object=True,
)


def _filing_process(version: str) -> Automation:
    with_standard = version == "2.1.0"
    standard = Item("Filing Standard", value="HO-2025", narrative="The rule set to file against; HO-2025 when empty")
    to_person = (
        Call("Pass to a person", QUEUES, "Add To Queue", {"Queue Name": '"Q_FilingReview"', "Data": "[Case]"}),
        Call("Mark passed on", QUEUES, "Mark Completed", {"Item ID": "[Item ID]"}),
    )
    steps = (
        Call("Get next incident", QUEUES, "Get Next Item", {"Queue Name": '"Q_IncidentsToFile"'}, {"Item ID": "Item ID", "Data": "Case"}),
        Decide("Anything left?", '[Item ID] <> ""'),
        _CREDENTIAL,
        Call("Sign in to RMS", SESSION, "Sign In", {"User": "[User]", "Secret": "[Secret]"}),
        Call("Open occurrence", SESSION, "Open Occurrence", {"Incident Number": "[Incident Number]"}),
        Call(
            "Check filing standard",
            "Filing Object",
            "Check Standard",
            {"Incident Number": "[Incident Number]", "Standard": "[Filing Standard]"},
            {"Outcome": "Outcome", "Fields": "Fields"},
        ),
        Decide("Can the robot file it?", '[Outcome] <> "to_person"', to_person),
        Call("Correct what is proven", "Filing Object", "Correct", {"Incident Number": "[Incident Number]", "Fields": "[Fields]"}),
        Call("File the incident", "Filing Object", "File", {"Incident Number": "[Incident Number]"}),
        *((Go("Write filing log"),) if version != "1.6.0" else ()),
        Call("Mark filed", QUEUES, "Mark Completed", {"Item ID": "[Item ID]"}),
        Call("Sign out of RMS", SESSION, "Sign Out"),
    )
    # 2.0.2 locked no item while it was being filed, so that a restarted queue gave it out again.
    if version == "2.0.2":
        steps = tuple(step for step in steps if step.name != "Mark filed")
    items = (
        Item("Item ID"), Item("Case", "collection"), Item("User"), Item("Secret", "password"), Item("Outcome"), Item("Fields", "collection"),
        *(() if with_standard else (standard,)),
    )  # fmt: skip
    pages = (
        Page(
            "Main Page",
            steps,
            inputs=(_INCIDENT, *((standard,) if with_standard else ())),
            outputs=(Item("Outcome", narrative="filed, corrected or to_person"),),
            items=items,
        ),
        *((_filing_log(),) if version != "1.6.0" else ()),
    )
    return Automation("Crime Incident Filing", "Files closed crime incidents that meet the filing standard.", pages)


def _filing_log() -> Page:
    return Page(
        "Write filing log",
        (
            Call("Open Excel", "MS Excel VBO", "Create Instance", outputs={"handle": "Handle"}),
            Call(
                "Open the log",
                "MS Excel VBO",
                "Open Workbook",
                {"handle": "[Handle]", "File name": "[Filing Log]"},
                {"Workbook Name": "Book"},
            ),
            Call("Add a row", "MS Excel VBO", "Write Cell", {"handle": "[Handle]", "Workbook": "[Book]", "Value": "[Outcome]"}),
            Call("Close Excel", "MS Excel VBO", "Close Instance", {"handle": "[Handle]", "Save": "True"}),
        ),
        items=(Item("Handle", "number"), Item("Book"), Item("Outcome"), Item("Filing Log", environment=True)),
    )


def _filing_files(version: str) -> tuple[File, ...]:
    release = Release(
        "Crime Incident Filing",
        f"Version {version}. Import RMS Session first.",
        (_filing_process(version), _FILING_OBJECT),
        queues={"Q_IncidentsToFile": "Incident Number", "Q_FilingReview": "Incident Number"},
        credentials=("RMS_Robot_Filing",),
        environment=(Item("Filing Log", value=r"\\files.internal.example\rpa\filing-log.xlsx"),) if version != "1.6.0" else (),
    )
    files = [File("crime-incident-filing.bprelease", release_file(release))]
    if version == "2.1.0":
        files.append(File(f"Hampshire.CrimeIncidentFiling.{version}.nupkg", _filing_package(version)))
    return tuple(files)


def _filing_package(version: str) -> bytes:
    """The same for forces on UiPath: one workflow that files one incident."""
    rms = "<wnd app='nicherms.exe' title='Niche RMS*' />"
    main = Workflow(
        "FileIncident.xaml",
        "File one incident",
        (
            credential("Get robot account", "RMS_Robot_Filing", "user", "secret"),
            window(
                "Niche RMS",
                rms,
                *sign_in("user", "secret", web=False),
                type_into("Enter incident number", "<ctrl name='Occurrence number' role='editable text' />", "in_IncidentNumber"),
                get_text("Read filing status", "<ctrl name='Filing status' role='text' />", "status"),
            ),
            library(
                "Check filing standard", "ThamesValley.FilingRules", "CheckFilingStandard",
                in_Standard="in_FilingStandard", in_Status="status", out_Outcome="out_Outcome",
            ),
            add_item("Pass to a person", "Q_FilingReview", {"IncidentNumber": "in_IncidentNumber", "Outcome": "out_Outcome"}),
            log("Log outcome", '"Filing: " + out_Outcome'),
        ),
        arguments=(
            Argument("in_IncidentNumber", required=True, tooltip="Force reference of the closed incident"),
            Argument("in_FilingStandard", tooltip="Rule set to file against; HO-2025 when empty"),
            Argument("out_Outcome", direction="Out", tooltip="filed, corrected or to_person"),
        ),
        variables={"user": "String", "secret": "SecureString", "status": "String"},
        namespaces={"tvf": "ThamesValley.FilingRules"},
    )  # fmt: skip
    return package_file(
        Package(
            "Hampshire.CrimeIncidentFiling", version, "Files closed crime incidents that meet the filing standard.", "Hampshire RPA team", (main,),
            {"ThamesValley.FilingRules": "[2.0.7,3.0.0)", "UiPath.System.Activities": "[24.10.6]", "UiPath.UIAutomation.Activities": "[24.10.0]"},
            licence="MIT", entry_points=("FileIncident.xaml",),
        )
    )  # fmt: skip


ENTRIES = (
    Entry(
        "hampshire",
        "rms-session",
        "RMS session",
        "Signs a robot in to the records management system, opens an occurrence and signs out again.",
        "crime-and-incidents",
        "MIT",
        ("Niche RMS@>=6.8 <7",),
        OWNER,
        editions=(
            Edition("1.3.0", "First release shared with partners.", _session_files),
            Edition("1.4.0", "Adds the action *Read Occurrence Header*. Nothing breaks.", _session_files),
            Edition("1.4.2", "Waits for the header before it reads it, so that slow networks no longer give *Not found*.", _session_files),
        ),
    ),
    Entry(
        "hampshire",
        "crime-incident-filing",
        "Crime incident filing",
        "Checks that a closed crime incident meets the filing standard, corrects what it can prove, files it, and passes the rest to a person.",
        "crime-and-incidents",
        "MIT",
        ("Niche RMS@>=6.8 <7", "Microsoft Excel"),
        OWNER,
        dependencies=("hampshire/rms-session@^1.4",),
        editions=(
            Edition("1.6.0", "Last release that runs on Blue Prism 6.", _filing_files),
            Edition(
                "2.0.2",
                "**Breaking:** needs the environment variable *Filing Log*.\n\nWrites every outcome to a log that the filing team can read.",
                _filing_files,
                yanked="Files an incident twice when its queue restarts. Use 2.0.3.",
            ),
            Edition(
                "2.0.3", "Marks an item as filed before it signs out, so that a restarted queue does not give it out again.", _filing_files
            ),
            Edition(
                "2.1.0",
                "- Adds the optional input **Filing Standard**; left empty, it files as before.\n- Adds a package for UiPath.\n\nNothing breaks.",
                _filing_files,
            ),
        ),
    ),
)
