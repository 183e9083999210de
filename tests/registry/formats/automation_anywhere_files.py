"""Builders of Automation Anywhere's files: bots of tagged values, exports with a manifest, package jars and old tasks."""

from __future__ import annotations

import json
import uuid
from typing import Any

from tests.registry.formats.hostile import zipped

ROOT = "Automation Anywhere/Bots/"
type Json = dict[str, Any]


def text(value: str) -> Json:
    """A literal, or an expression where it names a variable."""
    return {"type": "STRING", "expression" if "$" in value else "string": value}


def file(value: str) -> Json:
    return {"type": "FILE", "expression" if "$" in value else "string": value}


def credential(locker: str, name: str, attribute: str) -> Json:
    return {"type": "CREDENTIAL", "credential": {"name": name, "lockerName": locker, "attributeName": attribute}}


def window(title: str, path: str = "") -> Json:
    return {"type": "WINDOW", "window": {"name": title, "path": path, "className": "", "type": "WINDOW"}}


def attribute(name: str, value: Json | str) -> Json:
    return {"name": name, "value": text(value) if isinstance(value, str) else value}


def node(
    package: str, command: str, *, returns: str = "", inner: tuple[Json, ...] = (), branches: tuple[Json, ...] = (), **given: Any
) -> Json:
    """An action; ``given`` are its attributes, but for ``disabled``. Its id comes from what it is, so that it is the same in every run."""
    disabled = given.pop("disabled", False)
    attributes = [attribute(name, value) for name, value in given.items()]
    seed = json.dumps([package, command, attributes, [each["uid"] for each in inner]])
    made: Json = {
        "uid": str(uuid.uuid5(uuid.NAMESPACE_OID, seed)),
        "commandName": command,
        "packageName": package,
        "disabled": disabled,
        "attributes": attributes,
    }
    if inner or command in ("if", "else", "elseIf", "try", "catch", "finally", "step", "loop.commands.start"):
        made["children"] = list(inner)
    if branches or command in ("if", "try"):
        made["branches"] = list(branches)
    if returns:
        made["returnTo"] = {"type": "VARIABLE", "variableName": returns}
    return made


def condition(variable: str, operator: str, value: str) -> Json:
    """The setting ``condition`` of an ``if``, with its own settings in it."""
    return {
        "name": "condition",
        "value": {"type": "CONDITIONAL", "conditionalName": "stringVariable", "packageName": "String"},
        "attributes": [attribute("variable", variable), attribute("operator", operator), attribute("value", value)],
    }


def run(path: str, **inputs: str) -> Json:
    """Run another bot, whose address is written as the Control Room does."""
    return node(
        "TaskBot",
        "runTask",
        taskbot={
            "type": "TASKBOT",
            "taskbotFile": {"type": "FILE", "string": "repository:///" + path.replace(" ", "%20")},
            "taskbotInput": {"type": "DICTIONARY", "dictionary": [{"key": key, "value": text(value)} for key, value in inputs.items()]},
        },
    )


def variable(name: str, kind: str = "STRING", default: Json | str | None = None, **given: Any) -> Json:
    made: Json = {"name": name, "description": "", "type": kind, "readOnly": False, "input": False, "output": False, **given}
    if default is not None:
        made["defaultValue"] = text(default) if isinstance(default, str) else default
    return made


def bot(*nodes: Json, variables: tuple[Json, ...] = (), packages: dict[str, str] | None = None, triggers: tuple[Json, ...] = ()) -> bytes:
    """A bot's file; the packages are those of its actions unless ``packages`` says others."""
    used = packages if packages is not None else dict.fromkeys((each["packageName"] for each in nodes), "2.11.0")
    document = {
        "triggers": list(triggers),
        "nodes": list(nodes),
        "variables": list(variables),
        "packages": [{"name": name, "version": version, "settingsAttributes": []} for name, version in used.items()],
        "properties": {"botCodeVersion": "7", "timeout": "0s", "automationPriority": "PRIORITY_MEDIUM"},
        "workItemTemplateName": None,
    }
    return json.dumps(document, separators=(",", ":")).encode()


def entry(path: str, kind: str = "taskbot", *, needs: tuple[str, ...] = (), **given: Any) -> Json:
    """A file of the manifest, whose paths are Windows' own."""
    content = kind if "/" in kind else f"application/vnd.aa.{kind}"
    back = [each.replace("/", "\\") for each in needs]
    return {
        "path": path.replace("/", "\\"),
        "newPath": None,
        "contentType": content,
        "metadataForFile": None,
        "manualDependencies": [],
        "scannedDependencies": back,
        "excluded": False,
        **given,
    }


def export(
    bots: dict[str, bytes],
    *,
    entries: tuple[Json, ...] | None = None,
    packages: tuple[tuple[str, str, str], ...] = (),
    more: dict[str, bytes] | None = None,
    folder: str = "",
) -> bytes:
    """A Control Room export. ``packages`` are name, version and the jar's path; ``folder`` is the one that a hosting site puts around it."""
    manifest = {
        "files": list(entries) if entries is not None else [entry(path) for path in bots],
        "packages": [{"name": name, "version": version, "path": path} for name, version, path in packages],
    }
    members = {"manifest.json": json.dumps(manifest).encode(), **bots, **(more or {})}
    return zipped({f"{folder}{name}": data for name, data in members.items()})


COMMAND: Json = {
    "name": "lookUpPerson",
    "label": "[[lookUpPerson.label]]",
    "description": "[[lookUpPerson.description]]",
    "mainClass": "uk.police.hampshire.rms.LookUpPersonCommand",
    "returnType": "DICTIONARY",
    "returnLabel": "[[lookUpPerson.return_label]]",
    "returnRequired": True,
    "attributes": [
        {"name": "reference", "label": "[[lookUpPerson.reference.label]]", "type": "TEXT", "rules": [{"name": "NOT_EMPTY"}]},
        {
            "name": "how",
            "label": "How",
            "type": "SELECT",
            "options": [{"label": "By key", "value": "KEY", "attributes": [{"name": "key", "label": "Key", "type": "CREDENTIAL"}]}],
        },
    ],
}
LABELS = {
    "label": "Records",
    "description": "Looks people up in the records system.",
    "lookUpPerson.label": "Look up a person",
    "lookUpPerson.description": "Gives what is known of a person.",
    "lookUpPerson.return_label": "What is known",
    "lookUpPerson.reference.label": "Reference",
}


def package_document(**given: Any) -> Json:
    return {
        "name": "RmsRecords",
        "label": "[[label]]",
        "description": "[[description]]",
        "group": "uk.police.hampshire",
        "artifactName": "rms-records",
        "packageVersion": "2.3.0-20230316-162433",
        "codeVersion": "2.3.0-20230316-162433",
        "author": "Hampshire Constabulary",
        "commands": [COMMAND],
        "iterators": [],
        "triggers": [{"name": "onNewCase", "label": "On a new case", "mainClass": "uk.police.hampshire.rms.NewCaseTrigger"}],
        **given,
    }


def package(document: Json | None = None, **members: bytes) -> bytes:
    """A package's jar."""
    return zipped(
        {
            "META-INF/MANIFEST.MF": b"Manifest-Version: 1.0\r\n\r\n",
            "package.json": json.dumps(package_document() if document is None else document).encode(),
            "locales/en_US.json": json.dumps(LABELS).encode(),
            "uk/police/hampshire/rms/LookUpPersonCommand.class": b"\xca\xfe\xba\xbe\0\0\0\x37" + b"\0" * 40,
            **members,
        }
    )


def old_task(
    commands: bytes, *, properties: bytes = b"<properties ClientVersion='11.3.5'/>", dependencies: bytes = b"<dependencies/>"
) -> bytes:
    """A task of version 11: parts without endings in a package."""
    return zipped(
        {
            "[Content_Types].xml": b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
            "commands": commands,
            "dependencies": dependencies,
            "properties": properties,
            "Document": b"<Document/>",
        }
    )


def victim_update() -> bytes:
    """A bot that does something of everything: the sample of the platform."""
    ask = node("If", "if", inner=(node("MessageBox", "messageBox", content="No case"), node("TaskBot", "stopTask")), branches=(
        node("If", "elseIf", inner=(node("Prompt", "promptForYesNo", message="Send it to $sVictim$?"),)),
        node("If", "else", inner=(node("Python", "python.commands.openScript", script="def f(a):\n    return a"),)),
    ))  # fmt: skip
    ask["attributes"] = [condition("$sCase$", "EQ", "")]
    catch = node("ErrorHandler", "catch", exceptionType={"type": "EXCEPTION", "exceptionName": "BotException", "packageName": "ErrorHandler"},
                 inner=(node("LogToFile", "logToFile", filePath=file("file:///C:/Robots/logs/victim.csv"), logContent="$sError$"),))  # fmt: skip
    attempt = node("ErrorHandler", "try", branches=(catch, node("ErrorHandler", "finally", inner=(node("Window", "closeWindow", window=window("Records", "C:\\RMS\\rms.exe")),))), inner=(
        node("Browser", "openbrowser", browser="CHROME", url="https://rms.hampshire.police.uk/login"),
        node("Recorder", "capture", uiObject={"type": "UIOBJECT", "uiObject": {"blob": "aHR0cHM6Ly9zZWNyZXQuZXhhbXBsZS5vcmc=", "controlType": "TEXTBOX", "browserType": "CHROME", "criteria": {"Name": {"enabled": True, "value": text("Password")}}}}, value=credential("Records", "RMS robot", "password")),
        run(ROOT + "Hampshire/Shared/Write log", sMessage="Signed in"),
    ))  # fmt: skip
    return bot(
        node("Comment", "Comment", comment="Description: tells victims how their case stands"),
        node("Step", "step", title="Get the case", inner=(ask,)),
        node("Loop", "loop.commands.start", inner=(attempt, node("Email", "send", disabled=True, to="nobody@example.org"))),
        node("Email", "sendMailV2", toAddress="victims@hampshire.police.uk", serverHost="mail.hampshire.police.uk"),
        node("ErrorHandler", "throw", message="Done"),
        variables=(
            variable("sCase", input=True, description="Reference of the case"),
            variable("lSent", "LIST", output=True),
            variable("sError"),
            variable("cRms", "CREDENTIAL", credential("Records", "RMS robot", "username")),
        ),
        packages={"String": "5.8.0", "Browser": "3.2.1-20230316-161323", "RmsRecords": "2.3.0-20230316-162433"},
        triggers=({"uid": "t-1", "commandName": "emailTrigger", "packageName": "Email trigger", "attributes": []},),
    )


MAIN, LOG = ROOT + "Hampshire/Victim update/Main", ROOT + "Hampshire/Shared/Write log"


def bot_export() -> bytes:
    """An export with what a bot needs: another bot, a package's jar, and a letter."""
    log = bot(node("LogToFile", "logToFile", logContent="$sMessage$"), variables=(variable("sMessage", input=True),))
    return export(
        {MAIN: victim_update(), LOG: log},
        entries=(
            entry(MAIN, needs=(LOG, ROOT + "Hampshire/Letter.txt")),
            entry(LOG),
            entry(ROOT + "Hampshire/Letter.txt", "text/plain"),
        ),
        packages=(
            ("RmsRecords", "2.3.0-20230316-162433", "rms-records-2.3.0.jar"),
            ("String", "5.8.0", "bot-command-string-5.8.0.jar"),
        ),
        more={"rms-records-2.3.0.jar": package(), ROOT + "Hampshire/Letter.txt": b"Your case is open."},
    )


def samples() -> dict[str, bytes]:
    """A file of every kind by the name it would have."""
    commands = b"<commands><command CommandName='If' Description='If the case is open'/><command CommandName='Run Task' Description='My Tasks\\Log.atmx'/></commands>"
    return {
        "Victim update.zip": bot_export(),
        "rms-records-2.3.0.jar": package(),
        "Victim update": victim_update(),
        "Old.atmx": old_task(commands),
    }
