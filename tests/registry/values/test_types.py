"""Types of all platforms mean what docs/types.md says, and fit where it says they do."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry.values.platforms import PLATFORMS
from registry.values.type_names import NAMES, Meaning
from registry.values.types import CONVERSIONS, PLAIN, Answer, Typed, fits, kind_of, value_fits

DOC = Path(__file__).parents[3] / "docs" / "types.md"

# What the readers find in the files of the corpus and of the demonstration, and what people write.
MEANT = [
    ("uipath", "String", "text"),
    ("uipath", "InArgument(x:String)", "text"),
    ("uipath", "InOutArgument(x:Int32)", "whole number"),
    ("uipath", "System.Data.DataTable", "table"),
    ("uipath", "OutArgument(sd:DataTable)", "table"),
    ("uipath", "Dictionary<String, Object>", "record"),
    ("uipath", "InArgument(scg:Dictionary(x:String, x:Object))", "record"),
    ("uipath", "List<String>", "list of text"),
    ("uipath", "IEnumerable<Dictionary<String, Object>>", "list of record"),
    ("uipath", "String[]", "list of text"),
    ("uipath", "Byte[]", "bytes"),
    ("uipath", "Nullable<Double>", "number"),
    ("uipath", "number", "number"),
    ("uipath", "array", "list"),
    ("uipath", "SecureString", "secret"),
    ("uipath", "Object", "anything"),
    ("uipath", "UiElement", ""),
    ("blueprism", "flag", "yes or no"),
    ("blueprism", "collection", "table"),
    ("blueprism", "password", "secret"),
    ("blueprism", "timespan", "duration"),
    ("power_automate", "string", "text"),
    ("power_automate", "object", "record"),
    ("power_automate", "Text value", "text"),
    ("power_automate", "Datatable", "table"),
    ("power_automate", "List of Text value", "list of text"),
    ("python", "str | None", "text"),
    ("python", "Optional[int]", "whole number"),
    ("python", "list[str]", "list of text"),
    ("python", "tuple[int, ...]", "list of whole number"),
    ("python", "datetime.datetime", "date and time"),
    ("python", "pd.DataFrame", "table"),
    ("python", "dict[str, list[int]]", "record"),
    ("robot_framework", "integer", "whole number"),
    ("automation_anywhere", "Dictionary", "record"),
    ("n8n", "dateTime", "date and time"),
    ("dmn", "tApplicantData", ""),
    ("dmn", "days and time duration", "duration"),
    ("bpmn", "tekst", "text"),
    ("bpmn", "Beløb", "number"),
    ("bpmn", "xsd:dateTime", "date and time"),
    ("bpmn", "list of text", "list of text"),
    ("bpmn", "", ""),
    ("bpmn", "something else", ""),
    ("nothing we know", "String", ""),
    ("uipath", "List<" * 200, ""),
]


@pytest.mark.parametrize(("platform", "written", "words"), MEANT)
def test_a_type_means_what_its_platform_says(platform: str, written: str, words: str) -> None:
    assert kind_of(platform, written).words == words


@pytest.mark.parametrize(
    ("source", "target", "answer", "how"),
    [
        (("uipath", "DataTable"), ("blueprism", "collection"), "yes", ""),
        (("uipath", "Int32"), ("blueprism", "number"), "yes", ""),
        (("blueprism", "number"), ("uipath", "Int32"), "converted", "a fraction would be lost"),
        (("blueprism", "text"), ("uipath", "DateTime"), "converted", "the text must be a date and time"),
        (("bpmn", "dato"), ("uipath", "DateTime"), "converted", "the time becomes midnight"),
        (("uipath", "List<String>"), ("python", "list[str]"), "yes", ""),
        (("uipath", "List<String>"), ("python", "list[int]"), "converted", "of each item: the text must be a number"),
        (("uipath", "List<Boolean>"), ("python", "list[int]"), "no", "of each item: yes or no is not a whole number"),
        (("uipath", "List<String>"), ("power_automate", "array"), "yes", ""),
        (("uipath", "UiElement"), ("uipath", "UiElement"), "yes", ""),
        (("uipath", "UiElement"), ("blueprism", "text"), "unknown", "what it is cannot be told from its type"),
        (("uipath", "Object"), ("blueprism", "text"), "unknown", "it may be anything, and must be a text"),
        (("blueprism", "text"), ("uipath", "Object"), "yes", ""),
        (("power_automate", "string"), ("uipath", "DataTable"), "no", "a text is not a table"),
        (("blueprism", "flag"), ("uipath", "Int32"), "no", "yes or no is not a whole number"),
        (("blueprism", "password"), ("uipath", "String"), "no", "a secret would be readable from there on"),
        (("blueprism", "password"), ("uipath", "Object"), "no", "a secret would be readable from there on"),
        (("blueprism", "password"), ("uipath", "SecureString"), "yes", ""),
    ],
)
def test_one_type_fits_another(source: tuple[str, str], target: tuple[str, str], answer: str, how: str) -> None:
    fit = fits(Typed(*source), Typed(*target))
    assert (fit.answer, fit.how) == (answer, how)


@pytest.mark.parametrize(
    ("value", "target", "answer"),
    [
        ("12", ("uipath", "Int32"), "yes"),
        ("1,5", ("blueprism", "number"), "yes"),
        ("tolv", ("uipath", "Int32"), "unknown"),
        ("ja", ("bpmn", "ja/nej"), "yes"),
        ("2026-11-26", ("uipath", "DateTime"), "yes"),
        ("26.11.2026", ("bpmn", "dato"), "yes"),
        ("soon", ("blueprism", "date"), "unknown"),
        ("whatever", ("uipath", "String"), "yes"),
        ("whatever", ("uipath", "UiElement"), "yes"),
        ("hunter2", ("blueprism", "password"), "no"),
    ],
)
def test_a_value_fits_a_type(value: str, target: tuple[str, str], answer: str) -> None:
    assert value_fits(value, Typed(*target)).answer == answer


def test_no_name_of_a_platform_is_listed_twice() -> None:
    for platform, names in NAMES.items():
        listed = [name.strip().casefold() for each in names.values() for name in each.split(",")]
        assert sorted(listed) == sorted(set(listed)), platform


def test_conversions_are_between_known_meanings_and_none_is_needed_where_it_fits() -> None:
    known = set(Meaning) - {Meaning.UNKNOWN, Meaning.ANYTHING}
    assert {each for pair in CONVERSIONS for each in pair} <= known
    assert not set(CONVERSIONS) & PLAIN
    assert not [pair for pair in CONVERSIONS if pair[0] == pair[1] or pair[0] == Meaning.SECRET]


def test_every_platform_that_types_may_come_from_has_a_name() -> None:
    assert set(NAMES) == set(PLATFORMS) - {"publiccode"}  # which describes software and calls nothing


def test_the_page_shows_the_tables_as_they_are() -> None:
    page = DOC.read_text(encoding="utf-8")
    assert names_table() in page
    assert fits_table() in page


def names_table() -> str:
    """The table of names, as docs/types.md has it."""
    sections = []
    for platform, names in NAMES.items():
        rows = [f"| {meaning} | {_code(names[meaning])} |" for meaning in Meaning if meaning in names]
        sections.append("\n".join([f"### {PLATFORMS[platform]}", "", "| meaning | names |", "| --- | --- |", *rows]))
    return "\n\n".join(sections)


def fits_table() -> str:
    """The table of conversions, as docs/types.md has it."""
    rows = [f"| {source} | {target} | fits |" for source, target in sorted(PLAIN)]
    rows += [f"| {source} | {target} | {how} |" for (source, target), how in CONVERSIONS.items()]
    return "\n".join(["| given | taken | |", "| --- | --- | --- |", *rows])


def _code(names: str) -> str:
    return ", ".join(f"`{name.strip()}`" for name in names.split(","))


def test_answers_are_the_four_of_the_page() -> None:
    assert [str(each) for each in Answer] == ["yes", "converted", "unknown", "no"]
