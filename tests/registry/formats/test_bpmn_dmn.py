"""BPMN and DMN: each fact from the smallest file that carries it, and what is missing or odd."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry.errors import Unreadable
from registry.formats import inspect
from registry.formats.arguments import Argument
from registry.formats.model import Dependency, Inspection
from tests.registry.formats.hostile import zipped

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DMN = "https://www.omg.org/spec/DMN/20230324/MODEL/"
ZEEBE = 'xmlns:z="http://camunda.org/schema/zeebe/1.0"'
CAMUNDA = 'xmlns:c="http://camunda.org/schema/1.0/bpmn"'
SEQUENCE = 'xmlns:m="urn:moothall:sequence:1"'


def read(folder: Path, data: str | bytes) -> Inspection:
    path = folder / "sent"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return inspect(path)


def bpmn(inside: str, attributes: str = "", process: str = 'id="p" name="Pay fines"') -> str:
    return f'<definitions xmlns="{MODEL}" {attributes}><process {process}>{inside}</process></definitions>'


def dmn(inside: str, attributes: str = 'name="Fees"', namespace: str = DMN) -> str:
    return f'<definitions xmlns="{namespace}" {attributes}>{inside}</definitions>'


# BPMN


def test_a_process(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        bpmn(
            "<documentation>Pays\n  them.</documentation><startEvent id='s' name='Letter came'><dataOutput name='Letter'/></startEvent>",
            'exporter="Camunda Modeler" exporterVersion="5.1"',
        ),
    )
    assert (found.platform, found.kind, found.name, found.description) == ("bpmn", "bpmn", "Pay fines", "Pays them.")
    assert found.version is None
    assert found.platform_version == "Camunda Modeler 5.1"
    (start,) = found.entry_points
    assert (start.name, start.inputs) == ("Letter came", (Argument("Letter"),))


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (bpmn("", 'name="The whole"'), "The whole"),
        (bpmn("", 'name=" "'), "Pay fines"),
        (bpmn("", process='id="p"'), None),
        (f'<definitions xmlns="{MODEL}"><process/><process name="Second"/></definitions>', "Second"),
        (f'<b:definitions xmlns:b="{MODEL}"><b:process name="Prefix"/></b:definitions>', "Prefix"),
        (f'<semantic:definitions xmlns:semantic="{MODEL}"><semantic:process name="Prefix"/></semantic:definitions>', "Prefix"),
        (f'<definitions xmlns="{MODEL}"/>', None),
    ],
)
def test_names_and_prefixes(tmp_path: Path, data: str, name: str | None) -> None:
    assert read(tmp_path, data).name == name


@pytest.mark.parametrize(
    ("data", "version"),
    [
        (bpmn("", CAMUNDA, 'c:versionTag="1.4"'), "1.4"),
        (bpmn(f'<extensionElements><z:versionTag {ZEEBE} value="2.0"/></extensionElements>'), "2.0"),
        (bpmn("", CAMUNDA, 'c:versionTag=""'), None),
        (bpmn(f"<extensionElements><z:versionTag {ZEEBE}/></extensionElements>"), None),
    ],
)
def test_versions_where_an_engine_keeps_one(tmp_path: Path, data: str, version: str | None) -> None:
    assert read(tmp_path, data).version == version


def test_what_a_process_calls_and_imports(tmp_path: Path) -> None:
    called = (
        '<callActivity calledElement="ns:check-case"/><callActivity calledElement="p"/><callActivity/>'
        f'<callActivity><extensionElements><z:calledElement {ZEEBE} processId="archive"/></extensionElements></callActivity>'
    )
    text = bpmn(called).replace("<process", '<import location="Fees.dmn"/><import location="../Words.bpmn"/><import/><process', 1)
    assert read(tmp_path, text).dependencies == (
        Dependency("bpmn", "check-case"),
        Dependency("bpmn", "p", included=True),
        Dependency("bpmn", "archive"),
        Dependency("dmn", "Fees.dmn"),
        Dependency("bpmn", "../Words.bpmn"),
    )


def test_jobs_are_applications_and_actions(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        bpmn(
            f'<serviceTask id="a"><extensionElements><z:taskDefinition {ZEEBE} type="blueprism.addItem"/></extensionElements></serviceTask>'
            f'<serviceTask id="b" {CAMUNDA} c:topic="send-letter"/><serviceTask id="c" {CAMUNDA} c:class="org.example.Pay"/><serviceTask id="d"/>'
        ),
    )
    assert found.reach.applications == ("blueprism.addItem", "send-letter", "org.example.Pay")
    assert [step.action for step in found.steps] == ["blueprism.addItem", "send-letter", "org.example.Pay", "serviceTask"]


@pytest.mark.parametrize(
    ("attribute", "job"),
    [
        ('delegateExpression="${ mailer }"', "mailer"),
        ('delegateExpression="#{mailer}"', "mailer"),
        ('serviceinterface="org.example.Fines"', "org.example.Fines"),
        ('taskName="Rest"', "Rest"),
    ],
)
def test_beans_services_and_work_items_are_jobs(tmp_path: Path, attribute: str, job: str) -> None:
    found = read(tmp_path, bpmn(f'<serviceTask {CAMUNDA} c:{attribute} name="Tell"/>'))
    assert found.reach.applications == (job,)
    assert found.steps[0].action == job


def test_steps_and_who_does_them(tmp_path: Path) -> None:
    inside = "".join(
        f'<{kind} id="{kind}" name="{kind}&#10; x"/>' for kind in ("userTask", "manualTask", "scriptTask", "exclusiveGateway", "endEvent")
    )
    found = read(tmp_path, bpmn(f"{inside}<task/><sequenceFlow id='f'/><dataObject id='d'/><x:userTask xmlns:x='urn:other' id='no'/>"))
    assert [(step.id, step.name, step.kind, step.human) for step in found.steps] == [
        ("userTask", "userTask x", "human", True),
        ("manualTask", "manualTask x", "human", True),
        ("scriptTask", "scriptTask x", "code", False),
        ("exclusiveGateway", "exclusiveGateway x", "decision", False),
        ("endEvent", "endEvent x", "end", False),
        ("step-5", "task", "action", False),
    ]


def leads(found: Inspection) -> dict[str, list[tuple[str, str, bool]]]:
    return {step.id: [(one.to, one.when, one.on_error) for one in step.onward] for step in found.steps}


def test_steps_lead_along_flows_and_to_the_events_on_their_border(tmp_path: Path) -> None:
    inside = (
        '<startEvent id="s"/><exclusiveGateway id="g"/><subProcess id="sub"><scriptTask id="in" scriptFormat="JavaScript"/></subProcess>'
        '<boundaryEvent id="err" attachedToRef="sub"><errorEventDefinition/></boundaryEvent>'
        '<boundaryEvent id="late" name="A week" attachedToRef="sub"><timerEventDefinition/></boundaryEvent>'
        '<endEvent id="e"/><endEvent id="fail"><errorEventDefinition/></endEvent>'
        '<sequenceFlow id="f1" sourceRef="s" targetRef="g"/><sequenceFlow id="f2" name="Yes" sourceRef="g" targetRef="sub"/>'
        '<sequenceFlow id="f3" name="No" sourceRef="g" targetRef="e"/><sequenceFlow id="f4" sourceRef="err" targetRef="fail"/>'
        '<sequenceFlow id="f5" sourceRef="late" targetRef="nobody"/>'
    )
    found = read(tmp_path, bpmn(inside))
    assert leads(found) == {
        "s": [("g", "", False)],
        "g": [("sub", "Yes", False), ("e", "No", False)],
        "sub": [("err", "", True), ("late", "A week", False)],
        "in": [("", "", False)],
        "err": [("fail", "", False)],
        "late": [("", "", False)],
        "e": [("", "", False)],
        "fail": [("", "", False)],
    }
    steps = {step.id: step for step in found.steps}
    assert (steps["err"].kind, steps["late"].kind, steps["fail"].kind) == ("exception", "event", "exception")
    assert (steps["in"].within, steps["in"].language) == ("sub", "javascript")
    assert {step.part for step in found.steps} == {"Pay fines"}


def test_processes_are_parts_and_can_be_called_by_their_ids(tmp_path: Path) -> None:
    one, other = bpmn("<task id='t'/>", process='id="a" name="Pay"'), bpmn("<task id='t'/>", process='id="b" name="Pay"')
    found = read(tmp_path, zipped({"one.bpmn": one.encode(), "other.bpmn": other.encode()}))
    assert [(step.part, step.id) for step in found.steps] == [("one.bpmn: Pay", "t"), ("other.bpmn: Pay", "t")]
    assert found.provides == ("a", "b")


def test_decisions_that_rule_tasks_ask_for(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        bpmn(
            f'<businessRuleTask {CAMUNDA} c:decisionRef="fee"/><businessRuleTask {CAMUNDA} c:decisionRef="${{which}}"/>'
            f'<businessRuleTask><extensionElements><z:calledDecision {ZEEBE} decisionId="risk"/></extensionElements></businessRuleTask>'
        ),
    )
    assert found.bound == (Dependency("dmn", "fee"), Dependency("dmn", "risk"))


def test_decisions_that_flowable_and_jbpm_are_told(tmp_path: Path) -> None:
    fields = "".join(
        f'<serviceTask {CAMUNDA}><extensionElements><c:field name="{name}"{value}</c:field></extensionElements></serviceTask>'
        for name, value in (
            ("decisionTableReferenceKey", "><c:string><![CDATA[fees]]></c:string>"),
            ("decisionServiceReferenceKey", ' stringValue="limits">'),
            ("decisionTableReferenceKey", "><c:expression>${table}</c:expression>"),
            ("other", ' stringValue="none">'),
        )
    )
    given = "<dataInputAssociation><targetRef>{}</targetRef><assignment><from><![CDATA[{}]]></from><to>x</to></assignment></dataInputAssociation>"
    rules = (
        '<businessRuleTask implementation="http://www.jboss.org/drools/dmn"><ioSpecification><dataInput id="a" name="model"/>'
        '<dataInput id="b" name="decision"/><dataInput id="c" name="speed"/></ioSpecification>{}</businessRuleTask>'
    )
    whole = rules.format(given.format("a", "Traffic")) + rules.format(given.format("a", "Traffic") + given.format("b", "Fine\n due"))
    found = read(tmp_path, bpmn(fields + whole))
    assert [need.name for need in found.bound] == ["fees", "limits", "Traffic", "Fine due"]


def test_what_a_process_says_it_takes_and_gives(tmp_path: Path) -> None:
    said = '<ioSpecification><dataInput id="d" name="Case" itemSubjectRef="x:string"/><dataOutput id="o"/></ioSpecification>'
    (point,) = read(tmp_path, bpmn(f"{said}<startEvent name='Begin'/>")).entry_points
    assert point.inputs == (Argument("Case", "string"),)
    assert point.outputs == (Argument("o"),)


def test_a_sequence_names_its_modules(tmp_path: Path) -> None:
    uses = f'<task id="t" name="Look up"><extensionElements><m:uses {SEQUENCE} module="hampshire/victim-update" range="^1.2"/></extensionElements></task>'
    found = read(tmp_path, bpmn(uses + f"<task><extensionElements><m:uses {SEQUENCE}/></extensionElements></task>"))
    assert found.dependencies == (Dependency("moothall", "hampshire/victim-update", "^1.2"),)
    assert found.steps[0].action == "hampshire/victim-update"


def test_hosts_paths_and_addresses_in_text(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        bpmn(
            "<scriptTask><script>get('https://api.example.org/x'); save('C:\\fines\\a.txt')</script></scriptTask>"
            f"<userTask {CAMUNDA}><documentation>Ask help@example.org</documentation></userTask>",
        ),
    )
    assert found.reach.hosts == ("api.example.org",)
    assert found.reach.addresses == ("help@example.org",)
    assert found.reach.paths[0].startswith("C:\\fines\\a.txt")


def test_what_an_engines_extensions_are_told(tmp_path: Path) -> None:
    connector = (
        f"<serviceTask {CAMUNDA}><extensionElements><c:connector><c:inputOutput><c:inputParameter name='url'><![CDATA[\n"
        "https://register.example.org/api?year=2031&amp;x=1\n]]></c:inputParameter><c:map><c:entry>https://other.example.org/</c:entry>"
        "</c:map></c:inputOutput></c:connector></extensionElements></serviceTask>"
    )
    assert read(tmp_path, bpmn(connector)).reach.hosts == ("register.example.org", "other.example.org")


def test_the_form_of_a_start_event_is_what_it_takes(tmp_path: Path) -> None:
    form = (
        '<startEvent id="s"><extensionElements><c:formData><c:formField id="plate" label="Number  plate" type="string">'
        '<c:validation><c:constraint name="required"/></c:validation></c:formField></c:formData>'
        '<c:formProperty id="speed" name="Speed" type="long" required="true"/><c:formProperty id="note"/></extensionElements></startEvent>'
    )
    found = read(tmp_path, bpmn(form, CAMUNDA))
    assert found.entry_points[0].inputs == (
        Argument("plate", "string", True, "Number plate"),
        Argument("speed", "long", True, "Speed"),
        Argument("note", "", False),
    )


def test_several_in_a_zip(tmp_path: Path) -> None:
    glossary = f'<definitions xmlns="{MODEL}" name="Words"/>'
    main = bpmn('<callActivity calledElement="q"/>').replace("<process", '<import location="../Words.bpmn"/><process', 1)
    other = bpmn("<startEvent name='Called'/>", process='id="q"')
    found = read(tmp_path, zipped({"Words.bpmn": glossary.encode(), "a/Main.bpmn20.xml": main.encode(), "a/Other.BPMN2": other.encode()}))
    assert (found.kind, found.name) == ("bpmn-zip", "Pay fines")  # the glossary stands behind
    assert found.dependencies == (Dependency("bpmn", "q", included=True), Dependency("bpmn", "../Words.bpmn", included=True))
    assert [record.path for record in found.files] == ["Words.bpmn", "a/Main.bpmn20.xml", "a/Other.BPMN2"]


def test_a_path_in_an_import_leads_nowhere(tmp_path: Path) -> None:
    text = bpmn("").replace("<process", '<import location="../../../etc/passwd"/><process', 1)
    (need,) = read(tmp_path, zipped({"a.bpmn": text.encode()})).dependencies
    assert need == Dependency("bpmn", "../../../etc/passwd")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (zipped({"a.bpmn": b"<html/>"}), "bpmn_missing"),
        (zipped({"a.bpmn": b"no XML"}), "xml_damaged"),
        (zipped({"a.txt": bpmn("").encode()}), "not_recognised"),
        ('<definitions xmlns="urn:other"/>', "not_recognised"),
        ("<definitions/>", "not_recognised"),
        (bpmn("")[:-3], "xml_damaged"),
        (f"<!DOCTYPE definitions>{bpmn('')}", "xml_dtd"),
    ],
)
def test_what_is_refused(tmp_path: Path, data: str | bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(tmp_path, data)
    assert refused.value.code == code
    assert refused.value.mend


def test_thousands_of_steps_are_cut_and_said(tmp_path: Path) -> None:
    found = read(tmp_path, bpmn("<task/>" * 5_001))
    assert len(found.steps) == 5_000
    assert [note.code for note in found.notes] == ["steps_cut"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    declared = encoding.removesuffix("-sig")
    text = f'<?xml version="1.0" encoding="{declared}"?>' + bpmn("", process='name="Bøder"')
    assert read(tmp_path, text.encode(encoding)).name == "Bøder"


# DMN


def test_a_decision_model(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        dmn(
            "<description>What a\n fine costs</description>"
            '<inputData id="i1" name="Speed"><variable typeRef="number"/></inputData><inputData id="i2" name="Zone"/>'
            '<decision id="d" name="Fee"><description>In euros</description><variable name="Fee" typeRef="number"/>'
            '<informationRequirement><requiredInput href="#i1"/></informationRequirement>'
            '<informationRequirement><requiredInput href="#i2"/></informationRequirement>'
            '<decisionTable hitPolicy="FIRST"/></decision>'
            '<decision id="e" name="Word"><literalExpression><text>"see https://www.example.org/fees"</text></literalExpression></decision>'
            '<decision id="f" name="Sum"><decisionTable/></decision><decisionService id="s" name="Service"/>'
            '<import namespace="urn:words"/><import locationURI="More.dmn" namespace="urn:more"/>'
        ),
    )
    assert (found.platform, found.kind, found.name, found.description) == ("dmn", "dmn", "Fees", "What a fine costs")
    assert (found.version, found.platform_version) == (None, "1.5")
    assert [point.name for point in found.entry_points] == ["Fee", "Word", "Sum"]
    fee = found.entry_points[0]
    assert fee.inputs == (Argument("Speed", "number"), Argument("Zone"))
    assert fee.outputs == (Argument("Fee", "number"),)
    assert fee.description == "In euros"
    assert [(step.name, step.kind, step.action) for step in found.steps] == [
        ("Fee", "decision", "decision table, FIRST"),
        ("Word", "decision", "decision"),
        ("Sum", "decision", "decision table, UNIQUE"),
        ("Service", "decision", "decisionService"),
    ]
    assert found.dependencies == (Dependency("dmn", "urn:words"), Dependency("dmn", "More.dmn"))
    assert {"d", "Fee", "s", "Service"} < set(found.provides)
    assert found.reach.hosts == ("www.example.org",)


def test_a_table_that_stands_alone_takes_what_its_columns_ask(tmp_path: Path) -> None:
    column = '<input label="{}"><inputExpression typeRef="{}"><text>{}</text></inputExpression></input>'
    table = (
        column.format("Season of\n year", "string", "season") + column.format("Guests", "long", "") + column.format("", "", "") + "<input/>"
    )
    found = read(
        tmp_path, dmn(f'<decision name="Dish"><decisionTable>{table}{column.format("", "string", "season")}</decisionTable></decision>')
    )
    assert found.entry_points[0].inputs == (Argument("season", "string", description="Season of year"), Argument("Guests", "long"))
    drawn = '<informationRequirement><requiredDecision href="#other"/></informationRequirement>'
    inner = read(tmp_path, dmn(f'<decision name="Dish">{drawn}<decisionTable>{table}</decisionTable></decision>'))
    assert inner.entry_points[0].inputs == ()


def test_a_reference_may_name_its_own_model(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        dmn(
            '<inputData id="i" name="Speed"/><decision name="Fee"><informationRequirement><requiredInput href="urn:fees#i"/></informationRequirement></decision>'
        ),
    )
    assert [argument.name for argument in found.entry_points[0].inputs] == ["Speed"]


@pytest.mark.parametrize(
    ("namespace", "edition"),
    [
        ("http://www.omg.org/spec/DMN/20151101/dmn.xsd", "1.1"),
        ("http://www.omg.org/spec/DMN/20180521/MODEL/", "1.2"),
        ("https://www.omg.org/spec/DMN/20191111/MODEL/", "1.3"),
        ("https://www.omg.org/spec/DMN/20211108/MODEL/", "1.4"),
        ("https://www.omg.org/spec/DMN/20230324/MODEL/", "1.5"),
        ("https://www.omg.org/spec/DMN/20240513/MODEL/", "1.6"),
        ("https://www.omg.org/spec/DMN/20990101/MODEL/", None),
    ],
)
def test_editions(tmp_path: Path, namespace: str, edition: str | None) -> None:
    assert read(tmp_path, dmn("", namespace=namespace)).platform_version == edition


@pytest.mark.parametrize(
    "inside",
    [
        "",
        "<decision/>",
        "<inputData/><decision><informationRequirement><requiredInput/></informationRequirement></decision>",
        '<decision name="a"><informationRequirement><requiredInput href="#gone"/></informationRequirement></decision>',
        "<import/>",
        "<description/>",
        "<unknown><decision/></unknown>",
    ],
)
def test_what_is_missing_in_a_model_is_left_out(tmp_path: Path, inside: str) -> None:
    found = read(tmp_path, dmn(inside, attributes=""))
    assert found.name is None
    assert found.dependencies == ()
    assert all(argument.name for point in found.entry_points for argument in point.inputs)


@pytest.mark.parametrize("namespace", ["http://www.omg.org/spec/DMN/2015/MODEL/", "https://evil.example/spec/DMN/20230324/MODEL/", ""])
def test_other_namespaces_are_no_models(tmp_path: Path, namespace: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(tmp_path, dmn("", namespace=namespace))
    assert refused.value.code == "not_recognised"
