"""A person's choice holds for them alone and from then on; urgent kinds are not to be chosen."""

from __future__ import annotations

import pytest

from accounts.models import ApiToken, AuditEvent
from accounts.viewer import viewer_of, viewer_of_token
from registry.actions.choose_notice_mail import choose_notice_mail
from registry.errors import NotAllowed, Refused
from registry.notices.kinds import URGENT
from registry.notices.models import NoticePreference
from tests.make import make_member, make_notice, make_token

pytestmark = pytest.mark.django_db


def test_the_next_notice_is_mailed_as_chosen_last() -> None:
    person, colleague = make_member("hampshire"), make_member("hampshire")
    choose_notice_mail(choices={"review_waiting": "not", "advisory": "at_once"}, by=viewer_of(person))
    choose_notice_mail(choices={"review_waiting": "daily"}, by=viewer_of(person))
    assert make_notice(person, "review_waiting").mail == "daily"
    assert make_notice(person, "advisory").mail == "at_once"
    assert make_notice(colleague, "review_waiting").mail == "at_once"
    assert AuditEvent.objects.filter(action="account.notices_chosen", user=person).count() == 2


@pytest.mark.parametrize("kind", sorted(URGENT))
def test_urgent_mail_cannot_be_turned_off(kind: str) -> None:
    person = make_member("hampshire")
    with pytest.raises(Refused) as refusal:
        choose_notice_mail(choices={"advisory": "not", kind: "not"}, by=viewer_of(person))
    assert (refusal.value.code, refusal.value.where) == ("urgent_kind", kind)
    assert not NoticePreference.objects.exists()
    assert make_notice(person, kind).mail == "at_once"


@pytest.mark.parametrize(("choices", "code"), [({"gossip": "daily"}, "kind_unknown"), ({"advisory": "weekly"}, "by_mail")])
def test_what_is_no_choice_is_refused(choices: dict[str, str], code: str) -> None:
    with pytest.raises(Refused) as refusal:
        choose_notice_mail(choices=choices, by=viewer_of(make_member("hampshire")))
    assert refusal.value.code == code


def test_a_machine_chooses_nothing() -> None:
    make_token("hampshire")
    with pytest.raises(NotAllowed):
        choose_notice_mail(choices={"advisory": "not"}, by=viewer_of_token(ApiToken.objects.get()))
