"""Who may do what to reviews, and to wishes that more may see a module."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Role
from registry.actions.ask_widening import ask_widening
from registry.actions.claim_review import claim_review
from registry.actions.keep_attachment import keep_attachment
from registry.actions.tick_item import tick_item
from registry.releases.models import Finding
from registry.releases.upload import spooled
from registry.reviews.models import ChecklistItem, Review
from tests.architecture.urls_table import (
    _MODULE,
    _PUBLISHES,
    _RELEASE,
    ACCOUNT,
    FILE,
    LOGIN,
    OWNER,
    Actor,
    Row,
    Rule,
    Spot,
    _release_address,
    may_change,
    member,
    refused,
    sees_module,
    sees_release,
)
from tests.make import PICTURE, bpmn, make_release, make_steward, reviewer_for

NONE = 10**9  # the key of nothing
KEYS: dict[str, int] = {}  # filled when the world is made


def review_keys(world: Any) -> dict[str, int]:
    """The keys of the open review of each visibility, of what was found in its files and what shows an item; and of a wish for the own module."""
    KEYS.clear()
    KEYS["item"] = ChecklistItem.objects.get(role="technical", code="opens").pk
    for visibility in ("own", "named", "partnership"):
        review = Review.objects.filter(release__module__publisher=OWNER, release__module__slug=visibility, closed_at=None).first()
        KEYS[f"review {visibility}"] = review.pk if review else NONE
        KEYS[f"finding {visibility}"], KEYS[f"evidence {visibility}"] = _things(review) if review else (NONE, NONE)
    KEYS["review"] = KEYS["finding"] = NONE  # of a module that is not there
    module = make_release(f"{OWNER}/kept", by=world.by, visibility="own").module
    KEYS["widening"] = ask_widening(module=module, visibility="partnership", reason="All need it.", by=world.by).pk
    return KEYS


def _things(review: Review) -> tuple[int, int]:
    finding = Finding.objects.create(
        release=review.release, digest=review.digest, fingerprint="f" * 64, code="x", severity="note", title="X"
    )
    by = reviewer_for(review, "technical")
    assert by.organisation is not None
    if not Review.objects.visible_to(by).filter(pk=review.pk).exists():  # shared by name: a steward gives it to whom it concerns
        claim_review(review=review, assignee=by.user, by=make_steward())
    with spooled([PICTURE], "shown.png", "image/png") as upload:
        kept = keep_attachment(module=review.release.module, organisation=by.organisation, upload=upload, by=by)
    tick_item(review=review, item=ChecklistItem.objects.get(pk=KEYS["item"]), evidence=kept, by=by)
    claim_review(review=review, assignee=None, by=make_steward())
    return finding.pk, kept.pk


def sees_review(actor: Actor, spot: Spot) -> bool:
    """Its publisher's people, auditors, and stewards. There is none of what only its own organisation sees."""
    return spot.visibility != "own" and (actor.organisation == OWNER or actor.role in (Role.AUDITOR, Role.STEWARD))


def review_page(answer: Rule) -> Rule:
    def rule(actor: Actor, spot: Spot) -> str:
        if not actor.is_signed_in:
            return LOGIN
        if not actor.organisation:
            return ACCOUNT
        return answer(actor, spot) if sees_review(actor, spot) else "404"

    return rule


def by_reviewers(answer: str = "", fragment: str = "") -> Rule:
    """Reviewers and stewards with no hand in it."""

    def rule(actor: Actor, spot: Spot) -> str:
        done = answer or f"302 /reviews/{KEYS.get(f'review {spot.visibility}', NONE)}{fragment}"
        return done if actor.role in (Role.REVIEWER, Role.STEWARD) else "403"

    return review_page(rule)


def by_publishers(answer: str, *others: str) -> Rule:
    return review_page(
        lambda actor, spot: answer if (actor.organisation == OWNER and actor.role in _PUBLISHES) or actor.role in others else "403"
    )


def widening_page(answer: str, *roles: str) -> Rule:
    """Its publisher's people; the answer is for ``roles``."""

    def rule(actor: Actor, spot: Spot) -> str:
        if not actor.is_signed_in:
            return LOGIN
        if not actor.organisation:
            return ACCOUNT
        if actor.organisation != OWNER and actor.role != Role.AUDITOR:
            return "404"
        return answer if not roles or actor.role in roles else "403"

    return rule


def decided(actor: Actor, spot: Spot) -> str:
    return widening_page(f"302 /widenings/{KEYS.get('widening', NONE)}", *_PUBLISHES, Role.REVIEWER)(actor, spot)


def _review(name: str, act: str, rule: Rule, body: dict[str, Any] | None = None, **more: Any) -> Row:
    return Row(
        name,
        f"reviews/<int:pk>/{act}",
        refused,
        rule,
        body=lambda world, actor, spot: dict(body or {}),
        arguments={"pk": "review", **more},
        of="module",
    )


def _file(world: Any, actor: Actor, spot: Spot) -> dict[str, Any]:
    return {"artefact": SimpleUploadedFile(FILE, bpmn("Mended")), "text": "Mended."}


WORDS = {"text": "We must know more."}
SEEN = review_page(lambda actor, spot: "200")
ROWS: tuple[Row, ...] = (
    Row("reviews", "reviews", member()),
    Row("review_rules", "reviews/rules", member()),
    Row("review", "reviews/<int:pk>", SEEN, arguments={"pk": "review"}, of="module"),
    Row("review_file", "reviews/<int:pk>/files/<piece:filename>", SEEN, arguments={"pk": "review"}, of="module"),
    Row(
        "review_evidence",
        "reviews/<int:pk>/evidence/<int:attachment>",
        SEEN,
        arguments={"pk": "review", "attachment": "evidence"},
        of="module",
    ),
    _review("claim_review", "claim", by_reviewers(), {"do": "take"}),
    _review("decide_review", "decide", by_reviewers(), {"decision": "hold", **WORDS}),
    _review("ask_author", "ask", by_reviewers(), WORDS),
    _review("hold_release", "hold", by_reviewers(), WORDS),
    _review("refuse_release", "refuse", by_reviewers(), WORDS),
    _review("reopen_review", "reopen", by_reviewers("409"), WORDS),
    _review("resubmit_release", "resubmit", by_publishers("409"), WORDS),
    Row("replace_files", "reviews/<int:pk>/files", refused, by_publishers("409"), body=_file, arguments={"pk": "review"}, of="module"),
    _review("list_release", "list", by_publishers("409", Role.REVIEWER, Role.STEWARD)),
    # Nobody here signs as anything, nor has signed.
    _review("sign_off", "sign", by_reviewers("403"), {"role": "licence"}),
    _review("withdraw_sign_off", "withdraw", by_reviewers("403"), {"role": "licence", **WORDS}),
    Row(
        "tick_item",
        "reviews/<int:pk>/tick",
        refused,
        by_reviewers("403"),
        body=lambda world, actor, spot: {"item": world.keys["item"]},
        arguments={"pk": "review"},
        of="module",
    ),
    _review(
        "answer_finding",
        "findings/<int:finding>",
        by_reviewers(fragment="#findings"),
        {"verdict": "false", "reason": "Made up."},
        finding="finding",
    ),
    Row(
        "submit_release",
        f"{_RELEASE}/submit",
        refused,
        may_change(lambda spot: _release_address(spot) if spot.state == "draft" else "409", sees_release),
        of="release",
    ),
    Row(
        "widen",
        f"{_MODULE}/widen",
        may_change(lambda spot: "200", sees_module),
        may_change(lambda spot: "200", sees_module),
        body=lambda *_: {"visibility": "partnership", "marking": "OFFICIAL", "reason": "All need it.", "do": "preview"},
        of="module",
    ),
    Row(
        "widening",
        "widenings/<int:pk>",
        widening_page("200"),
        decided,
        arguments={"pk": "widening"},
        body=lambda *_: {"agree": "no", "text": "Not yet."},
    ),
)
