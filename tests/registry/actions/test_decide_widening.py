"""The second person's answer, and what comes of it in every combination."""

from __future__ import annotations

import pytest
from django.db import DatabaseError

from accounts.models import AuditEvent
from accounts.viewer import Viewer, viewer_of
from registry.actions.ask_widening import ask_widening
from registry.actions.decide_widening import decide_widening
from registry.actions.list_release import list_release
from registry.actions.update_module import update_module
from registry.actions.yank_release import yank_release
from registry.catalogue.models import Module
from registry.releases.gates import ReleaseForm
from registry.releases.models import Release
from registry.reviews.models import Review, SignOff, Widening
from tests.make import (
    fresh,
    make_lister,
    make_member,
    make_module,
    make_organisation,
    make_release,
    make_review,
    make_reviewer,
    make_viewer,
    sign_all,
)
from tests.race import race
from tests.unchanged import audit_refuses, refuses, unchanged

IDENTIFIER = "hampshire/letters"


@pytest.fixture(autouse=True)
def _partners(db: None) -> None:
    for slug in ("met", "kent"):
        make_organisation(slug)


@pytest.fixture
def module() -> Module:
    return make_module(IDENTIFIER, visibility="own")


def wish_for(module: Module, visibility: str = "partnership", *names: str, marking: str = "") -> Widening:
    by = make_viewer("hampshire")
    return ask_widening(module=module, visibility=visibility, share_with=names, marking=marking, reason="It helps.", by=by)


def agree(module: Module, visibility: str = "partnership", *names: str, marking: str = "", by: Viewer | None = None) -> Review | None:
    """A wish that a second person agreed to; the review that follows, where one does."""
    decide_widening(widening=wish_for(module, visibility, *names, marking=marking), agree=True, by=by or make_viewer("hampshire"))
    found = Review.objects.filter(kind="widening", closed_at=None).first()
    return fresh(found) if found else None


def signed(review: Review | None) -> None:
    assert review is not None
    list_release(review=sign_all(review), by=make_lister(review))


def seen(slug: str) -> set[str]:
    """The versions that a viewer of the organisation sees; the module's row never names another."""
    viewer = make_viewer(slug, "viewer")
    versions = set(Release.objects.visible_to(viewer).values_list("version", flat=True))
    rows = Module.objects.visible_to(viewer)
    assert {row.latest_version for row in rows} <= versions
    assert bool(rows) == bool(versions)
    return versions


@pytest.mark.django_db
def test_from_its_own_organisation_to_all(module: Module) -> None:
    review = agree(module)
    assert review is not None
    assert (review.visibility, review.kind, review.release.state, review.digest) == (
        "partnership",
        "widening",
        "listed",
        review.release.digest,
    )
    assert seen("met") == set()
    with refuses("sign_offs_missing"):
        list_release(review=review, by=make_lister(review))
    signed(review)
    module.refresh_from_db()
    assert (module.visibility, seen("met")) == ("partnership", {"1.0.0"})
    assert Widening.objects.get().effective_at is not None
    assert Release.objects.get().visibility == "partnership"


@pytest.mark.django_db
def test_step_by_step_with_the_releases_of_before_left_where_they_were(module: Module) -> None:
    signed(agree(module, "named", "met"))
    assert (seen("met"), seen("kent")) == ({"1.0.0"}, set())
    make_release(IDENTIFIER, "1.1.0", visibility="")
    signed(agree(module))
    assert (seen("met"), seen("kent")) == ({"1.0.0", "1.1.0"}, {"1.1.0"})  # what was signed for the Met stays the Met's
    yank_release(release=Release.objects.get(version="1.1.0"), reason="It fails.", by=make_viewer("hampshire"))
    module.refresh_from_db()
    assert (module.latest_version, module.status) == ("1.1.0", "yanked")  # never 1.0.0, which Kent may not see
    assert (seen("met"), seen("kent")) == ({"1.0.0", "1.1.0"}, {"1.1.0"})


@pytest.mark.django_db
def test_one_more_organisation_needs_no_new_sign_off(module: Module) -> None:
    signed(agree(module, "named", "met"))
    assert agree(module, "named", "met", "kent") is None
    assert (seen("met"), seen("kent")) == ({"1.0.0"}, {"1.0.0"})
    assert SignOff.objects.count() == 4


@pytest.mark.django_db
def test_one_more_organisation_voids_what_is_being_signed_for_fewer(module: Module) -> None:
    signed(agree(module, "named", "met"))
    review = sign_all(make_review(IDENTIFIER, "1.1.0", visibility=""))
    agree(module, "named", "met", "kent")
    assert not SignOff.objects.filter(review=review, voided_at=None).exists()
    with refuses("sign_offs_missing"):
        list_release(review=fresh(review), by=make_lister(review))


@pytest.mark.django_db
def test_an_update_in_review_follows_the_module(module: Module) -> None:
    signed(agree(module, "named", "met"))
    update = sign_all(make_review(IDENTIFIER, "1.1.0", visibility=""))
    signed(agree(module))
    assert fresh(update).visibility == "partnership"
    list_release(review=sign_all(update), by=make_lister(update))
    assert seen("kent") == {"1.0.0", "1.1.0"}


@pytest.mark.django_db
@pytest.mark.parametrize(("visibility", "names"), [("named", ("met",)), ("own", ())])
def test_narrowed_and_back_it_needs_a_second_person_and_no_new_sign_off(visibility: str, names: tuple[str, ...]) -> None:
    module, by = make_module(IDENTIFIER), make_viewer("hampshire")
    update_module(module=module, form=ReleaseForm(visibility=visibility, share_with=names), by=by)
    assert (seen("kent"), seen("met")) == (set(), {"1.0.0"} if names else set())
    with refuses("widening_needs_agreement", "visibility"):
        update_module(module=module, form=ReleaseForm(visibility="partnership"), by=by)
    assert agree(module) is None
    assert seen("kent") == {"1.0.0"}
    assert Release.objects.get().visibility == "partnership"


@pytest.mark.django_db
def test_signed_for_all_it_is_signed_for_some() -> None:
    module = make_module(IDENTIFIER)
    update_module(module=module, form=ReleaseForm(visibility="own"), by=make_viewer("hampshire"))
    assert agree(module, "named", "met") is None
    assert (seen("met"), seen("kent"), Release.objects.get().visibility) == ({"1.0.0"}, set(), "partnership")


@pytest.mark.django_db
def test_a_lower_marking_is_signed_for_by_release_and_the_others_stay_as_marked() -> None:
    module = make_module(IDENTIFIER, marking="OFFICIAL-SENSITIVE", share_with=("met",))
    make_release(IDENTIFIER, "1.1.0", visibility="")
    assert (seen("met"), seen("kent")) == ({"1.0.0", "1.1.0"}, set())
    with refuses("widening_needs_agreement", "marking"):
        update_module(module=module, form=ReleaseForm(marking="OFFICIAL"), by=make_viewer("hampshire"))
    signed(agree(module, "partnership", "met", marking="OFFICIAL"))
    assert (seen("met"), seen("kent")) == ({"1.0.0", "1.1.0"}, {"1.1.0"})
    assert dict(Release.objects.values_list("version", "marking")) == {"1.0.0": "OFFICIAL-SENSITIVE", "1.1.0": "OFFICIAL"}


@pytest.mark.django_db
def test_a_lower_marking_within_its_own_organisation_needs_two_people_and_no_sign_off() -> None:
    module = make_module(IDENTIFIER, visibility="own", marking="OFFICIAL-SENSITIVE")
    assert agree(module, "own", marking="OFFICIAL") is None
    module.refresh_from_db()
    assert (module.marking, Release.objects.get().marking) == ("OFFICIAL", "OFFICIAL")


@pytest.mark.django_db
def test_who_asked_does_not_agree_but_may_take_it_back(module: Module) -> None:
    wish = wish_for(module)
    by = viewer_of(wish.requested_by)
    with refuses("second_person"):
        decide_widening(widening=wish, agree=True, by=by)
    decide_widening(widening=wish, agree=False, text="Too early.", by=by)
    wish.refresh_from_db()
    assert (wish.outcome, wish.decision) == ("withdrawn", "Too early.")


@pytest.mark.django_db
def test_who_asked_signs_nothing_of_it(module: Module) -> None:
    by = make_viewer("hampshire")
    wish = ask_widening(module=module, visibility="partnership", reason="It helps.", by=by)
    review = None
    decide_widening(widening=wish, agree=True, by=make_viewer("hampshire"))
    review = Review.objects.get(kind="widening")
    assert review.release.contributors.filter(user=by.user).exists()


@pytest.mark.django_db
def test_what_it_refuses(module: Module) -> None:
    wish = wish_for(module)
    for stranger in (make_viewer("met"), make_reviewer("met"), viewer_of(make_member("hampshire", "viewer"))):
        with refuses("not_of_publisher"):
            decide_widening(widening=wish, agree=True, by=stranger)
    by = make_reviewer("hampshire")
    with refuses("words_missing"):
        decide_widening(widening=wish, agree=False, by=by)
    decide_widening(widening=wish, agree=False, text="No.", by=by)
    assert AuditEvent.objects.filter(action="widening.declined").count() == 1
    with refuses("decided_already", "widening"):
        decide_widening(widening=wish, agree=True, by=by)


@pytest.mark.django_db
def test_what_is_in_quarantine_is_shown_to_no_more(module: Module) -> None:
    from django.utils import timezone

    wish = wish_for(module)
    Release.objects.update(quarantined_at=timezone.now(), quarantine_reason="Odd.")
    with refuses("not_listed_yet", "widening"):
        decide_widening(widening=wish, agree=True, by=make_viewer("hampshire"))


@pytest.mark.django_db
def test_in_quarantine_its_audience_does_not_grow_by_the_way() -> None:
    """A module with nothing to show for now was listed all the same, so more may see it only when a second person agrees."""
    from django.utils import timezone

    from registry.actions.refresh_module import refresh_module

    module = make_module(IDENTIFIER, visibility="named", share_with=("met",))
    Release.objects.update(quarantined_at=timezone.now(), quarantine_reason="Odd.")
    refresh_module(module)
    assert module.status == "draft"
    for form in (ReleaseForm(visibility="partnership"), ReleaseForm(share_with=("met", "kent"))):
        with refuses("widening_needs_agreement"):
            update_module(module=module, form=form, by=make_viewer("hampshire"))


@pytest.mark.django_db
def test_without_its_audit_line_nothing_is_decided(module: Module) -> None:
    wish, by = wish_for(module), make_viewer("hampshire")
    audit_refuses()
    with unchanged(), pytest.raises(DatabaseError):
        decide_widening(widening=wish, agree=True, by=by)


@pytest.mark.django_db(transaction=True)
def test_agreed_to_and_declined_at_once_one_of_the_two_counts() -> None:
    module = make_module(IDENTIFIER, visibility="own")
    wish, people = wish_for(module), [make_viewer("hampshire") for _ in range(4)]
    results = race(4, lambda number: decide_widening(widening=wish, agree=number % 2 == 0, text="So.", by=people[number]))
    assert sum(isinstance(one, Widening) for one in results) == 1, results
    wish.refresh_from_db()
    assert Review.objects.filter(kind="widening").exists() == (wish.outcome == "agreed")


@pytest.mark.django_db
def test_narrowed_while_somebody_changes_or_publishes_it_it_stays_narrowed() -> None:
    """Whoever looked at it before another narrowed it, and sends what they saw, widens nothing."""
    module = make_module(IDENTIFIER)
    as_it_was = Module.objects.select_related("organisation").get(pk=module.pk)
    update_module(module=module, form=ReleaseForm(visibility="own"), by=make_viewer("hampshire"))
    with refuses("widening_needs_agreement", "visibility"):
        update_module(module=as_it_was, form=ReleaseForm(visibility="partnership"), by=make_viewer("hampshire"))
