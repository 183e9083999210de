"""What adopters say of a module: each criterion apart, each rating with its words and its answer; and what stewards look at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Max, Q

from accounts.roles import Permission
from accounts.viewer import Viewer
from registry.adoption.models import Adoption
from registry.adoption.ran import ran
from registry.catalogue.models import Module
from registry.curation.models import CRITERIA, Rating, RatingReport
from registry.curation.queries import RatingQuerySet
from registry.index.read import missing
from registry.permissions import shown_as_publisher
from registry.releases.models import Release

MOST = 100  # ratings of a module that are shown, and reports that wait
FIELDS = tuple(field for field, _, _ in CRITERIA)


@dataclass(frozen=True, slots=True)
class PointsEntry:
    """One criterion: what an organisation gave it, from 1 to 5, or the mean of what several gave."""

    code: str
    label: str
    question: str
    value: float


@dataclass(frozen=True, slots=True)
class RatingEntry:
    """What one organisation says of one release."""

    key: int
    organisation: str
    organisation_slug: str
    version: str
    since: date | None  # it has been live there, where the organisation says so by name
    criteria: tuple[PointsEntry, ...]
    words: str
    language: str  # of the words, as far as one can tell: the organisation's
    effort_days: int | None
    rated_at: datetime
    changed_at: datetime | None
    reply: str
    replied_at: datetime | None
    is_reply_older: bool  # than the words it stands under
    publisher: str
    reply_language: str
    hidden_at: datetime | None  # shown to its organisation, stewards and auditors alone
    hidden_reason: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class RatingsEntry:
    """All ratings of a module that the viewer sees. There is no figure for the whole: each criterion has its own mean."""

    count: int  # organisations whose ratings stand; of each its latest is in the means
    means: tuple[PointsEntry, ...]  # empty where nobody rated
    ratings: tuple[RatingEntry, ...]  # the latest first; at most 100
    to_rate: tuple[str, ...]  # versions that the organisation acted for runs and this person may rate or rate anew, highest first


@dataclass(frozen=True, slots=True)
class RatingCase:
    """One rating with its module, and what the viewer may do about it."""

    entry: RatingEntry
    rating: Rating
    reports: tuple[RatingReport, ...]  # for stewards and auditors
    reported: RatingReport | None  # the viewer's own report
    may_reply: bool
    may_report: bool
    may_decide: bool  # on open reports
    may_restore: bool
    why_not: str  # a steward may not decide, in a sentence


def ratings_entry(viewer: Viewer, publisher: str, slug: str) -> RatingsEntry:
    """Of the module ``publisher/slug``; empty of one that the viewer does not see. At most seven queries."""
    seen = Rating.objects.visible_to(viewer).filter(release__module__publisher=publisher, release__module__slug=slug)
    latest = list(seen.standing().latest_of_each().values_list(*FIELDS))
    return RatingsEntry(
        count=len(latest),
        means=tuple(_mean(position, latest) for position in range(len(CRITERIA))) if latest else (),
        ratings=_entries(viewer, _related(seen).order_by("-rated_at", "-pk")[:MOST]),
        to_rate=_to_rate(viewer, publisher, slug),
    )


def rating(viewer: Viewer, key: int) -> Rating:
    """One rating with release, module and organisation; raises :class:`Missing`."""
    found = _related(Rating.objects.visible_to(viewer)).filter(pk=key).first()
    if found is None:
        raise missing()
    return found


def rating_case(viewer: Viewer, key: int) -> RatingCase:
    """One rating, with its reports for those who judge them; raises :class:`Missing`."""
    found = rating(viewer, key)
    judges = viewer.is_steward or viewer.is_auditor
    reports = tuple(found.reports.select_related("user", "organisation", "decided_by").order_by("-pk"))
    own = next((report for report in reports if viewer.user and report.user_id == viewer.user.pk), None)
    waits = any(report.outcome == RatingReport.Outcome.OPEN for report in reports)
    why_not = _why_not(viewer, found, own)
    return RatingCase(
        entry=_entries(viewer, [found])[0],
        rating=found,
        reports=reports if judges else (),
        reported=own,
        may_reply=found.hidden_at is None and viewer.user is not None and shown_as_publisher(viewer, found.release.module),
        may_report=found.hidden_at is None and own is None and viewer.user is not None and not viewer.is_auditor,
        may_decide=viewer.is_steward and waits and not why_not,
        may_restore=viewer.is_steward and found.hidden_at is not None and not why_not,
        why_not=why_not if viewer.is_steward and (waits or found.hidden_at) else "",
    )


def open_reports(rating: Rating) -> list[RatingReport]:
    """The reports of ``rating`` that nobody answered yet, the first first. For stewards and auditors."""
    return list(rating.reports.filter(outcome=RatingReport.Outcome.OPEN).order_by("pk"))


def reported(viewer: Viewer) -> tuple[tuple[RatingEntry, Rating], ...]:
    """Ratings with open reports that the viewer sees, those that wait longest first; at most 100. For stewards and auditors."""
    waiting = Q(reports__outcome=RatingReport.Outcome.OPEN)
    rows = _related(Rating.objects.visible_to(viewer)).annotate(open=Count("reports", filter=waiting), last=Max("reports__reported_at"))
    found = list(rows.filter(open__gt=0).order_by("last", "pk")[:MOST])
    return tuple(zip(_entries(viewer, found), found, strict=True))


def hidden(viewer: Viewer) -> tuple[tuple[RatingEntry, Rating], ...]:
    """Ratings that are hidden, the latest first; at most 100. For stewards and auditors."""
    found = list(_related(Rating.objects.visible_to(viewer)).exclude(hidden_at=None).order_by("-hidden_at", "-pk")[:MOST])
    return tuple(zip(_entries(viewer, found), found, strict=True))


def _related(rows: RatingQuerySet) -> RatingQuerySet:
    return rows.select_related("organisation", "release__module__organisation").defer("release__inspection", "release__module__search")


def _mean(position: int, given: list[tuple[int, ...]]) -> PointsEntry:
    code, label, question = CRITERIA[position]
    return PointsEntry(code, label, question, sum(each[position] for each in given) / len(given))


def _entries(viewer: Viewer, ratings: Iterable[Rating]) -> tuple[RatingEntry, ...]:
    """In one query more: since when each organisation has run what it rates, where it lets the viewer know."""
    ratings = list(ratings)
    if not ratings:
        return ()
    releases, organisations = {each.release_id for each in ratings}, {each.organisation_id for each in ratings}
    named = Adoption.objects.named_for(viewer).filter(release__in=releases, organisation__in=organisations).exclude(since=None)
    since = {(organisation, release): day for organisation, release, day in named.values_list("organisation", "release", "since")}
    return tuple(_entry(viewer, each, since.get((each.organisation_id, each.release_id))) for each in ratings)


def _entry(viewer: Viewer, rating: Rating, since: date | None) -> RatingEntry:
    changed = rating.changed_at
    return RatingEntry(
        key=rating.pk,
        organisation=rating.organisation.name,
        organisation_slug=rating.organisation.slug,
        version=rating.release.version,
        since=since,
        criteria=tuple(PointsEntry(code, label, question, getattr(rating, code)) for code, label, question in CRITERIA),
        words=rating.words,
        language=rating.organisation.language,
        effort_days=rating.effort_days,
        rated_at=rating.rated_at,
        changed_at=changed,
        reply=rating.reply,
        replied_at=rating.replied_at,
        is_reply_older=changed is not None and rating.replied_at is not None and rating.replied_at < changed,
        publisher=rating.release.module.organisation.name,
        reply_language=rating.release.module.organisation.language,
        hidden_at=rating.hidden_at,
        hidden_reason=rating.hidden_reason,
        is_own=rating.organisation_id in viewer.organisations,
    )


def _to_rate(viewer: Viewer, publisher: str, slug: str) -> tuple[str, ...]:
    """As :func:`registry.actions.rate_release.rater_for` decides, which looks again, for every version at once."""
    organisation = viewer.organisation
    if viewer.user is None or organisation is None or not viewer.may(Permission.PUBLISH, organisation.pk):
        return ()
    module = Module.objects.visible_to(viewer).filter(publisher=publisher, slug=slug).only("pk", "organisation").first()
    if module is None or module.organisation_id in viewer.organisations:
        return ()
    lately = [key for key, use in ran(organisation, module).items() if use.is_lately]
    if not lately:
        return ()
    return tuple(Release.objects.visible_to(viewer).filter(pk__in=lately).newest_first().values_list("version", flat=True))


def _why_not(viewer: Viewer, rating: Rating, own: RatingReport | None) -> str:
    """Why this steward may not decide, as :func:`registry.actions.decide_rating_report.independent_steward` has it; empty where they may."""
    if {rating.organisation_id, rating.release.module.organisation_id} & set(viewer.organisations):
        return "You belong to one of the two sides, so another steward must decide."
    if own is not None and own.outcome == RatingReport.Outcome.OPEN:
        return "You reported this, so another steward must look at it."
    return ""
