"""The pages of ratings: the form says who reads what, each criterion stands apart, and what is hidden is gone for those it is hidden from."""

from __future__ import annotations

import re

import pytest

from accounts.models import Role, User
from accounts.viewer import viewer_of
from registry.actions.decide_rating_report import decide_rating_report
from registry.actions.report_rating import report_rating
from registry.adoption.models import Adoption
from registry.curation.models import CRITERIA, Rating, RatingReport
from registry.index.ratings import ratings_entry
from registry.releases.models import Release
from tests.make import make_adoption, make_member, make_organisation, make_rating, make_release, make_steward, make_viewer
from tests.registry_pages import client_of, person, shown, words_of

pytestmark = pytest.mark.django_db
AT = "/modules/hampshire/victim-update"
WORDS = "It files as our own people would, and faster."
GIVEN = {code: "4" for code, _, _ in CRITERIA} | {"words": WORDS, "effort_days": "4"}


@pytest.fixture
def release() -> Release:
    return make_release("hampshire/victim-update", "1.4.0")


def test_from_the_modules_page_to_a_rating_that_others_read(release: Release) -> None:
    make_adoption(release, "wiltshire", sharing="kept")
    rater, other = person("wiltshire"), person("kent", Role.VIEWER)
    assert "Only adopters may rate it. None has yet." in shown(other, AT)
    assert f"{AT}/1.4.0/rate" not in shown(other, AT)
    assert f"{AT}/1.4.0/rate" in shown(rater, AT)
    form = shown(rater, f"{AT}/1.4.0/rate")
    assert "under the name of Wiltshire, also if you keep from others that you run it" in form
    assert "By rating it you agree to that" in form
    for _, label, question in CRITERIA:
        assert label in form
        assert question in form
    assert form.count(" checked") == 0, "nobody is led to an answer"
    response = rater.post(f"{AT}/1.4.0/rate", GIVEN | {"adapts": "2"})
    assert (response.status_code, response["Location"]) == (302, f"{AT}#ratings")
    page = words_of(shown(other, AT))
    assert WORDS in page
    assert "Wiltshire , of version 1.4.0" in page
    assert "live since" not in page, "it keeps to itself that it runs the module"
    assert "4 working days from download to live" in page
    assert page.count("Adapts 2 of 5") == 1
    assert "2.0 of 5" not in page, "of one there is no mean"
    assert "out of 5" not in page
    assert "Rated by 1 organisation" in page
    assert "Save the rating" in shown(rater, f"{AT}/1.4.0/rate")


def test_since_when_it_runs_is_said_by_whoever_is_named(release: Release) -> None:
    make_adoption(release, "wiltshire", since="2025-04-01")
    make_rating(release, "wiltshire")
    assert "live since April 2025" in words_of(shown(person("kent"), AT))


def test_the_mean_of_each_criterion_stands_with_how_many_gave_it(release: Release) -> None:
    make_rating(release, "wiltshire", 5, supported=1)
    make_rating(release, "kent", 4, supported=2)
    page = words_of(shown(person("met"), AT))
    assert "The mean of what 2 organisations gave" in page
    assert "Does the work 4.5 of 5" in page
    assert "Supported 1.5 of 5" in page
    assert not re.search(r"\b3\.86|\b3\.9 of 5", page), "no figure for the whole"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"reliable": ""}, "Rate “Reliable” from 1 to 5."),
        ({"reliable": "6"}, "Select a valid choice"),
        ({"words": "Short."}, "Say it in 20 characters or more."),
        ({"effort_days": "many"}, "Enter a whole number of days."),
        ({"effort_days": "-1"}, "Enter a number of days, 0 or more."),
    ],
)
def test_the_form_says_what_is_missing(release: Release, change: dict[str, str], said: str) -> None:
    make_adoption(release, "wiltshire")
    response = person("wiltshire").post(f"{AT}/1.4.0/rate", GIVEN | change)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not Rating.objects.exists()


@pytest.mark.parametrize(("slug", "role"), [("hampshire", Role.PUBLISHER), ("kent", Role.PUBLISHER), ("wiltshire", Role.VIEWER)])
def test_who_may_not_rate_is_told_so_before_writing_anything(release: Release, slug: str, role: str) -> None:
    make_adoption(release, "wiltshire")
    client = person(slug, role)
    shown(client, f"{AT}/1.4.0/rate", 403)
    assert client.post(f"{AT}/1.4.0/rate", GIVEN).status_code == 403
    assert not Rating.objects.exists()


def test_a_reply_and_then_other_words(release: Release) -> None:
    rating = make_rating(release, "wiltshire")
    publisher, other = person("hampshire"), person("kent")
    assert f"/ratings/{rating.pk}/reply" in shown(publisher, f"/ratings/{rating.pk}")
    assert f"/ratings/{rating.pk}/reply" not in shown(other, f"/ratings/{rating.pk}")
    shown(other, f"/ratings/{rating.pk}/reply", 403)
    assert WORDS not in shown(publisher, f"/ratings/{rating.pk}/reply")
    assert rating.words in shown(publisher, f"/ratings/{rating.pk}/reply")
    assert publisher.post(f"/ratings/{rating.pk}/reply", {"text": ""}).status_code == 422
    assert publisher.post(f"/ratings/{rating.pk}/reply", {"text": "Mended in 1.5.0."}).status_code == 302
    page = words_of(shown(other, AT))
    assert "Hampshire replied on" in page
    assert "Mended in 1.5.0." in page
    make_rating(release, points=1, by=viewer_of(User.objects.get(pk=rating.rated_by_id)))
    assert "Hampshire replied, to earlier words, on" in words_of(shown(other, AT))


def test_a_report_from_beginning_to_end(release: Release) -> None:
    rating, steward = make_rating(release, "wiltshire"), client_of(make_steward().user)
    at = f"/ratings/{rating.pk}"
    reader, publisher, rater = person("kent", Role.VIEWER), person("hampshire"), client_of(rating.rated_by)
    shown(reader, f"{at}/report")
    assert reader.post(f"{at}/report", {"reason": ""}).status_code == 422
    assert reader.post(f"{at}/report", {"reason": "It names a constable."}).status_code == 302
    assert "You have reported this rating" in reader.post(f"{at}/report", {"reason": "Again."}).content.decode()
    assert "You reported this rating on" in shown(reader, at)
    for nosy in (publisher, rater):
        assert "constable" not in shown(nosy, at), "who reported what is the stewards' business"
        shown(nosy, "/ratings/reported", 403)
        shown(nosy, f"{at}/decide", 403)
    assert at in shown(steward, "/ratings/reported")
    assert "It names a constable." in shown(steward, at)
    assert "It names a constable." in shown(steward, f"{at}/decide")
    assert steward.post(f"{at}/decide", {"hide": "", "reason": "x"}).status_code == 422
    assert steward.post(f"{at}/decide", {"hide": "yes", "reason": "It names a person."}).status_code == 302
    for gone in (reader, publisher):
        shown(gone, at, 404)
        page = shown(gone, AT)
        assert rating.words not in page
        assert "Only adopters may rate it. None has yet." in page
    assert "It names a person." in shown(rater, at)
    assert "Hidden" in words_of(shown(rater, AT))
    assert "A steward hid it: It names a person." in words_of(shown(rater, f"{AT}/1.4.0/rate"))
    assert at in shown(steward, "/ratings/reported")
    assert steward.post(f"{at}/restore", {"reason": "It names nobody now."}).status_code == 302
    assert rating.words in shown(reader, AT)
    assert "steward/hidden" not in shown(reader, at)


def test_a_hidden_rating_is_as_one_that_never_was(release: Release) -> None:
    """By page and by address: to the publisher and to others, byte for byte."""
    rating = make_rating(release, "wiltshire")
    report = report_rating(rating=rating, reason="Odd.", by=make_viewer("kent"))
    reader, publisher = person("met", Role.VIEWER), person("hampshire")
    decide_rating_report(rating=rating, hide=True, reason="It names a person.", by=make_steward())
    for client in (reader, publisher):
        for more in ("", "/reply", "/report", "/decide", "/restore"):
            hidden, absent = client.get(f"/ratings/{rating.pk}{more}"), client.get(f"/ratings/{rating.pk + 1000}{more}")
            assert hidden.status_code == absent.status_code == 404, more
    assert RatingReport.objects.get(pk=report.pk).outcome == "hidden"


def test_ratings_of_what_one_does_not_see_are_not_there() -> None:
    make_organisation("wiltshire")
    narrow = make_release("hampshire/own-thing", "1.0.0", visibility="named", share_with=("wiltshire",))
    rating = make_rating(narrow, "wiltshire")
    for slug, status in (("wiltshire", 200), ("hampshire", 200), ("kent", 404)):
        shown(person(slug), f"/ratings/{rating.pk}", status)
    assert ratings_entry(make_viewer("kent"), "hampshire", "own-thing").count == 0
    assert ratings_entry(make_viewer("wiltshire"), "hampshire", "own-thing").count == 1


def test_ratings_of_a_version_that_only_some_see_count_for_those_alone() -> None:
    first = make_release("hampshire/victim-update", "1.0.0")
    second = make_release("hampshire/victim-update", "1.1.0")
    make_rating(first, "wiltshire", 4)
    make_rating(second, "kent", 2)
    Release.objects.filter(pk=second.pk).update(quarantined_at=second.created_at, quarantine_reason="An inquiry.")
    seen = ratings_entry(make_viewer("met"), "hampshire", "victim-update")
    assert (seen.count, [each.version for each in seen.ratings], {each.value for each in seen.means}) == (1, ["1.0.0"], {4.0})
    own = ratings_entry(make_viewer("hampshire"), "hampshire", "victim-update")
    assert (own.count, {each.value for each in own.means}) == (2, {3.0})


def test_many_ratings_take_no_more_queries(release: Release, django_assert_max_num_queries) -> None:
    for number in range(6):
        make_rating(release, f"force-{number}x")
    viewer = make_viewer("wiltshire")
    make_adoption(release, viewer.organisation)
    with django_assert_max_num_queries(7):
        found = ratings_entry(viewer, "hampshire", "victim-update")
    assert (found.count, found.to_rate) == (6, ("1.4.0",))


def test_what_may_be_rated_is_offered_to_whom_it_may(release: Release) -> None:
    make_adoption(release, "wiltshire")

    def offered(slug: str, role: str = Role.PUBLISHER) -> tuple[str, ...]:
        return ratings_entry(make_viewer(make_organisation(slug), role), "hampshire", "victim-update").to_rate

    assert (offered("wiltshire"), offered("wiltshire", Role.VIEWER), offered("kent"), offered("hampshire")) == (("1.4.0",), (), (), ())
    both = make_member("wiltshire")
    make_member("hampshire", Role.VIEWER, user=both)
    assert ratings_entry(viewer_of(both, "wiltshire"), "hampshire", "victim-update").to_rate == ()
    Adoption.objects.update(stage="assessing")
    assert offered("wiltshire") == ()


def test_how_it_works_is_told_with_the_numbers_that_hold() -> None:
    page = words_of(shown(person("kent"), "/ratings/how"))
    assert "(5 × 3 + 4 + 4.8) ÷ (5 + 2) = 3.40" in page
    assert "(5 × 3 + the sum of their means) ÷ (5 + how many they are)" in page
    assert "30 4.6 4.37" in page
    assert "1 5 3.33" in page


def test_signals_stand_apart_and_are_never_added_up(release: Release) -> None:
    client = person("kent")
    page = words_of(shown(client, AT))
    assert "We do not add these up." in page
    for name in ("Assurance", "Checks", "Evidence of benefit", "Upkeep", "Adopters’ ratings"):
        assert name in page
    assert "Every file of version 1.4.0 is read for secrets" in page
    how = words_of(shown(client, "/signals"))
    for name in ("Assurance", "Checks", "Evidence of benefit", "Runs", "Upkeep", "Adopters’ ratings"):
        assert name in how
