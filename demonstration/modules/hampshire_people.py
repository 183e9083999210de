"""Hampshire's automations around people: victims, certificate holders, and staff who want a day off."""

from __future__ import annotations

from demonstration.builders import power_automate as pa
from demonstration.builders import uipath as ui
from demonstration.modules.hampshire_rms import OWNER
from demonstration.modules.model import Edition, Entry, File

_RMS = "<wnd app='nicherms.exe' title='Niche RMS*' />"
_CRIME_BOX = "<ctrl name='Crime number' role='editable text' />"
_STATUS = "<ctrl name='Investigation status' role='text' />"
_BASE = {"UiPath.System.Activities": "[24.10.6]", "UiPath.UIAutomation.Activities": "[24.10.0]"}


_READ_STATUS = ui.Workflow(
    "ReadStatus.xaml",
    "Read the investigation status",
    (
        ui.credential("Get robot account", "RMS_Robot_Victims", "user", "secret"),
        ui.window(
            "Niche RMS",
            _RMS,
            *ui.sign_in("user", "secret", web=False),
            ui.type_into("Enter the crime number", _CRIME_BOX, "in_CrimeNumber"),
            ui.click("Press Find", "<ctrl name='Find' role='push button' />"),
            ui.get_text("Read status", _STATUS, "out_Status"),
        ),
    ),
    arguments=(ui.Argument("in_CrimeNumber", required=True), ui.Argument("out_Status", direction="Out")),
    variables={"user": "String", "secret": "SecureString"},
)


def _victim_update(version: str) -> tuple[File, ...]:
    by_text = version not in ("1.0.0", "1.1.0")
    in_welsh = version.startswith("1.3")
    arguments = (
        ui.Argument("in_CrimeNumber", required=True, tooltip="Force reference of the crime"),
        ui.Argument("in_Contact", required=True, tooltip="E-mail address or mobile number the victim chose"),
        *((ui.Argument("in_Channel", tooltip="email or text; email when empty"),) if by_text else ()),
        *((ui.Argument("in_Language", tooltip="en or cy; en when empty"),) if in_welsh else ()),
        ui.Argument("out_SentAt", direction="Out", tooltip="When the update was sent"),
    )
    mail = ui.outlook_mail("Send the update by e-mail", "in_Contact", '"Your crime report " + in_CrimeNumber')
    text = ui.library(
        "Send the update by text",
        "ThamesValley.Notifications",
        "SendText",
        in_Number="in_Contact",
        in_Text="wording",
        out_SentAt="out_SentAt",
    )
    send = (
        ui.library(
            "Choose the wording",
            "ThamesValley.Notifications",
            "ChooseWording",
            in_Status="status",
            **({"in_Language": "in_Language"} if in_welsh else {}),
            out_Wording="wording",
        ),
        ui.when("By text?", 'in_Channel = "text"', (text,), (mail,)) if by_text else mail,
        ui.assign("Note the time", "out_SentAt", "Now.ToString"),
    )
    check = ui.form_task("Check the wording before it goes out", "Victim updates", "checked") if version != "1.0.0" else ()
    main = ui.Workflow(
        "Main.xaml",
        "Send one victim update",
        (
            ui.asset("Get the team's mailbox", "VictimUpdate_Mailbox", "mailbox"),
            ui.get_item("Get the next crime", "Q_VictimUpdates", "item"),
            ui.invoke("Read the status", "ReadStatus.xaml", {"in_CrimeNumber": "in_CrimeNumber"}, {"out_Status": "status"}),
            ui.when("Does the status need a person?", 'status = "Suspect charged"', check or (ui.log("Log it", '"Sensitive: " + in_CrimeNumber'),), send),
            ui.set_status("Mark the crime as updated", "item", "Successful"),
        ),
        arguments=arguments,
        variables={
            "mailbox": "String", "item": "QueueItem", "status": "String", "wording": "String",
            **({"checked": "FormTaskData"} if check else {}),
        },
        namespaces={"tvn": "ThamesValley.Notifications"},
    )  # fmt: skip
    needs = {
        "ThamesValley.Notifications": "[1.0.0,2.0.0)" if not by_text else "[2.0.0,3.0.0)",
        "UiPath.Mail.Activities": "[1.24.10]",
        **({"UiPath.Persistence.Activities": "[1.4.9]"} if check else {}),
        **_BASE,
    }
    package = ui.Package(
        "Hampshire.VictimUpdate",
        version,
        "Tells victims when their crime record changes.",
        "Hampshire RPA team",
        (main, _READ_STATUS),
        needs,
        licence="MIT",
    )
    return (File(f"Hampshire.VictimUpdate.{version}.nupkg", ui.package_file(package)),)


def _firearms(version: str) -> tuple[File, ...]:
    referees = (
        (ui.add_item("Ask the surgery", "Q_FirearmsMedical", {"Application": "in_Application"}, "High"),) if version != "1.0.0" else ()
    )
    page = "<webctrl tag='INPUT' id='application-number' />"
    main = ui.Workflow(
        "CheckApplication.xaml",
        "Check one application",
        (
            ui.credential("Get licensing account", "Firearms_Robot", "user", "secret"),
            ui.asset("Get the licensing address", "Firearms_System_Url", "address"),
            ui.browser(
                "Open the licensing system",
                "[address]",
                *ui.sign_in("user", "secret", web=True),
                ui.type_into("Find the application", page, "in_Application"),
                ui.get_text("Read what is missing", "<webctrl tag='DIV' id='missing' />", "missing"),
            ),
            *referees,
            ui.when(
                "Is anything missing?",
                'missing <> ""',
                (ui.outlook_mail("Ask the applicant for it", "in_ApplicantAddress", '"Your application: " + missing'),),
                ui.form_task("Decide whether to visit", "Firearms enquiry officers", "decision"),
            ),
            ui.assign("Give the outcome", "out_Outcome", 'If(missing = "", "with officer", "waiting for applicant")'),
        ),
        arguments=(
            ui.Argument("in_Application", required=True, tooltip="Number of the application"),
            ui.Argument("in_ApplicantAddress", required=True, tooltip="E-mail address given in the application"),
            ui.Argument("out_Outcome", direction="Out", tooltip="with officer, or waiting for applicant"),
        ),
        variables={"user": "String", "secret": "SecureString", "address": "String", "missing": "String", "decision": "FormTaskData"},
    )
    needs = {"UiPath.Mail.Activities": "[1.24.10]", "UiPath.Persistence.Activities": "[1.4.9]", **_BASE}
    package = ui.Package(
        "Hampshire.FirearmsLicensing", version, "Checks firearms applications for what is missing.", "Hampshire RPA team", (main,), needs,
        licence="MIT", entry_points=("CheckApplication.xaml",),
    )  # fmt: skip
    return (File(f"Hampshire.FirearmsLicensing.{version}.nupkg", ui.package_file(package)),)


_DUTIES = pa.DesktopFlow(
    "Enter leave in the duty system",
    r"""
ON ERROR
    SET Outcome TO $'''failed'''
END
WebAutomation.LaunchEdge.LaunchEdge Url: DutySystemAddress WindowState: WebAutomation.BrowserWindowState.Maximized BrowserInstance=> Browser
WebAutomation.PopulateTextField.PopulateTextFieldUsePhysicalKeyboard BrowserInstance: Browser Control: $'''input#collar''' Text: CollarNumber
WebAutomation.PopulateTextField.PopulateTextFieldUsePhysicalKeyboard BrowserInstance: Browser Control: $'''input#from''' Text: FirstDay
WebAutomation.PopulateTextField.PopulateTextFieldUsePhysicalKeyboard BrowserInstance: Browser Control: $'''input#to''' Text: LastDay
WebAutomation.PressButton.PressButton BrowserInstance: Browser Control: $'''button#save'''
WebAutomation.CloseWebBrowser BrowserInstance: Browser
SET Outcome TO $'''entered'''
""",
    inputs={"DutySystemAddress": "string", "CollarNumber": "string", "FirstDay": "string", "LastDay": "string"},
    outputs={"Outcome": "string"},
    modules=("WebAutomation", "Variables"),
)


def _leave(version: str) -> tuple[File, ...]:
    variables = (
        pa.Variable("hio_LeaveSite", "Leave site", "Address of the SharePoint site that holds leave requests"),
        pa.Variable("hio_DutySystemAddress", "Duty system", "Address of your duty system"),
        pa.Variable("hio_MinimumStrength", "Minimum strength", "Fewest officers a team must keep on a day", "6"),
    )
    enter = {
        "Enter_leave_in_duty_system": pa.run_desktop_flow(
            _DUTIES.name,
            {"CollarNumber": "@triggerBody()?['CollarNumber']", "FirstDay": "@triggerBody()?['From']", "LastDay": "@triggerBody()?['To']"},
        ),
        "Tell_the_officer": pa.connector_action(
            "shared_office365",
            "SendEmailV2",
            **{"emailMessage/To": "@triggerBody()?['Email']", "emailMessage/Subject": "Your leave is entered"},
        ),
    }
    refuse = {
        "Tell_the_officer_why_not": pa.connector_action(
            "shared_office365",
            "SendEmailV2",
            **{"emailMessage/To": "@triggerBody()?['Email']", "emailMessage/Subject": "Your leave request"},
        )
    }
    count = pa.connector_action(
        "shared_sharepointonline", "GetItems", dataset="@parameters('Leave site (hio_LeaveSite)')", table="Absences"
    )
    calendar = pa.connector_action("shared_office365", "V4CalendarPostItem", table="Calendar", **{"item/subject": "Leave"})
    actions = {
        "Count_who_is_away": count,
        "Enough_officers_left": pa.condition(
            {"greater": ["@sub(12, length(outputs('Count_who_is_away')?['body/value']))", 6]},
            enter,
            {
                "Ask_the_sergeant": pa.approval(
                    "Leave below minimum strength", "@triggerBody()?['SupervisorEmail']", "Approve with cover, or refuse."
                ),
                **refuse,
            },
        ),
        **({"Put_it_in_the_team_calendar": calendar} if version == "1.3.0" else {}),
    }
    trigger = {
        "type": "OpenApiConnection",
        "recurrence": {"frequency": "Minute", "interval": 5},
        "inputs": {
            "host": {
                "connectionName": "shared_sharepointonline",
                "operationId": "GetOnNewItems",
                "apiId": "/providers/Microsoft.PowerApps/apis/shared_sharepointonline",
            },
            "parameters": {"dataset": "@parameters('Leave site (hio_LeaveSite)')", "table": "Leave requests"},
        },
    }
    connections = {
        "shared_sharepointonline": "hio_SharePoint",
        "shared_office365": "hio_Outlook",
        "shared_approvals": "hio_Approvals",
        "shared_uiflow": "hio_DesktopFlows",
    }
    flow = pa.Flow("Answer a leave request", ("When_a_request_is_made", trigger), actions, connections, variables)
    solution = pa.Solution(
        "HampshireAnnualLeave", "Annual leave requests", "Answers leave requests against minimum strength.", f"{version}.0", "Hampshire RPA team", "hio",
        (flow,), (_DUTIES,),
    )  # fmt: skip
    return (File(f"HampshireAnnualLeave_{version.replace('.', '_')}_0.zip", pa.solution_file(solution)),)


ENTRIES = (
    Entry(
        "hampshire",
        "annual-leave",
        "Annual leave requests",
        "Answers leave requests against the team's minimum strength and asks the sergeant only when it must.",
        "hr-and-annual-leave",
        "OGL-UK-3.0",
        ("SharePoint", "Microsoft Outlook", "Duty system"),
        OWNER,
        editions=(
            Edition("1.2.0", "Asks the sergeant when too few would be left, instead of refusing.", _leave),
            Edition("1.3.0", "Puts granted leave in the team's calendar. Nothing breaks.", _leave),
        ),
    ),
    Entry(
        "hampshire",
        "firearms-licensing",
        "Firearms licensing checks",
        "Checks each firearms application for what is missing, asks the applicant for it, and hands complete ones to an enquiry officer.",
        "firearms-licensing",
        "MIT",
        ("Firearms licensing system", "Microsoft Outlook"),
        OWNER,
        editions=(
            Edition("1.0.0", "First release. Sends renewal reminders too.", _firearms),
            Edition("2.0.0", "Asks the surgery for the medical marker. **Needs one more queue.**", _firearms),
            Edition("2.0.1", "Waits for the surgery’s answer over night instead of asking twice.", _firearms, stays="in_review"),
        ),
    ),
    Entry(
        "hampshire",
        "victim-update",
        "Victim updates",
        "Tells victims by e-mail or text when their crime record changes, after a person has checked the difficult ones.",
        "victim-care",
        "MIT",
        ("Niche RMS@>=6.8 <7", "Microsoft Outlook", "SMS gateway"),
        OWNER,
        editions=(
            Edition("1.0.0", "First release shared with partners.", _victim_update),
            Edition("1.1.0", "Asks a person to check the wording when a suspect is charged.", _victim_update),
            Edition("1.2.0", "Adds the optional input **in_Channel**: updates can go by text.", _victim_update),
            Edition("1.3.0-rc.1", "To try out: adds the optional input **in_Language** for updates in Welsh.", _victim_update),
        ),
    ),
)
