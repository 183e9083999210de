"""What reviewers and authors look at: the queue, one review on one page, its files, and the rules by which all of it goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.viewer import viewer_in
from accounts.views.access import member
from registry.index import notice_periods, read
from registry.index.review_entries import NextEntry, Queue, QueueFilters, ReviewDetail
from registry.index.review_page import evidence as evidence_of
from registry.index.review_page import file_under_review, review_detail
from registry.index.review_rules import rules_entry
from registry.index.reviews import MAX_PAGE, queue
from registry.releases.models import Release
from registry.reviews.models import OPEN, Review
from registry.web import words
from registry.web.changes import change_rows
from registry.web.files import handed
from registry.web.modules import read_from
from registry.web.reviewing_forms import (
    AnswerAuthorForm,
    ClaimForm,
    DecideForm,
    FilesOfReviewForm,
    FindingForm,
    ListForm,
    ReviewForm,
    TickForm,
    WithdrawSignOffForm,
)
from registry.web.step_list import steps_shown

SHOWS = ("open", "waiting", "closed")
STATES = {"open": tuple(OPEN), "waiting": tuple(OPEN), "closed": (Release.State.LISTED, Release.State.REFUSED)}
NEXT = 3


@require_safe
@member
def reviews(request: HttpRequest) -> HttpResponse:
    """The queue."""
    viewer = viewer_in(request)
    filters = filters_of(request.GET)
    page = request.GET.get("page", "")
    number = max(1, min(int(page), MAX_PAGE)) if page.isascii() and page.isdigit() and len(page) < 6 else 1
    found = queue(viewer, filters, number)
    if number > found.pages:
        raise read.missing()
    context = {
        "queue": found,
        "choices": _choices(found),
        "pages": _pages(found),
        "is_filtered": filters != QueueFilters(show=filters.show),
    }
    return render(request, "registry/reviews/queue.html", context)


def filters_of(given: QueryDict) -> QueueFilters:
    """What the address asks for; whatever makes no sense is left out."""
    show = given.get("show", "")
    show = show if show in SHOWS else "open"

    def one(name: str, known: Any) -> str:
        value = given.get(name, "")
        return value if value in known else ""

    publisher = given.get("publisher", "")
    return QueueFilters(
        show=show,
        state=one("state", [*STATES[show], Release.State.CHECKING] if show != "closed" else STATES[show]),
        kind=one("kind", Review.Kind.values),
        assignee=one("assignee", ("mine", "nobody")),
        publisher=publisher[:40] if "\0" not in publisher else "",
        role=one("role", words.SIGN_OFFS),
        late=given.get("late") == "1",
    )


@require_safe
@member
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything of one review."""
    return review_page(request, pk)


@require_safe
@member
def download(request: HttpRequest, pk: int, filename: str) -> HttpResponseBase:
    """One file under review. Nobody counts it as taken."""
    return handed(file_under_review(viewer_in(request), pk, filename), is_whole=request.method == "GET")


@require_safe
@member
def evidence(request: HttpRequest, pk: int, attachment: int) -> HttpResponseBase:
    """What shows an item of the checklist."""
    return handed(evidence_of(viewer_in(request), pk, attachment), is_whole=request.method == "GET")


@require_safe
@member
def rules(request: HttpRequest) -> HttpResponse:
    """Which sign-offs are needed for what and by whom, and what each signer looks at."""
    return render(request, "registry/reviews/rules.html", {"rules": rules_entry()})


def review_page(request: HttpRequest, pk: int, failed: ReviewForm | None = None, status: int = 200) -> HttpResponse:
    """The page of a review, with the form ``failed`` as it was sent and what is wrong with it."""
    viewer = viewer_in(request)
    detail = review_detail(viewer, pk)
    context = {
        "review": detail,
        "entry": detail.module,
        "release": detail.release,
        "changes": change_rows(detail.differences),
        "forms": _forms(detail, failed),
        "decisions": list(_decisions(detail)),
        "form": failed,
        "findings": [(each, _own(failed, FindingForm, each.pk)) for each in detail.findings],
        "checklists": _checklists(detail, failed),
        "place": _place(detail),
        "period": notice_periods.of_review(pk),
        "next": [each for each in detail.waiting if each.pk != pk][:NEXT],
        "is_review_page": True,
        **read_from(detail.release),
        "steps": steps_shown(detail.release.inspection, detail.module.title, request.GET.dict(), reverse("review", args=[pk])),
    }
    return render(request, "registry/reviews/review.html", context, status=status)


@dataclass(frozen=True, slots=True)
class Decision:
    """One of the things a reviewer can decide; ``role`` where it is a signature."""

    value: str
    label: str
    hint: str
    role: str = ""


def _decisions(detail: ReviewDetail) -> Iterator[Decision]:
    acts = detail.acts
    for role in acts.signs:
        label = words.SIGN_OFFS[role]
        named = "Sign" if len(acts.signs) == 1 else f"Sign as {label.lower()}"
        yield Decision(f"sign:{role}", named, "It may be listed once all have signed who must.", label)
    offered = (
        (acts.reopen, "reopen", "Take it up again", "It is in review again, and can be signed."),
        (acts.ask, "ask", "Ask the author", "It waits for them until they answer or send mended files."),
        (acts.hold, "hold", "Hold it", "Until something outside this review is settled."),
        (acts.refuse, "refuse", "Refuse", "Ends this review; the author sees the reason."),
    )
    for may, value, label, hint in offered:
        if may:
            yield Decision(value, label, hint)


def _forms(detail: ReviewDetail, failed: ReviewForm | None) -> dict[str, ReviewForm]:
    """The forms of the page that are there once each."""
    forms: dict[str, ReviewForm] = {
        "decide": DecideForm(initial={"digest": detail.digest}),
        "resubmit": AnswerAuthorForm(),
        "files": FilesOfReviewForm(initial={"contested": detail.contested}),
        "claim": ClaimForm(reviewers=detail.reviewers),
        "withdraw": WithdrawSignOffForm(initial={"role": detail.acts.withdraw}),
        "list": ListForm(),
    }
    if failed is not None and failed.key in forms:
        forms[failed.key] = failed
        if isinstance(failed, ClaimForm):
            failed.fields["assignee"].widget.choices = [("", "Choose a reviewer"), *detail.reviewers]
    return forms


def _checklists(detail: ReviewDetail, failed: ReviewForm | None) -> list[tuple[Any, list[tuple[Any, ReviewForm]]]]:
    def form(item: Any) -> ReviewForm:
        if failed is not None and failed.key == TickForm.key and failed.about == item.pk:
            return failed
        return TickForm(about=item.pk, initial={"item": item.pk, "note": item.note, "marking": detail.entry.marking})

    return [(each, [(item, form(item)) for item in each.items]) for each in detail.checklists]


def _own(failed: ReviewForm | None, kind: type[ReviewForm], about: int) -> ReviewForm:
    return failed if isinstance(failed, kind) and failed.about == about else kind(about=about)


def _place(detail: ReviewDetail) -> dict[str, Any] | None:
    """Where this one stands among those that wait for the viewer, with the one before and after."""
    keys = [each.pk for each in detail.waiting]
    if detail.entry.pk not in keys:
        return None
    at = keys.index(detail.entry.pk)
    around: tuple[NextEntry | None, NextEntry | None] = (
        detail.waiting[at - 1] if at else None,
        detail.waiting[at + 1] if at + 1 < len(keys) else None,
    )
    return {"number": at + 1, "count": len(keys), "before": around[0], "after": around[1]}


def _choices(found: Queue) -> dict[str, Any]:
    """What each filter can be set to, with what it is set to."""
    filters = found.filters
    states = [("", "Any"), *((state, words.STATES[state]) for state in STATES[filters.show])]
    return {
        "show": [(value, words.QUEUES[value], value == filters.show) for value in SHOWS],
        "state": _options(states, filters.state),
        "kind": _options([("", "Any"), *words.REVIEW_KINDS.items()], filters.kind),
        "assignee": _options([("", "Anyone"), ("mine", "Me"), ("nobody", "Nobody")], filters.assignee),
        "publisher": _options([("", "Any"), *found.publishers], filters.publisher),
        "role": _options([("", "Any"), *found.roles], filters.role) if found.roles else [],
    }


def _options(choices: Any, chosen: str) -> list[tuple[str, str, bool]]:
    return [(value, label, value == chosen) for value, label in choices]


def queue_address(filters: QueueFilters, page: int = 1) -> str:
    """The address of a queue, as short as it can be."""
    given = QueryDict(mutable=True)
    plain = QueueFilters()
    for name in ("show", "state", "kind", "assignee", "publisher", "role"):
        if getattr(filters, name) != getattr(plain, name):
            given[name] = getattr(filters, name)
    if filters.late:
        given["late"] = "1"
    if page > 1:
        given["page"] = str(page)
    return f"?{given.urlencode()}"


def _pages(found: Queue) -> dict[str, Any] | None:
    if found.pages < 2:
        return None
    numbers = Paginator(range(found.pages), 1).get_elided_page_range(found.page, on_each_side=2, on_ends=1)

    def address(page: int) -> str:
        return queue_address(found.filters, page)

    return {
        "before": address(found.page - 1) if found.page > 1 else "",
        "after": address(found.page + 1) if found.page < found.pages else "",
        "numbers": [(each, address(each) if isinstance(each, int) else "", each == found.page) for each in numbers],
    }
