"""Bots of Automation 360 and workflows of OpenRPA with things put into them that the checks must find, and others that only look like such."""

from __future__ import annotations

import json

from tests.registry.checks.planted import CONNECTION, CPR, MIXED, NHS, PNG, Planted
from tests.registry.formats import automation_anywhere_files as aa
from tests.registry.formats import openrpa_files as rpa


def _headers(**given: str) -> aa.Json:
    rows = [
        {"type": "DICTIONARY", "dictionary": [{"key": "name", "value": aa.text(key)}, {"key": "value", "value": aa.text(value)}]}
        for key, value in given.items()
    ]
    return {"type": "LIST", "list": rows}


def _typed(control: str, value: str) -> aa.Json:
    criteria = {"Name": {"enabled": True, "value": aa.text(control)}}
    return aa.node(
        "Recorder", "capture", uiObject={"type": "UIOBJECT", "uiObject": {"controlType": "TEXTBOX", "criteria": criteria}}, value=value
    )


def _bot() -> bytes:
    return aa.bot(
        aa.node("Comment", "Comment", comment=f"Patient with NHS number {NHS} was the first case"),
        aa.node("Step", "step", title="Sign in", inner=(_typed("Password", "Tr0mbone-Lake!"),)),
        aa.node("String", "assign", sourceString="Kite-Marble-77", returns="sPassword"),
        aa.node("Rest", "restget", uri="http://rms-app01.hq.local/api", customHeaders=_headers(Authorization=f"Bearer {MIXED}")),
        aa.node("Email", "emailConnect", username="robot", securedPassword="Quartz-Violin-3"),
        aa.node("Email", "sendMailV2", toAddress="jane.whitmore@hants.police.uk", disabled=True),
        aa.node("Database", "connect", connectionString=CONNECTION),
        aa.node("Python", "python.commands.openScript", script="import os\nos.system(a)\npassword = 'Kite-Marble-78'\neval(a)"),
        aa.node("File", "copyFiles", sourceFilePath=aa.file("file:///C:/Users/jwhitmore/Desktop/in.xls")),
        aa.node("Screen", "capture", region={"type": "REGION", "region": {"capture": {"picture": PNG * 2}}}),
        variables=(aa.variable("Borger CPR", default=CPR), aa.variable("sCase", input=True)),
    )


def _bot_decoys() -> bytes:
    return aa.bot(
        _typed("Password", "$sPassword$"),
        aa.node("Recorder", "capture", value=aa.credential("Records", "RMS robot", "password")),
        aa.node("String", "assign", sourceString="$cRms$", returns="sPassword"),
        aa.node("Rest", "restget", uri="https://rms.example.org/api", customHeaders=_headers(Authorization="Bearer $sToken$")),
        aa.node("Email", "emailConnect", securedPassword=aa.credential("Mail", "Robot mailbox", "password")),
        aa.node("Email", "sendMailV2", toAddress="$sAddress$", body="The password is in the vault."),
        variables=(
            aa.variable("cRms", "CREDENTIAL", aa.credential("Records", "RMS robot", "username")),
            aa.variable("sPassword", default=""),
        ),
    )


def _export() -> bytes:
    return aa.export({aa.MAIN: _bot()}, folder="victim-main/")


def _xaml() -> bytes:
    return rpa.workflow(
        rpa.element(
            "Sequence",
            rpa.element(
                "os:InvokeCode", id="InvokeCode_1", DisplayName="Ask the service", Language="Python", Code="import os\nTOKEN = 'x'\neval(a)"
            ),
            rpa.element("oa:TypeText", id="TypeText_1", DisplayName="Type the password", Password="Tr0mbone-Lake!"),
            rpa.element("on:GetElement", id="GetElement_1", DisplayName="Name of the person", Image=PNG * 2),
            rpa.element("oa:OpenApplication", id="OpenApplication_1", DisplayName="Open it", Url="http://rms-app01.hq.local/"),
            id="Sequence_1",
            DisplayName="Main",
        )
    ).encode()


def _xaml_decoys() -> bytes:
    return rpa.workflow(
        rpa.element("oa:GetCredentials", id="a", Name="RMS robot", Username="[user]", Password="[password]"),
        rpa.element("oa:TypeText", id="b", Password="{x:Null}", ApiKey='[config("RmsKey")]'),
    ).encode()


def _record() -> bytes:
    return json.dumps(rpa.record(_xaml().decode())).encode()


_FOUND = (
    ("secret_found", "action “Recorder: capture”, value, line 3"),
    ("secret_found", "action “String: assign”, sourceString, line 4"),
    ("secret_found", "action “Rest: restget”, value, line 5"),
    ("secret_found", "action “Email: emailConnect”, securedPassword, line 6"),
    ("secret_found", "action “Database: connect”, connectionString, line 8"),
    ("secret_found", "action “Python: python.commands.openScript”, line 9, script, line 3"),
    ("risky_code", "action “Python: python.commands.openScript”, line 9, script, line 4"),
    ("personal_number", "omment, line 1"),
    ("personal_number", "ariable “Borger CPR”, default value"),
    ("personal_contact", "action “Email: sendMailV2”, toAddress, line 7"),
    ("user_folder", "action “File: copyFiles”, sourceFilePath, line 10"),
    ("host_reach", "action “Rest: restget”, uri, line 5"),
)
_WORKFLOW = (
    ("secret_found", "ctivity “Type the password”, Password"),
    ("risky_code", "ctivity “Ask the service”, Code"),
    ("host_reach", "ctivity “Open it”, Url"),
    ("embedded_screenshots", "“Name of the person”, Image"),
)
_PICTURE = ("embedded_screenshots", "“Screen: capture”")
PLANTED_BOTS = (
    Planted("bot", "Victim update", _bot, (*((code, where.replace("action", "ction", 1)) for code, where in _FOUND), _PICTURE)),
    Planted("bot decoys", "Decoys", _bot_decoys),
    Planted("bot export", "Victim.zip", _export, (*_FOUND, _PICTURE)),
    Planted("OpenRPA workflow", "Look_up.xaml", _xaml, _WORKFLOW),
    Planted("OpenRPA record", "Look up.json", _record, _WORKFLOW),
    Planted("OpenRPA decoys", "Decoys.xaml", _xaml_decoys),
)
