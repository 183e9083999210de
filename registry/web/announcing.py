"""Whom a release would hit, and announcing one that breaks: given by its publisher, objected to by those it hits."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms import ActionForm
from accounts.viewer import viewer_in
from accounts.views.access import member, posted, signed_in
from registry.actions.give_notice import give_notice, withdraw_notice
from registry.actions.object_to_release import answer_objection, object_to_release
from registry.index import notice_periods as told
from registry.index.impact import impact_of, release_to_judge
from registry.index.read import missing
from registry.lifecycle.models import NoticePeriod
from registry.permissions import publisher_for, shown_as_publisher
from registry.web.acting import carried_out
from registry.web.announcing_forms import AnswerObjectionForm, NoticeForm, ObjectionForm
from registry.web.publishing import METHODS


@require_http_methods(METHODS)
@signed_in
def impact(request: HttpRequest, publisher: str, slug: str, version: str) -> HttpResponse:
    """Whom a release would hit; by POST it is announced to them."""
    viewer = viewer_in(request)
    release = release_to_judge(viewer, publisher, slug, version)
    form = NoticeForm(posted(request))
    if form.is_bound:
        publisher_for(viewer, publisher, slug)
    if form.is_valid() and carried_out(form, lambda: give_notice(release=release, by=viewer, **form.cleaned_data)):
        messages.success(request, "It is announced, and those it may hit were told.")
        return redirect("notice_period", NoticePeriod.objects.get(release=release).pk)
    period = told.of_release(release)
    may_announce = release.listed_at is None and release.state != "refused" and shown_as_publisher(viewer, release.module)
    context = {
        "form": form,
        "module": release.module,
        "version": release.version,
        "shows_crumbs": release.module.status != "draft" or shown_as_publisher(viewer, release.module),
        "impact": impact_of(viewer, release),
        "period": period,
        "may_announce": may_announce and not (period and period.state == "running"),
    }
    return render(request, "registry/lifecycle/impact.html", context, status=422 if form.errors else 200)


@require_safe
@member
def notice_periods(request: HttpRequest) -> HttpResponse:
    """The announced releases one was told of, and those one leads."""
    return render(request, "registry/lifecycle/notice_periods.html", {"periods": told.notice_periods(viewer_in(request))})


@require_safe
@member
def notice_period(request: HttpRequest, pk: int) -> HttpResponse:
    """One announced release: what it breaks, why, and what is said against it."""
    return _page(request, told.notice_period(viewer_in(request), pk))


@require_http_methods(["POST"])
@member
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an announcement back."""
    viewer = viewer_in(request)
    period = told.notice_period(viewer, pk)
    form = ActionForm(request.POST)
    if form.is_valid() and carried_out(form, lambda: withdraw_notice(period=period, by=viewer)):
        messages.success(request, "The announcement is taken back, and those who were told know.")
        return redirect("notice_period", pk)
    return _page(request, period, form)


@require_http_methods(["POST"])
@member
def objecting(request: HttpRequest, pk: int) -> HttpResponse:
    """Object for an organisation that was told."""
    viewer = viewer_in(request)
    period = told.notice_period(viewer, pk)
    organisations = list(period.told.filter(pk__in=viewer.organisations).order_by("name"))
    if not organisations:
        raise missing()
    form = ObjectionForm(request.POST, organisations=organisations)
    if form.is_valid() and carried_out(form, lambda: object_to_release(period=period, by=viewer, **form.cleaned_data)):
        messages.success(request, "Its publisher and reviewers read your objection.")
        return redirect("notice_period", pk)
    return _page(request, period, form)


@require_http_methods(["POST"])
@member
def answer(request: HttpRequest, pk: int, objection: int) -> HttpResponse:
    """Answer an objection."""
    viewer = viewer_in(request)
    period = told.notice_period(viewer, pk)
    found = told.objection(viewer, period, objection)
    form = AnswerObjectionForm(request.POST, about=found.pk)
    if form.is_valid() and carried_out(form, lambda: answer_objection(objection=found, by=viewer, **form.cleaned_data)):
        messages.success(request, "Whoever objected was told.")
        return redirect("notice_period", pk)
    return _page(request, period, form)


def _page(request: HttpRequest, period: NoticePeriod, failed: ActionForm | None = None) -> HttpResponse:
    """The page of a notice period, with the form ``failed`` as it was sent and what is wrong with it."""
    viewer = viewer_in(request)
    entry = told.entry_of(viewer, period)
    organisations = told.may_object_for(viewer, period)
    may_publish = shown_as_publisher(viewer, period.module)
    own = failed.about if isinstance(failed, AnswerObjectionForm) else 0
    answers = [(each, failed if own == each.key else AnswerObjectionForm(about=each.key)) for each in entry.objections]
    context = {
        "period": entry,
        "module": period.module,
        "may_publish": may_publish,
        "answers": answers,
        "objection_form": failed if isinstance(failed, ObjectionForm) else ObjectionForm(organisations=organisations),
        "may_object": bool(organisations) or isinstance(failed, ObjectionForm),
        "form": failed,
    }
    return render(request, "registry/lifecycle/notice_period.html", context, status=422 if failed is not None else 200)
