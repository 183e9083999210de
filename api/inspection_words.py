"""What the schema says of each member of an inspection. The readers' own contract stands in ``registry/formats/model.py``."""

from __future__ import annotations

from registry.formats.arguments import Argument
from registry.formats.model import Dependency, EntryPoint, FileRecord, Inspection, Onward, Reach, Step, ToSet, Words

MEANING: dict[type, dict[str, str]] = {
    Inspection: {
        "platform": "The RPA product it is for",
        "kind": "What sort of file it is, such as uipath-nupkg-process",
        "name": "As the file says; null where the format has none",
        "version": "As the file writes it; null where the format has none",
        "licence": "As the file declares it",
        "owner": "The body that holds the rights, as the file says",
        "words": "What it says of itself in each of its languages",
        "platform_version": "The version of the product it was made with or needs",
        "entry_points": "Ways to start or call it",
        "dependencies": "What it needs, by names as the platform knows them",
        "reach": "What it touches",
        "to_set": "What a taker must set locally, by name; never a value",
        "steps": "Its steps as the platform's editor shows them, part by part in the order of the file",
        "notes": "Things worth telling the publisher that are no refusal",
        "flow": "The process as its modeller drew it; null for what is not drawn",
    },
    EntryPoint: {"name": "A workflow file, published action, flow, task or start event"},
    Argument: {"type": "As the platform writes it"},
    Dependency: {
        "ecosystem": "Whose names these are: nuget, pypi, blueprism, powerplatform-connector, a360-package, n8n-node and so on",
        "range": "In the platform's own grammar; null where it names none",
        "included": "Whether the artefact carries it",
    },
    Reach: {
        "applications": "Programs, connectors and job types",
        "hosts": "Network hosts",
        "paths": "File and network paths",
        "addresses": "Mail addresses",
    },
    ToSet: {
        "credentials": "By the names under which the automation asks for them",
        "connections": "Connections and connection references",
    },
    Step: {
        "id": "Its own within its part; stays the same from version to version where the platform gives one",
        "kind": "action, code, decision, call, start, end, event, human, group (loop, branch, sequence, try) or exception (raises or handles an error)",
        "action": "The platform's own name of what it does",
        "human": "Whether a person decides or works in it",
        "part": "The page, workflow file, subflow, task or function in which the editor shows it",
        "within": "The id of the step around it, of the same part; empty where there is none",
        "language": "Of a step of kind code: vbnet, csharp, python, javascript, powershell, vbscript, sql and so on",
        "onward": "Where it leads; empty where it leads to the next step of the same part and surroundings",
    },
    Onward: {
        "to": "The id of a step of the same part",
        "when": "The branch by its name, such as Yes; empty where it has none",
        "on_error": "Whether it is taken when the step fails",
    },
    Words: {
        "language": "BCP 47, such as da or en-GB",
        "summary": "Plain text, a sentence or two",
        "description": "Plain text or Markdown",
    },
    FileRecord: {"size": "Bytes", "sha256": "In hexadecimal"},
}
