"""What a corpus' truth says of one file, however it writes it for its platform, in the words of an inspection.

The truth is a JSON object a file (``FORMATS.md`` beside the corpus): ``identify_as``, ``name``, ``version``, ``dependencies``,
``entry_points``, ``target_apps`` and what else a platform has. What it leaves out is not scored.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from registry.formats.fragments import mapping, sequence

# Kinds that are recognised but not wanted, or that nothing recognises, with the codes that may refuse them.
REFUSED: dict[str, frozenset[str]] = {
    "nupkg-plain": frozenset({"nuget_plain_package"}),
    "xaml-wpf": frozenset({"xaml_not_a_workflow"}),
    "jar-plain": frozenset({"jar_not_a_package"}),
    "json-plain": frozenset({"not_recognised"}),
    "publiccode-invalid": frozenset({"publiccode_invalid"}),
    "n8n-credentials": frozenset({"n8n_credentials"}),
}
KINDS = frozenset(
    [
        "uipath-nupkg-process",
        "uipath-nupkg-library",
        "uipath-nupkg-tests",
        "uipath-nupkg-python",
        "uipath-project-zip",
        "uipath-solution-zip",
        "uipath-xaml",
        "nupkg-dotnet-activities",
        "blueprism-object",
        "blueprism-process",
        "blueprism-release",
        "powerplatform-solution",
        "powerplatform-solution-src",
        "flow-legacy-package",
        "pad-robin",
        "a360-bot-export",
        "a360-package",
        "a360-taskbot",
        "aa-v11-atmx",
        "robocorp-robot-zip",
        "sema4-action-zip",
        "robotframework-suite",
        "openrpa-xaml",
        "tagui-flow",
        "n8n-workflow",
        "python-wheel",
        "python-sdist",
        "python-project-zip",
        "bpmn",
        "bpmn-zip",
        "dmn",
        "publiccode",
    ]
)
# Keys under which the truth lists dependencies, with the ecosystems of an inspection that they speak of.
_ECOSYSTEMS = {
    "pypi": {"pypi"},
    "pip": {"pypi"},
    "conda": {"conda"},
    "conda-forge": {"conda"},
    "libraries": {"robot-library"},
    "resources": {"robot-resource"},
    "assemblies": {"openrpa-assembly"},
    "node_types": {"n8n-node"},
    "workflows": {"n8n-workflow"},
    "flows": {"tagui-flow", "powerplatform-flow"},
    "connectors": {"powerplatform-connector"},
    "missing": {"powerplatform-solution"},
    "modules": {"pad-module"},
    "callActivity": {"bpmn", "dmn"},
    "import": {"bpmn", "dmn"},
    "packages": {"a360-package"},
    "bots": {"a360-bot"},
    "open": {"software"},
    "proprietary": {"software"},
    "hardware": {"software"},
}
# Platforms whose truth writes dependencies as names with their versions.
_OWN = {"uipath": {"nuget"}, "nupkg": {"nuget"}, "blueprism": {"blueprism"}, "a360": {"a360-package"}, "aa": {"a360-package", "a360-bot"}}
_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)")
# What XAML holds that is furniture of an activity and no step, as the truth counts it among them.
_FURNITURE = re.compile(r"collection|dictionary|list|target\w*|argumentsbridge|placeholder|cursorposition|\w*options", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Expected:
    """What an inspection of the file should say; None where the truth does not tell.

    ``said`` holds single values by their field's name. Names in sets are as :func:`plain` writes them. ``ecosystems`` are those of which
    ``dependencies`` speaks. An argument is ``(entry point, in or out, name)``. ``unknown`` are parts that are not understood, in words.
    """

    kind: str
    codes: frozenset[str] | None = None  # of the refusal that is right; an empty set takes any
    said: dict[str, str | None] = field(default_factory=dict)
    dependencies: frozenset[str] | None = None
    ecosystems: frozenset[str] = frozenset()
    entry_points: frozenset[str] | None = None
    arguments: frozenset[tuple[str, str, str]] | None = None
    applications: frozenset[str] | None = None
    to_set: frozenset[str] | None = None
    steps: frozenset[str] | None = None
    languages: frozenset[str] | None = None
    unknown: tuple[str, ...] = ()


def expected(truth: dict[str, Any]) -> Expected:
    """Understand one file's truth. Never raises for what it does not know: that is told in ``unknown``."""
    kind = str(truth.get("identify_as") or "")
    if kind in REFUSED or truth.get("expect") == "reject":
        return Expected(kind, codes=REFUSED.get(kind, frozenset()))
    unknown = [] if kind in KINDS else [f"the kind {kind or '(none)'}"]
    needs, ecosystems = _dependencies(truth, kind, unknown)
    return Expected(
        kind,
        said={
            **{name: _said(truth[name]) for name in ("name", "version", "title", "description", "licence") if name in truth},
            **({"owner": _said(truth["owner"])} if truth.get("owner") else {}),  # of one place where a file may name it
        },
        dependencies=needs,
        ecosystems=frozenset(ecosystems),
        entry_points=_entry_points(truth),
        arguments=_arguments(truth),
        applications=_applications(truth["target_apps"]) if "target_apps" in truth else None,
        to_set=_told(_to_set(truth)),
        steps=_told(_steps(truth)),
        languages=frozenset(map(str, sequence(truth["languages"]))) if "languages" in truth else None,
        unknown=tuple(unknown),
    )


def plain(text: object) -> str:
    """A name as it is compared: one kind of slash and space, no case."""
    return " ".join(str(text).replace("\\", "/").split()).casefold()


def program(text: object) -> str:
    """A program, host or connector as it is compared: an address goes by its host, a program without its ending."""
    name = plain(html.unescape(str(text)))
    return (urlsplit(name).hostname or name if "://" in name else name).removesuffix(".exe")


def package(text: str) -> str:
    """The name at the head of ``name==1.0``, ``name[extra] >=1``, ``name=1.0`` as package indexes compare it (PEP 503)."""
    found = _REQUIREMENT.match(text)
    return re.sub(r"[-_.]+", "-", found.group(1)).casefold() if found else plain(text)


def _said(value: object) -> str | None:
    return " ".join(str(value).split()) or None if value is not None else None


def _told(names: Iterable[object]) -> frozenset[str] | None:
    """None where there are none: of these the truth tells only some."""
    return frozenset(plain(name) for name in names if str(name).strip()) or None


def _dependencies(truth: dict[str, Any], kind: str, unknown: list[str]) -> tuple[frozenset[str] | None, set[str]]:
    if "dependencies" not in truth and "projects" not in truth:
        return None, set()
    own = _OWN.get(kind.partition("-")[0], set())
    listed = {**mapping(truth.get("dependencies")), **({"libraries": truth["libraries"]} if "libraries" in truth else {})}
    found, ecosystems = set[str](), set[str]()
    for key, value in listed.items():
        if not isinstance(value, list):
            found.add(plain(key))
        else:
            found |= {_dependency(key, one) for one in value if not str(one).startswith("-")}
            if key not in _ECOSYSTEMS:
                unknown.append(f"dependencies.{key}")
            ecosystems |= _ECOSYSTEMS.get(key, set())
    for project in map(mapping, sequence(truth.get("projects"))):
        found |= _dependencies({"dependencies": {}, **project}, kind, unknown)[0] or set()
    return frozenset(found), ecosystems or own


def _dependency(key: str, one: object) -> str:
    """A string, a pair that begins with the name, or an object with a name; a missing part goes by its solution, ``CreatorKit (1.0)``."""
    if key == "missing" and isinstance(one, list) and len(one) > 1:
        return plain(str(one[1]).split(" (")[0])
    name = one.get("name", "") if isinstance(one, dict) else one[0] if isinstance(one, list) and one else one
    return package(str(name)) if key in ("pypi", "pip", "conda", "conda-forge") else plain(name)


def _entry_points(truth: dict[str, Any]) -> frozenset[str] | None:
    """By name; those without one by their number. A UiPath library's are its public activities (FORMATS 3.1)."""
    if truth.get("output_type") == "Library":
        return _told(sequence(truth.get("public_activities")))
    if "entry_points" not in truth and "projects" not in truth:
        return None
    found = {_point(one, number) for number, one in enumerate(sequence(truth.get("entry_points")))}
    for project in map(mapping, sequence(truth.get("projects"))):
        folder = str(project.get("path") or "").rpartition("/")[0]
        found |= {plain(f"{folder}/{_point(one, 0)}") for one in sequence(project.get("entry_points"))}
    return frozenset(found)


def _point(one: object, number: int) -> str:
    if isinstance(one, dict):
        return plain(next((one[key] for key in ("file", "name", "path") if one.get(key)), nameless(number)))
    return plain(one[0] if isinstance(one, list) and one else one)


def nameless(number: int) -> str:
    """What an entry point goes by whose name the truth does not tell."""
    return f"#{number}"


def _arguments(truth: dict[str, Any]) -> frozenset[tuple[str, str, str]] | None:
    found = set[tuple[str, str, str]]()
    points = [] if truth.get("output_type") == "Library" else sequence(truth.get("entry_points"))
    for number, point in enumerate(points):
        for key, ways in (("input", ("in",)), ("output", ("out",)), ("args", ())):
            for argument in sequence(mapping(point).get(key)):
                for way in ways or _ways(argument):
                    found.add((_point(point, number), way, plain(_first(argument))))
    detail = mapping(truth.get("detail"))
    for key, way in (("inputs", "in"), ("outputs", "out")):
        for action, arguments in mapping(detail.get(key)).items() if detail.get("kind") == "object" else ():
            if action in sequence(truth.get("entry_points")):
                found |= {(plain(action), way, plain(_first(argument))) for argument in sequence(arguments)}
    return frozenset(found) or None


def _first(argument: object) -> object:
    if isinstance(argument, dict):
        return argument.get("name", "")
    return argument[0] if isinstance(argument, list) and argument else argument


def _ways(argument: object) -> tuple[str, ...]:
    """``[name, In | Out | InOut | Property, type]``; a plain property is set from outside."""
    way = str(argument[1]) if isinstance(argument, list) and len(argument) > 1 else "In"
    return {"Out": ("out",), "InOut": ("in", "out")}.get(way, ("in",))


def _applications(listed: object) -> frozenset[str]:
    return frozenset(name for one in sequence(listed) for name in _programs(one) if name)


def _programs(one: object) -> Iterator[str]:
    if not isinstance(one, dict):
        yield program(one)
        return
    if one.get("process"):
        yield program(one["process"])
    for url in sequence(one.get("url")):
        yield program(url)


def _to_set(truth: dict[str, Any]) -> Iterator[object]:
    """Names a taker must set; what is an expression is known only when the automation runs."""
    details = [truth["detail"]] if isinstance(truth.get("detail"), dict) else sequence(truth.get("detail"))
    groups = [sequence(truth.get(key)) for key in ("vault_secrets", "env_vars", "environment_variables", "connection_references")]
    groups += [sequence(mapping(truth.get("xaml")).get(key)) for key in ("assets", "credentials", "queues")]
    groups += [sequence(mapping(detail).get(key)) for detail in details for key in ("env_vars", "credential_names", "queues")]
    for one in (one for group in groups for one in group):
        name = str(one.get("name", "") if isinstance(one, dict) else _first(one)).strip()
        if name.startswith('"') and name.endswith('"'):
            name = name[1:-1]
        if not name.startswith("[") and '"' not in name:
            yield name
    for one in sequence(truth.get("credentials")):
        pair = [str(part) for part in one] if isinstance(one, list) else [str(one)]
        yield next((part for part in reversed(pair) if part), "")


def _steps(truth: dict[str, Any]) -> Iterator[str]:
    """Names of steps or of what they do."""
    robins = [mapping(truth.get("robin")), *(mapping(mapping(flow).get("robin")) for flow in sequence(truth.get("flows")))]
    counted = [mapping(robin.get("actions")) for robin in robins]
    counted += [mapping(truth.get("activities")), mapping(mapping(truth.get("xaml")).get("activities"))]
    yield from (str(name) for names in counted for name in names if not _FURNITURE.fullmatch(name))
    yield from (str(name).replace("_", " ") for name in sequence(truth.get("actions")))
