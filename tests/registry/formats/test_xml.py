"""Hostile and odd XML: refused or read, never expanded, never a reason to open a file or a connection."""

from __future__ import annotations

import ctypes
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from registry.errors import Unreadable
from registry.formats import xml
from registry.formats.sandbox import inspect_in_child
from registry.formats.xml import local_name, namespace, parse_xml

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BILLION = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l0 "lol">{LAUGHS}]><a>&l9;</a>'
MODEL = 'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'

REFUSED: dict[str, tuple[bytes, str]] = {
    "billion laughs": (BILLION.encode(), "xml_dtd"),
    "billion laughs in an attribute": (BILLION.replace("<a>&l9;</a>", '<a b="&l9;"/>').encode(), "xml_dtd"),
    "billion laughs in UTF-16": (BILLION.replace("?><", " ?><").encode("utf-16"), "xml_dtd"),
    "billion laughs in UTF-16 without a mark": (BILLION.encode("utf-16-be"), "xml_dtd"),
    "quadratic": (f'<!DOCTYPE a [<!ENTITY b "{"b" * 100_000}">]><a>{"&b;" * 20_000}</a>'.encode(), "xml_dtd"),
    "parameter entity": (b'<!DOCTYPE a [<!ENTITY % p "<!ENTITY q \'q\'>"> %p;]><a>&q;</a>', "xml_dtd"),
    "entity that holds itself": (b'<!DOCTYPE a [<!ENTITY b "&c;"><!ENTITY c "&b;">]><a>&b;</a>', "xml_dtd"),
    "bare document type": (b"<!DOCTYPE a><a/>", "xml_dtd"),
    "small letters": (b"<!doctype a><a/>", "xml_dtd"),
    "HTML's": (b'<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd"><html/>', "xml_dtd"),
    "behind a mark": (b"\xef\xbb\xbf<!DOCTYPE a><a/>", "xml_dtd"),
    "behind a comment": (b"<!-- nothing --><?what ever?>\n<!DOCTYPE a><a/>", "xml_dtd"),
    "behind a comment of a kilobyte": (b"<!--" + b" " * 1024 + b"--><!DOCTYPE a><a/>", "xml_dtd"),
    "behind more than is looked at first": (b"<!--" + b" " * 100_000 + b"--><!DOCTYPE a><a/>", "xml_dtd"),
    "behind very many instructions": (b"<?x?>" * 100_000 + b"<!DOCTYPE a><a/>", "xml_dtd"),
    "many instructions and no root": (b"<?x ?>" * 10_000, "xml_damaged"),
    "written in UTF-7": (b'<?xml version="1.0" encoding="UTF-7"?><a>+ADw-b/+AD4-</a>', "xml_encoding"),
    "document type in UTF-7": (b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE a+AD4-<a/>', "xml_dtd"),
    "UTF-32": ("<a/>".encode("utf-32-be"), "xml_encoding"),
    "document type in UTF-32": ("<!DOCTYPE a><a/>".encode("utf-32-le"), "xml_dtd"),
    "EBCDIC": ('<?xml version="1.0" encoding="cp037"?><a/>'.encode("cp037"), "xml_damaged"),
    "encoding nobody knows": (b'<?xml version="1.0" encoding="x-none"?><a/>', "xml_damaged"),
    "encoding of no letters": (b'<?xml version="1.0" encoding="\xff"?><a/>', "xml_damaged"),
    "says UTF-16, is not": (b'<?xml version="1.0" encoding="UTF-16"?><a/>', "xml_damaged"),
    "says UTF-8, is Latin": (b'<?xml version="1.0" encoding="UTF-8"?><a>\xe6</a>', "xml_damaged"),
    "overlong": (b"<a>\xc0\xbc</a>", "xml_damaged"),
    "half a surrogate pair": (b"<a>\xed\xa0\x80</a>", "xml_damaged"),
    "half a pair in UTF-16": ("<a>".encode("utf-16") + b"\x00\xd8" + "</a>".encode("utf-16-le"), "xml_damaged"),
    "odd number of bytes in UTF-16": ("<a></a>".encode("utf-16") + b"\0", "xml_damaged"),
    "zero byte": (b"<a>\0</a>", "xml_damaged"),
    "zero byte in a name": (b"<a\0/>", "xml_damaged"),
    "zero by number": (b"<a>&#0;</a>", "xml_damaged"),
    "control character by number": (b"<a>&#x1b;</a>", "xml_damaged"),
    "surrogate by number": (b"<a>&#xD800;</a>", "xml_damaged"),
    "beyond Unicode": (b"<a>&#x110000;</a>", "xml_damaged"),
    "entity of HTML": (b"<a>&nbsp;</a>", "xml_damaged"),
    "300 levels": (b"<a>" * 300 + b"</a>" * 300, "xml_damaged"),
    "a million levels": (b"<a>" * 1_000_000, "xml_damaged"),
    "huge attribute": (b'<a b="' + b"x" * 11_000_000 + b'"/>', "xml_damaged"),
    "huge name": (b"<" + b"x" * 200_000 + b"/>", "xml_damaged"),
    "huge text": (b"<a>" + b"x" * 11_000_000 + b"</a>", "xml_damaged"),
    "attribute twice": (b'<a b="1" b="2"/>', "xml_damaged"),
    "attribute twice by namespace": (b'<a xmlns:x="u" xmlns:y="u" x:b="1" y:b="2"/>', "xml_damaged"),
    "prefix without a namespace": (b"<x:a/>", "xml_damaged"),
    "two roots": (b"<a/><b/>", "xml_damaged"),
    "cut": (b"<a><b></b>", "xml_damaged"),
    "text behind": (b"<a/>and more", "xml_damaged"),
    "a second document behind": (b'<a/><?xml version="1.0"?><a/>', "xml_damaged"),
    "declaration late": (b' <?xml version="1.0"?><a/>', "xml_damaged"),
    "nothing": (b"", "xml_damaged"),
    "only blanks": (b" \n ", "xml_damaged"),
    "only a mark": (b"\xef\xbb\xbf", "xml_damaged"),
    "only a comment": (b"<!-- a -->", "xml_damaged"),
    "JSON": (b'{"a": 1}', "xml_damaged"),
}  # fmt: skip


@pytest.mark.parametrize(("data", "code"), REFUSED.values(), ids=list(REFUSED))
def test_hostile_xml_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        parse_xml(data, "content/Main.xaml")
    assert refused.value.code == code, refused.value.message
    assert refused.value.where == "content/Main.xaml"
    assert refused.value.mend
    assert len(refused.value.message) < 1000


def test_more_than_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "MAX_XML_BYTES", 10)
    assert parse_xml(b"<a>1234</a"[:3] + b"</a>").tag == "a"
    with pytest.raises(Unreadable) as refused:
        parse_xml(b"<a>1234</a>")
    assert refused.value.code == "xml_too_large"


SOUND: dict[str, bytes] = {
    "UTF-8": "<a>é</a>".encode(),
    "UTF-8 with a mark": "<a>é</a>".encode("utf-8-sig"),
    "UTF-16": "<a>é</a>".encode("utf-16"),
    "UTF-16 the other way round": b"\xfe\xff" + "<a>é</a>".encode("utf-16-be"),
    "UTF-16, declared": '<?xml version="1.0" encoding="utf-16"?><a>é</a>'.encode("utf-16"),
    "Latin 1": '<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>'.encode("latin-1"),
    "Windows": '<?xml version="1.0" encoding="windows-1252"?><a>é</a>'.encode("cp1252"),
    "by number": b"<a>&#233;</a>",
    "behind comments": "<!-- a --><?x y?><a>é</a><!-- b -->".encode(),
    "a document type as text": '<a b="&lt;!DOCTYPE html>">é</a>'.encode(),
    "a document type in code": "<a>é<b><![CDATA[<!DOCTYPE html><!ENTITY a 'b'>]]></b></a>".encode(),
    "a document type in a comment": "<!-- <!DOCTYPE a> --><a>é</a>".encode(),
    "200 levels": ("<a>é" + "<b>" * 200 + "</b>" * 200 + "</a>").encode(),
}


@pytest.mark.parametrize("data", SOUND.values(), ids=list(SOUND))
def test_sound_xml_is_read(data: bytes) -> None:
    root = parse_xml(data)
    assert (root.tag, root.text) == ("a", "é")


def test_comments_and_instructions_are_no_children() -> None:
    assert [child.tag for child in parse_xml(b"<a><!-- b --><?c d?><e/></a>")] == ["e"]


def test_names() -> None:
    root = parse_xml(b'<x:a xmlns:x="urn:x"><b xmlns=""/></x:a>')
    assert (local_name(root), namespace(root)) == ("a", "urn:x")
    assert (local_name(root[0]), namespace(root[0])) == ("b", "")


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret.dtd"
    path.write_text("PASSPHRASE")
    return path


@pytest.fixture
def watch(secret: Path) -> Iterator[int]:
    """The kernel's word on whether anybody opens the secret: libxml2 would do so behind Python's back."""
    libc = ctypes.CDLL(None)
    watching = libc.inotify_init1(os.O_NONBLOCK)
    assert libc.inotify_add_watch(watching, os.fsencode(secret), 0x20) > 0  # IN_OPEN
    yield watching
    os.close(watching)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A server on the loopback that nobody should call."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.3)
        yield server


PLACES = {
    "entity": '<!DOCTYPE d [<!ENTITY x SYSTEM "{}">]><definitions {}><a>&x;</a></definitions>',
    "parameter entity": '<!DOCTYPE d [<!ENTITY % x SYSTEM "{}"> %x;]><definitions {}/>',
    "document type": '<!DOCTYPE d SYSTEM "{}"><definitions {}/>',
    "public document type": '<!DOCTYPE d PUBLIC "-//X//Y//EN" "{}"><definitions {}/>',
    "notation": '<!DOCTYPE d [<!NOTATION n SYSTEM "{}">]><definitions {}/>',
    "inclusion": '<definitions xmlns:xi="http://www.w3.org/2001/XInclude" {1}><xi:include href="{0}" parse="text"/></definitions>',
    "style sheet": '<?xml-stylesheet type="text/xsl" href="{}"?><definitions {}/>',
    "schema": '<definitions xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:schemaLocation="urn:a {0}" i:noNamespaceSchemaLocation="{0}" {1}/>',
    "base": '<definitions xml:base="{}" {}/>',
    "BPMN import": '<definitions {1}><import location="{0}" namespace="urn:a" importType="urn:b"/></definitions>',
}


@pytest.mark.parametrize("place", PLACES)
def test_nothing_is_fetched(tmp_path: Path, secret: Path, watch: int, listener: socket.socket, place: str) -> None:
    """Neither a file nor an address that the document names is opened, here or in the child."""
    path = tmp_path / "sent.bpmn"
    for address in (secret.as_uri(), str(secret), "secret.dtd", f"http://127.0.0.1:{listener.getsockname()[1]}/x.dtd"):
        path.write_text(PLACES[place].format(address, MODEL))
        for told in (_told(lambda path: parse_xml(path.read_bytes()), path), _told(inspect_in_child, path)):
            assert "PASSPHRASE" not in told
    with pytest.raises(BlockingIOError):
        os.read(watch, 1024)
    with pytest.raises(TimeoutError):
        listener.accept()
    secret.read_text()
    assert os.read(watch, 1024)  # the watch does see who opens it


def _told(read: Callable[[Path], Any], path: Path) -> str:
    try:
        result = read(path)
    except Unreadable as error:
        assert error.code in ("xml_dtd", "xml_include")
        return error.message
    return str(result) + ("".join(map(str, result.itertext())) if hasattr(result, "itertext") else "")
