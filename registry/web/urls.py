"""Addresses of the pages."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from registry.web import catalogue, curating, home, modules, notices, organisations, pages, publishing


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
    path(RELEASE, modules.release, name="release"),
    path(f"{RELEASE}/yank", curating.yank, name="yank"),
    path(f"{RELEASE}/unyank", curating.unyank, name="unyank"),
    path(f"{RELEASE}/files/<piece:filename>", modules.download, name="download"),
]
