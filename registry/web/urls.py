"""Addresses of the pages."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from registry.web import (
    catalogue,
    curating,
    home,
    modules,
    notices,
    organisations,
    pages,
    publishing,
    reviewing,
    reviews,
    widening,
)


class Piece(StringConverter):
    """One piece of an address that a database can be asked for: any text without a null."""

    regex = r"[^/\x00]{1,200}"


register_converter(Piece, "piece")

MODULE = "modules/<piece:publisher>/<piece:slug>"
RELEASE = f"{MODULE}/<piece:version>"

urlpatterns = [
    path("", home.home, name="home"),
    path("accessibility", pages.accessibility, name="accessibility"),
    path("privacy", pages.privacy, name="privacy"),
    path("made-of", pages.made_of, name="made_of"),
    path("modules", catalogue.catalogue, name="catalogue"),
    path("notices", notices.notices, name="notices"),
    path("notices/<int:pk>", notices.notice, name="notice"),
    path("account/notices", notices.preferences, name="notice_preferences"),
    path("organisations/<piece:slug>", organisations.organisation, name="organisation"),
    path("publish", publishing.publish, name="publish"),
    path("publish/check", publishing.check, name="check"),
    path(MODULE, modules.module, name="module"),
    path(f"{MODULE}/edit", curating.edit, name="edit"),
    path(f"{MODULE}/deprecate", curating.deprecate, name="deprecate"),
    path(f"{MODULE}/widen", widening.widen, name="widen"),
    path(RELEASE, modules.release, name="release"),
    path(f"{RELEASE}/yank", curating.yank, name="yank"),
    path(f"{RELEASE}/unyank", curating.unyank, name="unyank"),
    path(f"{RELEASE}/files/<piece:filename>", modules.download, name="download"),
    # Reviews, and letting more see a module.
    path("reviews", reviews.reviews, name="reviews"),
    path("reviews/rules", reviews.rules, name="review_rules"),
    path("reviews/<int:pk>", reviews.review, name="review"),
    path("reviews/<int:pk>/files/<piece:filename>", reviews.download, name="review_file"),
    path("reviews/<int:pk>/evidence/<int:attachment>", reviews.evidence, name="review_evidence"),
    path("reviews/<int:pk>/claim", reviewing.claim, name="claim_review"),
    path("reviews/<int:pk>/decide", reviewing.decide, name="decide_review"),
    path("reviews/<int:pk>/ask", reviewing.ask, name="ask_author"),
    path("reviews/<int:pk>/resubmit", reviewing.resubmit, name="resubmit_release"),
    path("reviews/<int:pk>/files", reviewing.files, name="replace_files"),
    path("reviews/<int:pk>/hold", reviewing.hold, name="hold_release"),
    path("reviews/<int:pk>/refuse", reviewing.refuse, name="refuse_release"),
    path("reviews/<int:pk>/reopen", reviewing.reopen, name="reopen_review"),
    path("reviews/<int:pk>/list", reviewing.make_listed, name="list_release"),
    path("reviews/<int:pk>/sign", reviewing.sign, name="sign_off"),
    path("reviews/<int:pk>/withdraw", reviewing.withdraw, name="withdraw_sign_off"),
    path("reviews/<int:pk>/tick", reviewing.tick, name="tick_item"),
    path("reviews/<int:pk>/findings/<int:finding>", reviewing.answer, name="answer_finding"),
    path(f"{RELEASE}/submit", reviewing.submit, name="submit_release"),
    path("widenings/<int:pk>", widening.widening, name="widening"),
]
