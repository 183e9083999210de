"""Says whose data a release handles and what it decides about them; before it is listed, or when it turns out to be otherwise."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from accounts.audit import record
from accounts.viewer import Viewer
from registry.governance.declaring import declaration_of, declared, keep
from registry.governance.models import DataUse
from registry.permissions import publisher_for
from registry.releases.models import Release
from registry.reviews.moving import locked_release, log, open_review, void_sign_offs
from registry.reviews.people import add_contributor
from registry.values.data_uses import Decisions


def declare_data_use(
    *,
    release: Release,
    categories: Collection[str] = (),
    decisions: str = "",
    law_enforcement: bool | None = None,
    uses_ai: bool | None = None,
    by: Viewer,
) -> DataUse:
    """What is not given stays as it was declared. Another declaration during a review voids what was signed in it: it was of other facts.

    Raises :class:`NotAllowed`, or :class:`Refused` as :func:`registry.governance.declaring.declared` does.
    """
    publisher_for(by, release.module.publisher, release.module.slug)
    with transaction.atomic():
        release = locked_release(release)
        use = DataUse.objects.filter(release=release).first()
        before = declaration_of(use) if use else None
        said = declared(categories, decisions or Decisions.NONE if use is None else decisions, law_enforcement, uses_ai, before=before)
        assert said is not None  # as at least one thing was given, or is declared already
        if use is not None and said == before:
            return use
        kept = keep(release, said, by)
        add_contributor(release, by)
        review = open_review(release)
        if review is not None:
            ended = void_sign_offs(review, "what data it handles was declared anew")
            log(review, "data_use", by, sign_offs_ended=ended)
        record(
            "data_use.declared",
            str(release),
            by=by,
            organisation=release.module.organisation,
            categories=kept.categories,
            decisions=kept.decisions,
            law_enforcement=kept.law_enforcement,
            uses_ai=kept.uses_ai,
        )
    return kept
