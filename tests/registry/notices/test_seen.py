"""A notice is shown while the right that it rests on lives, and not a request longer."""

from __future__ import annotations

import pytest

from accounts.models import Membership, Organisation, Role, User
from accounts.viewer import NOBODY, viewer_of, viewer_of_token
from registry.catalogue.models import Module, ModuleShare
from registry.notices.models import Notice
from registry.web.notices import unread_count, waiting
from tests.make import make_member, make_module, make_notice, make_organisation

pytestmark = pytest.mark.django_db


def shown(user: User) -> bool:
    """Whether the one notice there is is shown; everything that shows notices must agree."""
    viewer = viewer_of(user)
    answers = {Notice.objects.seen_by(viewer).exists(), bool(waiting(viewer)), unread_count(viewer) == "1"}
    assert len(answers) == 1
    return answers.pop()


def test_only_its_person_sees_it() -> None:
    person, colleague = make_member("hampshire"), make_member("hampshire", Role.ADMINISTRATOR)
    make_notice(person)
    assert shown(person)
    assert not shown(colleague)
    assert not Notice.objects.seen_by(NOBODY).exists()


def test_a_machine_is_told_nothing() -> None:
    from accounts.models import ApiToken
    from tests.make import make_token

    make_notice(make_member("hampshire"))
    make_token("hampshire")
    assert not Notice.objects.seen_by(viewer_of_token(ApiToken.objects.get())).exists()


def test_whoever_leaves_sees_it_no_more_though_they_belong_elsewhere() -> None:
    person = make_member("hampshire")
    make_member("met", user=person)
    make_notice(person, organisation=make_organisation("hampshire"))
    assert shown(person)
    Membership.objects.filter(user=person, organisation__slug="hampshire").delete()
    assert not shown(person)


def test_it_ends_with_the_account_and_with_the_organisation() -> None:
    person = make_member("hampshire")
    make_notice(person)
    Organisation.objects.update(is_active=False)
    assert not shown(person)
    Organisation.objects.update(is_active=True)
    assert shown(person)
    User.objects.update(is_active=False)
    assert not shown(User.objects.get(pk=person.pk))


def test_what_names_a_module_goes_with_the_sight_of_it() -> None:
    module = make_module("hampshire/one", visibility="named", share_with=(make_organisation("met").slug,))
    person = make_member("met")
    make_notice(person, "advisory", module=module)
    assert shown(person)
    ModuleShare.objects.all().delete()
    assert not shown(person)
    Module.objects.update(visibility="partnership")
    assert shown(person)
    Module.objects.update(status="draft")
    assert not shown(person)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.STEWARD])
def test_those_of_the_partnership_see_theirs_with_and_without_a_module(role: Role) -> None:
    module = make_module("hampshire/one", visibility="own")
    person = make_member(make_organisation("moothall", kind="partnership"), role)
    make_notice(person)
    assert shown(person)
    Notice.objects.all().delete()
    make_notice(person, module=module)
    assert shown(person) is (role == Role.AUDITOR)
