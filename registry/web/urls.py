"""Addresses of the pages."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from registry.web import access, catalogue, curating, governance, home, modules, notices, organisations, pages, publishing


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
    path(f"{MODULE}/access", access.ask, name="ask_access"),
    path(f"{MODULE}/public-part", access.public_part, name="public_part"),
    path(f"{MODULE}/law-changes/<int:number>", governance.reassess, name="reassess"),
    path(RELEASE, modules.release, name="release"),
    path(f"{RELEASE}/yank", curating.yank, name="yank"),
    path(f"{RELEASE}/unyank", curating.unyank, name="unyank"),
    path(f"{RELEASE}/files/<piece:filename>", modules.download, name="download"),
    path(f"{RELEASE}/governance", governance.governance, name="governance"),
    path(f"{RELEASE}/governance/declare", governance.declare, name="governance_declare"),
    path(f"{RELEASE}/governance/export/<piece:filename>", governance.export, name="governance_export"),
    path(f"{RELEASE}/governance/files/<int:number>", governance.paper_file, name="governance_file"),
    path(f"{RELEASE}/governance/<piece:paper>", governance.write, name="governance_write"),
    path(f"{RELEASE}/governance/<piece:paper>/sign", governance.sign, name="governance_sign"),
    path("access", access.access, name="access"),
    path("access/<int:number>", access.access_request, name="access_request"),
    path("legal-bases", governance.legal_bases, name="legal_bases"),
    path("legal-bases/<piece:slug>/changed", governance.law_changed, name="law_changed"),
]
