"""Loading the demonstration: through the real doors, once, and again after an interruption."""

from __future__ import annotations

from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.management import call_command

from accounts.models import Membership, User
from accounts.tokens import find_token
from accounts.viewer import NOBODY, Viewer, viewer_of
from demonstration import loading
from demonstration.modules import ENTRIES
from demonstration.people import PASSWORD, PEOPLE
from registry.catalogue.models import Module
from registry.index.read import module_detail
from registry.releases.models import Release

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):  # type: ignore[no-untyped-def]
    """The demonstration, loaded once for the tests of this file and rolled back after them."""
    from django.db import transaction

    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        loading.load()
        yield
        transaction.set_rollback(True)
        outer.__exit__(None, None, None)


def viewer(email: str) -> Viewer:
    return viewer_of(User.objects.get(email=email))


def seen(email: str) -> set[str]:
    return {module.identifier for module in Module.objects.visible_to(viewer(email))}


def test_everything_is_published_and_stands_where_its_story_says(loaded: None) -> None:
    releases = set(Release.objects.values_list("module__publisher", "module__slug", "version", "state"))
    assert releases == {(entry.publisher, entry.slug, edition.version, edition.stays) for entry in ENTRIES for edition in entry.editions}
    assert {state for _, _, _, state in releases} == {"listed", "in_review", "awaiting_author"}


def test_an_outsider_sees_many_modules_of_many_platforms(loaded: None) -> None:
    modules = Module.objects.visible_to(viewer("gareth.oakhill@wiltshire.example"))
    assert modules.count() >= 20
    assert {platform for module in modules for platform in module.platforms} >= {"blueprism", "uipath", "power_automate", "python", "bpmn"}
    assert {module.language for module in modules} == {"en-GB", "da"}
    assert all(module.business_area_id for module in modules)


def test_hidden_modules_are_hidden(loaded: None) -> None:
    hidden = {"met/duty-planning", "met/custody-markers"}
    assert seen("sana.whitcombe@met.example") >= hidden
    assert seen("priya.lockwood@thames-valley.example") & hidden == {"met/duty-planning"}
    assert seen("gareth.oakhill@wiltshire.example") & hidden == set()
    assert seen("jonas.wrexby@partnership.example") >= hidden
    assert not Module.objects.visible_to(NOBODY).exists()


def test_a_missing_dependency_is_shown_beside_those_that_are_held(loaded: None) -> None:
    detail = module_detail(viewer("gareth.oakhill@wiltshire.example"), "hampshire", "crime-incident-filing")
    assert detail.current is not None
    by_name = {need.name: need for need in detail.current.dependencies}
    assert by_name["Niche Connector 3.2"].status == "missing"
    assert by_name["MS Excel VBO"].status == "vendor"
    assert (by_name["RMS Session"].status, by_name["RMS Session"].held_by) == ("registry", "hampshire/rms-session")
    assert by_name["ThamesValley.FilingRules"].held_by == "thames-valley/filing-rules"


def test_withdrawals_tell_why_and_what_instead(loaded: None) -> None:
    yanked = {str(release): release.yanked_reason for release in Release.objects.exclude(yanked_at=None).select_related("module")}
    assert set(yanked) == {"hampshire/crime-incident-filing@2.0.2", "thames-valley/bail-notification@1.8.0"}
    assert all("Use " in reason for reason in yanked.values())
    old = Module.objects.get(slug="firearms-renewals")
    assert (old.status, old.successor.identifier) == (Module.Status.DEPRECATED, "hampshire/firearms-licensing")
    assert Module.objects.get(slug="victim-update").latest_version == "1.2.0"


def test_nothing_in_it_is_held_back_by_a_check(loaded: None) -> None:
    assert not Release.objects.filter(findings__severity__in=("stop", "answer")).exists()


def test_loading_again_changes_nothing(loaded: None) -> None:
    before = list(Module.objects.order_by("pk").values_list("pk", "revision"))
    Membership.objects.filter(user__email="callum.denholm@hampshire.example").delete()
    assert loading.load() is False
    assert list(Module.objects.order_by("pk").values_list("pk", "revision")) == before
    assert not Membership.objects.filter(user__email="callum.denholm@hampshire.example").exists()


def test_everybody_signs_in_with_the_shown_password(loaded: None) -> None:
    validate_password(PASSWORD)
    assert {
        membership.user.email: membership.role
        for membership in Membership.objects.filter(user__email=PEOPLE[0].email).select_related("user")
    } == {PEOPLE[0].email: "publisher"}
    for person in (PEOPLE[0], PEOPLE[-1]):
        user = authenticate(email=person.email, password=PASSWORD)
        assert user is not None
        assert user.get_full_name() == person.name


def test_the_command_prints_how_to_come_in(loaded: None, settings) -> None:  # type: ignore[no-untyped-def]
    settings.IS_DEMONSTRATION = True
    out = StringIO()
    call_command("load_demonstration", "--print", stdout=out)
    words = out.getvalue()
    assert all(person.email in words for person in PEOPLE)
    assert PASSWORD in words
    assert settings.BASE_URL in words
    token = find_token(words.split()[-1])
    assert token is not None
    assert (token.organisation.slug, sorted(token.scopes)) == ("hampshire", ["publish", "read"])
