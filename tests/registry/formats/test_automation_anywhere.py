"""Automation Anywhere: what each kind of file says, what is refused, and what no damage may do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from registry.errors import Unreadable
from registry.formats import inspect, read
from registry.formats.automation_anywhere.values import credential_name, plain_path, repository_path
from registry.formats.model import Argument, Dependency, Inspection, Onward, inspection_from_json
from registry.releases.gates import provided_names
from tests.registry.formats import automation_anywhere_files as aa
from tests.registry.formats.hostile import zipped


def inspected(data: bytes, folder: Path, name: str = "Victim update") -> Inspection:
    path = folder / "file"
    path.write_bytes(data)
    return inspect(path, name)


def refused(data: bytes, folder: Path, name: str = "thing") -> Unreadable:
    with pytest.raises(Unreadable) as error:
        inspected(data, folder, name)
    assert error.value.mend
    return error.value


def test_a_bot_by_itself(tmp_path: Path) -> None:
    found = inspected(aa.victim_update(), tmp_path)
    assert (found.platform, found.kind, found.name, found.version, found.platform_version) == (
        "automation_anywhere", "a360-taskbot", "Victim update", None, "7",
    )  # fmt: skip
    (point,) = found.entry_points
    assert point.inputs == (Argument("sCase", "STRING", description="Reference of the case"),)
    assert point.outputs == (Argument("lSent", "LIST"),)
    assert point.description == "Starts by itself on: Email trigger."
    assert found.dependencies == (
        Dependency("a360-package", "String", "5.8.0"),
        Dependency("a360-package", "Browser", "3.2.1-20230316-161323"),
        Dependency("a360-package", "RmsRecords", "2.3.0-20230316-162433"),
        Dependency("a360-bot", "Automation Anywhere/Bots/Hampshire/Shared/Write log"),
    )
    assert found.to_set.credentials == ("Records/RMS robot",)
    assert found.reach.hosts == ("mail.hampshire.police.uk", "rms.hampshire.police.uk")
    assert found.reach.applications[:2] == ("chrome.exe", "rms.exe")
    assert found.reach.paths == (r"C:\Robots\logs\victim.csv",)
    assert found.reach.addresses == ("victims@hampshire.police.uk",)
    assert inspection_from_json(json.loads(json.dumps(found.as_json()))) == found


def test_a_name_loses_only_the_ending_of_a_document(tmp_path: Path) -> None:
    assert inspected(aa.victim_update(), tmp_path, "Letters v1.2").name == "Letters v1.2"
    assert inspected(aa.victim_update(), tmp_path, "Letters.json").name == "Letters"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_bot_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    assert inspected(aa.victim_update().decode().encode(encoding), tmp_path).kind == "a360-taskbot"


def test_a_bot_without_actions_is_a_bot(tmp_path: Path) -> None:
    found = inspected(aa.bot(packages={"String": "5.8.0"}), tmp_path)
    assert (found.kind, found.steps, [need.name for need in found.dependencies]) == ("a360-taskbot", (), ["String"])


def test_steps_lie_in_one_another_and_lead_on(tmp_path: Path) -> None:
    by_action = {step.action: step for step in inspected(aa.victim_update(), tmp_path).steps}
    step, ask, stop = by_action["Step: step"], by_action["If: if"], by_action["TaskBot: stopTask"]
    assert (step.name, step.kind, step.within, step.part) == ("Get the case", "group", "", "Victim update")
    assert (ask.kind, ask.within, ask.name) == ("decision", step.id, "If $sCase$")
    assert (stop.kind, stop.within, stop.onward) == ("end", ask.id, (Onward(""),))
    other = by_action["If: elseIf"]
    assert ask.onward == (Onward(by_action["MessageBox: messageBox"].id, "Yes"), Onward(other.id, "No"))
    asked, code = by_action["Prompt: promptForYesNo"], by_action["Python: python.commands.openScript"]
    assert other.onward == (Onward(asked.id, "Yes"), Onward(code.id, "No"))
    assert (other.within, asked.within, code.within) == (ask.id, other.id, ask.id)
    assert (asked.kind, asked.human, code.kind, code.language) == ("human", True, "code", "python")
    start = by_action["Email trigger: emailTrigger"]
    assert (start.kind, start.onward) == ("start", (Onward(step.id),))


def test_errors_lead_to_what_catches_them_and_all_ways_to_what_is_done_in_any_case(tmp_path: Path) -> None:
    by_action = {step.action: step for step in inspected(aa.victim_update(), tmp_path).steps}
    attempt, catch, last = (by_action[f"ErrorHandler: {name}"] for name in ("try", "catch", "finally"))
    opened, call = by_action["Browser: openbrowser"], by_action["TaskBot: runTask"]
    assert attempt.onward == (Onward(opened.id), Onward(catch.id, "BotException", on_error=True))
    assert (call.kind, call.name, call.onward) == ("call", "Run bot: Write log", (Onward(last.id),))
    assert (catch.kind, catch.name, catch.within, catch.onward) == ("exception", "Catch BotException", attempt.id, (Onward(last.id),))
    assert by_action["LogToFile: logToFile"].within == catch.id
    throw = by_action["ErrorHandler: throw"]
    assert (throw.kind, throw.onward) == ("exception", (Onward("", on_error=True),))


def test_comments_and_what_is_switched_off_are_no_steps(tmp_path: Path) -> None:
    found = inspected(
        aa.bot(
            aa.node("Comment", "Comment", comment="Why"),
            aa.node("Loop", "loop.commands.start", disabled=True, inner=(aa.node("Email", "send", to="nobody@example.org"),)),
            aa.node("String", "assign", sourceString="x", returns="sName"),
        ),
        tmp_path,
    )
    assert [step.name for step in found.steps] == ["String: assign to $sName$"]
    assert found.reach.addresses == ()


@pytest.mark.parametrize(
    ("package", "command", "kind", "language"),
    [
        ("MessageBox", "messageBox", "action", ""),
        ("Prompt", "promptForValue", "human", ""),
        ("Interactive forms", "displayForm", "human", ""),
        ("Interactive forms", "closeForm", "action", ""),
        ("Approval", "createApproval", "human", ""),
        ("VBScript", "runScript", "code", "vbscript"),
        ("JavaScript", "openJavaScript", "code", "javascript"),
        ("Browser", "RunJavaScript", "code", "javascript"),
        ("DLL", "RunCSharpDLL", "code", "csharp"),
        ("Python", "python.commands.closeScript", "action", ""),
        ("Loop", "loop.commands.start", "group", ""),
        ("Loop", "loop.commands.break", "action", ""),
        ("TaskBot", "runTask", "call", ""),
        ("", "something", "action", ""),
    ],
)
def test_kinds(package: str, command: str, kind: str, language: str, tmp_path: Path) -> None:
    (step,) = inspected(aa.bot(aa.node(package, command)), tmp_path).steps
    assert (step.kind, step.language, step.human) == (kind, language, kind == "human")


def test_ids_are_the_editors_and_each_is_one_steps(tmp_path: Path) -> None:
    first, second, third = (aa.node("String", "assign", sourceString=str(number)) for number in range(3))
    second["uid"] = first["uid"]
    del third["uid"]
    ids = [step.id for step in inspected(aa.bot(first, second, third), tmp_path).steps]
    assert ids[0] == first["uid"]
    assert len(set(ids)) == 3
    assert all(ids)


def test_an_export(tmp_path: Path) -> None:
    found = inspected(aa.samples()["Victim update.zip"], tmp_path, "export.zip")
    assert (found.kind, found.name, found.version, found.platform_version) == ("a360-bot-export", "Main", None, "7")
    assert [point.name for point in found.entry_points] == ["Main"]
    assert {step.part for step in found.steps} == {"Main", "Write log"}
    needs = {(need.ecosystem, need.name): need.included for need in found.dependencies}
    assert needs == {
        ("a360-package", "RmsRecords"): True,
        ("a360-package", "String"): False,
        ("a360-package", "Browser"): False,
        ("a360-package", "LogToFile"): False,
        ("a360-bot", aa.LOG): True,
    }
    assert len(found.files) == 5


def test_an_export_provides_its_bots_by_their_paths_and_a_package_its_name(tmp_path: Path) -> None:
    whole = aa.samples()["Victim update.zip"]
    assert {("a360-bot", path.casefold()) for path in (aa.MAIN, aa.LOG)} <= provided_names(inspected(whole, tmp_path))
    assert not [name for ecosystem, name in provided_names(inspected(whole, tmp_path)) if ecosystem == "a360-package"]
    assert provided_names(inspected(aa.package(), tmp_path)) == {("a360-package", "rmsrecords")}


def test_an_export_one_folder_down_with_descriptions(tmp_path: Path) -> None:
    entries = (aa.entry(aa.MAIN, author="R. Obot", description="Tells victims"), aa.entry(aa.LOG))
    data = aa.export({aa.MAIN: aa.bot(aa.run(aa.LOG)), aa.LOG: aa.bot()}, entries=entries, folder="victim-main/")
    found = inspected(data, tmp_path)
    assert (found.kind, found.name, found.description, found.authors) == ("a360-bot-export", "Main", "Tells victims", ("R. Obot",))
    assert found.dependencies[-1] == Dependency("a360-bot", aa.LOG, None, True)
    assert ("a360-bot", aa.MAIN.casefold()) in provided_names(found)


def test_several_bots_that_none_calls_go_by_their_folder(tmp_path: Path) -> None:
    bots = {f"{aa.ROOT}Hampshire/Letters/{name}": aa.bot() for name in ("Print", "Send")}
    found = inspected(aa.export(bots), tmp_path)
    assert (found.name, [point.name for point in found.entry_points]) == ("Letters", ["Print", "Send"])
    assert inspected(aa.export({f"{aa.ROOT}A": aa.bot(), f"{aa.ROOT}B": aa.bot()}), tmp_path).name is None


def test_bots_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    first, second = aa.ROOT + "Letters/Main", aa.ROOT + "Cases/Main"
    found = inspected(aa.export({first: aa.bot(aa.run(second)), second: aa.bot(aa.node("String", "trim"))}), tmp_path)
    assert [point.name for point in found.entry_points] == ["Letters/Main"]
    assert [step.part for step in found.steps] == ["Letters/Main", "Cases/Main"]


def test_bots_in_a_ring_are_all_where_it_starts(tmp_path: Path) -> None:
    bots = {aa.MAIN: aa.bot(aa.run(aa.LOG)), aa.LOG: aa.bot(aa.run(aa.MAIN))}
    assert [point.name for point in inspected(aa.export(bots), tmp_path).entry_points] == ["Main", "Write log"]


@pytest.mark.parametrize("kind", ["taskbot", "taskbot+template", "headlessbot", "workflow"])
def test_every_type_of_bot_is_read(kind: str, tmp_path: Path) -> None:
    found = inspected(aa.export({aa.MAIN: aa.bot(aa.node("Prompt", "promptForValue"))}, entries=(aa.entry(aa.MAIN, kind),)), tmp_path)
    assert [step.human for step in found.steps] == [True]


def stage(command: str, uid: str, *inner: aa.Json, **given: aa.Json | str) -> aa.Json:
    return {**aa.node("HBCWorkflow", command, inner=inner, **given), "uid": uid}


def test_a_process_leads_from_form_to_bot_and_people_decide(tmp_path: Path) -> None:
    form, bot = aa.ROOT + "Check the case", aa.MAIN
    refuse = aa.node(
        "If",
        "if",
        inner=(stage("schedule", "s2", stepId="b"),),
        branches=(aa.node("If", "else", inner=(stage("exit", "x1", caseExit="REFUSED"),)),),
    )
    process = aa.bot(
        stage("InitialStep", "i", stage("schedule", "s1", stepId="f"), stepTitle="Ask for an update"),
        stage("FormStep", "f", refuse, stepTitle="Check the case", stepInput={"type": "TASKBOT", "taskbotFile": {"type": "FILE", "string": f"repository:///{form}"}}),
        stage("BotStep", "b", stage("exit", "x2", caseExit="SUCCESS"), stepAlias="Send", stepInput={"taskbotFile": {"string": f"repository:///{bot}"}}),
        packages={},
    )  # fmt: skip
    path = aa.ROOT + "Victim process"
    data = aa.export(
        {path: process, bot: aa.bot()}, entries=(aa.entry(path, "workflow"), aa.entry(bot), aa.entry(form, "form")), more={form: b"{}"}
    )
    found = inspected(data, tmp_path)
    assert (found.name, [point.name for point in found.entry_points]) == ("Victim process", ["Victim process"])
    assert [(step.id, step.name, step.kind, step.human, step.onward) for step in found.steps] == [
        ("i", "Ask for an update", "start", False, (Onward("f"),)),
        ("f", "Check the case", "human", True, (Onward("b", "Yes"), Onward("x1", "No"))),
        ("x1", "REFUSED", "end", False, (Onward(""),)),
        ("b", "Send", "call", False, (Onward("x2"),)),
        ("x2", "SUCCESS", "end", False, (Onward(""),)),
    ]
    assert found.dependencies == (Dependency("a360-bot", form, None, True), Dependency("a360-bot", bot, None, True))


def test_forms_are_needed_and_data_is_not(tmp_path: Path) -> None:
    form, letter, gone = aa.ROOT + "Ask", aa.ROOT + "Letter.docx", aa.ROOT + "Elsewhere/Tidy up"
    entries = (
        aa.entry(aa.MAIN, needs=(form, letter, gone)),
        aa.entry(form, "form"),
        aa.entry(letter, "application/msword"),
        aa.entry(aa.ROOT + "Folder", "directory"),
    )
    found = inspected(aa.export({aa.MAIN: aa.bot()}, entries=entries, more={form: b"{}", letter: b"x"}), tmp_path)
    assert found.dependencies == (Dependency("a360-bot", form, None, True), Dependency("a360-bot", gone, None, False))


def test_a_bot_that_cannot_be_read_is_noted_and_stops_nothing(tmp_path: Path) -> None:
    broken, absent = aa.ROOT + "Broken", aa.ROOT + "Absent"
    entries = (aa.entry(aa.MAIN), aa.entry(broken), aa.entry(absent))
    found = inspected(aa.export({aa.MAIN: aa.bot(), broken: b"{"}, entries=entries), tmp_path)
    assert all(any(path in note.text for path in (broken, absent)) for note in found.notes)
    assert {note.code for note in found.notes} == {"bot_damaged", "bot_not_exported"}
    assert refused(aa.export({broken: b"{"}), tmp_path).code == "bot_missing"


def test_of_very_many_actions_those_of_the_bot_it_starts_with_are_shown(tmp_path: Path) -> None:
    many = aa.bot(*(aa.node("String", "assign", sourceString=str(number)) for number in range(3000)))
    bots = {aa.LOG: many, aa.ROOT + "Other": many, aa.MAIN: aa.bot(aa.run(aa.LOG), aa.run(aa.ROOT + "Other"))}
    found = inspected(aa.export(bots), tmp_path)
    assert (len(found.steps), found.steps[0].part) == (5000, "Main")
    assert [note.text for note in found.notes] == ["There are 6002 actions; the first 5000 are shown."]


def test_windows_credentials_connections_queues_and_hosts(tmp_path: Path) -> None:
    found = inspected(
        aa.bot(
            aa.node("Window", "activateWindow", window=aa.window("Mail*Outlook")),
            aa.node("Window", "closeWindow", window=aa.window("Notes", "C:/Program Files/Notes/NOTES.EXE")),
            aa.node("Browser", "openbrowser", browser="EDGE", url="https://www.example.org/a?b=$sCase$"),
            aa.node("Email", "emailConnect", serverHost="smtp://smtp.example.org", port="25"),
            aa.node(
                "SharePoint",
                "Authentication",
                connection={"type": "OAUTHCONNECTION", "oauthConnection": {"connectionName": "SharePointV2"}},
            ),
            aa.node("Workload", "insertWorkItem", queueName="Victims"),
            aa.node("Database", "connect", serverName="$sServer$"),
            aa.node(
                "File", "copyFiles", sourceFilePath=aa.file("file:///C:/Robots/in%20here/a.xls"), destinationPath="\\\\files01\\robots\\out"
            ),
        ),
        tmp_path,
    )
    assert found.reach.applications == ("Mail*Outlook", "notes.exe", "msedge.exe", "smtp.example.org", "www.example.org")
    assert found.reach.hosts == ("smtp.example.org", "www.example.org")
    assert found.reach.paths == (r"C:\Robots\in here\a.xls", r"\\files01\robots\out")
    assert (found.to_set.connections, found.to_set.queues) == (("SharePointV2",), ("Victims",))


def test_what_a_recording_holds_is_never_told(tmp_path: Path) -> None:
    found = inspected(aa.victim_update(), tmp_path)
    assert "secret.example.org" not in json.dumps(found.as_json())


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("file:///C:/temp/a%20b.xls", r"C:\temp\a b.xls"),
        ("file://server/share/a", r"\\server\share\a"),
        ("file:////server/share/a", r"\\server\share\a"),
        ("file://$sFolder$/a.csv", r"$sFolder$\a.csv"),
        ("C:\\temp", "C:\\temp"),
    ],
)
def test_paths_as_windows_writes_them(written: str, told: str) -> None:
    assert plain_path(written) == told


def test_addresses_of_the_repository_and_of_the_vault() -> None:
    assert repository_path("repository:///Automation%20Anywhere/Bots/A%20b") == "Automation Anywhere/Bots/A b"
    assert repository_path("https://example.org") is None
    assert credential_name({"credential": {"name": "RMS"}}) == "RMS"
    assert credential_name({"credentialName": "RMS", "lockerName": "Records"}) == "Records/RMS"
    assert credential_name({"credential": [1]}) is None


def test_a_package(tmp_path: Path) -> None:
    found = inspected(aa.package(), tmp_path, "rms-records.jar")
    assert (found.kind, found.name, found.version, found.title) == ("a360-package", "RmsRecords", "2.3.0-20230316-162433", "Records")
    assert (found.description, found.authors) == ("Looks people up in the records system.", ("Hampshire Constabulary",))
    look, trigger = found.entry_points
    assert look.name == "lookUpPerson"
    assert look.description == "Gives what is known of a person."
    assert look.inputs == (
        Argument("reference", "TEXT", True, "Reference"),
        Argument("how", "SELECT", False, "How"),
        Argument("key", "CREDENTIAL", False, "Key"),
    )
    assert look.outputs == (Argument("What is known", "DICTIONARY", True),)
    assert (trigger.name, trigger.outputs) == ("onNewCase", ())
    assert [(step.kind, step.language, step.name) for step in found.steps] == [
        ("code", "java", "Look up a person"),
        ("code", "java", "On a new case"),
    ]
    assert [note.code for note in found.notes] == ["package_code"]


@pytest.mark.parametrize("version", ["2.14.0", "1.2-20200521-104916"])
def test_a_packages_version_is_as_it_is_written(version: str, tmp_path: Path) -> None:
    assert inspected(aa.package(aa.package_document(packageVersion=version)), tmp_path).version == version


def test_a_package_says_which_bot_agent_it_needs(tmp_path: Path) -> None:
    commands = [{"name": "a", "minimumBotAgentVersion": "20.9"}, {"name": "b", "minimumBotAgentVersion": "20.11"}]
    assert inspected(aa.package(aa.package_document(commands=commands)), tmp_path).platform_version == ">=20.11"


def test_actions_in_files_of_their_own(tmp_path: Path) -> None:
    document = aa.package_document(commands=["lookUpPerson", {"name": "other", "path": "commands/other.json"}], label="No [[such]] label")
    extra = {"commands/lookUpPerson.json": json.dumps(aa.COMMAND).encode(), "commands/other.json": b'{"returnType": "NUMBER"}'}
    found = inspected(aa.package(document, **extra), tmp_path)
    assert [(point.name, [one.type for one in point.outputs]) for point in found.entry_points[:2]] == [
        ("lookUpPerson", ["DICTIONARY"]),
        ("other", ["NUMBER"]),
    ]
    assert found.title == "No such label"


def test_other_jars_are_refused_and_marks_of_other_platforms_are_left_to_them(tmp_path: Path) -> None:
    manifest = {"META-INF/MANIFEST.MF": b"Manifest-Version: 1.0\r\n\r\n"}
    assert refused(zipped({**manifest, "org/a/B.class": b"\xca\xfe\xba\xbe"}), tmp_path).code == "jar_not_a_package"
    assert refused(zipped({**manifest, "package.json": b'{"name": "left-pad", "version": "1.0.0"}'}), tmp_path).code == "jar_not_a_package"
    assert (
        inspected(
            zipped({**manifest, "pay.bpmn": b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>'}), tmp_path
        ).platform
        == "bpmn"
    )
    assert refused(aa.package({"packageVersion": "1", "commands": []}), tmp_path).code == "jar_without_name"


def test_the_plain_jar_of_the_corpus_is_refused(corpus: Path) -> None:
    with pytest.raises(Unreadable) as error:
        inspect(corpus / "automation_anywhere" / "log4j-api-2.12.1.jar")
    assert error.value.code == "jar_not_a_package"


def test_an_old_task_in_xml(tmp_path: Path) -> None:
    commands = (
        b"<commands><command CommandName='Comment' Description='why'/><command CommandName='If' Description='If the case is open'/>"
        b"<command CommandName='Prompt' Description='For value'/><command CommandName='Launch Website' Description='https://rms.example.org/'/>"
        b"<command CommandName='Run Task' Description='My Tasks\\Hampshire\\Log.atmx'/></commands>"
    )
    found = inspected(aa.old_task(commands), tmp_path, "Victim.atmx")
    assert (found.kind, found.name, found.version, found.platform_version) == ("aa-v11-atmx", "Victim", None, "11.3.5")
    assert [(step.kind, step.human) for step in found.steps] == [("decision", False), ("human", True), ("action", False), ("call", False)]
    assert found.dependencies == (Dependency("a360-bot", "My Tasks/Hampshire/Log.atmx"),)
    assert found.reach.hosts == ("rms.example.org",)


def test_an_old_task_in_lines_or_packed(tmp_path: Path) -> None:
    found = inspected(aa.old_task(b"Start Loop: Times: 3\r\nRun Program: C:\\RMS\\rms.exe\r\nEnd Loop\r\n"), tmp_path, "Victim.atmx")
    assert [(step.action, step.kind) for step in found.steps] == [("Start Loop", "group"), ("Run Program", "action"), ("End Loop", "group")]
    assert found.reach.applications == ("rms.exe",)
    packed = inspected(aa.old_task(b"\x9c\x00\xff\xfe\x80\x81" * 9, properties=b"\xff\x00"), tmp_path, "Victim.atmx")
    assert (packed.steps, [note.code for note in packed.notes]) == ((), ["atmx_commands_unread", "atmx_old"])


@pytest.mark.parametrize(
    "data",
    [
        b'{"nodes": [{"commandName": 5, "packageName": [], "attributes": {"a": 1}, "children": "x", "branches": [null, 3]}], "variables": 1}',
        b'{"nodes": [{"commandName": "if", "packageName": "If", "branches": [{"commandName": "else"}]}], "packages": [1, {}], "properties": []}',
        b'{"nodes": [{"commandName": "try", "packageName": "ErrorHandler"}], "triggers": {"a": []}, "variables": [{"name": 1, "input": true}]}',
    ],
)
def test_odd_shapes_are_read(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "odd"
    path.write_bytes(data)
    found, content = read(path)
    assert found.kind == "a360-taskbot"
    assert content.of("unread") == ()


def test_what_is_nested_without_end_is_refused(tmp_path: Path) -> None:
    opened = b'{"commandName": "if", "packageName": "If", "children": ['
    data = b'{"nodes": [' + opened * 90 + b"]}" * 90 + b'], "packages": [], "variables": []}'
    assert refused(data, tmp_path).code == "bot_too_deep"
    endless = b'{"nodes": [' + opened * 100_000 + b"]}" * 100_000 + b"]}"
    assert refused(endless, tmp_path).code == "json_depth"


def test_a_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    data = b'{"nodes": [{"commandName": "assign", "packageName": "String", "uid": "1", "uid": "2"}], "packages": [], "variables": []}'
    assert refused(data, tmp_path).code == "json_duplicate_key"


def test_a_hundred_other_branches_are_no_depth(tmp_path: Path) -> None:
    branches = tuple(aa.node("If", "elseIf", inner=(aa.node("String", "trim", sourceString=str(number)),)) for number in range(100))
    found = inspected(aa.bot(aa.node("If", "if", branches=branches)), tmp_path)
    assert len(found.steps) == 201
    assert len({step.within for step in found.steps}) == 102


def test_texts_are_told_with_the_editors_lines(tmp_path: Path) -> None:
    path = tmp_path / "Victim update"
    path.write_bytes(aa.victim_update())
    content = read(path)[1]
    url = next(one for one in content.fragments if one.text == "https://rms.hampshire.police.uk/login")
    assert url.at(0) == "Action “Browser: openbrowser”, url, line 12"
    assert "RMS robot" not in {one.text for one in content.fragments}, "a reference to the vault is no text"
    script = next(one for one in content.fragments if one.form == "code")
    assert (script.language, script.at(script.text.index("return"))) == (
        "python", "Action “Python: python.commands.openScript”, line 9, script, line 2",
    )  # fmt: skip
    assert next(one for one in content.fragments if "$sVictim$" in one.text).form == "expression"
    assert ("code", "python") in {(fact.kind, fact.what) for fact in content.facts}


def test_pictures_that_the_recorder_keeps_beside_a_bot(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    path.write_bytes(aa.export({aa.MAIN: aa.bot()}, more={f"{aa.MAIN}Metadata/9c1d.png": b"\x89PNG\r\n\x1a\n" + b"x" * 99}))
    assert [fact.where for fact in read(path)[1].of("image")] == [f"{aa.MAIN}Metadata/9c1d.png"]
