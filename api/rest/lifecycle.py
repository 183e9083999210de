"""What happens to modules after they are listed: quarantine, advisories, recalls and their answers, a deprecation taken back."""

from __future__ import annotations

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from api.answers import answer, conditional
from api.bodies import small_fields
from api.endpoint import Endpoint
from api.osv import osv
from api.rest import shapes
from api.rest.lifecycle_shapes import AdvisoriesShape, NoticeShape, NoticesShape, OsvShape, RecallMadeShape
from api.schema import in_path, problems, returns
from registry.actions.acknowledge_recall import acknowledge_recall
from registry.actions.publish_advisory import AdvisoryForm, publish_advisory
from registry.actions.quarantine_release import quarantine_release
from registry.actions.recall_releases import recall_releases
from registry.actions.undeprecate_module import undeprecate_module
from registry.errors import Refused
from registry.index import read, recalls, warnings
from registry.index.recalls import NoticeEntry
from registry.permissions import publisher_for

_CHANGES = (400, 403, 404, 409, 411, 413, 415, 422)


def body(required: list[str], **fields: str) -> dict[str, object]:
    """The schema of a short body of texts, in the three media types that it may come in."""
    properties = {name: {"type": "string", "description": said} for name, said in fields.items()}
    schema = {"type": "object", "required": required, "additionalProperties": False, "properties": properties}
    return dict.fromkeys(("application/json", "multipart/form-data", "application/x-www-form-urlencoded"), schema)


class Advisories(Endpoint):
    """All advisories."""

    @extend_schema(
        operation_id="list_advisories",
        summary="List advisories",
        description="Notices that versions are unsafe, of the modules your organisation may see, each in OSV form; the latest changed first.",
        responses={200: returns(AdvisoriesShape, "The advisories"), 304: None, **problems()},
    )
    def get(self, request: Request) -> HttpResponse:
        found = [osv(advisory) for advisory in warnings.advisories(self.viewer())]
        return conditional(request._request, AdvisoriesShape(count=len(found), results=found))


class Advisory(Endpoint):
    """One advisory."""

    @extend_schema(
        operation_id="read_advisory",
        summary="Read one advisory",
        description="In OSV form, schema 1.6. The ecosystem is Moothall, the package a module.",
        parameters=in_path("key"),
        responses={200: returns(OsvShape, "The advisory"), 304: None, **problems(404)},
    )
    def get(self, request: Request, key: str) -> HttpResponse:
        return conditional(request._request, osv(recalls.advisory(self.viewer(), key)))


class ModuleAdvisories(Endpoint):
    """A module's advisories."""

    @extend_schema(
        operation_id="publish_advisory",
        summary="Publish an advisory",
        description="Warns everybody who may see the module of some of its versions.",
        parameters=in_path("publisher", "slug"),
        request=body(
            ["summary", "details"],
            summary="One sentence",
            details="Markdown",
            severity="low, moderate, high or critical; may be left out beside a CVSS 3 vector",
            cvss="A CVSS vector of version 3 or 4",
            ranges="Affected versions, such as >=1.4.0 <1.4.3",
            versions="Affected versions beside the range, parted by commas",
            workaround="Markdown",
            aliases="Such as CVE-2026-12345, parted by commas",
            credits="Who found it, parted by commas",
        ),
        responses={201: returns(OsvShape, "The advisory, in OSV form"), **problems(*_CHANGES)},
    )
    def post(self, request: Request, publisher: str, slug: str) -> HttpResponse:
        publisher_for(self.viewer(), publisher, slug)
        module = read.visible_module(self.viewer(), publisher, slug)
        names = ("summary", "details", "severity", "cvss", "ranges", "workaround")
        lists = ("versions", "aliases", "credits")
        fields = small_fields(request, [*names, *lists])
        form = AdvisoryForm(**{name: fields[name] for name in names}, **{name: tuple(fields[name].split(",")) for name in lists})  # type: ignore[arg-type]
        return answer(osv(publish_advisory(module=module, form=form, by=self.viewer())), 201)


class Quarantine(Endpoint):
    """Hide a release."""

    @extend_schema(
        operation_id="quarantine",
        summary="Quarantine a release",
        description="Hides it at once from everybody but your organisation; nobody may take it. Another person ends it, on the pages.",
        parameters=in_path("publisher", "slug", "version"),
        request=body(["reason"], reason="Shown to your organisation and to stewards"),
        responses={200: returns(shapes.ReleaseShape, "The release, in quarantine"), **problems(*_CHANGES)},
    )
    def post(self, request: Request, publisher: str, slug: str, version: str) -> HttpResponse:
        publisher_for(self.viewer(), publisher, slug)
        release = read.visible_release(self.viewer(), publisher, slug, version)
        quarantine_release(release=release, reason=small_fields(request, ["reason"])["reason"], by=self.viewer())
        found = read.releases(self.viewer(), publisher, slug)
        return answer(next(shapes.release_shape(entry) for entry in found if entry.version == version))


class ModuleRecalls(Endpoint):
    """Recalls of a module."""

    @extend_schema(
        operation_id="recall",
        summary="Recall versions",
        description="Tells every organisation that states it uses one of them, also through a module that needs it, and asks each what it did.",
        parameters=in_path("publisher", "slug"),
        request=body(
            ["versions", "severity", "reason"],
            versions="A range, such as 1.4.x",
            severity="low, moderate, high or critical",
            reason="What is wrong, and what may happen",
            workaround="What to do meanwhile",
            days="In how many days each must answer; by default 1, 3, 7 or 14, by severity",
        ),
        responses={201: returns(RecallMadeShape, "The recall"), **problems(*_CHANGES)},
    )
    def post(self, request: Request, publisher: str, slug: str) -> HttpResponse:
        publisher_for(self.viewer(), publisher, slug)
        module = read.visible_module(self.viewer(), publisher, slug)
        fields = small_fields(request, ["versions", "severity", "reason", "workaround", "days"])
        days = _days(fields.pop("days"))
        made = recall_releases(module=module, days=days, by=self.viewer(), **fields)
        versions = list(made.releases.newest_first().values_list("version", flat=True))
        return answer(RecallMadeShape(key=made.pk, versions=versions, told=made.notices.count(), days=made.days), 201)


class Recalls(Endpoint):
    """Recalls one's organisation was told of."""

    @extend_schema(
        operation_id="list_recalls",
        summary="List the recalls that concern you",
        description="Those that your organisation was told of, because it states that it uses a version that is recalled or one that needs it.",
        responses={200: returns(NoticesShape, "The recalls"), 304: None, **problems()},
    )
    def get(self, request: Request) -> HttpResponse:
        found = [_notice_shape(entry) for entry in recalls.notices(self.viewer())]
        return conditional(request._request, NoticesShape(count=len(found), results=found))


class Acknowledge(Endpoint):
    """The answer to a recall."""

    @extend_schema(
        operation_id="acknowledge_recall",
        summary="Answer a recall",
        description="Says what your organisation did about it.",
        parameters=in_path("key"),
        request=body(["answer"], answer="stopped, upgraded or not_in_use", text="What else its publisher should know"),
        responses={200: returns(NoticeShape, "The recall, answered"), **problems(*_CHANGES)},
    )
    def post(self, request: Request, key: str) -> HttpResponse:
        notice = recalls.notice(self.viewer(), key)
        fields = small_fields(request, ["answer", "text"])
        acknowledge_recall(notice=notice, answer=fields["answer"], text=fields["text"], by=self.viewer())
        return answer(next(_notice_shape(entry) for entry in recalls.notices(self.viewer()) if entry.key == notice.pk))


class Undeprecate(Endpoint):
    """Take a deprecation back."""

    @extend_schema(
        operation_id="undeprecate",
        summary="Take a deprecation back",
        description="Says that the module may be taken again.",
        parameters=in_path("publisher", "slug"),
        request=body(["reason"], reason="Kept in the record of the module"),
        responses={200: returns(shapes.ModuleDetailShape, "The module, no longer deprecated"), **problems(*_CHANGES)},
    )
    def post(self, request: Request, publisher: str, slug: str) -> HttpResponse:
        publisher_for(self.viewer(), publisher, slug)
        module = read.visible_module(self.viewer(), publisher, slug)
        undeprecate_module(module=module, reason=small_fields(request, ["reason"])["reason"], by=self.viewer())
        return answer(shapes.module_detail_shape(read.module_detail(self.viewer(), publisher, slug)))


def _days(text: str) -> int | None:
    text = text.strip()
    if text and not (text.isascii() and text.isdigit() and len(text) < 4):
        raise Refused("days_invalid", "days is not a number.", where="days", mend="Give a number from 1 to 90, or leave it out.")
    return int(text) if text else None


def _notice_shape(entry: NoticeEntry) -> NoticeShape:
    return NoticeShape(
        key=entry.key,
        module=entry.module,
        held=list(entry.held),
        severity=entry.severity,
        versions=entry.versions,
        reason=entry.reason,
        workaround=entry.workaround,
        remedy=entry.remedy,
        told_at=entry.told_at,
        due_at=entry.due_at,
        acknowledged_at=entry.acknowledged_at,
        answer=entry.answer,
        text=entry.text,
    )
