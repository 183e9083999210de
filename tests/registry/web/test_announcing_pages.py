"""The pages of whom a release hits, of announced releases, and where else they are spoken of."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from demonstration.builders.uipath import Argument
from registry.actions.check_release import check_release
from registry.actions.give_notice import give_notice
from registry.actions.object_to_release import object_to_release
from registry.lifecycle.models import NoticePeriod, Objection
from registry.releases.models import Release
from registry.reviews.models import Review
from tests.make import make_adoption, make_organisation, make_viewer
from tests.registry_pages import person, shown, words_of
from tests.sequence_seed import Step, make_part, make_sequence, package

pytestmark = pytest.mark.django_db
BROKEN = (Argument("in_Case", required=True), Argument("out_Text", direction="Out"))
WHY = "The case system changes."
IMPACT = "/modules/met/read/2.0.0/impact"


@pytest.fixture
def release() -> Release:
    part = make_part("met/read")
    make_adoption(part, make_organisation("wiltshire", name="Wiltshire"))
    make_sequence("hampshire/letters", "1.0.0", Step("a", part, inputs={"in_Text": "=x"}))
    make_sequence("hampshire/kept", "1.0.0", Step("a", part, inputs={"in_Text": "=x"}), visibility="own")
    return make_part("met/read", "2.0.0", *BROKEN, checked=False)


@pytest.fixture
def period(release: Release) -> NoticePeriod:
    return give_notice(release=release, days=30, why=WHY, by=make_viewer("met"))


def sent(client: Client, address: str, status: int = 302, **fields: object) -> str:
    response = client.post(address, fields)
    assert response.status_code == status, response.content.decode()
    return words_of(response.content.decode())


def test_whom_it_hits_and_announcing_it(release: Release) -> None:
    client = person("met")
    words = words_of(shown(client, IMPACT))
    for said in (
        "Main.xaml: new required input in_Case (String); input in_Text is gone",
        "2 process sequences would break",
        "Letters",
        "Step a",
        "1 process sequence that you do not see would break as well",
        "1 organisation that runs the module: Wiltshire",
    ):
        assert said in words
    assert "Kept" not in words
    assert "From 14 to 180" in sent(client, IMPACT, 422, days="7", why=WHY)
    assert "Say why it must break" in sent(client, IMPACT, 422, days="30", why="")
    sent(client, IMPACT, days="30", why=WHY)
    period = NoticePeriod.objects.get(release=release)
    words = words_of(shown(client, IMPACT))
    assert "It is not listed before" in words
    assert "Announce it" not in words
    assert "0 objections" in words
    assert period.told.count() == 2


def test_who_was_told_reads_it_objects_and_reads_the_answer(period: NoticePeriod) -> None:
    client, publisher = person("wiltshire"), person("met")
    assert "2.0.0" in words_of(shown(client, "/notice-periods"))
    address = f"/notice-periods/{period.pk}"
    words = words_of(shown(client, address))
    assert WHY in words
    assert "input in_Text is gone" in words
    assert "Told" not in words
    assert "Say what speaks against it" in sent(client, f"{address}/object", 422, organisation=make_organisation("wiltshire").pk, text="")
    sent(client, f"{address}/object", organisation=make_organisation("wiltshire").pk, text="Not before May.")
    assert "Not before May." in words_of(shown(client, address))
    objection = Objection.objects.get()
    assert "Write an answer" in sent(publisher, f"{address}/objections/{objection.pk}/answer", 422, answer="")
    sent(publisher, f"{address}/objections/{objection.pk}/answer", answer="We wait until May.")
    assert "We wait until May." in words_of(shown(client, address))
    assert "already" in sent(client, f"{address}/object", 422, organisation=make_organisation("wiltshire").pk, text="Again")


def test_others_objections_are_for_those_who_lead_it(period: NoticePeriod) -> None:
    object_to_release(period=period, organisation=make_organisation("hampshire"), text="Never.", by=make_viewer("hampshire"))
    address = f"/notice-periods/{period.pk}"
    assert "Never." not in shown(person("wiltshire"), address)
    words = words_of(shown(person("met"), address))
    assert "Never." in words
    assert "Told Hampshire, Wiltshire" in words
    shown(person("kent"), address, 404)
    assert person("wiltshire").post(f"{address}/objections/{Objection.objects.get().pk}/answer", {"answer": "x"}).status_code == 404


def test_taking_it_back(period: NoticePeriod) -> None:
    client = person("met")
    sent(client, f"/notice-periods/{period.pk}/withdraw")
    assert "It is no longer announced" in words_of(shown(client, f"/notice-periods/{period.pk}"))
    assert "is over" in sent(client, f"/notice-periods/{period.pk}/withdraw", 422)


def test_reviewers_read_what_was_said(period: NoticePeriod) -> None:
    object_to_release(period=period, organisation=make_organisation("wiltshire"), text="Not before May.", by=make_viewer("wiltshire"))
    check_release(period.release_id)
    words = words_of(shown(person("met"), f"/reviews/{Review.objects.get(release=period.release).pk}"))
    assert "Announced as breaking" in words
    assert "2 organisations told, 1 objection" in words
    assert "Not before May." in words


def test_a_trial_says_whom_it_would_hit(release: Release) -> None:
    form = {
        "version": "3.0.0",
        "licence": "MIT",
        "data_categories": "none",
        "automated_decisions": "none",
        "do": "check",
        "artefact": SimpleUploadedFile("Read.3.0.0.nupkg", package("Read", "3.0.0", *BROKEN)),
    }
    words = sent(person("met"), "/publish?module=met/read", 200, **form)
    assert "Whom it hits" in words
    assert "2 process sequences would break" in words
    assert "Publish it as a draft" in words
