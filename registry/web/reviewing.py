"""What people do to a review: each act is an address, says afterwards what happened and what follows, and gives back what was typed if not."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.models import SignOffRole, User
from accounts.viewer import viewer_in
from accounts.views.access import member, signed_in
from registry.actions.answer_finding import answer_finding
from registry.actions.ask_author import ask_author
from registry.actions.claim_review import claim_review
from registry.actions.hold_release import hold_release
from registry.actions.list_release import check_ready, list_release, missing_roles
from registry.actions.refuse_release import refuse_release
from registry.actions.reopen_review import reopen_review
from registry.actions.replace_artefacts import replace_artefacts
from registry.actions.resubmit_release import resubmit_release
from registry.actions.sign_off import sign_off, withdraw_sign_off
from registry.actions.submit_release import submit_release
from registry.actions.tick_item import tick_item
from registry.errors import Conflict, Refused, Unreadable
from registry.index import read
from registry.index.review_page import visible_review
from registry.releases.models import Finding
from registry.reviews.models import ChecklistItem, Review
from registry.web.publishing import takes_files
from registry.web.reviewing_forms import (
    AnswerAuthorForm,
    ClaimForm,
    DecideForm,
    FilesOfReviewForm,
    FindingForm,
    ListForm,
    ReviewForm,
    SignForm,
    TickForm,
    WithdrawSignOffForm,
    WordsForm,
)
from registry.web.reviews import review_page
from registry.web.words import VISIBILITIES

Page = Callable[..., HttpResponseBase]
Done = str  # what happened and what follows


def on_review(page: Page) -> Page:
    """An act on a review that whoever asks can see; to anybody else it does not exist."""

    @require_POST
    @member
    @wraps(page)
    def checked(request: HttpRequest, pk: int, *args: Any, **kwargs: Any) -> HttpResponseBase:
        visible_review(viewer_in(request), pk)
        return page(request, pk, *args, **kwargs)

    return checked


def _carry_out(
    request: HttpRequest, pk: int, form: ReviewForm, do: Callable[[Review, dict[str, Any]], Done], where: str = ""
) -> HttpResponse:
    """Do it and lead back to the page (to its part ``where``); or show the page with what is wrong."""
    status = 422
    if form.is_valid():
        try:
            said = do(visible_review(viewer_in(request), pk), form.cleaned_data)
        except (Refused, Conflict) as error:
            _refuse(form, error)
            status = error.status
        else:
            messages.success(request, said)
            back = redirect("review", pk)
            back["Location"] += where
            return back
    return review_page(request, pk, form, status)


def _refuse(form: ReviewForm, error: Refused | Conflict) -> None:
    if isinstance(error, Unreadable) and "artefact" in form.fields:
        place = f"{error.where}: " if error.where not in ("", "artefact") else ""
        form.add_error("artefact", f"{place}{error.message} {error.mend}".strip())
    else:
        form.refuse(error)


@on_review
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it, put it back, or give it to somebody."""
    viewer = viewer_in(request)

    def do(review: Review, given: dict[str, Any]) -> Done:
        if given["do"] == "back":
            claim_review(review=review, assignee=None, by=viewer)
            return "Nobody sees to it now. Any reviewer can take it."
        if given["do"] == "take":
            claim_review(review=review, assignee=viewer.user, by=viewer)
            return "You see to this review now."
        to = User.objects.filter(pk=given["assignee"], is_active=True).first() if given["assignee"] else None
        if to is None:
            raise Refused("assignee_unknown", "Nobody is chosen.", where="assignee", mend="Choose a reviewer.")
        claim_review(review=review, assignee=to, by=viewer)
        return f"{to} sees to this review now."

    return _carry_out(request, pk, ClaimForm(request.POST), do)


@on_review
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign, ask the author, hold, refuse or reopen: one form for all of what a reviewer decides."""

    def do(review: Review, given: dict[str, Any]) -> Done:
        act, _, role = given["decision"].partition(":")
        if act == "sign":
            return _sign(request, review, role, given["digest"], given["text"])
        if act not in _DECISIONS:
            raise Refused("decision_unknown", "That is no decision we know.", where="decision", mend="Choose one of those offered.")
        return _DECISIONS[act](request, review, given["text"])

    return _carry_out(request, pk, DecideForm(request.POST), do)


@on_review
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign for one role, for exactly these files."""
    return _carry_out(
        request, pk, SignForm(request.POST), lambda review, given: _sign(request, review, given["role"], given["digest"], given["comment"])
    )


@on_review
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it back to its author with a question."""
    return _worded(request, pk, _ask)


@on_review
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop it until something outside it is settled."""
    return _worded(request, pk, _hold)


@on_review
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """End it with a no."""
    return _worded(request, pk, _refuse_release)


@on_review
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a held one up again."""
    return _worded(request, pk, _reopen)


def _worded(request: HttpRequest, pk: int, act: Callable[[HttpRequest, Review, str], Done]) -> HttpResponse:
    return _carry_out(request, pk, WordsForm(request.POST), lambda review, given: act(request, review, given["text"]))


def _sign(request: HttpRequest, review: Review, role: str, digest: str, comment: str) -> Done:
    sign_off(review=review, role=role, digest=digest, comment=comment, by=viewer_in(request))
    lacking = [SignOffRole(each).label.lower() for each in missing_roles(review)]
    if not lacking:
        return f"Signed. {_all_signed(visible_review(viewer_in(request), review.pk))}"
    return f"Signed. {len(lacking)} sign-off{'' if len(lacking) == 1 else 's'} to come: {', '.join(lacking)}."


def _all_signed(review: Review) -> Done:
    """What follows once everybody has signed: listing, or the first thing that stands against it."""
    try:
        check_ready(review)
    except Conflict as error:
        return f"All have signed, but it cannot be listed yet: {error.message}"
    return "All have signed, so it can be listed."


def _ask(request: HttpRequest, review: Review, text: str) -> Done:
    ask_author(review=review, text=text, by=viewer_in(request))
    return "Asked. It waits for its author now; what was signed stays signed unless the files change."


def _hold(request: HttpRequest, review: Review, text: str) -> Done:
    hold_release(review=review, text=text, by=viewer_in(request))
    return "Held. Nobody signs it until a reviewer takes it up again."


def _refuse_release(request: HttpRequest, review: Review, text: str) -> Done:
    refuse_release(review=review, text=text, by=viewer_in(request))
    if review.is_widening:
        return "Refused. Nobody more sees the module; its author sees your reason."
    return f"Refused. Version {review.release.version} is never listed; its author sees your reason."


def _reopen(request: HttpRequest, review: Review, text: str) -> Done:
    reopen_review(review=review, text=text, by=viewer_in(request))
    return "Taken up again. It can be signed now."


_DECISIONS: dict[str, Callable[[HttpRequest, Review, str], Done]] = {
    "ask": _ask,
    "hold": _hold,
    "refuse": _refuse_release,
    "reopen": _reopen,
}


@on_review
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own signature back."""

    def do(review: Review, given: dict[str, Any]) -> Done:
        withdraw_sign_off(review=review, role=given["role"], text=given["text"], by=viewer_in(request))
        return "Your signature is taken back. Somebody must sign again before it can be listed."

    return _carry_out(request, pk, WithdrawSignOffForm(request.POST), do)


@on_review
def resubmit(request: HttpRequest, pk: int) -> HttpResponse:
    """The author's answer in words."""

    def do(review: Review, given: dict[str, Any]) -> Done:
        resubmit_release(review=review, text=given["text"], by=viewer_in(request))
        return "Answered. It is in review again, with the files as they were."

    return _carry_out(request, pk, AnswerAuthorForm(request.POST), do)


@on_review
@takes_files
def files(request: HttpRequest, pk: int) -> HttpResponse:
    """The author's mended files."""

    def do(review: Review, given: dict[str, Any]) -> Done:
        said = {"text": given["text"], "contested": given["contested"]}
        replace_artefacts(release=review.release, uploads=given["artefact"], by=viewer_in(request), **said)
        return "The files are replaced. They are being checked, then reviewed again; earlier signatures no longer count."

    return _carry_out(request, pk, FilesOfReviewForm(request.POST, request.FILES), do)


@on_review
def make_listed(request: HttpRequest, pk: int) -> HttpResponse:
    """Show it to those it was signed off for."""

    def do(review: Review, given: dict[str, Any]) -> Done:
        listed = list_release(review=review, by=viewer_in(request))
        return f"Version {review.release.version} is listed. Who sees it now: {VISIBILITIES[listed.visibility].lower()}."

    return _carry_out(request, pk, ListForm(request.POST), do)


@on_review
@takes_files
def tick(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that one has looked at an item of the checklist."""
    item = request.POST.get("item", "")
    number = int(item) if item.isascii() and item.isdigit() and len(item) < 9 else 0

    def do(review: Review, given: dict[str, Any]) -> Done:
        found = ChecklistItem.objects.filter(pk=given["item"], is_active=True).first()
        if found is None:
            raise Refused("item_unknown", "That is not on the checklist any more.", where="item", mend="Look at the list again.")
        upload, marking = given["evidence"], given["marking"] or review.marking
        tick_item(review=review, item=found, note=given["note"], upload=upload, marking=marking, by=viewer_in(request))
        return f"Confirmed: {found.text}."

    return _carry_out(request, pk, TickForm(request.POST, request.FILES, about=number), do, "#checklist")


@on_review
def answer(request: HttpRequest, pk: int, finding: int) -> HttpResponse:
    """Say that what was found need not be mended, and why."""
    found = Finding.objects.filter(pk=finding, release=visible_review(viewer_in(request), pk).release).first()
    if found is None:
        raise read.missing()

    def do(review: Review, given: dict[str, Any]) -> Done:
        answer_finding(review=review, finding=found, by=viewer_in(request), **given)
        return "Answered. Your reason is on record, and counts for the same finding in later versions."

    return _carry_out(request, pk, FindingForm(request.POST, about=found.pk), do, "#findings")


@require_POST
@signed_in
def submit(request: HttpRequest, publisher: str, slug: str, version: str) -> HttpResponse:
    """Hand a draft in."""
    release = read.visible_release(viewer_in(request), publisher, slug, version)
    submit_release(release=release, by=viewer_in(request))
    messages.success(request, f"Version {version} is handed in. It is being checked, then reviewed; partners see it once it is signed off.")
    return redirect("release", publisher, slug, version)
