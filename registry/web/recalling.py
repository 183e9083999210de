"""Recalls: made, followed and ended by those who lead them; read and answered by those who were told; overridden by who says why."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.viewer import viewer_in
from accounts.views.access import member, posted, signed_in
from registry.actions.acknowledge_recall import acknowledge_recall
from registry.actions.close_recall import close_recall, name_remedy
from registry.actions.override_recall import open_recall, override_recall
from registry.actions.recall_releases import check_versions, recall_releases
from registry.actions.state_adoption import move_adoption
from registry.adoption.models import Adoption
from registry.errors import Conflict, Refused
from registry.index import read
from registry.index import recalls as told
from registry.lifecycle.models import Recall
from registry.permissions import answerer_for, leader_for, may_lead
from registry.web.acting import carried_out
from registry.web.lifecycle_forms import AnswerForm, CloseForm, OverrideForm, RecallForm, RecordForm, RemedyForm
from registry.web.modules import recalled, sent
from registry.web.publishing import METHODS


@require_http_methods(METHODS)
@signed_in
def recall(request: HttpRequest, publisher: str, slug: str) -> HttpResponse:
    """Recall versions; ``do=preview`` shows which they are and who would be told, and tells nobody."""
    viewer = viewer_in(request)
    module = read.visible_module(viewer, publisher, slug)
    leader_for(viewer, module)
    form = RecallForm(posted(request))
    preview, made = None, None
    if form.is_valid():
        try:
            if request.POST.get("do") == "preview":
                preview = told.reached(viewer, module, check_versions(module, form.cleaned_data["versions"]))
            else:
                made = recall_releases(module=module, by=viewer, **form.cleaned_data)
        except (Refused, Conflict) as error:
            form.refuse(error)
    if made is not None:
        messages.success(request, "The versions are recalled, and those who use them were told.")
        return redirect("recall_case", made.pk)
    context = {"form": form, "module": module, "preview": preview}
    return render(request, "registry/lifecycle/recall.html", context, status=422 if form.errors else 200)


@require_safe
@member
def recalls(request: HttpRequest) -> HttpResponse:
    """The recalls one's organisations were told of, and those one leads."""
    viewer = viewer_in(request)
    context = {"notices": told.notices(viewer), "led": told.led_recalls(viewer), "several": len(viewer.organisations) > 1}
    return render(request, "registry/lifecycle/recalls.html", context)


@require_http_methods(METHODS)
@member
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Read one recall and say what was done about it."""
    viewer = viewer_in(request)
    notice = told.notice(viewer, pk)
    form = AnswerForm(posted(request))
    if form.is_bound:
        answerer_for(viewer, notice.organisation)
    if form.is_valid() and carried_out(form, lambda: acknowledge_recall(notice=notice, by=viewer, **form.cleaned_data)):
        messages.success(request, "Your answer is with those who lead the recall.")
        return redirect("answer_recall", pk) if told.entry_of(viewer, notice).standing else redirect("recalls")
    entry = told.entry_of(viewer, notice)
    return render(request, "registry/lifecycle/answer.html", {"form": form, "notice": entry}, status=422 if form.errors else 200)


@require_http_methods(["POST"])
@member
def update_record(request: HttpRequest, pk: int, adoption: int) -> HttpResponse:
    """Bring a record of use in line with the answer: retire it, or move it to the version that mends it. Nothing does so by itself."""
    viewer = viewer_in(request)
    notice = told.notice(viewer, pk)
    entry = told.entry_of(viewer, notice)
    standing = next((each for each in entry.standing if each.adoption == adoption), None)
    if standing is None or notice.acknowledged_at is None:
        raise read.missing()
    form = RecordForm(request.POST)
    form.remedy = notice.recall.remedy if standing.moves_to else None
    if form.is_valid() and carried_out(form, lambda: move_adoption(adoption=Adoption.objects.get(pk=adoption), by=viewer, **form.move())):
        messages.success(request, f"Your record of {standing.release} is changed.")
        return redirect("answer_recall", pk)
    return render(request, "registry/lifecycle/answer.html", {"form": form, "notice": entry}, status=422)


@require_safe
@member
def recall_case(request: HttpRequest, pk: int) -> HttpResponse:
    """Who was told, who answered what, who has not."""
    case = told.led_recall(viewer_in(request), pk)
    return _case(request, case, RemedyForm(), CloseForm())


@require_http_methods(["POST"])
@member
def remedy(request: HttpRequest, pk: int) -> HttpResponse:
    """Name the version that mends it."""
    viewer = viewer_in(request)
    case = told.led_recall(viewer, pk)
    leader_for(viewer, case.module)
    form = RemedyForm(request.POST)
    if form.is_valid() and carried_out(form, lambda: name_remedy(recall=case, by=viewer, **form.cleaned_data)):
        messages.success(request, "Whoever was told sees now which version to move to.")
        return redirect("recall_case", pk)
    return _case(request, case, form, CloseForm())


@require_http_methods(["POST"])
@member
def end_recall(request: HttpRequest, pk: int) -> HttpResponse:
    """End the recall."""
    viewer = viewer_in(request)
    case = told.led_recall(viewer, pk)
    leader_for(viewer, case.module)
    form = CloseForm(request.POST)
    if form.is_valid() and carried_out(form, lambda: close_recall(recall=case, by=viewer, **form.cleaned_data)):
        messages.success(request, "The recall is closed.")
        return redirect("recall_case", pk)
    return _case(request, case, RemedyForm(), form)


def _case(request: HttpRequest, case: Recall, remedy_form: RemedyForm, close_form: CloseForm) -> HttpResponse:
    bound = remedy_form if remedy_form.is_bound else close_form
    context = {
        "recall": case,
        "versions": list(case.releases.newest_first().values_list("version", flat=True)),
        "answers": told.answers_to(viewer_in(request), case),
        "overrides": case.overrides.select_related("organisation", "user", "artefact__release").order_by("-pk")[:200],
        "remedy_form": remedy_form,
        "close_form": close_form,
        "form": bound,
        "may_lead": may_lead(viewer_in(request), case.module),
    }
    return render(request, "registry/lifecycle/recall_case.html", context, status=422 if bound.errors else 200)


@require_http_methods(METHODS)
@signed_in
def anyway(request: HttpRequest, publisher: str, slug: str, version: str, filename: str) -> HttpResponseBase:
    """Take a recalled file with a reason, which is kept."""
    viewer = viewer_in(request)
    file = read.artefact(viewer, publisher, slug, version, filename)
    found = open_recall(file)
    if found is None:
        return redirect(reverse("download", args=[publisher, slug, version, filename]))
    form = OverrideForm(posted(request))
    if form.is_valid() and carried_out(form, lambda: override_recall(artefact=file, reason=form.cleaned_data["reason"], by=viewer)):
        return sent(file, viewer)
    return recalled(request, file, found, form, 422 if form.errors else 200)
