"""Only one's own notices can be read, and only what one has looked at is."""

from __future__ import annotations

import pytest

from accounts.viewer import viewer_of
from registry.actions.read_notices import read_notice, read_notices
from registry.errors import Missing
from registry.notices.models import Notice
from tests.make import make_member, make_notice

pytestmark = pytest.mark.django_db


def unread() -> set[int]:
    return set(Notice.objects.unread().values_list("pk", flat=True))


def test_one_is_read_once() -> None:
    person = make_member("hampshire")
    first, second = make_notice(person), make_notice(person)
    read_notice(key=first.pk, by=viewer_of(person))
    at = Notice.objects.get(pk=first.pk).read_at
    read_notice(key=first.pk, by=viewer_of(person))
    assert Notice.objects.get(pk=first.pk).read_at == at is not None
    assert unread() == {second.pk}


def test_anothers_is_not_there() -> None:
    notice = make_notice(make_member("hampshire"))
    for key in (notice.pk, notice.pk + 1):
        with pytest.raises(Missing) as absent:
            read_notice(key=key, by=viewer_of(make_member("hampshire")))
        assert (absent.value.code, absent.value.message) == ("not_found", "There is no such notice.")
    assert unread() == {notice.pk}


def test_all_are_read_up_to_the_newest_that_was_shown() -> None:
    person, colleague = make_member("hampshire"), make_member("hampshire")
    seen = [make_notice(person) for _ in range(3)]
    others, later = make_notice(colleague), make_notice(person)
    assert read_notices(until=seen[-1].pk, by=viewer_of(person)) == 3
    assert unread() == {others.pk, later.pk}
