"""Advisories as an Atom feed (RFC 4287), for readers that take a token as the password of Basic authentication."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from django.conf import settings
from django.http import HttpResponse
from django.utils.cache import get_conditional_response
from rest_framework.request import Request

from api.endpoint import Endpoint
from registry.index.warnings import advisories
from registry.lifecycle.models import Advisory

NAMESPACE = "http://www.w3.org/2005/Atom"
NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # of a feed without entries: the clock would tell readers of a change


class Advisories(Endpoint):
    """The advisories that a token's organisation may see, the latest changed first."""

    schema = None

    def get(self, request: Request) -> HttpResponse:
        text = feed(advisories(self.viewer()))
        etag = f'"{hashlib.sha256(text).hexdigest()[:32]}"'
        response = HttpResponse(text, content_type="application/atom+xml; charset=utf-8")
        response["ETag"] = etag
        answered = get_conditional_response(request._request, etag=etag, response=response)
        return answered if answered is not None else response


def feed(found: tuple[Advisory, ...]) -> bytes:
    """The feed of ``found``, whose modules and organisations are loaded."""
    root = Element("feed", {"xmlns": NAMESPACE})
    address = f"{settings.BASE_URL}/feeds/atom/advisories"
    _text(root, "id", address)
    _text(root, "title", "Moothall advisories")
    _text(root, "updated", _moment(max((each.modified_at for each in found), default=NEVER)))
    SubElement(root, "link", {"rel": "self", "href": address})
    for advisory in found:
        _entry(root, advisory)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="utf-8")


def _entry(root: Element, advisory: Advisory) -> None:
    entry = SubElement(root, "entry")
    address = f"{settings.BASE_URL}/advisories/{advisory.key}"
    withdrawn = "Withdrawn: " if advisory.withdrawn_at else ""
    _text(entry, "id", address)
    _text(entry, "title", f"{withdrawn}{advisory.key}: {advisory.summary}")
    _text(entry, "updated", _moment(advisory.modified_at))
    _text(entry, "published", _moment(advisory.published_at))
    _text(SubElement(entry, "author"), "name", advisory.module.organisation.name)
    SubElement(entry, "link", {"rel": "alternate", "href": address})
    SubElement(entry, "category", {"term": advisory.severity})
    _text(entry, "summary", f"{advisory.module.identifier} {', '.join(filter(None, [advisory.ranges, *advisory.versions]))}")


def _text(parent: Element, name: str, text: str) -> None:
    """An element with ``text``, without what XML 1.0 cannot hold."""
    SubElement(parent, name).text = "".join(letter for letter in text if letter in "\t\n" or letter >= " ")


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
