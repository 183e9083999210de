"""What every page needs: who looks at it, what they may open, and whether all of it is a demonstration."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.roles import Permission
from accounts.viewer import NOBODY, Viewer
from registry.index.recalls import open_notices
from registry.index.waiting import count_waiting, desk_of
from registry.web.notices import unread_count

# The main navigation's entry that a page belongs to, by the name of its address.
_SECTIONS = {
    **dict.fromkeys(
        ("catalogue", "compare", "module", "release", "release_changes", "organisation", "edit", "yank", "unyank", "deprecate"), "modules"
    ),
    **dict.fromkeys(
        ("undeprecate", "support", "transfer", "adopt", "retire", "warn", "recall", "quarantine_all", "quarantine", "report"), "modules"
    ),
    **dict.fromkeys(("governance", "governance_declare", "governance_write", "governance_sign", "public_part", "reassess"), "modules"),
    **dict.fromkeys(("module_runs", "organisation_runs"), "modules"),
    "home": "home",
    "audit": "audit",
    "export_audit": "audit",
    "publish": "publish",
    "check": "publish",
    **dict.fromkeys(("reviews", "review", "review_rules", "widening"), "reviews"),
    # These answer with the page of the review where they refuse.
    **dict.fromkeys(("claim_review", "decide_review", "ask_author", "resubmit_release", "replace_files", "hold_release"), "reviews"),
    **dict.fromkeys(("refuse_release", "reopen_review", "list_release", "sign_off", "withdraw_sign_off", "tick_item"), "reviews"),
    "answer_finding": "reviews",
    "widen": "modules",
    "use": "modules",
    **dict.fromkeys(("adoptions", "adoption", "move_adoption", "change_adoption", "retire_adoption"), "use"),
    **dict.fromkeys(("rate", "rating", "reply_rating", "report_rating", "decide_rating", "restore_rating"), "modules"),
    **dict.fromkeys(("practice", "edit_practice", "decide_practice"), "modules"),
    **dict.fromkeys(("benefits", "claim"), "benefits"),
    **dict.fromkeys(("forecast", "realise_forecast"), "modules"),
    **dict.fromkeys(("drafts", "compose", "compose_upload", "draft", "draft_words", "draft_discard", "draft_publish"), "sequences"),
    **dict.fromkeys(("draft_add", "draft_step", "draft_remove", "draft_module", "draft_call", "draft_inputs"), "sequences"),
    **dict.fromkeys(("draft_gives", "draft_next"), "sequences"),
}


def page(request: HttpRequest) -> dict[str, Any]:
    """Asks the database only for what the page then shows."""
    viewer = getattr(request, "viewer", NOBODY)
    name = (request.resolver_match.url_name if request.resolver_match else None) or ""
    is_sequences = name == "catalogue" and request.GET.getlist("kind") == ["sequence"]
    desk: Any = SimpleLazyObject(lambda: desk_of(viewer))
    return {
        "viewer": viewer,
        "is_demonstration": settings.IS_DEMONSTRATION,
        "section": "sequences" if is_sequences else _SECTIONS.get(name, ""),
        "is_section_top": name in ("catalogue", "publish", "audit", "reviews", "adoptions", "benefits"),
        "may_publish_here": SimpleLazyObject(lambda: _may_publish(viewer)),
        "open_recalls": SimpleLazyObject(lambda: open_notices(viewer)),
        "unread_notices": SimpleLazyObject(lambda: unread_count(viewer)),
        "desk": desk,
        "reviews_waiting": SimpleLazyObject(lambda: count_waiting(viewer, desk)),
        "contact_email": settings.CONTACT_EMAIL,
    }


def _may_publish(viewer: Viewer) -> bool:
    """Whether the viewer publishes for the organisation acted for."""
    return viewer.organisation is not None and viewer.may(Permission.PUBLISH, viewer.organisation.pk)
