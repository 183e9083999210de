"""What the publiccode.yml standard asks of a file (yml.publiccode.tools, schema.core; versions 0.2 to 0.5 and ``0``, the latest of them)."""

from __future__ import annotations

import re
from typing import Any

from registry.errors import Refused
from registry.formats.publiccode import vocabulary
from registry.formats.publiccode.faults import Fault, Section, is_address, is_body, is_web_address
from registry.values.languages import is_country, is_language
from registry.values.licences import parse_licence

VERSION = "publiccodeYmlVersion"
SHORT, LONG_LEAST, LONG, GENERIC = 150, 150, 10_000, 35  # characters
_VERSION = re.compile(r"0(?:\.[2-9]\d*(?:\.\d+)?)?")
_EARLIER = re.compile(r"0\.[2-4](?:\.\d+)?")
_MEDIA = re.compile(r"[A-Za-z0-9][\w!#$&^-]{0,126}/[A-Za-z0-9][\w!#$&^.+-]{0,126}")
_LOGO = re.compile(r"\.(?:svgz?|png)$", re.IGNORECASE)
_COUNTRY_VERSIONS = ("0.2", "1.0")


def is_earlier(document: dict[str, Any]) -> bool:
    """Whether the file declares a version before the current one. Such files are full of lapses that nothing checked when they were written."""
    return _EARLIER.fullmatch(str(document.get(VERSION) or "")) is not None


def faults_of(document: dict[str, Any]) -> tuple[Fault, ...]:
    """What breaks the standard, in the order of the standard. Nothing is fetched: whether addresses answer is not looked at."""
    top = Section(document, "", [])
    top.that(
        VERSION,
        lambda text: _VERSION.fullmatch(text) is not None,
        "a version that we know",
        'Write "0", or the version you mean, from 0.2.',
        required=True,
        grave=True,
    )
    _identity(top)
    _kind(top)
    _descriptions(top)
    _legal(top)
    _maintenance(top)
    _localisation(top)
    _needs(top)
    _countries(top)
    return tuple(top.faults)


def unknown_keys(document: dict[str, Any]) -> tuple[str, ...]:
    """Keys that no version of the standard has, by their paths. Two letters are a country's own section."""
    found = [key for key in document if key not in vocabulary.KEYS[""] and not is_country(key)]
    for section in ("legal", "maintenance", "localisation"):
        found += [f"{section}.{key}" for key in _mapping(document.get(section)) if key not in vocabulary.KEYS[section]]
    for language, words in _mapping(document.get("description")).items():
        found += [f"description.{language}.{key}" for key in _mapping(words) if key not in vocabulary.KEYS["description"]]
    return tuple(found)


def _identity(top: Section) -> None:
    top.text("name", required=True, grave=True)
    top.text("applicationSuite")
    top.that("url", is_address, "an address", "Write the whole address of the repository.", required=True, grave=True)
    top.web("landingURL")
    if isinstance(top.values.get("isBasedOn"), list):
        top.each("isBasedOn", is_address, "Write the whole address of the repository.")
    else:
        top.that("isBasedOn", is_address, "an address", "Write the whole address of the repository.")
    top.text("softwareVersion")
    top.date("releaseDate")
    for name in ("logo", "monochromeLogo"):
        top.that(name, _is_logo, "the path or address of a picture", "Name an SVG or PNG file by its path in the repository.")
    if body := top.section("organisation"):
        _body(body)
    for name in ("inputTypes", "outputTypes"):
        if top.values.get(name) != []:
            top.each(name, lambda text: _MEDIA.fullmatch(text) is not None, "Write a media type, such as text/plain.")


def _body(body: Section) -> None:
    body.text("name")
    body.that("uri", is_body, "an address or a URN", "Write the organisation’s web address, or its URN.", required=True)


def _kind(top: Section) -> None:
    if not isinstance(top.values.get("platforms"), str):  # one alone may be written without a dash
        top.texts("platforms", required=True)
    if top.values.get("categories") != []:
        top.each("categories", vocabulary.CATEGORIES.__contains__, "Take one from the standard’s list of categories.")
    if top.values.get("usedBy") != []:
        top.texts("usedBy")
    for body in top.sections("fundedBy"):
        _body(body)
    top.web("roadmap")
    top.one_of("developmentStatus", vocabulary.STATUSES, required=True)
    top.one_of("softwareType", vocabulary.TYPES, required=True)
    if audience := top.section("intendedAudience"):
        for name in ("countries", "unsupportedCountries"):
            audience.each(name, is_country, "Write the two letters of ISO 3166-1, such as DK.")
        audience.each("scope", vocabulary.SCOPES.__contains__, "Take one from the standard’s list of scopes.")


def _descriptions(top: Section) -> None:
    description = top.section("description")
    languages = list(description.values) if description else []
    if not languages:
        top.fault("description", "is in no language", "Add a language, such as en:, and below it shortDescription.", grave=True)
    told = [words for language in languages if description and (words := _description(description, language))]
    for name, mend in (
        ("longDescription", "Say in 150 characters or more what it does."),
        ("features", "List what it does for its users."),
    ):
        if told and all(words.values.get(name) is None for words in told):
            told[0].fault(name, "is missing", mend)


def _description(description: Section, language: str) -> Section | None:
    if not is_language(language):
        mend = "Write a language tag of BCP 47 below description:, such as en or en-GB."
        description.fault(language, "is not a language", mend, grave=not isinstance(description.values[language], dict))
    words = description.section(language)
    if words is None:
        return None
    words.text("localisedName")
    words.text("genericName", most=GENERIC)
    words.text("shortDescription", required=True, most=SHORT)
    words.text("longDescription", least=LONG_LEAST, most=LONG)
    words.web("documentation")
    words.web("apiDocumentation")
    words.texts("features")
    if words.values.get("screenshots") != []:
        words.each("screenshots", _is_place, "Write a path in the repository, or a web address.")
    if words.values.get("videos") != []:
        words.each("videos", is_web_address, "Write the whole address, beginning with https://.")
    if words.values.get("awards") != []:
        words.texts("awards")
    return words


def _legal(top: Section) -> None:
    if legal := top.section("legal", required=True):
        legal.that("license", _is_licence, "a licence that SPDX knows", "Write an SPDX expression, such as EUPL-1.2.", required=True)
        legal.text("mainCopyrightOwner")
        legal.text("repoOwner")
        legal.that("authorsFile", _is_place, "a path", "Write a path in the repository.")


def _maintenance(top: Section) -> None:
    maintenance = top.section("maintenance", required=True)
    if maintenance is None:
        return
    kind = maintenance.one_of("type", vocabulary.MAINTENANCE, required=True)
    contractors, contacts = list(maintenance.sections("contractors")), list(maintenance.sections("contacts"))
    if kind == "contract" and not contractors:
        maintenance.fault("contractors", "is missing", "Name who is contracted to maintain it, and until when.")
    if kind in ("internal", "community") and not contacts:
        maintenance.fault("contacts", "is missing", "Name who maintains it.")
    for contractor in contractors:
        contractor.text("name", required=True)
        contractor.date("until", required=True)
        contractor.mail("email")
        contractor.web("website")
    for contact in contacts:
        contact.text("name", required=True)
        contact.mail("email")
        contact.text("affiliation")
        contact.text("phone")


def _localisation(top: Section) -> None:
    if localisation := top.section("localisation", required=True):
        localisation.yes_no("localisationReady", required=True)
        localisation.each("availableLanguages", is_language, "Write a language tag of BCP 47, such as en or en-GB.", required=True)


def _needs(top: Section) -> None:
    if needs := top.section("dependsOn"):
        for sort in ("open", "proprietary", "hardware"):
            for need in needs.sections(sort):
                need.text("name", required=True)
                for name in ("version", "versionMin", "versionMax"):
                    need.text(name)
                need.yes_no("optional")


def _countries(top: Section) -> None:
    """A country's own section, by its two letters; Italy's is the one that the standard describes."""
    written = [key for key in top.values if key.upper() == "IT"]
    if len(written) > 1:
        top.fault(written[-1], "says again what another section of Italy says", "Keep the section IT alone.", grave=True)
    for key in top.values:
        if len(key) == 2 and key.upper() == "IT":
            if not is_country(key):
                top.fault(key, "is in capitals and small letters", "Write the section as IT.", grave=True)
            _italy(top.section(key))


def _italy(section: Section | None) -> None:
    if section is None:
        return
    section.one_of("countryExtensionVersion", _COUNTRY_VERSIONS)
    if reuse := section.section("riuso"):
        reuse.text("codiceIPA")
    for name in ("conforme", "piattaforme"):
        if part := section.section(name):
            for key in part.values:
                part.yes_no(key)


def _is_licence(text: str) -> bool:
    try:
        parse_licence(text)
    except Refused:
        return False
    return True


def _is_place(text: str) -> bool:
    """A relative path or a web address."""
    return is_web_address(text) if ":" in text.partition("/")[0] else not text.startswith(("/", "\\"))


def _is_logo(text: str) -> bool:
    return _is_place(text) and _LOGO.search(text.partition("?")[0]) is not None


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
