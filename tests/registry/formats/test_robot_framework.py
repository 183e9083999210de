"""Robots in a zip and suites as text: tasks, steps in their structures, what is needed, reached and set; in other languages too."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry.errors import Unreadable
from registry.formats import inspect
from registry.formats.arguments import Argument
from registry.formats.model import Dependency, EntryPoint, Inspection, Step
from registry.formats.robot_framework.suite import read_suite
from registry.formats.robot_framework.words import SECTIONS
from tests.registry.formats.hostile import zipped

ROBOT = "tasks:\n  Pay fines:\n    shell: python -m robot --report NONE -v KEY:hunter2 -d output tasks.robot\ncondaConfigFile: conda.yaml\n"
CONDA = (
    "channels:\n- conda-forge\ndependencies:\n- python=3.10.12\n- conda-forge::pip 23.2\n- pip:\n  - rpaframework[aws]==28.*  # all of it\n"
)
SUITE = "*** Tasks ***\nPay fines\n    Log    Done\n"


def read(folder: Path, data: bytes, name: str = "sent") -> Inspection:
    path = folder / "sent"
    path.write_bytes(data)
    return inspect(path, name)


def suite(folder: Path, text: str, name: str = "tasks.robot") -> Inspection:
    return read(folder, text.encode(), name)


def robot(files: dict[str, str] | None = None, top: str = "") -> bytes:
    members = {"robot.yaml": ROBOT, "conda.yaml": CONDA, "tasks.robot": SUITE, **(files or {})}
    return zipped({top + name: text.encode() for name, text in members.items()})


def steps(found: Inspection) -> list[tuple[str, str, str]]:
    return [(step.kind, step.name, step.within) for step in found.steps]


# Robots in a zip


@pytest.mark.parametrize("top", ["", "robot-main/"])
def test_a_robot(tmp_path: Path, top: str) -> None:
    found = read(tmp_path, robot(top=top))
    assert (found.platform, found.kind, found.name, found.version) == ("robot_framework", "robocorp-robot-zip", None, None)
    assert found.entry_points == (EntryPoint("Pay fines", description="Runs tasks.robot."),)
    assert found.dependencies == (
        Dependency("conda", "python", "=3.10.12"),
        Dependency("conda", "pip", "23.2"),
        Dependency("pypi", "rpaframework", "==28.*"),
    )
    assert len(found.files) == 3
    assert "hunter2" not in repr(found)


def test_environments_for_several_machines(tmp_path: Path) -> None:
    configs = "tasks:\n  A: {command: [python, a.py]}\nenvironmentConfigs:\n- environment_linux_amd64_freeze.yaml\n- env/windows.yaml\n- conda.yaml\n"
    files = {
        "robot.yaml": configs,
        "environment_linux_amd64_freeze.yaml": "dependencies: [openssl=3.1.4]",
        "env/windows.yaml": "dependencies:\n- pywin32\n- pip:\n  - -r requirements.txt\n  - --index-url https://example.org\n  - ./wheels/own_thing-1.2-py3-none-any.whl\n",
        "env/requirements.txt": "requests>=2  \\\n  ; python_version > '3'\n# comment\n-r more.txt\ngit+https://example.org/a/tool.git@v1\nhttps://git.example.org/a/bot/archive/0a1b.tar.gz\n",
        "env/more.txt": "lxml\n-r requirements.txt\n",
    }
    needs = {(need.ecosystem, need.name, need.range, need.included) for need in read(tmp_path, robot(files)).dependencies}
    assert needs == {
        ("conda", "pywin32", None, False),
        ("conda", "python", "=3.10.12", False),
        ("conda", "pip", "23.2", False),
        ("pypi", "requests", ">=2", False),
        ("pypi", "lxml", None, False),
        ("pypi", "tool", None, False),
        ("pypi", "bot", None, False),
        ("pypi", "own-thing", "==1.2", True),
        ("pypi", "rpaframework", "==28.*", False),
    }
    only = {
        "robot.yaml": configs.replace("- env/windows.yaml\n- conda.yaml\n", ""),
        "environment_linux_amd64_freeze.yaml": "dependencies: [openssl=3.1.4]",
    }
    assert read(tmp_path, robot(only)).dependencies == (Dependency("conda", "openssl", "=3.1.4"),)


def test_what_a_robot_carries_itself(tmp_path: Path) -> None:
    text = "*** Settings ***\nLibrary    Orders\nLibrary    libs/Mail.py\nLibrary    RPA.HTTP    WITH NAME    http\nResource    ${CURDIR}/shared.resource\nResource    elsewhere.resource\nVariables    vars.py\n*** Tasks ***\nA\n    Log    x\n"
    found = read(
        tmp_path, robot({"tasks.robot": text, "libraries/Orders.py": "", "libs/Mail.py": "", "shared.resource": "", "vars.py": ""})
    )
    own = [need for need in found.dependencies if need.ecosystem.startswith("robot-")]
    assert own == [
        Dependency("robot-library", "Orders", included=True),
        Dependency("robot-library", "libs/Mail.py", included=True),
        Dependency("robot-library", "RPA.HTTP"),
        Dependency("robot-resource", "${CURDIR}/shared.resource", included=True),
        Dependency("robot-resource", "elsewhere.resource"),
        Dependency("robot-resource", "vars.py", included=True),
    ]


def test_secrets_by_name_only(tmp_path: Path) -> None:
    text = (
        "*** Settings ***\nLibrary    RPA.Robocorp.WorkItems\n*** Variables ***\n${VAULT}    fines system\n*** Tasks ***\nA\n"
        "    ${secret}=    Get Secret    ${VAULT}\n    RPA.Robocorp.Vault.Get Secret    secret_name=register\n    Get Secret    ${unknown}\n"
        "    Wait Until Keyword Succeeds    3x    1s    Get Secret    inner\n    Get Text Asset    folder\n"
        "    Log    %{FINES_HOST} %{FINES_PORT=443}\n    Get Environment Variable    FINES_USER\n"
    )
    code = "from robocorp import vault, storage\nvault.get_secret('python secret')\nstorage.get_json('limits')\n"
    files = {
        "tasks.robot": text,
        "code.py": code,
        "devdata/vault.json": '{"swaglabs": {"password": "hunter2"}}',
        "devdata/env.json": '{"RC_WORKSPACE": "hunter3"}',
    }
    found = read(tmp_path, robot(files))
    assert set(found.to_set.credentials) == {"fines system", "register", "inner", "python secret", "swaglabs"}
    assert found.to_set.assets == ("folder", "limits")
    assert set(found.to_set.environment_variables) == {"FINES_HOST", "FINES_PORT", "FINES_USER", "RC_WORKSPACE"}
    assert [note.code for note in found.notes] == ["work_items"]
    assert "hunter" not in repr(found)


def test_secrets_that_libraries_take_and_servers_that_they_are_told(tmp_path: Path) -> None:
    text = (
        "*** Settings ***\nLibrary    RPA.Email.ImapSmtp    smtp_server=SMTP.example.org    imap_server=${IMAP}\n"
        "Library    RPA.Cloud.AWS    robocorp_vault_name=clouds\n*** Variables ***\n${SAFE}    safe\n*** Tasks ***\nA\n"
        "    Set Robocorp Vault    vault_name=${SAFE}    vault_secret_key=key\n    Connect    host=db.example.org    server=local\n"
    )
    vault = "# for trying it out\nmailbox:\n  password: hunter2\n"
    found = read(tmp_path, robot({"tasks.robot": text, "devdata/vault.yaml": vault, "devdata/env.yml": "- not a mapping\n"}))
    assert set(found.to_set.credentials) == {"clouds", "safe", "mailbox"}
    assert found.reach.hosts == ("smtp.example.org", "db.example.org")
    assert "hunter2" not in repr(found)


def test_a_secrets_name_may_stand_in_another_file(tmp_path: Path) -> None:
    files = {
        "tasks.robot": "*** Settings ***\nResource    names.resource\n*** Variables ***\n${OWN}    mine\n*** Tasks ***\nA\n    Get Secret    ${VAULT}\n    Get Secret    ${OWN}\n",
        "names.resource": "*** Variables ***\n${VAULT}    register\n${OWN}    theirs\n",
    }
    assert read(tmp_path, robot(files)).to_set.credentials == ("register", "mine")


def test_a_command_that_names_a_file_starts_the_task_in_it(tmp_path: Path) -> None:
    files = {
        "robot.yaml": "tasks:\n  Split: {shell: python -m robocorp.tasks run src/split.py}\n  Pay: {shell: python -m robocorp.tasks run pay.py}\n"
        "  All: {shell: python -m robocorp.tasks run .}\n",
        "src/split.py": "@task\ndef split(limit: int):\n    'Splits orders.'\n",
        "pay.py": "@task\ndef pay():\n    pass\n@task\ndef refund(case: str):\n    pass\n",
    }
    found = read(tmp_path, robot(files)).entry_points
    assert [(point.name, [one.name for one in point.inputs], point.description) for point in found] == [
        ("Split", ["limit"], "Splits orders."),
        ("Pay", [], "Runs pay.py."),
        ("All", [], ""),
    ]


def test_programs_that_python_tasks_drive(tmp_path: Path) -> None:
    code = (
        "import win32com.client\nfrom RPA.Excel.Application import Application\nimport RPA.SAP\n"
        "word = win32com.client.Dispatch('Word.Application')\nPAD = 'C:\\\\Program Files (x86)\\\\Pay\\\\pay.exe'\n"
        "SHARE = '\\\\\\\\files\\\\fines\\\\a.csv'\nRAW = r'\\\\files\\raw\\b.csv'\n"
    )
    found = read(tmp_path, robot({"tasks.py": code}))
    assert set(found.reach.applications) == {"pay.exe", "Microsoft Excel", "Microsoft Word", "SAP GUI"}
    assert found.reach.paths == (r"C:\Program Files (x86)\Pay\pay.exe", r"\\files\fines\a.csv", r"\\files\raw\b.csv")


def test_a_robot_of_python_tasks_takes_what_its_function_takes(tmp_path: Path) -> None:
    code = 'from robocorp.tasks import task\n@task\ndef pay(case: str, amount: int = 0) -> bool:\n    """Pays a fine."""\n    return True\n'
    single = robot({"robot.yaml": "tasks:\n  Pay:\n    shell: python -m robocorp.tasks run tasks.py\n", "tasks.py": code})
    inputs = (Argument("case", "str", required=True), Argument("amount", "int", required=False))
    assert read(tmp_path, single).entry_points == (EntryPoint("Pay", inputs, (Argument("result", "bool"),), "Pays a fine."),)
    two = code + "@task\ndef other():\n    pass\n"
    named = robot({"robot.yaml": "tasks:\n  Pay:\n    shell: python -m robocorp.tasks run tasks.py -t pay\n", "tasks.py": two})
    assert read(tmp_path, named).entry_points[0].inputs == inputs
    unclear = robot({"robot.yaml": "tasks:\n  Pay:\n    shell: python -m robocorp.tasks run tasks.py\n", "tasks.py": two})
    assert read(tmp_path, unclear).entry_points == (EntryPoint("Pay", description="Runs tasks.py."),)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("condaConfigFile: conda.yaml", "robot_without_tasks"),
        ("tasks: []", "robot_without_tasks"),
        ("- a", "robot_without_tasks"),
        ("", "robot_without_tasks"),
        ("tasks: [", "yaml_damaged"),
        ("tasks: !!python/name:os.system x", "yaml_tag"),
    ],
)
def test_robots_that_cannot_be_read(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(tmp_path, robot({"robot.yaml": text}))
    assert (refused.value.code, refused.value.where) == (code, "robot.yaml")
    assert refused.value.mend


@pytest.mark.parametrize(
    ("conda", "names"),
    [
        ("", []),
        ("dependencies: x", []),
        ("dependencies: {a: b}", []),
        ("dependencies: [1, {pip: x}, {pip: [1, [], '']}, [], ok]", ["1", "1", "ok"]),
    ],
)
def test_conda_files_of_another_shape(tmp_path: Path, conda: str, names: list[str]) -> None:
    assert [need.name for need in read(tmp_path, robot({"conda.yaml": conda})).dependencies] == names


@pytest.mark.parametrize(
    "task", ["tasks: {A: }", "tasks: {A: x}", "tasks: {A: {shell: [1]}}", "tasks: {A: {command: {a: b}}}", 'tasks: {A: {shell: "\'"}}']
)
def test_tasks_of_another_shape_are_still_named(tmp_path: Path, task: str) -> None:
    assert [point.name for point in read(tmp_path, robot({"robot.yaml": task})).entry_points] == ["A"]


# Suites


def test_a_suite(tmp_path: Path) -> None:
    found = suite(
        tmp_path,
        "*** Settings ***\nDocumentation    Pays fines\n...    in the register\nMetadata    Version    1.2\nMetadata    Author    Hampshire\nName    Fines\n"
        "Library    RPA.Excel.Application\n*** Variables ***\n${URL}    https://fines.example.org/in\n*** Test Cases ***    Input\nPay one    Log    x\n"
        "Pay many\n    [Documentation]    Of a table\n    Run Process    C:\\\\fines\\\\pay.exe\n*** Tasks ***\nPay one\n",
    )
    assert (found.kind, found.name, found.version, found.description) == (
        "robotframework-suite",
        "Fines",
        "1.2",
        "Pays fines in the register",
    )
    assert found.authors == ("Hampshire",)
    assert found.entry_points == (EntryPoint("Pay one"), EntryPoint("Pay many", description="Of a table"))
    assert found.reach.applications == ("pay.exe", "Microsoft Excel")
    assert (found.reach.hosts, found.reach.paths) == (("fines.example.org",), ("C:\\fines\\pay.exe",))


def test_a_resource_offers_its_keywords(tmp_path: Path) -> None:
    found = suite(
        tmp_path,
        "*** Keywords ***\nPay fine\n    [Arguments]    ${case}    ${amount: int}=0    @{rest}    &{named}\n    ${a}    ${b}=    Ask    ${case}\n    RETURN    ${a}    ${b}\n"
        "Close ${kind} case\n    [Return]    done\n",
        "fines.resource",
    )
    pay, close = found.entry_points
    assert pay.inputs == (
        Argument("case", "", required=True),
        Argument("amount", "int", required=False),
        Argument("rest", "", required=False),
        Argument("named", "", required=False),
    )
    assert [one.name for one in pay.outputs] == ["a", "b"]
    assert (close.inputs, [one.name for one in close.outputs]) == ((Argument("kind", "", required=True),), ["result"])


def test_steps_stand_in_their_structures(tmp_path: Path) -> None:
    found = suite(
        tmp_path,
        "*** Tasks ***\nPay\n    FOR    ${case}    IN    @{cases}\n        IF    ${case}\n            Pay fine    ${case}\n        ELSE\n            Log    none\n"
        "        END\n    END\n    TRY\n        Open Register\n    EXCEPT    Closed\n        Fail    closed\n    END\n    IF    $x    Log    a    ELSE IF    $y    Log    b\n"
        "    ${answer}=    Get Value From User    Pay?\n    Run Keyword If    $x    Dialogs.Pause Execution\n    WHILE    True\n        BREAK\n    END\n"
        "    Given pay fine    1\n    Execute Javascript    return 1\n    [Teardown]    Close Register\n*** Keywords ***\nPay Fine\n    [Arguments]    ${case}\n    No Operation\n",
    )
    pay = [step for step in found.steps if step.part == "Pay"]
    assert [(step.kind, step.action, step.within) for step in pay] == [
        ("group", "FOR", ""),
        ("decision", "IF", "for"),
        ("call", "Pay fine", "if"),
        ("group", "ELSE", "if"),
        ("action", "Log", "else"),
        ("exception", "TRY", ""),
        ("action", "Open Register", "try"),
        ("exception", "EXCEPT", "try"),
        ("exception", "Fail", "except"),
        ("decision", "IF", ""),
        ("action", "Log", "if:2"),
        ("action", "Log", "if:2"),
        ("human", "Get Value From User", ""),
        ("decision", "Run Keyword If", ""),
        ("human", "Dialogs.Pause Execution", "runkeywordif"),
        ("group", "WHILE", ""),
        ("action", "BREAK", "while"),
        ("call", "Given pay fine", ""),
        ("code", "Execute Javascript", ""),
        ("action", "Close Register", ""),
    ]
    assert len({step.id for step in pay}) == len(pay)
    assert [step.human for step in pay].count(True) == 2
    assert next(step.language for step in pay if step.kind == "code") == "javascript"
    assert [step.part for step in found.steps][-1] == "Pay Fine"


def test_a_steps_id_stays_where_lines_move(tmp_path: Path) -> None:
    first = suite(tmp_path, "*** Tasks ***\nA\n    Log    one\n    Open Browser    x\n    Log    two\n").steps
    second = suite(tmp_path, "# new\n\n*** Tasks ***\nA\n    Log    one\n\n    Click    y\n    Open Browser    x\n    Log    three\n").steps
    assert [step for step in second if step.name != "Click"] == [*first]


def test_keywords_of_one_name_in_several_files_are_told_apart(tmp_path: Path) -> None:
    text = "*** Tasks ***\nA\n    Log    x\n"
    found = read(tmp_path, robot({"tasks.robot": text, "more/tasks.robot": text}))
    assert [step.part for step in found.steps] == ["tasks.robot: A", "more/tasks.robot: A"]


def test_what_is_called_is_found_with_its_arguments_inside(tmp_path: Path) -> None:
    found = suite(tmp_path, "*** Tasks ***\nA\n    Pay 12 fines\n*** Keywords ***\nPay ${number} fines\n    No Operation\n")
    assert found.steps[0] == Step("pay12fines", "Pay 12 fines", "call", "Pay 12 fines", part="A")


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("*** Tasks ***\nA\n    Log    a b    c # d    # comment\n", [("Log", "a b", "c # d")]),
        ("*** Tasks ***\nA\n    Log    a\n    ...    b\n\n    # between\n    ...    c\n", [("Log", "a", "b", "c")]),
        ("*** Tasks ***\nA\n\tLog\ta\t b\n", [("Log", "a", "b")]),
        ("| *** Tasks *** |\n| A | Log | a b |\n|   | Log | ${x | y} |\n", [("Log", "a b"), ("Log", "${x", "y}")]),
        ("***Tasks***\r\nA\r\n    Log    a\r\n", [("Log", "a")]),
        ("*** Task ***\nA\n  : FOR  ${x}  IN  a\n  \\  Log  ${x}\n", [(": FOR", "${x}", "IN", "a"), ("Log", "${x}")]),
        ("    ...    lost\n*** Tasks ***\n    Log    of nothing\nA\n", []),
    ],
)
def test_rows(text: str, rows: list[tuple[str, ...]]) -> None:
    assert [row.cells for block in read_suite(text).tasks for row in block.rows] == rows


@pytest.mark.parametrize(
    ("settings", "library", "documentation", "tasks", "arguments"),
    [
        ("Einstellungen", "Bibliothek", "Dokumentation", "Aufgaben", "Argumente"),
        ("Asetukset", "Kirjasto", "Dokumentaatio", "Tehtävät", "Argumentit"),
        ("设置", "程序库", "说明", "任务", "参数"),
        ("Inställningar", "Bibliotek", "Dokumentation", "Taskar", "Argument"),
        ("SETTINGS", "library:", "documentation", "tasks", "arguments"),
    ],
)
def test_files_in_other_languages(tmp_path: Path, settings: str, library: str, documentation: str, tasks: str, arguments: str) -> None:
    text = f"*** {settings} ***\n{library}    RPA.HTTP\n{documentation}    Was es tut\n*** {tasks} ***\nÄ\n    Log    x\n"
    found = suite(tmp_path, text, "whatever.txt")
    assert found.kind == "robotframework-suite"
    assert (found.description, found.dependencies) == ("Was es tut", (Dependency("robot-library", "RPA.HTTP"),))
    assert [point.name for point in found.entry_points] == ["Ä"]
    block = read_suite(f"*** Keywords ***\nK\n    [{arguments}]    ${{x}}\n").keywords[0]
    assert block.settings["arguments"].cells == ("${x}",)


def test_each_kind_of_section_is_known_in_the_languages_that_ship() -> None:
    assert {*SECTIONS.values()} == {"settings", "variables", "tests", "tasks", "keywords", "comments"}
    assert all(sum(meaning == kind for meaning in SECTIONS.values()) > 15 for kind in {*SECTIONS.values()})


@pytest.mark.parametrize(
    "text", ["*** Things ***\nA\n", "** Tasks **\nA\n", "Tasks\n*****\n", "* Tasks\n", '{"a": "*** Tasks ***"}', "x" * 100]
)
def test_other_texts_are_no_suites(tmp_path: Path, text: str) -> None:
    with pytest.raises(Unreadable) as refused:
        suite(tmp_path, text)
    assert refused.value.code == "not_recognised"


def test_a_suite_in_utf_16_is_read(tmp_path: Path) -> None:
    assert [point.name for point in read(tmp_path, SUITE.encode("utf-16"), "a.robot").entry_points] == ["Pay fines"]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("Run Keywords    Log In    Log Out", [("Run Keywords", ""), ("Log In", "runkeywords"), ("Log Out", "runkeywords")]),
        ("Run Keywords    Log    a    AND    Log Out    AND", [("Run Keywords", ""), ("Log", "runkeywords"), ("Log Out", "runkeywords")]),
        ("For Each Input Work Item    Pay", [("For Each Input Work Item", ""), ("Pay", "foreachinputworkitem")]),
        (
            "Run Keyword If    $x    Pay    1    ELSE IF    $y    Close    ELSE    Fail",
            [("Run Keyword If", ""), ("Pay", "runkeywordif"), ("Close", "runkeywordif"), ("Fail", "runkeywordif")],
        ),
        (
            "Run Keyword And Ignore Error    Run Keyword If    $x    Pay",
            [("Run Keyword And Ignore Error", ""), ("Run Keyword If", "runkeywordandignoreerror"), ("Pay", "runkeywordif")],
        ),
        ("Run Keyword If    $x", [("Run Keyword If", "")]),
        ("Run Keyword    ${name}", [("Run Keyword", ""), ("${name}", "runkeyword")]),
    ],
)
def test_keywords_that_run_keywords(tmp_path: Path, row: str, told: list[tuple[str, str]]) -> None:
    found = suite(tmp_path, f"*** Tasks ***\nA\n    {row}\n")
    assert [(step.action, step.within) for step in found.steps] == told


def test_work_items_taken_by_python(tmp_path: Path) -> None:
    found = read(tmp_path, robot({"work.py": "from robocorp import storage, workitems\n"}))
    assert [note.code for note in found.notes] == ["work_items"]
    assert read(tmp_path, robot({"work.py": "# from robocorp import workitems\n"})).notes == ()


def test_suites_in_a_zip(tmp_path: Path) -> None:
    files = {
        "requirements.txt": "robotframework>=7\n",
        "a/one.robot": "*** Settings ***\nResource    shared.resource\n" + SUITE,
        "b/two.robot": SUITE + "Close\n    Log    x\n",
        "a/shared.resource": "*** Keywords ***\nShare\n    Log    x\n",
    }
    found = read(tmp_path, zipped({name: text.encode() for name, text in files.items()}))
    assert found.kind == "robotframework-suite"
    assert [point.name for point in found.entry_points] == ["a/one.robot: Pay fines", "b/two.robot: Pay fines", "Close"]
    assert found.dependencies == (
        Dependency("pypi", "robotframework", ">=7"),
        Dependency("robot-resource", "shared.resource", included=True),
    )
    only = read(tmp_path, zipped({"shared.resource": b"*** Keywords ***\nShare\n    Log    x\n"}))
    assert [point.name for point in only.entry_points] == ["Share"]


def test_loops_of_old_end_where_their_backslashes_do(tmp_path: Path) -> None:
    found = suite(
        tmp_path, "*** Tasks ***\nA\n    :FOR    ${x}    IN    a\n    \\\n    \\    Log    ${x}\n    \\    ...    more\n    Close\n"
    )
    assert [(step.kind, step.action, step.within) for step in found.steps] == [
        ("group", "FOR", ""),
        ("action", "Log", "for"),
        ("action", "Close", ""),
    ]
