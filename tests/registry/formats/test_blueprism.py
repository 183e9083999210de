"""Blue Prism: each fact from the smallest file that carries it, and what is missing or odd."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry.errors import Unreadable
from registry.formats import inspect
from registry.formats.arguments import Argument
from registry.formats.model import Dependency, Inspection

RELEASE = 'xmlns="http://www.blueprism.co.uk/product/release"'
PROCESS = 'xmlns="http://www.blueprism.co.uk/product/process"'
EMPTY = '<process name="Pay" bpversion="6.10.0.1"/>'


def read(folder: Path, text: str) -> Inspection:
    """What is read from a file of this text."""
    path = folder / "sent.xml"
    path.write_text(text, encoding="utf-8")
    return inspect(path)


def process(inside: str = "", attributes: str = 'name="Pay fines" bpversion="6.10.0.30674"') -> str:
    return f"<process {attributes}>{inside}</process>"


def stage(kind: str, name: str, inside: str = "", page: str = "") -> str:
    """A stage on a page (the main page, where none is given)."""
    sheet = f"<subsheetid>{page}</subsheetid>" if page else ""
    return f'<stage stageid="{name}-id" name="{name}" type="{kind}">{sheet}{inside}</stage>'


def action(called: str, inputs: str = "", name: str = "Do") -> str:
    return stage("Action", name, f'<resource object="{called}" action="Run"/><inputs>{inputs}</inputs>')


def release(*members: str, head: str = "<name>Fines</name>") -> str:
    return f'<release {RELEASE}>{head}<contents count="{len(members)}">{"".join(members)}</contents></release>'


def member(inner: str, kind: str = "process", name: str = "Pay fines") -> str:
    return f'<{kind} id="1" name="{name}" {PROCESS}>{inner}</{kind}>'


def test_a_process(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        process(
            stage("Start", "Start", '<inputs><input type="text" name="Case" narrative="its number"/></inputs>')
            + stage("End", "End", '<outputs><output type="flag" name="Paid"/></outputs>'),
            'name="Pay fines" narrative="Pays them" version="1.0" bpversion="6.10.0.30674"',
        ),
    )
    assert (found.platform, found.kind, found.name, found.description) == ("blueprism", "blueprism-process", "Pay fines", "Pays them")
    assert found.version is None  # the attribute says 1.0 for nearly everybody
    assert found.platform_version == "6.10.0.30674"
    (start,) = found.entry_points
    assert start.inputs == (Argument("Case", "text", description="its number"),)
    assert start.outputs == (Argument("Paid", "flag"),)


def test_an_object_offers_its_published_pages_only(tmp_path: Path) -> None:
    pages = (
        '<subsheet subsheetid="p1" type="Normal" published="True"><name>Open</name></subsheet>'
        '<subsheet subsheetid="p2" type="Normal" published="False"><name>Inner</name></subsheet>'
        '<subsheet subsheetid="p3" type="CleanUp" published="True"><name>Clean Up</name></subsheet>'
    )
    stages = (
        stage("SubSheetInfo", "Info", "<narrative>Opens a case.</narrative>", "p1")
        + stage("Start", "Start", '<inputs><input type="text" name="Case"/></inputs>', "p1")
        + stage("Start", "Start of inner", '<inputs><input type="text" name="Hidden"/></inputs>', "p2")
        + stage("End", "End one", '<outputs><output type="text" name="Sum"/></outputs>', "p1")
        + stage("End", "End two", '<outputs><output type="text" name="Sum"/></outputs>', "p1")
    )
    found = read(tmp_path, process(pages + stages, 'name="Fines" type="object" bpversion="6.4"'))
    assert found.kind == "blueprism-object"
    (point,) = found.entry_points
    assert (point.name, point.description) == ("Open", "Opens a case.")
    assert [argument.name for argument in point.inputs] == ["Case"]
    assert [argument.name for argument in point.outputs] == ["Sum"]  # once, though two ends give it


def test_called_objects_are_needed_and_built_in_ones_are_not(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        process(
            action("MS Excel VBO", name="a")
            + action("MS Excel VBO", name="b")
            + action("Blueprism.Automate.clsWorkQueuesActions", name="c")
            + action("Pay fines", name="itself")
            + action("", name="nothing")
        ),
    )
    assert found.dependencies == (Dependency("blueprism", "MS Excel VBO"),)


CREDENTIALS = "Blueprism.AutomateProcessCore.clsCredentialsActions"
QUEUES = "Blueprism.Automate.clsWorkQueuesActions"


@pytest.mark.parametrize(
    ("expression", "named"),
    [("&quot;Fines Register&quot;", "Fines Register"), ("[Which]", "From the data item"), ("[Unknown]", "[Unknown]"), ("", None)],
)
def test_credentials_and_queues_by_name(tmp_path: Path, expression: str, named: str | None) -> None:
    found = read(
        tmp_path,
        process(
            stage("Data", "Which", "<initialvalue>From the data item</initialvalue><datatype>text</datatype>")
            + action(CREDENTIALS, f'<input name="Credentials Name" expr="{expression}"/>', "a")
            + action(QUEUES, f'<input name="Queue Name" expr="{expression}"/><input name="Key" expr="&quot;no queue&quot;"/>', "b")
        ),
    )
    assert found.to_set.credentials == found.to_set.queues == ((named,) if named else ())


def test_a_data_item_is_first_looked_for_on_its_own_page(tmp_path: Path) -> None:
    pages = "".join(f'<subsheet subsheetid="{key}" type="Normal"><name>{key}</name></subsheet>' for key in ("p1", "p2"))
    items = "".join(
        stage("Data", "Queue", f"<datatype>text</datatype><initialvalue>{value}</initialvalue>", page)
        for page, value in (("p1", "Fines"), ("p2", "Letters"))
    )
    uses = "".join(
        stage(
            "Action",
            f"Get {page}",
            f'<inputs><input name="Queue Name" expr="[Queue]"/></inputs><resource object="{QUEUES}" action="Get"/>',
            page,
        )
        for page in ("p2", "p1")
    )
    assert read(tmp_path, process(pages + items + uses)).to_set.queues == ("Letters", "Fines")


def test_environment_variables(tmp_path: Path) -> None:
    items = stage("Data", "Share", "<exposure>Environment</exposure>") + stage("Data", "Mine", "<exposure>Session</exposure>")
    assert read(tmp_path, process(items)).to_set.environment_variables == ("Share",)


def test_steps_and_what_they_are(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        process(
            '<subsheet subsheetid="p1" published="True"><name>Look up</name></subsheet>'
            + stage("Start", "Start")
            + stage("Decision", "Paid?")
            + action("MS Excel VBO", name="Open book")
            + stage("Code", "Sum", "<code>a = b</code>", "p1")
            + stage("Note", "A note")
            + stage("Data", "A datum")
            + stage("Nonsense", "Of tomorrow")
        ),
    )
    assert [(step.name, step.kind, step.action, step.human) for step in found.steps] == [
        ("Start", "start", "Start", False),
        ("Paid?", "decision", "Decision", False),
        ("Open book", "action", "MS Excel VBO: Run", False),
        ("Sum", "code", "Code", False),
    ]
    assert [step.part for step in found.steps] == ["Main Page"] * 3 + ["Look up"]


def leads(found: Inspection) -> dict[str, list[tuple[str, str, bool]]]:
    """Of each step by name where it leads: to, when, on error."""
    names = {(step.part, step.id): step.name for step in found.steps}
    return {step.name: [(names.get((step.part, one.to), ""), one.when, one.on_error) for one in step.onward] for step in found.steps}


def test_stages_lead_along_their_links(tmp_path: Path) -> None:
    """They stand in the file in no order, and anchors are no steps."""
    page = (
        stage("End", "End")
        + stage("Decision", "Paid?", "<ontrue>End-id</ontrue><onfalse>Corner-id</onfalse>")
        + stage("Anchor", "Corner", "<onsuccess>Which-id</onsuccess>")
        + stage("ChoiceEnd", "Which over", "<groupid>g</groupid><onsuccess>End-id</onsuccess>")
        + stage(
            "ChoiceStart",
            "Which",
            "<groupid>g</groupid><choices><choice><name>By post</name><ontrue>Each-id</ontrue></choice></choices>",
        )
        + stage("LoopEnd", "No more", "<groupid>l</groupid><onsuccess>End-id</onsuccess>")
        + stage("LoopStart", "Each", "<groupid>l</groupid><onsuccess>Send-id</onsuccess>")
        + stage("SubSheet", "Send", "<processid>p1</processid><onsuccess>No more-id</onsuccess>")
        + stage("Start", "Start", "<onsuccess>Paid?-id</onsuccess>")
        + '<subsheet subsheetid="p1" published="True"><name>Send a letter</name></subsheet>'
    )
    found = read(tmp_path, process(page))
    assert [step.name for step in found.steps] == ["Start", "Paid?", "End", "Which", "Each", "Send"]
    assert leads(found) == {
        "Start": [("Paid?", "", False)],
        "Paid?": [("End", "Yes", False), ("Which", "No", False)],
        "End": [("", "", False)],
        "Which": [("Each", "By post", False), ("End", "Otherwise", False)],
        "Each": [("Send", "Each", False), ("End", "Done", False)],
        "Send": [("Each", "", False)],
    }
    assert found.steps[-1].action == "SubSheet: Send a letter"


def placed(kind: str, name: str, at: str, inside: str = "") -> str:
    return stage(kind, name, f"<display {at}/>{inside}")


def test_errors_lead_to_what_recovers_in_the_block_or_on_the_page(tmp_path: Path) -> None:
    page = (
        placed("Start", "Start", 'x="0" y="0"', "<onsuccess>Pay-id</onsuccess>")
        + placed("Action", "Pay", 'x="120" y="60"', "<onsuccess>Raise-id</onsuccess>")
        + placed("Exception", "Raise", 'x="120" y="90"', '<exception type="Business"/>')
        + placed("Block", "Payment", 'x="100" y="50" w="200" h="100"')
        + placed("Block", "Data items", 'x="500" y="50" w="20" h="20"')
        + placed("Recover", "Mend", 'x="180" y="60"', "<onsuccess>Back-id</onsuccess>")
        + placed("Resume", "Back", 'x="200" y="60"', "<onsuccess>Outer-id</onsuccess>")
        + placed("Exception", "Outer", 'x="0" y="300"', '<exception type="System"/>')
        + placed("Recover", "Catch all", 'x="0" y="400"', "<onsuccess>Pass on-id</onsuccess>")
        + placed("Exception", "Pass on", 'x="0" y="500"', '<exception usecurrent="yes"/>')
    )
    found = read(tmp_path, process(page))
    to = leads(found)
    assert to["Start"] == [("Pay", "", False), ("Catch all", "", True)]
    assert to["Payment"] == [("Mend", "", True)]
    assert to["Raise"] == [("Mend", "", True)]
    assert to["Outer"] == [("Catch all", "", True)]
    assert to["Pass on"] == [("", "", True)]
    kinds = {step.name: step.kind for step in found.steps}
    assert [kinds[name] for name in ("Raise", "Mend", "Back", "Payment")] == ["exception", "exception", "exception", "group"]
    assert "Data items" not in kinds
    assert {step.name for step in found.steps if step.within == "Payment-id"} == {"Pay", "Raise", "Mend", "Back"}


def test_code_is_in_the_language_of_the_object(tmp_path: Path) -> None:
    info = stage("ProcessInfo", "Info", "<language>visualbasic</language>")
    found = read(tmp_path, process(info + stage("Code", "Sum", "<code>a = b</code>") + stage("Start", "Start")))
    assert [(step.name, step.language) for step in found.steps] == [("Start", ""), ("Sum", "vbnet")]


def test_pages_of_several_objects_are_told_apart(tmp_path: Path) -> None:
    one, other = (process(stage("Start", "Start"), f'name="{name}" bpversion="6.10"') for name in ("Pay", "Send"))
    found = read(tmp_path, release(member(one, name="Pay"), member(other, "object", "Send")))
    assert [step.part for step in found.steps] == ["Pay / Main Page", "Send / Main Page"]


def test_applications_hosts_paths_and_addresses(tmp_path: Path) -> None:
    model = (
        "<appdef><element><apptypeinfo><id>BrowserLaunch</id><parameters>"
        "<parameter><name>Path</name><value>&quot;C:\\Program Files\\Edge\\msedge.exe&quot;</value></parameter>"
        "<parameter><name>CommandLineParams</name><value>--new https://Fines.example.org/start?x=1</value></parameter>"
        "<parameter><name>ProcessName</name><value>msedge</value></parameter></parameters></apptypeinfo></element></appdef>"
    )
    stages = stage("Data", "To", "<initialvalue>team@example.org</initialvalue>") + stage(
        "Code", "Save", '<code><![CDATA[ Save("\\\\server01\\fines\\out.xlsx") \' https://api.example.net/v1 ]]></code>'
    )
    found = read(tmp_path, process(model + stages, 'name="Fines" type="object" bpversion="6.4"'))
    assert found.reach.applications == ("msedge.exe", "fines.example.org")
    assert found.reach.hosts == ("fines.example.org", "api.example.net")
    assert found.reach.paths[0].startswith("\\\\server01\\fines\\out.xlsx")
    assert found.reach.addresses == ("team@example.org",)


def test_a_passwords_value_is_never_read(tmp_path: Path) -> None:
    item = stage("Data", "Secret", "<datatype>password</datatype><initialvalue>https://user.example.org/hunter2</initialvalue>")
    assert "hunter2" not in str(read(tmp_path, process(item)).as_json())
    assert "example.org" not in str(read(tmp_path, process(item)).as_json())


def test_assemblies_that_the_machine_needs(tmp_path: Path) -> None:
    found = read(tmp_path, process(stage("ProcessInfo", "x", "<references><reference>System.Data.dll</reference></references>")))
    assert [note.code for note in found.notes] == ["dotnet_assemblies"]
    assert "System.Data.dll" in found.notes[0].text


def test_a_release_with_what_it_carries(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        release(
            member(process(action("Fines Register", name="a") + action("MS Excel VBO", name="b"))),
            member(process("", 'name="Fines Register" type="object" bpversion="6.9.1"'), "object", "Fines Register"),
            '<work-queue name="Fines" key-field="Case"/>',
            '<credential name="Register"/>',
            '<environment-variable name="Share" type="password" value="hunter2"/>',
            '<webapiservice name="Payments"/>',
            '<calendar name="England"/>',
            head="<name>Fines - 0.0.1</name><release-notes>First</release-notes><user-created-by>admin</user-created-by>",
        ),
    )
    assert (found.kind, found.name, found.description) == ("blueprism-release", "Fines - 0.0.1", "First")
    assert found.version is None
    assert found.authors == ()  # the one who pressed the button is no author
    assert found.platform_version == "6.10.0.30674"  # the newest: 6.10 is above 6.9
    assert [point.name for point in found.entry_points] == ["Pay fines"]
    assert found.dependencies == (Dependency("blueprism", "Fines Register", included=True), Dependency("blueprism", "MS Excel VBO"))
    assert found.to_set.queues == ("Fines",)
    assert found.to_set.credentials == ("Register",)
    assert found.to_set.environment_variables == ("Share",)
    assert found.to_set.connections == ("Payments",)
    assert "hunter2" not in str(found.as_json())
    assert "admin" not in str(found.as_json())


def test_a_release_of_objects_only_starts_at_their_pages(tmp_path: Path) -> None:
    inner = process('<subsheet subsheetid="p" published="True"><name>Open</name></subsheet>', 'name="A" type="object" bpversion="6"')
    found = read(tmp_path, release(member(inner, "object", "A")))
    assert [point.name for point in found.entry_points] == ["Open"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('<process bpversion="6.10"/>', "blueprism_incomplete"),
        ('<process name="" bpversion="6.10"/>', "blueprism_incomplete"),
        ('<process name="bpversion"/>', "blueprism_incomplete"),
        ('<process name="Pay"/>', "not_recognised"),
        ('<process xmlns="urn:other" name="Pay" bpversion="6.10"/>', "not_recognised"),
        ('<release xmlns="urn:other"/>', "not_recognised"),
        (f"<release {RELEASE}/>", "blueprism_release_empty"),
        (f"<release {RELEASE}><name>Fines</name></release>", "blueprism_release_empty"),
        ('<process name="Pay" bpversion="6.10">', "xml_damaged"),
        ('<!DOCTYPE process><process name="Pay" bpversion="6.10"/>', "xml_dtd"),
    ],
)
def test_what_is_refused(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(tmp_path, text)
    assert refused.value.code == code
    assert refused.value.mend


@pytest.mark.parametrize(
    "text",
    [
        EMPTY,
        release(),
        release(head=""),
        release(member("")),
        release(member('<process name="A"/>')),  # no bpversion: not Blue Prism's own
        release("<process/>", "<object/>", "<unknown/>", "<work-queue/>"),
        process("<stage/>" * 3),
        process("<subsheet/><subsheet/>"),
        process(stage("Start", "", "<inputs><input/></inputs>")),
        process('<stage type="Action"><resource/></stage>'),
        process("<appdef><apptypeinfo><parameters><parameter/></parameters></apptypeinfo></appdef>"),
        process(action(CREDENTIALS, "<input/><input name='Credentials Name'/>")),
        process(action(QUEUES, "<input name='Queue Name' expr='[]'/><input name='Queue Name' expr='&quot;'/>")),
        process("", 'name="A" bpversion="x.y.z" type="nonsense"'),
        process("", 'name="A" bpversion=""'),
        process(stage("Data", "x", "<initialvalue>http://[bad</initialvalue>")),
    ],
)
def test_what_is_missing_is_left_out(tmp_path: Path, text: str) -> None:
    found = read(tmp_path, text)
    assert found.platform == "blueprism"
    assert found.dependencies == ()


def test_a_file_as_blue_prism_writes_it_with_a_mark_and_no_declaration(tmp_path: Path) -> None:
    assert read(tmp_path, "\ufeff" + EMPTY).name == "Pay"


def test_thousands_of_stages_are_cut_and_said(tmp_path: Path) -> None:
    found = read(tmp_path, process('<stage type="Decision" name="x"/>' * 5_001))
    assert len(found.steps) == 5_000
    assert [note.code for note in found.notes] == ["steps_cut"]
