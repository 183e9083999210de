"""n8n workflows: JSON as its editor, its command line, its public API and its template library export it, alone, listed or in a zip."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from registry.errors import Unreadable
from registry.formats.arguments import Argument
from registry.formats.artefact import Artefact, decode
from registry.formats.documents import parse_json
from registry.formats.fragments import addresses_in, hosts_in, mapping, ordered, paths_in, sequence
from registry.formats.model import Dependency, EntryPoint, FileRecord, Inspection, Note, Reach, ToSet
from registry.formats.n8n import nodes
from registry.formats.n8n.steps import distinct, name_of, steps_of
from registry.formats.n8n.workflows import Workflow, holds_credentials, parsed, workflows_in

PLATFORM = "n8n"
KINDS = ("n8n-",)
MAX_STEPS = 5_000
MAX_PROVIDED = 200  # names and ids of workflows by which others can call them
MAX_MEMBER = 16 * 1024 * 1024  # bytes of one JSON file of a zip
MAX_MEMBERS = 500  # JSON files of a zip that are looked into
_MARKS = ('"nodes"', '"nodesAccess"', '"data"')
_ENVIRONMENT = re.compile(r"(?<![\w.])(?:[$_]|process\.)env(?:\.([A-Za-z_]\w*)|\[\s*['\"]([^'\"\]]{1,100})['\"]\s*\])")
_VARIABLE = re.compile(r"(?<![\w.])[$_]vars(?:\.([A-Za-z_]\w*)|\[\s*['\"]([^'\"\]]{1,100})['\"]\s*\])")
_VAULT = re.compile(r"(?<![\w.])\$secrets((?:\.[A-Za-z_]\w*|\[\s*['\"][^'\"\]]{1,100}['\"]\s*\]){1,4})")
_JSON_TYPES = {str: "string", bool: "boolean", int: "number", float: "number", list: "array", dict: "object"}


def recognises(artefact: Artefact) -> bool:
    """JSON that holds a workflow or exported credentials, or a zip with such a file. A damaged file that names n8n's nodes is n8n's too."""
    if artefact.is_zip:
        return any(True for _ in _members(artefact))
    if artefact.is_gzip or artefact.head.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")[:1] not in (b"{", b"["):
        return False
    try:
        text = artefact.text
    except Unreadable:
        return False
    if not any(mark in text for mark in _MARKS):
        return False
    document = parsed(text)
    return '"n8n-nodes-base.' in text if document is None else _is_ours(document)


def inspect(artefact: Artefact) -> Inspection:
    """Read the workflow, or several with the first one's name; raises :class:`Unreadable` (``n8n_credentials``, ``json_*``)."""
    files: tuple[FileRecord, ...] = ()
    if artefact.is_zip:
        documents = list(_members(artefact))
        files = artefact.archive.files()
    else:
        documents = [("", parse_json(artefact.text, artefact.filename, mend="Download the workflow from n8n again."))]
    for file, document in documents:
        if holds_credentials(document):
            raise Unreadable(
                "n8n_credentials",
                "This file holds exported credentials of n8n.",
                where=file or artefact.filename,
                mend="Send the workflow alone: it names its credentials, and each organisation has its own. Change the ones in this file.",
            )
    workflows = [one for file, document in documents for one in workflows_in(document, file)]
    return _inspection(workflows, files)


def _members(artefact: Artefact) -> Iterator[tuple[str, Any]]:
    """The JSON files of a zip that are of n8n."""
    archive = artefact.archive
    names = [name for name in archive.names if name.lower().endswith(".json") and archive.size(name) <= MAX_MEMBER]
    for name in names[:MAX_MEMBERS]:
        try:
            document = parsed(decode(archive.read(name), name))
        except Unreadable:
            continue  # the check of what could not be read says so
        if _is_ours(document):
            yield name, document


def _is_ours(document: Any) -> bool:
    return holds_credentials(document) or any(True for _ in workflows_in(document))


def _inspection(workflows: list[Workflow], files: tuple[FileRecord, ...]) -> Inspection:
    all_nodes = [node for workflow in workflows for node in workflow.nodes]
    working = [node for node in all_nodes if nodes.type_of(node) != nodes.NOTE]
    text = "\n".join(_strings([node.get("parameters") for node in working]))
    steps = tuple(step for workflow, part in zip(workflows, _parts(workflows), strict=True) for step in steps_of(workflow, part))
    hosts = hosts_in(text)
    return Inspection(
        platform=PLATFORM,
        kind="n8n-workflow",
        name=next((workflow.name for workflow in workflows if workflow.name), None),
        description=_description(workflows[0]),
        entry_points=tuple(_entry_points(workflows)),
        dependencies=tuple(_dependencies(workflows, all_nodes)),
        # What notes on the canvas link to is said to be worked in; nothing of it is connected to.
        reach=Reach(
            ordered([*hosts, *hosts_in("\n".join(_strings(all_nodes)))]), hosts, paths_in("\n".join(_paths(working))), addresses_in(text)
        ),
        to_set=ToSet(
            credentials=ordered([*_credentials(working), *(_vault(found) for found in _VAULT.findall(text))]),
            assets=ordered(dotted or quoted for dotted, quoted in _VARIABLE.findall(text)),
            queues=ordered(name for node in working for name in nodes.queues_of(node)),
            environment_variables=ordered(dotted or quoted for dotted, quoted in _ENVIRONMENT.findall(text)),
        ),
        steps=steps[:MAX_STEPS],
        files=files,
        notes=tuple(_notes(workflows, len(steps))),
        provides=ordered(key for workflow in workflows for key in (workflow.id, workflow.name))[:MAX_PROVIDED],
    )


def _parts(workflows: list[Workflow]) -> list[str]:
    """A name for each workflow: its own, or its file's."""
    several = len(workflows) > 1
    return distinct(one.name or one.file or (f"Workflow {number}" if several else "") for number, one in enumerate(workflows, 1))


def _description(workflow: Workflow) -> str | None:
    for holder in (workflow.document, mapping(workflow.document.get("meta"))):
        if isinstance(written := holder.get("description"), str) and written.strip():
            return " ".join(written.split())[:2000]
    return None


def _entry_points(workflows: list[Workflow]) -> Iterator[EntryPoint]:
    """Every trigger; two of one name go by their workflows' names too."""
    starts = [
        (part, node)
        for workflow, part in zip(workflows, _parts(workflows), strict=True)
        for node in workflow.nodes
        if nodes.is_trigger(node)
    ]
    names = Counter(name_of(node) for _, node in starts)
    told = distinct(
        f"{part}: {name_of(node)}" if part and names[name_of(node)] > 1 and len(workflows) > 1 else name_of(node) for part, node in starts
    )
    for name, (_, node) in zip(told, starts, strict=True):
        yield EntryPoint(name, inputs=tuple(_inputs(node)), description=_how(node))


def _inputs(node: dict[str, Any]) -> Iterator[Argument]:
    """What a form asks for, and what a workflow that others call declares: by fields, or by an example."""
    parameters = mapping(node.get("parameters"))
    for field in map(mapping, sequence(mapping(parameters.get("formFields")).get("values"))):
        if name := field.get("fieldName") or field.get("fieldLabel"):
            yield Argument(_one_line(name), str(field.get("fieldType") or "text"), required=field.get("requiredField") is True)
    if parameters.get("inputSource") == "jsonExample":
        for name, value in mapping(parsed(str(parameters.get("jsonExample") or ""))).items():
            yield Argument(_one_line(name), _JSON_TYPES.get(type(value), "any"))
    else:
        for field in map(mapping, sequence(mapping(parameters.get("workflowInputs")).get("values"))):
            if field.get("name"):
                yield Argument(_one_line(field["name"]), str(field.get("type") or "any"))


def _how(node: dict[str, Any]) -> str:
    """How a webhook or form is reached, without the address of anybody's server."""
    parameters = mapping(node.get("parameters"))
    path = parameters.get("path")
    if nodes.type_of(node) != "webhook" or not isinstance(path, str) or not path:
        return ""
    method = parameters.get("httpMethod")
    return f"{method if isinstance(method, str) else 'GET'} /{path.strip('/')}"[:300]


def _dependencies(workflows: list[Workflow], all_nodes: list[dict[str, Any]]) -> Iterator[Dependency]:
    """Node types with their newest version used, the packages of those that are not n8n's own, and workflows that are called."""
    newest: dict[str, dict[str, Any]] = {}
    for node in all_nodes:
        kind = str(node["type"])
        if kind not in newest or nodes.version_of(node) > nodes.version_of(newest[kind]):
            newest[kind] = node
    for kind, node in sorted(newest.items()):
        yield Dependency("n8n-node", kind, _number(nodes.version_of(node)) if "typeVersion" in node else None)
    for package in ordered(nodes.package_of(kind) for kind in sorted(newest)):
        yield Dependency("npm", package)
    here = {key for workflow in workflows for key in (workflow.id, workflow.name) if key}
    for id, name in dict.fromkeys(call for workflow in workflows for call in _calls(workflow)):
        yield Dependency("n8n-workflow", name or id, included=bool({id, name} & here))


def _calls(workflow: Workflow) -> Iterator[tuple[str, str]]:
    """Id and name of each workflow that is called, and of the one that runs when this one fails; what an expression chooses is not known."""
    targets = [mapping(node.get("parameters")).get("workflowId") for node in workflow.nodes if nodes.kind_of(node) == "call"]
    for target in [*targets, mapping(workflow.document.get("settings")).get("errorWorkflow")]:
        id = mapping(target).get("value") if isinstance(target, dict) else target
        name = mapping(target).get("cachedResultName")
        id, name = (_one_line(one) if isinstance(one, str | int) and not str(one).startswith("=") else "" for one in (id, name))
        if id or name:
            yield id, name


def _credentials(working: list[dict[str, Any]]) -> Iterator[str]:
    """Type and name of each credential that a node refers to; older exports write the name alone, and it may be empty."""
    for node in working:
        for kind, held in mapping(node.get("credentials")).items():
            name = mapping(held).get("name") if isinstance(held, dict) else held
            yield f"{kind}: {_one_line(name)}" if isinstance(name, str) and name.strip() else kind


def _vault(path: str) -> str:
    """A secret of an external vault by its path: ``$secrets.vault.key`` and ``$secrets["vault"]["key"]`` are one."""
    return ".".join(re.findall(r"[^.\[\]'\"\s]+", path))


def _notes(workflows: list[Workflow], steps: int) -> Iterator[Note]:
    if steps > MAX_STEPS:
        yield Note("steps_cut", f"The workflow has {steps} nodes; the first {MAX_STEPS} are shown.")
    pinned = ordered(name for workflow in workflows for name, rows in mapping(workflow.document.get("pinData")).items() if rows)
    if pinned:
        yield Note("pinned_data", f"Data from a test is pinned to {_few(pinned)}.")
    off = ordered(name_of(node) for workflow in workflows for node in workflow.nodes if node.get("disabled") is True)
    if off:
        yield Note("nodes_off", f"Switched off: {_few(off)}.")


def _few(names: tuple[str, ...]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def _paths(working: list[dict[str, Any]]) -> Iterator[str]:
    """The texts in which paths are looked for. Source code writes each backslash of a text twice."""
    for node in working:
        is_source = nodes.language_of(node) in ("javascript", "python")
        for text in _strings(node.get("parameters")):
            yield text.replace("\\\\", "\\") if is_source else text


def _strings(document: Any) -> Iterator[str]:
    """Every string of a JSON document in the order of the file. No recursion: files are nested as deep as their authors like."""
    stack = [document]
    while stack:
        value = stack.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            stack.extend(reversed(value.values()))
        elif isinstance(value, list):
            stack.extend(reversed(value))


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else str(value)


def _one_line(text: object) -> str:
    return " ".join(str(text).split())
