"""Process sequences as JSON steps: published, written as BPMN, and told of a release."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.request import Request

from api.answers import conditional
from api.bodies import ARTEFACT, Received, json_body, once
from api.endpoint import Endpoint
from api.rest.steps_shapes import STEPS_SCHEMA, TOLD_SCHEMA
from api.schema import in_path, problem_example, problems
from registry.errors import Refused
from registry.formats.flow import Flow, flow_from_json
from registry.index import read
from registry.releases.storage import disposition
from registry.releases.upload import Upload, spooled
from registry.sequences.steps import flow_of, steps_of, told_node
from registry.sequences.writing import bpmn_of
from registry.values.identifiers import check_slug, slugify

STEPS = "steps"
MAX_BYTES = 2 * 1024 * 1024
_XML = "application/xml"
EXAMPLE: dict[str, Any] = {
    "name": "Award and refusal letters",
    "steps": [
        {
            "id": "check",
            "name": "Check data",
            "uses": {"module": "kobenhavn/datavalidering", "range": "^1.0"},
            "inputs": {"in_Sag": {"from": "/sag"}},
        },
        {
            "id": "decide",
            "name": "Decide",
            "who": "Caseworker",
            "human": True,
            "gives": [{"name": "afgoerelse", "type": "text"}],
            "question": "Award?",
            "next": [{"to": "award", "when": "Yes"}, {"to": "end", "when": "No"}],
        },
        {
            "id": "award",
            "name": "Write the letter",
            "uses": {"module": "kobenhavn/brev", "range": "^2"},
            "inputs": {"in_Svar": {"from": "decide/afgoerelse"}},
        },
    ],
}


@contextlib.contextmanager
def sent_files(body: Received, slug: str) -> Iterator[Sequence[Upload]]:
    """The files that were sent, or the one that the field ``steps`` makes, on disk until the block ends.

    Raises :class:`Refused` (``artefact_missing``, ``artefact_and_steps``, those of the steps).
    """
    text = once(body.fields, STEPS)
    if body.uploads and text:
        raise Refused("artefact_and_steps", "Both files and steps were sent.", where=STEPS, mend="Send one of them.")
    if body.uploads:
        yield body.uploads
        return
    if not text:
        raise Refused("artefact_missing", "Neither a file nor steps were sent.", where=ARTEFACT, mend="Send one of them.")
    with spooled([bpmn_of(flow_of(steps_in(text)))], f"{check_slug(slug)}.bpmn", _XML) as upload:
        yield (upload,)


def steps_in(text: str | bytes) -> Any:
    """The JSON that ``text`` is; raises :class:`Refused` (``steps_invalid``) for what is none, or says a thing twice."""
    try:
        return json.loads(text, object_pairs_hook=_once_each)
    except (ValueError, RecursionError) as error:
        mend = "Send an object such as the example in the description of the API."
        raise Refused("steps_invalid", "The steps are not JSON.", where=STEPS, mend=mend) from error


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for number, name in enumerate(names) if name in names[:number])
        raise Refused("name_twice", f"An object has {twice[:60]} twice.", where=STEPS, mend="Take one of them out.")
    return members


class WriteBpmn(Endpoint):
    """Steps as a BPMN file; nothing is kept."""

    @extend_schema(
        operation_id="write_bpmn",
        summary="Write steps as BPMN",
        description="The BPMN 2.0 file, with a drawn layout, that publishing these steps would keep. The same steps give the same bytes.",
        request={"application/json": STEPS_SCHEMA},
        examples=[
            OpenApiExample("Two modules and a decision", value=EXAMPLE, request_only=True),
            problem_example(
                "An input that comes from nowhere",
                Refused(
                    "from_unknown",
                    "No other step has the id chek.",
                    where="steps[2].inputs.in_Data.from",
                    mend="Name an earlier step, or write /name for what whoever starts the sequence gives.",
                ),
            ),
        ],
        responses={(200, _XML): OpenApiResponse(OpenApiTypes.BINARY, "The file"), **problems(400, 411, 413, 415, 422)},
    )
    def post(self, request: Request) -> HttpResponse:
        flow = flow_of(steps_in(json_body(request._request, MAX_BYTES)))
        response = HttpResponse(bpmn_of(flow), content_type=_XML)
        response["Content-Disposition"] = disposition(f"{slugify(flow.name) or 'sequence'}.bpmn")
        response["X-Content-Type-Options"] = "nosniff"
        return response


class ReleaseSteps(Endpoint):
    """The steps of a sequence's release."""

    @extend_schema(
        operation_id="read_steps",
        summary="Read the steps of a sequence's release",
        description="The steps that make its file, ready to change and publish again; where a file holds more than steps can say, its tasks.",
        parameters=in_path("publisher", "slug", "version"),
        responses={200: OpenApiResponse(TOLD_SCHEMA, "The steps"), 304: None, **problems(308, 404)},
    )
    def get(self, request: Request, publisher: str, slug: str, version: str) -> HttpResponse:
        release = read.visible_release(self.viewer(), publisher, slug, version)
        flow = flow_from_json((release.inspection or {}).get("flow"))
        if flow is None:
            raise read.missing()
        return conditional(request._request, _told(flow))


def _told(flow: Flow) -> dict[str, Any]:
    steps = steps_of(flow)
    if steps is not None:
        return {"composed": True, **steps}
    words = {"name": flow.name, "documentation": flow.documentation}
    return {"composed": False, **{name: text for name, text in words.items() if text}, STEPS: [told_node(node) for node in flow.tasks]}
