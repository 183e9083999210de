"""TagUI flows: told by their name and their steps together; what they call, ask, reach and take, and never what they type."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry.errors import Unreadable
from registry.formats import inspect
from registry.formats.arguments import Argument
from registry.formats.model import Dependency, EntryPoint, Inspection
from tests.registry.formats.hostile import zipped


def read(folder: Path, text: str | bytes, name: str = "fines.tag") -> Inspection:
    path = folder / "sent"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return inspect(path, name)


def test_a_flow(tmp_path: Path) -> None:
    found = read(tmp_path, "// pays fines\nhttps://fines.example.org/in\nclick pay\n", "C:\\flows\\Pay fines.tag")
    assert (found.platform, found.kind, found.name, found.version) == ("tagui", "tagui-flow", None, None)
    assert found.entry_points == (EntryPoint("Pay fines.tag"),)
    assert [(step.kind, step.action, step.name, step.part) for step in found.steps] == [
        ("action", "visit", "visit https://fines.example.org/in", "Pay fines.tag"),
        ("action", "click", "click pay", "Pay fines.tag"),
    ]


def test_steps_stand_in_the_blocks_that_indentation_opens(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "if present('pay')\n\tfor n from 1 to 3\n\t\tclick pay\n\techo `n`\nelse\n    ask How many?\nlive\npy begin\nprint('x')\n    click = 1\npy finish\n"
        "js x = 1\ndom return 1\nr x\nrun dir\nshow_it()\ntotal = 1\n[Book.xlsx]Sheet1!A1 = 3\nframe main\n    read amount to sum\n",
    )
    assert [(step.kind, step.action, step.within, step.language) for step in found.steps] == [
        ("decision", "if", "", ""),
        ("group", "for", "if present('pay')", ""),
        ("action", "click", "for n from 1 to 3", ""),
        ("action", "echo", "if present('pay')", ""),
        ("group", "else", "", ""),
        ("human", "ask", "else", ""),
        ("human", "live", "", ""),
        ("code", "py", "", "python"),
        ("code", "js", "", "javascript"),
        ("code", "dom", "", "javascript"),
        ("code", "r", "", "r"),
        ("code", "run", "", "shell"),
        ("code", "js", "", "javascript"),
        ("action", "set", "", ""),
        ("action", "excel", "", ""),
        ("group", "frame", "", ""),
        ("action", "read", "frame main", ""),
    ]
    assert [step.human for step in found.steps].count(True) == 2
    assert len({step.id for step in found.steps}) == len(found.steps)


def test_what_is_typed_stays_out_of_the_steps(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "https://robot:hunter2@fines.example.org/in?key=hunter2\ntype password as hunter2\nselect year as hunter2\nkeyboard hunter2[enter]\necho hunter2\n"
        "api https://api.example.org/pay?key=hunter2\nrun tool --password hunter2\nask hunter2\npassword = 'hunter2'\nwrite hunter2 to out.txt\n",
    )
    assert "hunter2" not in repr(found)
    assert set(found.reach.hosts) == {"fines.example.org", "api.example.org"}


def test_what_a_flow_takes(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "type case as `case_number`\ntype amount as `p2`\nread total to sum\necho `sum` `n` `ask_result` `total.length`\nfor n from 1 to 3\n    click x\n"
        "js link = url()\ntype here as `link`\nyear = p1\ntype year as `year`\ntype password as `rms_password`\ntype name as `p`\n",
    )
    assert found.entry_points[0].inputs == (
        Argument("p2", "text"),
        Argument("p1", "text"),
        Argument("case_number", "text"),
        Argument("p", "text"),
    )
    assert found.to_set.credentials == ("rms_password",)


def test_what_a_flow_reaches(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "www.fines.example.org/in\n// see https://docs.example.org\nsnap page to shot.png\ndump `x` to out list.csv\nload in.csv to rows\nupload #file as C:\\in\\case.pdf\n"
        "dump x to `name`.csv\nrun C:\\Apps\\Pay.exe\n[Fines.xlsx]2031!A1 = 1\ntelegram 1 tell rpa@example.org\necho total of fines.sum\n",
    )
    assert found.reach.hosts == ("www.fines.example.org", "docs.example.org")
    assert found.reach.applications == ("pay.exe", "Microsoft Excel")
    assert {"shot.png", "out list.csv", "in.csv", "C:\\in\\case.pdf", "Fines.xlsx"} <= {*found.reach.paths}
    assert not any("`" in path or "fines.sum" in path for path in found.reach.paths)
    assert found.reach.addresses == ("rpa@example.org",)


def test_sub_flows(tmp_path: Path) -> None:
    found = read(tmp_path, "tagui login.tag `user`\n    tagui shared/log out.tag\n// tagui never.tag\ntagui `name`.tag\n")
    assert found.dependencies == (Dependency("tagui-flow", "login.tag"), Dependency("tagui-flow", "shared/log out.tag"))
    assert [step.kind for step in found.steps] == ["call", "call", "call"]


def test_several_flows_in_a_zip(tmp_path: Path) -> None:
    files = {
        "pay.tag": "https://fines.example.org\ntagui parts/login.tag\ntagui elsewhere.tag\nclick `pay_button`\ntype x as `case`\n",
        "parts/login.tag": "type password as `rms_password`\n",
        "notes.tag": "Only words.\n",
        "tagui_local.csv": "object,definition\npay_button,//button\nrms_password,hunter2\n",
        "cases.csv": "case\n1\n",
    }
    found = read(tmp_path, zipped({name: text.encode() for name, text in files.items()}), "flows.zip")
    assert found.kind == "tagui-flow"
    assert found.entry_points == (EntryPoint("pay.tag", (Argument("case", "text"),)),)
    assert found.dependencies == (Dependency("tagui-flow", "parts/login.tag", included=True), Dependency("tagui-flow", "elsewhere.tag"))
    assert {step.part for step in found.steps} == {"pay.tag", "parts/login.tag"}
    assert len(found.files) == 5
    assert "hunter2" not in repr(found)


@pytest.mark.parametrize(
    "text",
    ["https://ca.yahoo.com\n输入 search 为 github\n", "tagui_language = 'chinese'\n点击 search\n等待 2.5秒\n"],
)
def test_flows_in_other_languages(tmp_path: Path, text: str) -> None:
    found = read(tmp_path, text)
    assert {"输入", "点击"} & {step.action for step in found.steps}
    assert [note.code for note in found.notes] == (["tagui_language"] if "tagui_language" in text else [])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Dear all,\n\nplease click.\n", "tagui_not_a_flow"),
        ('<%@ tag language="java" %>\n<p/>\n', "tagui_not_a_flow"),
        ("// only a comment\n// click pay\n", "tagui_not_a_flow"),
        ("\0\1\2", "tagui_not_a_flow"),
        (b"\xff\xfeabc", "text_encoding"),
        (zipped({"a.tag": b"words", "b.txt": b"click pay"}), "tagui_not_a_flow"),
    ],
)
def test_what_only_has_the_name(tmp_path: Path, text: str | bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(tmp_path, text)
    assert refused.value.code == code
    assert refused.value.mend


def test_without_the_name_steps_prove_nothing(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as refused:
        read(tmp_path, "https://fines.example.org\nclick pay\n", "fines.txt")
    assert refused.value.code == "not_recognised"


def test_verbs_of_a_language_that_the_flow_names(tmp_path: Path) -> None:
    found = read(tmp_path, "https://fines.example.org\ntagui_language = 'german'\nklicken pay\nlesen #sum nach sum\nx = 1\nshow_it();\n")
    assert [(step.kind, step.action) for step in found.steps][2:] == [
        ("action", "klicken"),
        ("action", "lesen"),
        ("action", "set"),
        ("code", "js"),
    ]


def test_braces_around_a_block_are_no_steps(tmp_path: Path) -> None:
    found = read(tmp_path, "for (n=2; n<=9; n=n+2)\n{\n  click pay\n}\nclick done\n")
    assert [(step.action, step.within) for step in found.steps] == [("for", ""), ("click", "for (n=2; n<=9; n=n+2)"), ("click", "")]
