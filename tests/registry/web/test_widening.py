"""Letting more see a module: asked by one person after a preview, decided by another."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Role
from registry.reviews.models import Review, Widening
from tests.make import make_member, make_organisation, make_release

pytestmark = pytest.mark.django_db
WIDEN = "/modules/hampshire/rota/widen"
GIVEN = {"visibility": "partnership", "marking": "OFFICIAL", "reason": "Every force needs it."}


def client_of(organisation: str, role: str) -> Client:
    client = Client()
    client.force_login(make_member(organisation, role))
    return client


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture
def publisher() -> Client:
    make_member("kent", Role.VIEWER)
    make_release("hampshire/rota", visibility="own", title="Duty rota")
    return client_of("hampshire", Role.PUBLISHER)


@pytest.fixture
def wish(publisher: Client) -> Widening:
    publisher.post(WIDEN, {**GIVEN, "do": "send"})
    return Widening.objects.get()


def test_first_who_would_see_it_then_the_wish(publisher: Client) -> None:
    shown = text(publisher.post(WIDEN, {**GIVEN, "do": "preview"}))
    assert "Nothing has been sent yet." in shown
    assert "Kent <strong" in shown
    assert "1 organisation, 1 person" in shown
    assert not Widening.objects.exists()
    back = text(publisher.post(WIDEN, {**GIVEN, "do": "change"}))
    assert "Every force needs it." in back
    assert "Show who would see it" in back
    sent = text(publisher.post(WIDEN, {**GIVEN, "do": "send"}, follow=True))
    assert "Asked. Nobody more sees it until somebody else of your organisation agrees." in sent
    assert Widening.objects.get().reason == "Every force needs it."
    assert "Somebody has asked for that already." in text(publisher.get(WIDEN))


@pytest.mark.parametrize(
    ("change", "status", "anchor"),
    [
        ({"reason": ""}, 422, "#widen-reason"),
        ({"visibility": ""}, 422, "#widen-visibility_0"),
        ({"visibility": "named"}, 422, "#widen-share_with_0"),
        ({"visibility": "own"}, 422, "#widen-visibility_0"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(publisher: Client, change: dict[str, str], status: int, anchor: str) -> None:
    answer = publisher.post(WIDEN, {**GIVEN, "do": "send", **change})
    assert answer.status_code == status
    assert f'href="{anchor}"' in text(answer)
    assert not Widening.objects.exists()


def test_the_second_person_sees_the_same_and_agrees(wish: Widening) -> None:
    second = client_of("hampshire", Role.REVIEWER)
    assert "More are to see it: for you to agree or decline" in text(second.get("/reviews"))
    page = text(second.get(f"/widenings/{wish.pk}"))
    assert "1 organisation, 1 person" in page
    assert "Every force needs it." in page
    said = text(second.post(f"/widenings/{wish.pk}", {"agree": "yes"}, follow=True))
    assert "Its latest version is in review now" in said
    review = Review.objects.get(kind="widening")
    assert f'href="/reviews/{review.pk}"' in said
    assert "Review for more to see it" in text(second.get(f"/reviews/{review.pk}"))
    assert second.post(f"/widenings/{wish.pk}", {"agree": "yes"}).status_code == 409


def test_declining_takes_words(wish: Widening) -> None:
    second = client_of("hampshire", Role.PUBLISHER)
    assert second.post(f"/widenings/{wish.pk}", {}).status_code == 422
    assert second.post(f"/widenings/{wish.pk}", {"agree": "no"}).status_code == 422
    assert "Declined." in text(second.post(f"/widenings/{wish.pk}", {"agree": "no", "text": "Not yet."}, follow=True))


def test_whoever_asked_can_only_take_it_back(publisher: Client, wish: Widening) -> None:
    page = text(publisher.get(f"/widenings/{wish.pk}"))
    assert "somebody else must agree" in page
    assert 'value="yes"' not in page
    assert publisher.post(f"/widenings/{wish.pk}", {"agree": "yes"}).status_code == 403
    assert "Taken back." in text(publisher.post(f"/widenings/{wish.pk}", {"agree": "no", "text": "A slip."}, follow=True))


def test_others_find_nothing(wish: Widening) -> None:
    make_organisation("moothall", kind="partnership")
    for organisation, role in (("kent", Role.VIEWER), ("kent", Role.REVIEWER), ("moothall", Role.STEWARD)):
        other = client_of(organisation, role)
        assert other.get(f"/widenings/{wish.pk}").content == other.get("/widenings/999999").content
        assert other.get(WIDEN).status_code == 404
    assert client_of("hampshire", Role.VIEWER).get(WIDEN).status_code == 403


def test_the_edit_page_leads_there(publisher: Client) -> None:
    said = {"title": "Duty rota", "summary": "Makes a rota.", "language": "en-GB", "visibility": "partnership", "marking": "OFFICIAL"}
    answer = publisher.post("/modules/hampshire/rota/edit", said)
    assert answer.status_code == 422
    assert f'href="{WIDEN}?visibility=partnership"' in text(answer)
    assert 'value="partnership" checked' in text(publisher.get(f"{WIDEN}?visibility=partnership"))
