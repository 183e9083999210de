"""The queue of reviews, as far as whoever asks may see it, in a fixed number of queries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone

from accounts.models import SignOffRole
from accounts.viewer import Viewer
from registry.index.review_entries import NextEntry, Queue, QueueEntry, QueueFilters, RoleState
from registry.index.waiting import Desk, desk_of, reviews_waiting, to_sign, waiting, widenings_to_decide
from registry.index.widenings import widening_entries
from registry.releases.models import Finding, Release
from registry.reviews.models import FindingAnswer, Review, SignOff, SignOffRule
from registry.reviews.policy import ANSWERED_FIRST
from registry.reviews.queries import ReviewQuerySet

PAGE = 25
MAX_PAGE = 400
MAX_WIDENINGS = 25
MAX_NEXT = 50
RELATED = ("release__module__organisation", "assignee")
# What a row of the queue shows nothing of and would be slow to fetch.
HEAVY = ("release__inspection", "release__changes", "release__module__search", "release__module__readme", "release__module__readme_html")


def queue(viewer: Viewer, filters: QueueFilters | None = None, page: int = 1) -> Queue:
    """One page of the reviews that ``viewer`` may see and asked for: open ones by when they are due, closed ones latest first."""
    filters = filters or QueueFilters()
    desk = desk_of(viewer)
    visible = Review.objects.visible_to(viewer)
    found = _filtered(visible, filters, viewer, desk)
    count = found.count()
    pages = max(1, min(-(-count // PAGE), MAX_PAGE))
    order = ("-closed_at", "-pk") if filters.show == "closed" else ("due_at", "pk")
    rows = found.order_by(*order).select_related(*RELATED).defer(*HEAVY)[(page - 1) * PAGE : page * PAGE]
    publishers = (
        visible.still_open()
        .order_by("release__module__organisation__name")
        .values_list("release__module__organisation__slug", "release__module__organisation__name")
    )
    return Queue(
        filters=filters,
        count=count,
        page=page,
        pages=pages,
        entries=queue_entries(viewer, rows),
        waiting=reviews_waiting(viewer, desk).count(),
        publishers=tuple(publishers.distinct()),
        roles=tuple((role.value, role.label) for role in SignOffRole if role in desk.roles),
        widenings=widening_entries(viewer, widenings_to_decide(viewer, desk)[:MAX_WIDENINGS]),
    )


def _filtered(visible: ReviewQuerySet, filters: QueueFilters, viewer: Viewer, desk: Desk) -> ReviewQuerySet:
    found = visible.filter(closed_at__isnull=False) if filters.show == "closed" else visible.still_open()
    if filters.show == "waiting":
        found = found.filter(waiting(viewer, desk))
    exact = {"state": filters.state, "kind": filters.kind, "release__module__organisation__slug": filters.publisher}
    found = found.filter(**{name: value for name, value in exact.items() if value})
    if filters.assignee:
        found = found.filter(assignee=viewer.user if filters.assignee == "mine" else None)
    if filters.role:
        found = found.filter(to_sign(viewer, desk, filters.role))
    return found.filter(due_at__lt=timezone.now()) if filters.late else found


def queue_entries(viewer: Viewer, reviews: Iterable[Review]) -> tuple[QueueEntry, ...]:
    """The entries of reviews whose module, organisation and assignee are loaded; three queries whatever their number."""
    rows = list(reviews)
    needed = needed_roles()
    signed: dict[int, set[str]] = defaultdict(set)
    for review, role in SignOff.objects.filter(review__in=rows, voided_at=None).values_list("review", "role"):
        signed[review].add(role)
    found = open_findings([row.release_id for row in rows])
    now = timezone.now()
    return tuple(
        _entry(row, viewer, now, needed.get((row.visibility, row.marking), ()), signed[row.pk], found[row.release_id]) for row in rows
    )


def needed_roles() -> dict[tuple[str, str], tuple[str, ...]]:
    """For each visibility and marking the roles that must sign, in their fixed order."""
    rules: dict[tuple[str, str], set[str]] = defaultdict(set)
    for rule in SignOffRule.objects.all():
        rules[rule.visibility, rule.marking].add(rule.role)
    return {key: tuple(role for role in SignOffRole.values if role in roles) for key, roles in rules.items()}


def open_findings(releases: Collection[int]) -> Counter[int]:
    """How much in the present files of each of these releases is neither mended nor answered."""
    answers = FindingAnswer.objects.filter(module=OuterRef("release__module"), fingerprint=OuterRef("fingerprint"), withdrawn_at=None)
    found = Finding.objects.filter(release__in=releases, digest=F("release__digest"), severity__in=ANSWERED_FIRST)
    counted = found.filter(~Q(Exists(answers))).order_by().values("release").annotate(count=Count("pk"))
    return Counter({row["release"]: row["count"] for row in counted})


def next_entries(viewer: Viewer, desk: Desk) -> tuple[NextEntry, ...]:
    """The reviews that wait for the viewer, most pressing first; at most 50, in one query."""
    rows = reviews_waiting(viewer, desk).values_list(
        "pk", "release__module__title", "release__module__language", "release__version", "kind", "due_at"
    )
    now = timezone.now()
    return tuple(NextEntry(*row[:5], days_left=_days_left(row[5], now)) for row in rows[:MAX_NEXT])


def _entry(row: Review, viewer: Viewer, now: datetime, needed: Iterable[str], signed: set[str], findings: int) -> QueueEntry:
    module = row.release.module
    return QueueEntry(
        pk=row.pk,
        module=module.identifier,
        publisher=module.publisher,
        slug=module.slug,
        publisher_name=module.organisation.name,
        title=module.title,
        language=module.language,
        version=row.release.version,
        kind=row.kind,
        state=row.state,
        visibility=row.visibility,
        marking=row.marking,
        assignee=str(row.assignee) if row.assignee else "",
        is_mine=viewer.user is not None and row.assignee_id == viewer.user.pk,
        submitted_at=row.submitted_at,
        due_at=row.due_at,
        closed_at=row.closed_at,
        days=((row.closed_at or now) - row.submitted_at).days,
        limit=max(round((row.due_at - row.submitted_at) / timedelta(days=1)), 1),
        days_left=_days_left(row.due_at, now),
        roles=tuple(RoleState(role, SignOffRole(role).label, role in signed) for role in needed),
        open_findings=findings if row.state != Release.State.LISTED else 0,
    )


def _days_left(due: datetime, now: datetime) -> int:
    """Whole days until ``due``; -1 from the moment it has passed, -2 a day later."""
    return (due - now).days
