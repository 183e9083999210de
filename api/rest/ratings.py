"""What adopters say of a module, and its record of practice."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from api.answers import conditional
from api.endpoint import Endpoint
from api.rest.rating_shapes import MeanShape, PracticeFieldShape, PracticeShape, RatingShape, RatingsShape, ReplyShape
from api.schema import in_path, problems, returns
from registry.index import practice, ratings, read
from registry.index.practice import PracticeEntry
from registry.index.ratings import RatingEntry, RatingsEntry


class Ratings(Endpoint):
    """Ratings of a module."""

    @extend_schema(
        operation_id="list_ratings",
        summary="List the ratings of a module",
        description="What organisations that run it say: five criteria, each with its own mean, and each rating with its words. "
        "People rate on the pages.",
        parameters=in_path("publisher", "slug"),
        responses={200: returns(RatingsShape, "The ratings"), 304: None, **problems(404)},
    )
    def get(self, request: Request, publisher: str, slug: str) -> HttpResponse:
        module = read.visible_module(self.viewer(), publisher, slug)
        found = ratings.ratings_entry(self.viewer(), module.publisher, module.slug)
        return conditional(request._request, _ratings_shape(found))


class Practice(Endpoint):
    """A module's record of practice."""

    @extend_schema(
        operation_id="read_practice",
        summary="Read the practice record of a module",
        description="In the terms of the College of Policing's practice bank. Where its publisher has recorded none, 404.",
        parameters=in_path("publisher", "slug"),
        responses={200: returns(PracticeShape, "The record"), 304: None, **problems(404)},
    )
    def get(self, request: Request, publisher: str, slug: str) -> HttpResponse:
        module = read.visible_module(self.viewer(), publisher, slug)
        return conditional(request._request, _practice_shape(practice.existing_practice(self.viewer(), module)))


def _ratings_shape(found: RatingsEntry) -> RatingsShape:
    means = [
        MeanShape(criterion=each.code, question=each.question, mean=round(each.value, 2), organisations=found.count) for each in found.means
    ]
    standing = [_rating_shape(each) for each in found.ratings if each.hidden_at is None]
    return RatingsShape(count=found.count, means=means, results=standing)


def _rating_shape(entry: RatingEntry) -> RatingShape:
    reply = ReplyShape(text=entry.reply, at=entry.replied_at, is_to_earlier_words=entry.is_reply_older) if entry.reply else None
    return RatingShape(
        organisation=entry.organisation_slug,
        organisation_name=entry.organisation,
        version=entry.version,
        live_since=_day(entry.since),
        points={each.code: int(each.value) for each in entry.criteria},
        words=entry.words,
        effort_days=entry.effort_days,
        rated_at=entry.rated_at,
        changed_at=entry.changed_at,
        reply=reply,
    )


def _practice_shape(entry: PracticeEntry) -> PracticeShape:
    return PracticeShape(
        module=entry.module,
        does_it_work=entry.works,
        basis=entry.basis if entry.confirmed_at else "",
        confirmed_at=entry.confirmed_at,
        fields=[PracticeFieldShape(field=field.code, label=field.label, values=list(field.values)) for field in entry.fields],
        changed_at=entry.changed_at,
    )


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
