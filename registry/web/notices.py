"""What somebody was told: the list, one notice, and how they want such mail."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.viewer import Viewer, viewer_in
from accounts.views.access import member, posted, signed_in
from registry.actions.choose_notice_mail import choose_notice_mail
from registry.actions.read_notices import read_notice, read_notices
from registry.errors import Missing, RegistryError
from registry.notices.models import Notice, NoticePreference
from registry.notices.queries import NoticeQuerySet
from registry.web.notices_forms import MailForm

METHODS = ["GET", "HEAD", "POST"]
PAGE = 20
NEWEST = 5  # on the first page
COUNTED = 99  # beyond that nobody counts
_PLACE = re.compile(r"(unread|read)-([0-9]{1,18})")
_NUMBER = re.compile(r"[0-9]{1,18}")


@require_http_methods(METHODS)
@member
def notices(request: HttpRequest) -> HttpResponse:
    """Everything one was told, unread first; POST marks all of it as read, up to the newest that was on the page."""
    viewer = viewer_in(request)
    if request.method == "POST":
        until = request.POST.get("until", "")
        count = read_notices(until=int(until), by=viewer) if _NUMBER.fullmatch(until) else 0
        messages.success(request, f"{count} notice{'' if count == 1 else 's'} marked as read.")
        return redirect("notices")
    found = list(_after(_shown(viewer).unread_first(), request.GET.get("after", ""))[: PAGE + 1])
    shown = found[:PAGE]
    context = {
        "notices": shown,
        "is_first": "after" not in request.GET,
        "until": max((notice.pk for notice in shown), default=0),
        "has_unread": any(notice.read_at is None for notice in shown),
        "older": _place(shown) if len(found) > PAGE else "",
    }
    return render(request, "registry/notices.html", context)


@require_http_methods(METHODS)
@signed_in
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice, where a mail leads; POST marks it as read."""
    viewer = viewer_in(request)
    if request.method == "POST":
        read_notice(key=pk, by=viewer)
        messages.success(request, "Marked as read.")
        return redirect("notices")
    found = _shown(viewer).filter(pk=pk).first()
    if found is None:
        raise Missing("not_found", "There is no such notice.")
    return render(request, "registry/notice.html", {"notice": found})


@require_http_methods(METHODS)
@signed_in
def preferences(request: HttpRequest) -> HttpResponse:
    """How one is mailed, kind by kind."""
    viewer = viewer_in(request)
    chosen = dict(NoticePreference.objects.filter(user=viewer.user).values_list("kind", "by_mail"))
    form = MailForm(posted(request), chosen=chosen)
    if form.is_valid():
        try:
            choose_notice_mail(choices=form.cleaned_data, by=viewer)
        except RegistryError as error:
            form.refuse(error)
        else:
            messages.success(request, "Your choices are saved. They hold for notices from now on.")
            return redirect("notice_preferences")
    return render(request, "registry/notice_preferences.html", {"form": form}, status=422 if form.errors else 200)


def waiting(viewer: Viewer) -> Sequence[Notice]:
    """The newest that ``viewer`` has not read."""
    return list(_shown(viewer).unread().order_by("-pk")[:NEWEST])


def unread_count(viewer: Viewer) -> str:
    """How many ``viewer`` has not read, as the header says it; empty for none."""
    if viewer.user is None or not viewer.is_member:
        return ""
    count = Notice.objects.seen_by(viewer).unread()[: COUNTED + 1].count()
    return "" if not count else str(count) if count <= COUNTED else f"{COUNTED}+"


def _shown(viewer: Viewer) -> NoticeQuerySet:
    found: NoticeQuerySet = Notice.objects.seen_by(viewer).select_related("organisation")
    return found


def _after(found: NoticeQuerySet, place: str) -> NoticeQuerySet:
    """Those that follow ``place``, so that what is told or read meanwhile neither repeats nor hides any; all for no place."""
    known = _PLACE.fullmatch(place)
    if known is None:
        return found
    below = Q(is_read=known[1] == "read", pk__lt=int(known[2]))
    return found.filter(below if known[1] == "read" else below | Q(is_read=True))


def _place(shown: Sequence[Notice]) -> str:
    last = shown[-1]
    return f"{'read' if last.read_at else 'unread'}-{last.pk}"
