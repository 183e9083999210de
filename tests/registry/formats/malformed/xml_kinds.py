"""The 18 kinds of XML."""

from __future__ import annotations

from functools import partial

from tests.registry.formats.malformed.kind import Kind

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
_xml = partial(Kind, "XML", filename="sent.bpmn")


def bpmn(inside: str = '<process id="p" name="Pay a fine"><startEvent id="s"/></process>', before: str = "", attributes: str = "") -> bytes:
    return f'{before}<definitions xmlns="{MODEL}" {attributes}>{inside}</definitions>'.encode()


def process(inside: str) -> bytes:
    return bpmn(f'<process id="p" name="Pay a fine">{inside}</process>')


def lies_about_encoding() -> bytes:
    """UTF-8 that says of itself it is UTF-16."""
    return bpmn(before='<?xml version="1.0" encoding="UTF-16"?>')


KINDS: tuple[Kind, ...] = (
    _xml("ill-formed", lambda: bpmn("<process>"), "xml_damaged"),
    _xml("DTD", lambda: bpmn(before="<!DOCTYPE definitions>"), "xml_dtd"),
    _xml("external entity", lambda: bpmn("&x;", '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), "xml_dtd"),
    _xml("entity expansion", lambda: bpmn("&l9;", f'<!DOCTYPE d [<!ENTITY l0 "lol">{_LAUGHS}]>'), "xml_dtd"),
    _xml("quadratic blow-up", lambda: bpmn("&b;" * 20_000, f'<!DOCTYPE d [<!ENTITY b "{"b" * 50_000}">]>'), "xml_dtd"),
    _xml("XInclude", lambda: process('<include xmlns="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'), "xml_include"),
    _xml("remote schema location", lambda: bpmn(attributes='xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:schemaLocation="urn:a http://127.0.0.1:9/a.xsd"'), sound="BPMN tools write it; nothing is fetched"),
    _xml("stylesheet instruction", lambda: bpmn(before='<?xml-stylesheet type="text/xsl" href="http://127.0.0.1:9/x.xsl"?>'), sound="harmless: nothing is fetched or transformed, and files are only ever offered to be saved"),
    _xml("wrong root", lambda: b"<html/>", "not_recognised"),
    _xml("wrong namespace", lambda: bpmn().replace(b"20100524", b"20990101"), "not_recognised"),
    _xml("schema-invalid", lambda: b'<process bpversion="6.10.0" type="object"/>', "blueprism_incomplete", filename="sent.xml"),
    _xml("encoding conflict", lies_about_encoding, "xml_damaged"),
    _xml("encoding others read differently", lambda: bpmn(before='<?xml version="1.0" encoding="UTF-7"?>'), "xml_encoding"),
    _xml("forbidden character", lambda: bpmn("&#0;"), "xml_damaged"),
    _xml("depth", lambda: bpmn("<a>" * 300 + "</a>" * 300), "xml_damaged"),
    _xml("element count", lambda: bpmn("<a/>" * 3_000_000), "xml_too_complex"),
    _xml("attribute count", lambda: bpmn(f"<a {' '.join(f'a{number}=""' for number in range(1_600_000))}/>"), "xml_too_complex"),
    _xml("attributes of one element", lambda: bpmn(f"<a {' '.join(f'a{number}=""' for number in range(200_000))}/>"), "xml_too_complex"),
    _xml("text length", lambda: bpmn("x" * 11_000_000), "xml_damaged"),
    _xml("duplicate id", lambda: process('<startEvent id="s"/><endEvent id="s"/>'), "bpmn_id_twice"),
    _xml("dangling reference", lambda: process('<startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="nowhere"/>'), sound="editors leave such arrows; they are not drawn, and it is noted"),
)  # fmt: skip
