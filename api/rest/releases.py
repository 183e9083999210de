"""Publishing: trying a file, publishing a release, and the list of a module's releases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.datastructures import MultiValueDict
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request

from accounts.viewer import Viewer
from api.answers import answer, as_text, conditional
from api.bodies import ARTEFACT, Received, check_names, once, received
from api.endpoint import Endpoint
from api.idempotency import KEY_HEADER, Reply, answered_once
from api.rest import shapes
from api.rest.announcing_shapes import impact_shape
from api.rest.steps import STEPS, sent_files
from api.rest.trial_shapes import bump_shape, look_alike_shape
from api.schema import FILES, in_path, problem_example, problems, returns
from registry.actions.check_release import judge
from registry.actions.inspect_upload import inspect_upload
from registry.actions.publish_release import Published, publish_release
from registry.checks.model import Facts
from registry.errors import Refused
from registry.formats.model import merged
from registry.index import read
from registry.index.entries import FileEntry
from registry.index.impact import trial_impact
from registry.permissions import publisher_for
from registry.releases.alike import alike_to
from registry.releases.gates import ReleaseForm, version_taken
from registry.releases.upload import Upload

SEVERAL = {
    "systems": "A system it works in, such as Niche RMS@>=6.8 <7; give one field for each",
    "dependencies": "A module it needs, such as hampshire/send-letter@^1.2; give one field for each",
    "share_with": "Slug of an organisation to share with, for visibility named; give one field for each",
    "data_categories": "A category of data about people it handles, or none; give one field for each. Needed before others see it",
}
SINGLE = {
    "version": "SemVer; left out, it is taken from the file",
    "licence": "SPDX expression, such as MIT or EUPL-1.2; needed on a module's first release",
    "visibility": "own (the default), named or partnership",
    "marking": "OFFICIAL (the default) or OFFICIAL-SENSITIVE",
    "title": "At most 120 characters; left out, it is taken from the file",
    "summary": "One plain sentence, at most 300 characters; needed on a module's first release",
    "changes": "What changed, as Markdown",
    "readme": "How to use it, as Markdown",
    "business_area": "Slug of a business area",
    "owner_name": "The post or team that answers for it",
    "owner_email": "Its shared mailbox",
    "ip_owner_type": "crown, council, chief_officer, supplier or joint",
    "ip_owner": "Who owns the intellectual property",
    "reuse": "use, change or offer",
    "handling": "Handling caveat",
    "contested": "Why what the checks found to mend in the files is no secret, at most 500 characters; a second person then decides",
    "language": "en-GB, da or cy: of title, summary and README",
    "automated_decisions": "Its part in decisions about people: none (the default), assists or decides",
}
DRY_RUN, DRAFT = "dry_run", "draft"
SAID = {
    "law_enforcement": "It processes personal data for law enforcement (Data Protection Act 2018, Part 3)",
    "uses_ai": "It uses artificial intelligence",
}
_TRUE, _FALSE = frozenset({"true", "1", "yes", "on"}), frozenset({"", "false", "0", "no", "off"})
_FIELDS = frozenset({*SINGLE, *SEVERAL, *SAID, DRY_RUN, DRAFT, STEPS})

_FORM_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        ARTEFACT: FILES,
        STEPS: {"type": "string", "description": "In place of artefact: the steps of a process sequence, as JSON (Steps)"},
        **{name: {"type": "string", "description": said} for name, said in SINGLE.items()},
        **{name: {"type": "array", "items": {"type": "string"}, "description": said} for name, said in SEVERAL.items()},
        **{name: {"type": "boolean", "description": said} for name, said in SAID.items()},
        DRY_RUN: {"type": "boolean", "default": False, "description": "Check everything and keep nothing"},
        DRAFT: {"type": "boolean", "default": False, "description": "Keep it back until it is submitted"},
    },
}
_EXAMPLE_FORM = {
    ARTEFACT: ["VictimUpdate.1.4.0.nupkg"],
    "version": "1.4.0",
    "licence": "EUPL-1.2",
    "visibility": "partnership",
    "summary": "Sends victims an update when their crime record changes.",
    "changes": "Waits for the letter queue.",
}


class Inspect(Endpoint):
    """A try: nothing is kept."""

    @extend_schema(
        operation_id="inspect",
        summary="Read a file without keeping it",
        description="Says what we read from the files and what the checks notice. Nothing is stored.",
        request={"multipart/form-data": {"type": "object", "required": [ARTEFACT], "properties": {ARTEFACT: FILES}}},
        responses={200: returns(shapes.InspectedShape, "What was read and noticed"), **problems(400, 413, 415, 422)},
    )
    def post(self, request: Request) -> HttpResponse:
        with received(request._request) as body:
            check_names(body.fields, [ARTEFACT])
            readings = [inspect_upload(upload=upload) for upload in body.uploads]
        return answer(shapes.inspected_shape(merged([reading.inspection for reading in readings]), judge(readings, Facts())))


class Releases(Endpoint):
    """The releases of a module: read them, publish another."""

    @extend_schema(
        operation_id="list_releases",
        summary="List a module's releases",
        description="Newest first.",
        parameters=in_path("publisher", "slug"),
        responses={200: returns(shapes.ReleasesShape, "The releases"), 304: None, **problems(404)},
    )
    def get(self, request: Request, publisher: str, slug: str) -> HttpResponse:
        found = [shapes.release_shape(entry) for entry in read.releases(self.viewer(), publisher, slug)]
        return conditional(request._request, shapes.ReleasesShape(count=len(found), results=found))

    @extend_schema(
        operation_id="publish",
        summary="Publish a release",
        description=(
            "Publishes the files as one release, and makes the module on its first. The same bytes again under the same version answer 200; "
            "other bytes answer 409. A field left out keeps what the module has. With draft=true it is kept back until it is submitted. "
            "A process sequence may be sent as JSON in steps; its BPMN file is written here."
        ),
        parameters=[*in_path("publisher", "slug"), KEY_HEADER],
        request={"multipart/form-data": _FORM_SCHEMA},
        examples=[
            OpenApiExample("A new release", value=_EXAMPLE_FORM, request_only=True, media_type="multipart/form-data"),
            problem_example("The version is taken", version_taken("1.4.0")),
            problem_example(
                "A field is misspelt", Refused("unknown_field", "There is no field license.", where="license", mend="Did you mean licence?")
            ),
        ],
        responses={
            201: returns(shapes.PublishedShape, "Published; it is listed when its checks have passed and everybody has signed who must"),
            200: returns(shapes.PublishedShape, "The same bytes were there already, or a dry run passed"),
            **problems(400, 409, 413, 415, 422),
        },
    )
    def post(self, request: Request, publisher: str, slug: str) -> HttpResponse:
        organisation = publisher_for(self.viewer(), publisher, slug)
        with received(request._request, STEPS) as body:
            return answered_once(request._request, organisation, body, lambda: self._publish(publisher, slug, body))

    def _publish(self, publisher: str, slug: str, body: Received) -> Reply:
        form, dry_run = release_form(body.fields)
        viewer = self.viewer()
        with sent_files(body, slug) as uploads:
            done = publish_release(publisher=publisher, slug=slug, uploads=uploads, form=form, by=viewer, dry_run=dry_run)
            return Reply(201 if done.created else 200, as_text(_published(viewer, f"{publisher}/{slug}", done, uploads, dry_run)))


def release_form(fields: MultiValueDict[str, str]) -> tuple[ReleaseForm, bool]:
    """The form and whether it is a dry run; raises :class:`Refused` (``unknown_field``, ``field_twice``, ``dry_run_invalid``, ``draft_invalid``)."""
    check_names(fields, _FIELDS)
    single: dict[str, Any] = {name: once(fields, name).strip() for name in SINGLE}
    several: dict[str, Any] = {name: tuple(value.strip() for value in fields.getlist(name) if value.strip()) for name in SEVERAL}
    said: dict[str, Any] = {name: yes(fields, name) for name in SAID if fields.getlist(name)}
    return ReleaseForm(**single, **several, **said, draft=yes(fields, DRAFT)), yes(fields, DRY_RUN)


def yes(fields: MultiValueDict[str, str], name: str) -> bool:
    """Whether ``name`` says true; raises :class:`Refused` (``<name>_invalid``) for what says neither."""
    said = once(fields, name).strip().lower()
    if said not in _TRUE | _FALSE:
        raise Refused(f"{name}_invalid", f"“{said[:20]}” is neither true nor false.", where=name, mend="Send true or false.")
    return said in _TRUE


def _published(viewer: Viewer, module: str, done: Published, uploads: Sequence[Upload], dry_run: bool) -> shapes.PublishedShape:
    kept = done.release.artefacts.all() if done.release and not done.created else ()
    files = [FileEntry(file.filename, file.size, file.sha256, file.media_type, file.kind) for file in kept] or [
        FileEntry(upload.filename, upload.size, upload.sha256, upload.media_type, kind)
        for upload, kind in zip(uploads, done.kinds, strict=True)
    ]
    hit = trial_impact(viewer, *module.split("/"), done.version, done.inspection) if dry_run else None
    return shapes.PublishedShape(
        module=module,
        version=done.version,
        licence=done.licence,
        created=done.created,
        dry_run=dry_run,
        state=done.release.state if done.release else None,
        url=shapes.release_url(module, done.version) if done.release else None,
        artefacts=[shapes.artefact_shape(file, module, done.version) for file in files],
        inspection=done.inspection.as_json(),
        findings=shapes.finding_shapes(done.findings),
        passed=list(done.passed),
        filled=[shapes.FromFileShape(field=one.field, file=one.filename) for one in done.filled],
        impact=impact_shape(hit) if hit else None,
        looks_like=[look_alike_shape(one) for one in alike_to(viewer, done.inspection, but=module)],
        bump=bump_shape(done.bump) if done.bump else None,
    )
