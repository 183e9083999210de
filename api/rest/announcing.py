"""What has become of a sequence's parts; breaking releases announced beforehand, and objections to them."""

from __future__ import annotations

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from api.answers import answer, conditional
from api.bodies import small_fields
from api.endpoint import Endpoint
from api.rest.announcing_shapes import NoticePeriodShape, NoticePeriodsShape, UpdatesShape, notice_period_shape, update_shape
from api.rest.lifecycle import body
from api.schema import in_path, problems, returns
from registry.actions.give_notice import give_notice
from registry.actions.object_to_release import object_to_release
from registry.errors import NotAllowed, Refused
from registry.index import notice_periods, read
from registry.index.sequence_updates import updates_of
from registry.permissions import publisher_for

_CHANGES = (400, 403, 404, 409, 411, 413, 415, 422)


class Updates(Endpoint):
    """Newer releases of a sequence's parts."""

    @extend_schema(
        operation_id="list_updates",
        summary="List the updates of a sequence",
        description="Parts that have a newer release, whether it fits, and which step would break and why.",
        parameters=in_path("publisher", "slug", "version"),
        responses={200: returns(UpdatesShape, "The updates"), 304: None, **problems(404)},
    )
    def get(self, request: Request, publisher: str, slug: str, version: str) -> HttpResponse:
        release = read.visible_release(self.viewer(), publisher, slug, version)
        found = [update_shape(entry) for entry in updates_of(self.viewer(), release)]
        return conditional(request._request, UpdatesShape(count=len(found), results=found))


class GiveNotice(Endpoint):
    """Announce a breaking release."""

    @extend_schema(
        operation_id="give_notice",
        summary="Announce a breaking release",
        description="Tells whoever it hits, who may object until the day given; it is not listed before.",
        parameters=in_path("publisher", "slug", "version"),
        request=body(["days", "why"], days="From 14 to 180", why="Why it must break, and what they have to do"),
        responses={201: returns(NoticePeriodShape, "The notice period"), **problems(*_CHANGES)},
    )
    def post(self, request: Request, publisher: str, slug: str, version: str) -> HttpResponse:
        publisher_for(self.viewer(), publisher, slug)
        release = read.visible_release(self.viewer(), publisher, slug, version)
        fields = small_fields(request, ["days", "why"])
        period = give_notice(release=release, days=_days(fields["days"]), why=fields["why"], by=self.viewer())
        return answer(notice_period_shape(notice_periods.entry_of(self.viewer(), period)), 201)


class NoticePeriods(Endpoint):
    """Announced releases."""

    @extend_schema(
        operation_id="list_notice_periods",
        summary="List announced releases",
        description="Those that your organisation was told of because they may hit it, and those of your own modules.",
        responses={200: returns(NoticePeriodsShape, "The notice periods"), 304: None, **problems()},
    )
    def get(self, request: Request) -> HttpResponse:
        found = [notice_period_shape(entry) for entry in notice_periods.notice_periods(self.viewer())]
        return conditional(request._request, NoticePeriodsShape(count=len(found), results=found))


class Object(Endpoint):
    """Object to an announced release."""

    @extend_schema(
        operation_id="object_to_release",
        summary="Object to an announced release",
        description="Says what it breaks for your organisation. Its publisher answers, its reviewers weigh it.",
        parameters=in_path("key"),
        request=body(["text"], text="What it breaks for you, and what would help"),
        responses={201: returns(NoticePeriodShape, "The notice period, with your objection"), **problems(*_CHANGES)},
    )
    def post(self, request: Request, key: str) -> HttpResponse:
        viewer = self.viewer()
        period = notice_periods.notice_period(viewer, key)
        if viewer.organisation is None:
            raise NotAllowed("may_not_answer", "You act for no organisation.", where="token")
        object_to_release(period=period, organisation=viewer.organisation, text=small_fields(request, ["text"])["text"], by=viewer)
        return answer(notice_period_shape(notice_periods.entry_of(viewer, period)), 201)


def _days(text: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise Refused("notice_days_invalid", "days is not a number.", where="days", mend="Give a number from 14 to 180.")
    return int(text)
