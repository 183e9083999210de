"""The one shape of a page that asks for something and does it: a heading, what will happen, a form, a button, and a way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render

from accounts.forms import ActionForm
from registry.catalogue.models import Module
from registry.errors import Conflict, NotAllowed, Refused
from registry.releases.models import Release


@dataclass(frozen=True, slots=True)
class Ask:
    """What such a page says. ``back`` is an address; ``name`` that of the module or release spoken of, in its own language."""

    heading: str
    lead: str
    button: str
    back: str
    is_grave: bool = False
    module: Module | None = None
    release: Release | None = None
    points: tuple[str, ...] = ()
    takes_files: bool = False


def ask(request: HttpRequest, said: Ask, form: ActionForm, action: Callable[[], object], done: str, to: str) -> HttpResponse:
    """Show the form, or carry it out: then say ``done`` on the page at the address ``to``."""
    if form.is_valid() and carried_out(form, action):
        messages.success(request, done)
        return HttpResponseRedirect(to)
    return render(request, "registry/lifecycle/ask.html", {"ask": said, "form": form}, status=422 if form.errors else 200)


def carried_out(form: ActionForm, action: Callable[[], object]) -> bool:
    """Whether the action went through; if it refused, the form says why."""
    try:
        action()
    except (Refused, Conflict, NotAllowed) as error:
        if isinstance(error, NotAllowed) and error.code != "second_person":
            raise
        form.refuse(error)
        return False
    return True


def module_address(module: Module) -> str:
    """Of its page, by the identifier it has now."""
    return redirect("module", module.publisher, module.slug).url


def release_address(release: Release) -> str:
    """Of its page."""
    return redirect("release", release.module.publisher, release.module.slug, release.version).url
