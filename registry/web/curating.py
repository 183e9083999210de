"""What a publisher does with a module between releases: describe it, withdraw a release, tell users to move on."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.forms import ActionForm
from accounts.viewer import viewer_in
from accounts.views.access import posted, signed_in
from registry.actions.deprecate_module import deprecate_module
from registry.actions.update_module import update_module
from registry.actions.yank_release import unyank_release, yank_release
from registry.catalogue.models import Module
from registry.errors import Conflict, Refused
from registry.index import read
from registry.permissions import publisher_for
from registry.releases.models import Release
from registry.web.publishing import METHODS
from registry.web.publishing_forms import DeprecateForm, DescriptionForm, WithdrawForm, description_of


@require_http_methods(METHODS)
@signed_in
def edit(request: HttpRequest, publisher: str, slug: str) -> HttpResponse:
    """Change what the module's page says and who sees it."""
    module = _own_module(request, publisher, slug)
    form = DescriptionForm(posted(request), organisation=module.organisation, initial=description_of(module))
    form.fields["title"].help_text = ""
    form.fields["title"].required = True
    form.fields["title"].error_messages["required"] = "Enter a title."
    if form.is_valid() and _done(
        form,
        lambda: update_module(module=module, form=form.release_form(), by=viewer_in(request), emptied=form.emptied()),
    ):
        messages.success(request, "The module’s page is changed.")
        return redirect("module", publisher, slug)
    context = {"form": form, "module": module, "is_wider": _asks_for_more(form)}
    return render(request, "registry/edit.html", context, status=422 if form.errors else 200)


def _asks_for_more(form: DescriptionForm) -> bool:
    """Whether what was refused needs a second person: the page then leads to where that is asked for."""
    return any(error.code == "widening_needs_agreement" for errors in form.errors.as_data().values() for error in errors)


@require_http_methods(METHODS)
@signed_in
def yank(request: HttpRequest, publisher: str, slug: str, version: str) -> HttpResponse:
    """Withdraw a release, with a reason."""
    release = _own_release(request, publisher, slug, version)
    said = f"Version {version} is yanked. Nobody is offered it any more; whoever needs exactly it still finds it."
    return _change(request, release, WithdrawForm(posted(request)), yank_release, "registry/yank.html", said)


@require_http_methods(METHODS)
@signed_in
def unyank(request: HttpRequest, publisher: str, slug: str, version: str) -> HttpResponse:
    """Put a yanked release back, with a reason."""
    release = _own_release(request, publisher, slug, version)
    form = WithdrawForm(posted(request))
    form.fields["reason"].help_text = "Kept in the record of the module."
    return _change(request, release, form, unyank_release, "registry/unyank.html", f"Version {version} is offered again.")


@require_http_methods(METHODS)
@signed_in
def deprecate(request: HttpRequest, publisher: str, slug: str) -> HttpResponse:
    """Tell whoever finds the module to take another."""
    module = _own_module(request, publisher, slug)
    form = DeprecateForm(posted(request))
    if form.is_valid() and _done(
        form,
        lambda: deprecate_module(module=module, by=viewer_in(request), **form.cleaned_data),
    ):
        messages.success(request, "The module is deprecated. Its page says so, and what to use instead.")
        return redirect("module", publisher, slug)
    return render(request, "registry/deprecate.html", {"form": form, "module": module}, status=422 if form.errors else 200)


def _own_module(request: HttpRequest, publisher: str, slug: str) -> Module:
    module = read.visible_module(viewer_in(request), publisher, slug)
    publisher_for(viewer_in(request), publisher, slug)
    return module


def _own_release(request: HttpRequest, publisher: str, slug: str, version: str) -> Release:
    release = read.visible_release(viewer_in(request), publisher, slug, version)
    publisher_for(viewer_in(request), publisher, slug)
    return release


def _change(
    request: HttpRequest, release: Release, form: WithdrawForm, action: Callable[..., Release], template: str, said: str
) -> HttpResponse:
    """Ask for the reason, then yank or unyank."""
    if form.is_valid() and _done(
        form,
        lambda: action(release=release, reason=form.cleaned_data["reason"], by=viewer_in(request)),
    ):
        messages.success(request, said)
        return redirect("release", release.module.publisher, release.module.slug, release.version)
    return render(request, template, {"form": form, "release": release}, status=422 if form.errors else 200)


def _done(form: ActionForm, action: Callable[[], object]) -> bool:
    """Whether the action went through; if it refused, the form says why."""
    try:
        action()
    except (Refused, Conflict) as error:
        form.refuse(error)
        return False
    return True
