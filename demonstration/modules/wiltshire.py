"""Wiltshire Council: Power Platform for planning and HR, Blue Prism for commissioning."""

from __future__ import annotations

from demonstration.builders import power_automate as pa
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
    Write,
    release_file,
)
from demonstration.modules.model import Edition, Entry, File, Owner

OWNER = Owner("Systems Thinking manager", "systems-thinking@wiltshire.example", "council", "Wiltshire Council")

_UNIFORM = pa.DesktopFlow(
    "Register in Uniform",
    r"""
WebAutomation.LaunchEdge.LaunchEdge Url: UniformAddress WindowState: WebAutomation.BrowserWindowState.Maximized BrowserInstance=> Browser
WebAutomation.PopulateTextField.PopulateTextFieldUsePhysicalKeyboard BrowserInstance: Browser Control: $'''input#proposal''' Text: Proposal
WebAutomation.PopulateTextField.PopulateTextFieldUsePhysicalKeyboard BrowserInstance: Browser Control: $'''input#uprn''' Text: Uprn
IF IsNotEmpty(Uprn) THEN
    WebAutomation.PressButton.PressButton BrowserInstance: Browser Control: $'''button#register'''
ELSE
    CALL FindAddress
END
WebAutomation.ExtractData.ExtractSingleValue BrowserInstance: Browser Control: $'''span#reference''' ExtractedData=> Reference
WebAutomation.CloseWebBrowser BrowserInstance: Browser
FUNCTION FindAddress GLOBAL
    WebAutomation.PressButton.PressButton BrowserInstance: Browser Control: $'''button#find-address'''
END FUNCTION
""",
    inputs={"UniformAddress": "string", "Proposal": "string", "Uprn": "string"},
    outputs={"Reference": "string"},
    modules=("WebAutomation",),
)


def _planning(version: str) -> tuple[File, ...]:
    checks_fee = version != "1.1.0"
    variables = (
        pa.Variable("wc_PlanningMailbox", "Planning mailbox", "Mailbox that applications arrive in"),
        pa.Variable("wc_UniformAddress", "Uniform address", "Address of your Uniform planning system", "https://uniform.internal.example"),
        pa.Variable("wc_DocumentSite", "Document site", "Address of the site that holds application documents"),
    )
    register = {
        "Register_in_Uniform": pa.run_desktop_flow(_UNIFORM.name, {"UniformAddress": "@parameters('Uniform address (wc_UniformAddress)')"}),
        "Keep_the_documents": pa.connector_action(
            "shared_sharepointonline", "CreateFile", dataset="@parameters('Document site (wc_DocumentSite)')", folderPath="/Applications"
        ),
    }
    decide = {
        "Ask_a_planning_officer": pa.approval(
            "Application is incomplete", "@parameters('Planning mailbox (wc_PlanningMailbox)')", "Accept it anyway, or return it."
        ),
        "Write_to_the_agent": pa.connector_action(
            "shared_office365", "SendEmailV2", **{"emailMessage/Subject": "Your planning application"}
        ),
    }
    fee = {"Is_the_fee_right": pa.condition({"equals": ["@triggerBody()?['FeeDue']", "@triggerBody()?['FeePaid']"]}, {}, decide)}
    actions = {
        "Read_the_form": {"type": "ParseJson", "inputs": {"content": "@triggerBody()?['Body']", "schema": {"type": "object"}}},
        **(fee if checks_fee else {}),
        "Is_every_document_there": pa.condition(
            {"greaterOrEquals": ["@length(triggerBody()?['Attachments'])", 4]},
            register,
            {"Ask_for_documents": decide["Write_to_the_agent"]} if checks_fee else decide,
        ),
    }
    trigger = {
        "type": "OpenApiConnectionNotification",
        "inputs": {
            "host": {
                "connectionName": "shared_office365",
                "operationId": "OnNewEmailV3",
                "apiId": "/providers/Microsoft.PowerApps/apis/shared_office365",
            },
            "parameters": {"to": "@parameters('Planning mailbox (wc_PlanningMailbox)')", "includeAttachments": True},
        },
    }
    connections = {
        "shared_office365": "wc_Outlook",
        "shared_sharepointonline": "wc_SharePoint",
        "shared_approvals": "wc_Approvals",
        "shared_uiflow": "wc_DesktopFlows",
    }
    flow = pa.Flow("Validate a planning application", ("When_an_application_arrives", trigger), actions, connections, variables)
    solution = pa.Solution(
        "PlanningValidation", "Planning application validation", "Checks applications for what is missing and registers complete ones in Uniform.",
        f"{version}.0", "Wiltshire Council", "wc", (flow,), (_UNIFORM,),
    )  # fmt: skip
    return (File(f"PlanningValidation_{version.replace('.', '_')}_0.zip", pa.solution_file(solution)),)


def _starters(version: str) -> tuple[File, ...]:
    variables = (
        pa.Variable("wc_StarterSite", "Starter site", "Address of the site with the list of new starters"),
        pa.Variable("wc_HrMailbox", "HR mailbox", "Who decides when a check fails"),
    )
    training = pa.connector_action("shared_planner", "CreateTask_V3", groupId="HR", title="Book the first training day")
    actions = {
        "Look_for_references": pa.connector_action(
            "shared_sharepointonline", "GetItems", dataset="@parameters('Starter site (wc_StarterSite)')", table="References"
        ),
        "Two_references": pa.condition(
            {"greaterOrEquals": ["@length(outputs('Look_for_references')?['body/value'])", 2]},
            {"Order_equipment": pa.connector_action("shared_planner", "CreateTask_V3", groupId="IT", title="Laptop and badge")},
            {"Ask_HR": pa.approval("A reference is missing", "@parameters('HR mailbox (wc_HrMailbox)')", "Start anyway, or wait.")},
        ),
        **({"Book_training": training} if version == "1.1.0" else {}),
        "Tell_the_manager": pa.connector_action("shared_office365", "SendEmailV2", **{"emailMessage/Subject": "Your new starter"}),
    }
    trigger = ("Every_morning", {"type": "Recurrence", "recurrence": {"frequency": "Day", "interval": 1, "schedule": {"hours": ["6"]}}})
    connections = {
        "shared_sharepointonline": "wc_SharePoint",
        "shared_planner": "wc_Planner",
        "shared_approvals": "wc_Approvals",
        "shared_office365": "wc_Outlook",
    }
    flow = pa.Flow("Check new starters", trigger, actions, connections, variables)
    solution = pa.Solution(
        "StarterChecks",
        "New starter checks",
        "Checks references of new starters and orders what they need.",
        f"{version}.0",
        "Wiltshire Council",
        "wc",
        (flow,),
    )
    return (File(f"StarterChecks_{version.replace('.', '_')}_0.zip", pa.solution_file(solution)),)


_CONTROCC = Application(
    "ContrOCC",
    "BrowserLaunch",
    {"BrowserAppName": "Edge", "CommandLineParams": "https://controcc.internal.example/invoices"},
    {
        "User": ("WebTextEdit", {"wId": "user"}),
        "Secret": ("WebTextEdit", {"wId": "secret"}),
        "Sign in": ("WebButton", {"wId": "sign-in"}),
        "Provider": ("WebTextEdit", {"wId": "provider"}),
        "Period": ("WebTextEdit", {"wId": "period"}),
        "Search": ("WebButton", {"wId": "search"}),
        "Expected": ("WebText", {"wId": "expected-total"}),
        "Approve": ("WebButton", {"wId": "approve"}),
    },
)


_CONTROCC_OBJECT = Automation(
    "ContrOCC Invoices",
    "Looks up what a provider may invoice, and approves it.",
    (
        Page("Initialise", (Navigate("Open ContrOCC", "", "Launch"),)),
        Page(
            "Sign In",
            (Write("Enter account", {"User": "[User]", "Secret": "[Secret]"}), Navigate("Press Sign in", "Sign in", "Press")),
            inputs=(Item("User"), Item("Secret", "password")),
        ),
        Page(
            "Get Expected Total",
            (
                Write("Enter provider and period", {"Provider": "[Provider]", "Period": "[Period]"}),
                Navigate("Press Search", "Search", "Press"),
                Read("Read expected total", {"Expected": "Expected"}),
            ),
            inputs=(Item("Provider"), Item("Period")),
            outputs=(Item("Expected", "number"),),
        ),
        Page("Approve", (Navigate("Press Approve", "Approve", "Press"),)),
    ),
    application=_CONTROCC,
)


def _invoices(version: str) -> tuple[File, ...]:
    tolerance = Item("Tolerance", "number", value="0", narrative="Pounds by which an invoice may differ; 0 when empty")
    has_tolerance = version == "1.1.0"
    main = Page(
        "Main Page",
        (
            Call(
                "Get finance account",
                CREDENTIALS,
                "Get",
                {"Credentials Name": '"ContrOCC_Robot"'},
                {"Username": "User", "Password": "Secret"},
            ),
            Call("Sign in to ContrOCC", "ContrOCC Invoices", "Sign In", {"User": "[User]", "Secret": "[Secret]"}),
            Call(
                "Get next invoice",
                QUEUES,
                "Get Next Item",
                {"Queue Name": '"Commissioning - Invoices"'},
                {"Item ID": "Item ID", "Data": "Invoice"},
            ),
            Call(
                "Look up what was commissioned",
                "ContrOCC Invoices",
                "Get Expected Total",
                {"Provider": "[Provider]", "Period": "[Period]"},
                {"Expected": "Expected"},
            ),
            Compute("Work out the difference", "Abs([Amount] - [Expected])", "Difference"),
            Decide(
                "Does it match?",
                "[Difference] <= [Tolerance]" if has_tolerance else "[Difference] = 0",
                (
                    Call(
                        "Let a brokerage officer decide",
                        QUEUES,
                        "Add To Queue",
                        {"Queue Name": '"Commissioning - Queries"', "Data": "[Invoice]"},
                    ),
                ),
            ),
            Call("Approve it", "ContrOCC Invoices", "Approve"),
            Call("Mark as matched", QUEUES, "Mark Completed", {"Item ID": "[Item ID]"}),
        ),
        inputs=(
            Item("Provider"),
            Item("Period", narrative="As 2026-04"),
            Item("Amount", "number"),
            *((tolerance,) if has_tolerance else ()),
        ),
        outputs=(Item("Difference", "number"),),
        items=(Item("User"), Item("Secret", "password"), Item("Item ID"), Item("Invoice", "collection"), Item("Expected", "number")),
    )
    process = Automation("Commissioning Invoice Match", "Matches providers' invoices with what was commissioned.", (main,))
    release = Release(
        "Commissioning Invoice Match",
        f"Version {version}.",
        (process, _CONTROCC_OBJECT),
        queues={"Commissioning - Invoices": "Invoice", "Commissioning - Queries": "Invoice"},
        credentials=("ContrOCC_Robot",),
    )
    return (File("commissioning-invoice-match.bprelease", release_file(release)),)


ENTRIES = (
    Entry(
        "wiltshire",
        "planning-validation",
        "Planning application validation",
        "Checks that a planning application has its documents and its fee, and registers complete ones.",
        "planning",
        "OGL-UK-3.0",
        ("Idox Uniform", "SharePoint", "Microsoft Outlook"),
        OWNER,
        editions=(
            Edition("1.1.0", "Keeps the documents in the case's own folder.", _planning),
            Edition("1.2.0", "Compares the fee paid with the fee due and asks an officer when they differ.", _planning),
            Edition("1.3.0", "Tells the applicant when a document cannot be opened.", _planning, stays="in_review"),
        ),
    ),
    Entry(
        "wiltshire",
        "starter-checks",
        "New starter checks",
        "Checks that references are in before somebody starts, and orders what they need for the first day.",
        "hr-and-annual-leave",
        "OGL-UK-3.0",
        ("SharePoint", "Microsoft Planner", "Microsoft Outlook"),
        OWNER,
        editions=(
            Edition("1.0.0", "First release.", _starters),
            Edition("1.1.0", "Books the first training day.", _starters),
        ),
    ),
    Entry(
        "wiltshire",
        "commissioning-invoice-match",
        "Commissioning invoice match",
        "Compares providers' invoices with the care that was commissioned, and approves those that match.",
        "commissioning",
        "MIT",
        ("ContrOCC", "Liquidlogic"),
        OWNER,
        editions=(
            Edition("1.0.0", "First release.", _invoices),
            Edition("1.1.0", "Adds the optional input **Tolerance**; left empty, nothing may differ, as before.", _invoices),
        ),
    ),
)
