"""Binding the tasks of a file that a modelling tool wrote: what is put in, what is refused, and that the rest stays as it is."""

from __future__ import annotations

import pytest

from registry.errors import Refused, RegistryError
from registry.formats.arguments import Argument
from registry.formats.drawn import read_flow
from registry.formats.flow import Filled, Flow, Use
from registry.formats.xml import parse_xml
from registry.sequences.binding import Binding, bound
from tests.registry.formats.hostile import zipped

USE = Use("leeds/brev", "^1.2", "Main.xaml", (Filled("in_A", "decide/answer"), Filled("in_B", "", "tekst & æ"), Filled("in_C")))
FILE = """<?xml version="1.0" encoding="UTF-8" standalone='yes'?>
<!-- made by hand -->
<?tool keep="this"?>
<?bare?>
<!---->
<b:definitions xmlns:b="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:x="urn:other" xmlns:m="urn:taken" id="d" targetNamespace="urn:t">
  <b:process id="p" name="Pay">
    <b:userTask id="decide" name="Decide" x:colour="red"/>
    <b:task id="send" name="Send &#10; it">
      <!-- a note -->
      <b:documentation><![CDATA[As <always>]]></b:documentation>
      <b:incoming>f</b:incoming>
    </b:task>
    <b:serviceTask id="tell" name="Tell">
      <b:extensionElements>
        <x:thing at="1"><x:deep/></x:thing>
      </b:extensionElements>
    </b:serviceTask>
    <b:exclusiveGateway id="choose"/>
    <b:task id="twice"/><b:task id="twice"/>
  </b:process>
</b:definitions>
<!-- the end -->"""


def flow(data: bytes) -> Flow:
    return read_flow(parse_xml(data))


def put(source: str | bytes = FILE, **bindings: Binding) -> bytes:
    return bound(source.encode() if isinstance(source, str) else source, bindings)


def test_nothing_asked_nothing_changed() -> None:
    assert put().decode() == FILE
    assert put(FILE + "\n").decode() == FILE + "\n"
    assert put(FILE.replace("\n", "\r\n")).decode() == FILE.replace("\n", "\r\n")


def test_a_module_on_a_plain_task() -> None:
    data = put(send=Binding(USE, "By letter."))
    node = next(node for node in flow(data).nodes if node.id == "send")
    assert (node.element, node.uses, node.hand_over) == ("task", USE, "By letter.")
    text = data.decode()
    ours = text[text.index("<b:extensionElements>") : text.index("</b:extensionElements>") + len("</b:extensionElements>")]
    assert text.index("</b:documentation>") < text.index(ours) < text.index("<b:incoming>"), "the order of the schema"
    assert ours.startswith('<b:extensionElements><m:uses xmlns:m="urn:moothall:sequence:1" module="leeds/brev"')
    assert text.replace(ours + "\n      ", "") == FILE, "nothing else is another"


def test_beside_what_another_tool_keeps() -> None:
    data = put(tell=Binding(USE))
    assert b'<x:thing at="1"><x:deep/></x:thing>\n      <m:uses' in data
    assert put(data, tell=Binding()).decode() == FILE


def test_what_a_person_hands_on() -> None:
    data = put(decide=Binding(None, "Two\nlines", (Argument("answer", "text"), Argument("note"))))
    node = next(node for node in flow(data).nodes if node.id == "decide")
    assert (node.uses, node.hand_over, node.gives) == (None, "Two\nlines", (Argument("answer", "text"), Argument("note")))
    assert b'x:colour="red"><b:extensionElements>' in data
    assert put(data, decide=Binding()).decode() == FILE


def test_bound_again_replaces_and_removed_leaves_no_trace() -> None:
    once = put(send=Binding(USE, "By letter."), tell=Binding(USE))
    again = put(once, send=Binding(Use("leeds/mail")))
    nodes = {node.id: node for node in flow(again).nodes}
    assert (nodes["send"].uses, nodes["send"].hand_over) == (Use("leeds/mail"), "")
    assert nodes["tell"].uses == USE, "what is not named stays"
    assert put(again, send=Binding(), tell=Binding()).decode() == FILE


def test_the_same_twice() -> None:
    assert put(send=Binding(USE)) == put(send=Binding(USE))
    once = put(send=Binding(USE))
    assert put(once, send=Binding(USE)) == once


@pytest.mark.parametrize(
    ("encoding", "mark", "name"),
    [
        ("utf-8", b"\xef\xbb\xbf", "UTF-8"),
        ("utf-16-le", b"\xff\xfe", "UTF-16"),
        ("utf-16-be", b"\xfe\xff", "utf-16"),
        ("utf-16-le", b"", "utf-16le"),
        ("iso-8859-1", b"", "ISO-8859-1"),
        ("windows-1252", b"", "windows-1252"),
    ],
)
def test_encodings_stay(encoding: str, mark: bytes, name: str) -> None:
    source = mark + FILE.replace("UTF-8", name).replace("made by hand", "lavet på øen").encode(encoding)
    assert put(source) == source
    data = put(source, send=Binding(Use("leeds/brev"), "ord: æ, 中"))
    assert data.startswith(mark)
    assert f'encoding="{name}"' in data[len(mark) :].decode(encoding)
    assert next(node for node in flow(data).nodes if node.id == "send").hand_over == "ord: æ, 中"
    assert put(data, send=Binding()) == source


def test_no_declaration_stays_none() -> None:
    bare = FILE.partition("\n")[2]
    assert put(bare).decode() == bare
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        assert put(mark + bare.encode(encoding)) == mark + bare.encode(encoding)


REFUSED = [
    ({"other": Binding()}, "step_unknown", "other"),
    ({"": Binding()}, "step_unknown", ""),
    ({"choose": Binding(USE)}, "step_unknown", "choose"),
    ({"p": Binding(USE)}, "step_unknown", "p"),
    ({"twice": Binding(USE)}, "step_twice", "twice"),
    ({"decide": Binding(USE)}, "step_human", "decide.uses"),
    ({"send": Binding(USE, gives=(Argument("x"),))}, "gives_with_module", "send.gives"),
    ({"send": Binding(Use("brev"))}, "identifier_invalid", "send.uses.module"),
    ({"send": Binding(Use("leeds/brev", "^^"))}, "range_invalid", "send.uses.range"),
    ({"send": Binding(Use("leeds/brev", inputs=(Filled("a", "nobody/x"),)))}, "from_unknown", "send.inputs.a.from"),
    ({"send": Binding(Use("leeds/brev", inputs=(Filled("a", "send/x"),)))}, "from_unknown", "send.inputs.a.from"),
    ({"send": Binding(Use("leeds/brev", inputs=(Filled("a"), Filled("a"))))}, "name_twice", "send.inputs"),
    ({"send": Binding(Use("leeds/brev", inputs=(Filled("a", "/x", "y"),)))}, "input_twice", "send.inputs.a"),
    ({"send": Binding(hand_over="\x00")}, "text_invalid", "send.hand_over"),
    ({"send": Binding(hand_over="x" * 5001)}, "text_too_long", "send.hand_over"),
    ({"send": Binding(gives=(Argument(""),))}, "output_nameless", "send.gives[0].name"),
]


@pytest.mark.parametrize(("bindings", "code", "where"), REFUSED, ids=[f"{code}-{where}" for _, code, where in REFUSED])
def test_refused(bindings: dict[str, Binding], code: str, where: str) -> None:
    with pytest.raises(Refused) as refused:
        bound(FILE.encode(), bindings)
    assert (refused.value.code, refused.value.where) == (code, where)
    assert refused.value.mend


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (zipped({"a.bpmn": FILE.encode()}), "bpmn_zip"),
        (b"<definitions/>", "bpmn_missing"),
        (b"<?xml version='1.0'?><!DOCTYPE d [<!ENTITY e 'x'>]><d>&e;</d>", "xml_dtd"),
        (b"not xml", "xml_damaged"),
        (b"", "xml_damaged"),
        (b'<?xml version="1.0" encoding="utf-7"?><a/>', "xml_encoding"),
    ],
)
def test_no_file_of_ours(source: bytes, code: str) -> None:
    with pytest.raises(RegistryError) as refused:
        bound(source, {})
    assert refused.value.code == code


def test_words_where_bpmn_has_none_stay() -> None:
    source = FILE.replace("      </b:extensionElements>", "      stray</b:extensionElements>")
    data = put(source, tell=Binding(USE))
    assert put(data, tell=Binding()).decode() == source
