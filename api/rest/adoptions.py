"""Who runs what: stated, read, confirmed and moved by programs of the organisation that runs it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from accounts.models import Organisation
from accounts.viewer import Viewer
from api.answers import answer, conditional
from api.bodies import small_fields
from api.endpoint import Endpoint
from api.rest.adoption_shapes import AdoptionsShape, OwnAdoptionShape, OwnAdoptionsShape, adoptions_shape, own_shape
from api.schema import in_path, problems, returns
from registry.actions.state_adoption import AdoptionForm, confirm_adoption, move_adoption, state_adoption
from registry.adoption.models import Adoption, Sharing
from registry.catalogue.models import Module
from registry.errors import Refused
from registry.index import read
from registry.index.adoptions import mine, own_entry, record_of, use_entry
from registry.permissions import answerer_for
from registry.releases.models import Release

_CHANGES = (400, 403, 404, 409, 411, 413, 415, 422)
_STATED = {
    "stage": "interested, assessing, pilot or live; retired with a reason",
    "version": "Needed from assessing on",
    "since": "The day it went live, such as 2026-03-31; needed for live",
    "owner": "The post or team that answers for it at your organisation; needed for live",
    "volume": "Items a year, a whole number",
    "unit": "What an item is, in the plural; needed beside volume",
    "shares_volume": "true (by default) or false: whoever reads your name reads the volume",
    "systems": "Systems it works in at your organisation, parted by semicolons; read by your organisation alone",
    "objective": "What it is to achieve; read by your organisation alone",
    "blockers": "What stands in the way; read by your organisation alone",
    "sharing": "named (by default), counted or kept: who reads it",
    "is_adapted": "true where you changed it for yourselves",
    "reason": "Why it is so",
    "shares_reason": "true: others may read why you gave it up",
}
_MOVED = {
    "stage": "The stage to move to; as it is where it is left out",
    "version": "The version to move to; as it is where it is left out",
    "since": "The day it went live, such as 2026-03-31",
    "owner": "The post or team that answers for it",
    "reason": "Needed to go back a stage, and to retire it",
    "shares_reason": "true: others may read why you gave it up",
}


def _body(required: list[str], fields: Mapping[str, str]) -> dict[str, object]:
    properties = {name: {"type": "string", "description": said} for name, said in fields.items()}
    schema: dict[str, object] = {"type": "object", "additionalProperties": False, "properties": properties}
    if required:
        schema["required"] = required
    return dict.fromkeys(("application/json", "multipart/form-data", "application/x-www-form-urlencoded"), schema)


class ModuleAdoptions(Endpoint):
    """Who runs one module."""

    @extend_schema(
        operation_id="read_adoptions",
        summary="Read who runs a module",
        description="Organisations that are verified to run it, those that try it or gave it up, as far as each shows it; and your own records.",
        parameters=in_path("publisher", "slug"),
        responses={200: returns(AdoptionsShape, "Who runs it"), 304: None, **problems(404)},
    )
    def get(self, request: Request, publisher: str, slug: str) -> HttpResponse:
        viewer = self.viewer()
        module = read.visible_module(viewer, publisher, slug)
        return conditional(request._request, adoptions_shape(use_entry(viewer, read.entry_of(module, viewer))))

    @extend_schema(
        operation_id="state_adoption",
        summary="State that you run it",
        description="Says how far your organisation is with the module and which version it holds. What is live counts as verified for a year.",
        parameters=in_path("publisher", "slug"),
        request=_body(["stage"], _STATED),
        responses={201: returns(OwnAdoptionShape, "Your record"), **problems(*_CHANGES)},
    )
    def post(self, request: Request, publisher: str, slug: str) -> HttpResponse:
        viewer, organisation = self.viewer(), _organisation(self.viewer())
        answerer_for(viewer, organisation)
        module = read.visible_module(viewer, publisher, slug)
        fields = small_fields(request, list(_STATED))
        made = state_adoption(
            module=module,
            release=_release(viewer, module, fields["version"]),
            stage=fields["stage"],
            form=_form(fields),
            organisation=organisation,
            by=viewer,
        )
        return answer(_shown(viewer, made), 201)


class Adoptions(Endpoint):
    """What one's organisation states."""

    @extend_schema(
        operation_id="list_adoptions",
        summary="List what you run",
        description="Everything your organisation states, of all modules.",
        responses={200: returns(OwnAdoptionsShape, "Your records"), 304: None, **problems()},
    )
    def get(self, request: Request) -> HttpResponse:
        found = [own_shape(entry) for entry in mine(self.viewer())]
        return conditional(request._request, OwnAdoptionsShape(count=len(found), results=found))


class Confirm(Endpoint):
    """Say that it is still so."""

    @extend_schema(
        operation_id="confirm_adoption",
        summary="Confirm that you still run it",
        description="Of what is live. It then counts as verified for a year from today.",
        parameters=in_path("key"),
        request=_body([], {}),
        responses={200: returns(OwnAdoptionShape, "Your record"), **problems(*_CHANGES)},
    )
    def post(self, request: Request, key: str) -> HttpResponse:
        found = _own(self.viewer(), key)
        small_fields(request, [])
        return answer(_shown(self.viewer(), confirm_adoption(adoption=found, by=self.viewer())))


class Move(Endpoint):
    """Another stage or version."""

    @extend_schema(
        operation_id="move_adoption",
        summary="Change stage or version",
        description="Says that your organisation moved to another stage, another version, or both; also that it gave it up.",
        parameters=in_path("key"),
        request=_body([], _MOVED),
        responses={200: returns(OwnAdoptionShape, "Your record"), **problems(*_CHANGES)},
    )
    def post(self, request: Request, key: str) -> HttpResponse:
        viewer = self.viewer()
        found = _own(viewer, key)
        fields = small_fields(request, list(_MOVED))
        moved = move_adoption(
            adoption=found,
            stage=fields["stage"],
            release=_release(viewer, found.module, fields["version"]),
            since=_day(fields["since"]),
            owner=fields["owner"],
            reason=fields["reason"],
            shares_reason=_truth("shares_reason", fields["shares_reason"], None),
            by=viewer,
        )
        return answer(_shown(viewer, moved))


def _organisation(viewer: Viewer) -> Organisation:
    assert viewer.organisation is not None  # a token is of one
    return viewer.organisation


def _own(viewer: Viewer, key: str) -> Adoption:
    found = record_of(viewer, key)
    answerer_for(viewer, found.organisation)
    return found


def _shown(viewer: Viewer, adoption: Adoption) -> OwnAdoptionShape:
    return own_shape(own_entry(viewer, record_of(viewer, adoption.pk)))


def _release(viewer: Viewer, module: Module, version: str) -> Release | None:
    """The version that is named; raises :class:`Refused` alike for what is hidden and what is not there."""
    if not version:
        return None
    found = Release.objects.visible_to(viewer).filter(module=module, version=version).defer("inspection").first()
    if found is None:
        raise Refused(
            "version_unknown", "There is no such version.", where="version", mend="Choose one from the module’s list of versions."
        )
    return found


def _form(fields: Mapping[str, str]) -> AdoptionForm:
    plain: dict[str, Any] = {name: fields[name] for name in ("owner", "unit", "objective", "blockers", "reason")}
    return AdoptionForm(
        sharing=fields["sharing"] or Sharing.NAMED,
        since=_day(fields["since"]),
        volume=_volume(fields["volume"]),
        shares_volume=bool(_truth("shares_volume", fields["shares_volume"], True)),
        systems=tuple(part.strip() for part in fields["systems"].split(";") if part.strip()),
        shares_reason=bool(_truth("shares_reason", fields["shares_reason"], False)),
        is_adapted=bool(_truth("is_adapted", fields["is_adapted"], False)),
        **plain,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError as error:
        raise Refused("since_invalid", "since is no day.", where="since", mend="Give a day, such as 2026-03-31.") from error


def _volume(text: str) -> int | None:
    text = text.strip()
    if text and not (text.isascii() and text.isdigit() and len(text) < 12):
        raise Refused("volume_invalid", "volume is not a whole number.", where="volume", mend="Give a number, such as 35000.")
    return int(text) if text else None


def _truth(name: str, text: str, default: bool | None) -> bool | None:
    if text.strip().lower() not in ("", "true", "false"):
        raise Refused("truth_invalid", f"{name} is neither true nor false.", where=name, mend="Give true or false, or leave it out.")
    return text.strip().lower() == "true" if text.strip() else default
