"""The Metropolitan Police Service: one module for everyone, one for a single partner and one for nobody else."""

from __future__ import annotations

from demonstration.builders import power_automate as pa
from demonstration.builders import uipath as ui
from demonstration.modules.model import Edition, Entry, File, Owner
from demonstration.modules.wheels import wheel

OWNER = Owner("Head of automation delivery", "automation@met.example", "chief_officer", "Commissioner of Police of the Metropolis")


def _markers(version: str) -> tuple[File, ...]:
    main = ui.Workflow(
        "CompareMarkers.xaml",
        "Compare warning markers",
        (
            ui.credential("Get robot account", "Custody_Markers_Robot", "user", "secret"),
            ui.browser(
                "National records",
                "https://national-records.internal.example/person",
                *ui.sign_in("user", "secret", web=True),
                ui.type_into("Enter the reference", "<webctrl tag='INPUT' id='ref' />", "in_CustodyNumber"),
                ui.get_text("Read national markers", "<webctrl tag='DIV' id='markers' />", "national"),
            ),
            ui.window(
                "Custody",
                "<wnd app='custody.exe' title='Custody*' />",
                ui.get_text("Read local markers", "<ctrl name='Warnings' role='text' />", "local"),
            ),
            ui.when(
                "Do they differ?", "national <> local", ui.form_task("Custody sergeant checks the markers", "Custody sergeants", "answer")
            ),
            ui.assign("Give the result", "out_Differs", 'If(national = local, "no", "yes")'),
        ),
        arguments=(
            ui.Argument("in_CustodyNumber", required=True, tooltip="Number of the custody record"),
            ui.Argument("out_Differs", direction="Out", tooltip="yes or no"),
        ),
        variables={"user": "String", "secret": "SecureString", "national": "String", "local": "String", "answer": "FormTaskData"},
    )
    needs = {
        "UiPath.Persistence.Activities": "[1.4.9]",
        "UiPath.System.Activities": "[24.10.6]",
        "UiPath.UIAutomation.Activities": "[24.10.0]",
    }
    package = ui.Package(
        "Met.CustodyMarkers", version, "Compares warning markers of two systems.", "Met automation delivery", (main,), needs,
        entry_points=("CompareMarkers.xaml",),
    )  # fmt: skip
    return (File(f"Met.CustodyMarkers.{version}.nupkg", ui.package_file(package)),)


def _duties(version: str) -> tuple[File, ...]:
    variables = (
        pa.Variable("met_DutySite", "Duty site", "Address of the site with the strands' duty lists"),
        pa.Variable("met_PlannerMailbox", "Planners' mailbox", "Where proposals go"),
    )
    actions = {
        "Read_every_strand": pa.connector_action(
            "shared_sharepointonline", "GetItems", dataset="@parameters('Duty site (met_DutySite)')", table="Duties"
        ),
        "Ask_the_planner": pa.approval(
            "Moves between strands", "@parameters('Planners'' mailbox (met_PlannerMailbox)')", "Accept the moves, or say why not."
        ),
        "Accepted": pa.condition(
            {"equals": ["@outputs('Ask_the_planner')?['body/outcome']", "Approve"]},
            {"Write_moves": pa.connector_action("shared_sharepointonline", "PatchItem", table="Duties")},
            {},
        ),
    }
    trigger = ("Every_evening", {"type": "Recurrence", "recurrence": {"frequency": "Day", "interval": 1, "schedule": {"hours": ["19"]}}})
    flow = pa.Flow(
        "Propose moves between strands",
        trigger,
        actions,
        {"shared_sharepointonline": "met_SharePoint", "shared_approvals": "met_Approvals"},
        variables,
    )
    solution = pa.Solution(
        "MetDutyPlanning", "Duty planning across strands", "Proposes moves between strands that are short and strands that are not.",
        f"{version}.0", "Met automation delivery", "met", (flow,),
    )  # fmt: skip
    return (File(f"MetDutyPlanning_{version.replace('.', '_')}_0.zip", pa.solution_file(solution)),)


def _redaction(version: str) -> tuple[File, ...]:
    has_command = version != "1.0.0"
    return wheel(
        "met-statement-redaction",
        version,
        summary="Proposes redactions in witness statements",
        licence="EUPL-1.2",
        author="Met automation delivery",
        sources=("proposals.py", *(("cli.py",) if has_command else ())),
        requires=("case-references>=1.0,<2",),
        scripts={"propose-redactions": "met_statement_redaction.cli:main"} if has_command else {},
    )


ENTRIES = (
    Entry(
        "met",
        "statement-redaction",
        "Statement redaction",
        "Proposes what to redact in a witness statement, for a disclosure officer to accept or refuse.",
        "criminal-justice",
        "EUPL-1.2",
        (),
        OWNER,
        editions=(
            Edition("1.0.0", "First release, as a library.", _redaction),
            Edition("1.1.0", "Adds the command `propose-redactions`.", _redaction),
        ),
        data=("victims", "offences"),
        law_enforcement=True,
    ),
    Entry(
        "met",
        "duty-planning",
        "Duty planning across strands",
        "Proposes moves between strands that are short of officers and strands that are not, for a planner to accept.",
        "resource-management",
        "LicenseRef-Partners-Only",
        ("SharePoint",),
        OWNER,
        reuse="change",
        visibility="named",
        data=("staff",),
        is_offered=True,
        share_with=("thames-valley",),
        editions=(Edition("1.0.0", "First release, for the pilot with Thames Valley.", _duties),),
    ),
    Entry(
        "met",
        "custody-markers",
        "Custody warning markers",
        "Compares the warning markers of two systems when somebody comes into custody.",
        "bail-and-custody",
        "LicenseRef-Internal",
        ("National records", "Custody system"),
        OWNER,
        reuse="use",
        visibility="own",
        data=("offences", "health"),
        law_enforcement=True,
        marking="OFFICIAL-SENSITIVE",
        handling="Custody managers and their robots only. Not to leave the service.",
        editions=(Edition("0.4.0", "Pilot at two suites.", _markers),),
    ),
)
