"""Ratings: given by whoever runs a version, replied to by its publisher, reported by anybody, judged by a steward."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Organisation
from accounts.viewer import viewer_in
from accounts.views.access import member, posted, signed_in
from registry.actions.decide_rating_report import decide_rating_report, independent_steward, restore_rating
from registry.actions.rate_release import rate_release, rater_for
from registry.actions.reply_rating import reply_rating
from registry.actions.report_rating import report_rating
from registry.curation.models import CRITERIA, Rating
from registry.curation.ranking import PRIOR_MEAN, PRIOR_WEIGHT, weighed
from registry.errors import NotAllowed
from registry.index import ratings as found
from registry.index import read
from registry.permissions import publisher_for
from registry.releases.models import Release
from registry.web.acting import Ask, ask, module_address
from registry.web.lifecycle_forms import ReasonForm
from registry.web.publishing import METHODS
from registry.web.rating_forms import RateForm, RatingDecisionForm, RatingReportForm, ReplyForm, said_in


@require_http_methods(METHODS)
@signed_in
def rate(request: HttpRequest, publisher: str, slug: str, version: str) -> HttpResponse:
    """Rate a version that one's organisation runs, or change what it said."""
    viewer = viewer_in(request)
    release = read.visible_release(viewer, publisher, slug, version)
    _, organisation = rater_for(viewer, release)
    given = Rating.objects.filter(organisation=organisation, release=release).first()
    form = RateForm(posted(request), initial=said_in(given) if given else None)
    to = f"{module_address(release.module)}#ratings"
    done = "Your rating is changed." if given else "Your rating is on the module’s page."
    return ask(
        request, _rating_page(release, organisation, given), form, lambda: rate_release(release=release, by=viewer, **form.said()), done, to
    )


def _rating_page(release: Release, organisation: Organisation, given: Rating | None) -> Ask:
    points = [
        f"Everybody who sees the module reads it under the name of {organisation}, also if you keep from others that you run it. "
        "By rating it you agree to that.",
        "Its publisher can reply. You can change your rating at any time.",
        "Each of the five is shown by itself. We make no figure of them that anybody reads.",
    ]
    if given is not None and given.hidden_at is not None:
        points.insert(0, f"A steward hid it: {given.hidden_reason} Change it, and the stewards look at it again.")
    return Ask(
        heading=f"{'Change your rating of' if given else 'Rate'} version {release.version}",
        lead=f"You rate for {organisation}, as it runs this version or did within a year. Its publisher’s people rate nothing of their own.",
        button="Save the rating" if given else "Rate it",
        back=module_address(release.module),
        module=release.module,
        release=release,
        points=tuple(points),
    )


@require_safe
@member
def rating(request: HttpRequest, pk: int) -> HttpResponse:
    """One rating, with what one may do about it."""
    viewer = viewer_in(request)
    case = found.rating_case(viewer, pk)
    context = {
        "case": case,
        "rating": case.entry,
        "module": case.rating.release.module,
        "names_people": viewer.is_steward or viewer.is_auditor,
    }
    return render(request, "registry/rating.html", context)


@require_http_methods(METHODS)
@member
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a rating, as the module's publisher."""
    viewer = viewer_in(request)
    rating = found.rating(viewer, pk)
    module = rating.release.module
    publisher_for(viewer, module.publisher, module.slug)
    said = Ask(
        heading="Reply to a rating",
        lead=f"{rating.organisation} wrote: “{rating.words}”",
        button="Save the reply" if rating.reply else "Reply",
        back=reverse("rating", args=[pk]),
        module=module,
    )
    form = ReplyForm(posted(request), initial={"text": rating.reply})
    done = f"Your reply is under the rating. {rating.organisation} was told."
    return ask(request, said, form, lambda: reply_rating(rating=rating, text=form.cleaned_data["text"], by=viewer), done, said.back)


@require_http_methods(METHODS)
@member
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a rating should not stand."""
    viewer = viewer_in(request)
    rating = found.rating(viewer, pk)
    said = Ask(
        heading="Report a rating",
        lead=f"{rating.organisation} wrote: “{rating.words}” A rating that is only unfavourable stays. Report one that:",
        points=(
            "names a person or a case, or insults somebody",
            "says what is not so, or speaks of another module",
            "comes from somebody who has a hand in the module",
            "tells what should not leave an organisation",
        ),
        button="Report it",
        back=reverse("rating", args=[pk]),
        module=rating.release.module,
    )
    form = RatingReportForm(posted(request))
    done = "Your report is with the stewards. One who belongs to neither side looks at it."
    return ask(request, said, form, lambda: report_rating(rating=rating, reason=form.cleaned_data["reason"], by=viewer), done, said.back)


@require_http_methods(METHODS)
@member
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the reports of a rating."""
    viewer = viewer_in(request)
    rating = found.rating(viewer, pk)
    independent_steward(viewer, rating)
    said = Ask(
        heading="Decide on a reported rating",
        lead=f"{rating.organisation} wrote: “{rating.words}” Your decision answers every open report of it.",
        points=tuple(f"Reported: {each.reason}" for each in found.open_reports(rating)),
        button="Save the decision",
        back=reverse("rating", args=[pk]),
        module=rating.release.module,
    )
    form = RatingDecisionForm(posted(request))
    done = "Your decision is kept."
    return ask(
        request, said, form, lambda: decide_rating_report(rating=rating, by=viewer, **form.cleaned_data), done, reverse("reported_ratings")
    )


@require_http_methods(METHODS)
@member
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a hidden rating again."""
    viewer = viewer_in(request)
    rating = found.rating(viewer, pk)
    independent_steward(viewer, rating)
    said = Ask(
        heading="Show a rating again",
        lead=f"{rating.organisation} wrote: “{rating.words}” It was hidden: {rating.hidden_reason}",
        button="Show it again",
        back=reverse("rating", args=[pk]),
        module=rating.release.module,
    )
    form = ReasonForm(posted(request), help_text="Both organisations read this.")
    done = "The rating is shown again."
    return ask(request, said, form, lambda: restore_rating(rating=rating, reason=form.cleaned_data["reason"], by=viewer), done, said.back)


@require_safe
@member
def reported(request: HttpRequest) -> HttpResponse:
    """Ratings that somebody reported, and those that are hidden. Stewards decide; auditors read."""
    viewer = viewer_in(request)
    if not viewer.is_steward and not viewer.is_auditor:
        raise NotAllowed("stewards_only", "Only stewards of the partnership judge ratings.", mend="Ask a steward.")
    return render(request, "registry/ratings_reported.html", {"reported": found.reported(viewer), "hidden": found.hidden(viewer)})


@require_safe
@signed_in
def how(request: HttpRequest) -> HttpResponse:
    """Who rates, what is asked, what stewards hide, and how ratings order a list: with the very numbers that order it."""
    examples = [
        (organisations, mean, f"{weighed([[mean]] * organisations):.2f}") for organisations, mean in ((1, 5), (5, 5), (8, 4), (30, 4.6))
    ]
    example = f"{weighed([[4, 5, 3, 4, 4], [5, 5, 4, 5, 5]]):.2f}"
    context = {"criteria": CRITERIA, "prior": f"{PRIOR_MEAN:g}", "weight": PRIOR_WEIGHT, "examples": examples, "example": example}
    return render(request, "registry/ratings_how.html", context)
