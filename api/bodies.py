"""Reads request bodies: multipart straight to disk within limits and whole or not at all, and small bodies of named text fields."""

from __future__ import annotations

import base64
import binascii
import contextlib
import difflib
import hashlib
import re
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParser
from django.utils.datastructures import MultiValueDict
from rest_framework.request import Request

from api.errors import LengthRequired, Malformed, UnsupportedType
from registry.errors import Refused, TooLarge
from registry.releases.receiving import ReceivedFile, ReceivingHandler, check_announced, longest_body
from registry.releases.upload import Upload, spooled, too_large

ARTEFACT = "artefact"
_ROOM = 64 * 1024  # bytes that a multipart body may have around its file
_SHA256 = re.compile(r"(?:^|,)\s*sha-256=:([^:]*):")
_TAIL = 300  # bytes kept of the body's end: room for the longest boundary (RFC 2046 allows 70) and an epilogue


@dataclass(frozen=True, slots=True)
class Received:
    """A multipart body: its text fields, and the files of its field ``artefact`` in order."""

    fields: MultiValueDict[str, str]
    uploads: tuple[Upload, ...]


@contextlib.contextmanager
def received(request: HttpRequest, instead: str = "") -> Iterator[Received]:
    """The multipart body of ``request``, its files on disk until the block ends, however it ends. ``instead`` is a field that may stand
    in their place.

    Raises :class:`UnsupportedType`, :class:`Malformed`, :class:`TooLarge` (before the end is read) and :class:`Refused`.
    """
    check_encoding(request)
    if request.content_type != "multipart/form-data":
        raise UnsupportedType(
            "unsupported_media_type", "Send the files as multipart/form-data.", where="Content-Type", mend="With curl: -F artefact=@file."
        )
    handler = ReceivingHandler(request)
    try:
        body = _Body(request)
        meta = {"CONTENT_TYPE": request.META["CONTENT_TYPE"], "CONTENT_LENGTH": str(body.announced or longest_body())}
        fields, files = _Parser(meta, body, [handler], "utf-8").parse()  # type: ignore[arg-type]
        body.check_whole((request.content_params or {}).get("boundary", ""))
        check_text(fields)
        yield Received(fields, () if instead in fields and not files else tuple(_uploads(files)))
    finally:
        handler.discard()


def small_fields(request: Request, known: Collection[str]) -> dict[str, str]:
    """The fields of a short JSON or form body: texts, each once and each of ``known``. Raises :class:`Refused` and its kin."""
    http = request._request
    check_encoding(http)
    if "CONTENT_LENGTH" not in http.META and "chunked" in http.META.get("HTTP_TRANSFER_ENCODING", "").lower():
        raise LengthRequired("length_required", "Announce the length of the body.", where="Content-Length", mend="Do not send it chunked.")
    if _announced(http) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise too_large()
    try:
        data = request.data
    except RecursionError as error:
        raise Malformed("malformed", "The body is nested too deeply.", where="body") from error
    if not isinstance(data, Mapping):
        raise Refused("body_invalid", "The body is not an object of fields.", where="body", mend='Send JSON such as {"reason": "…"}.')
    fields = data if isinstance(data, MultiValueDict) else MultiValueDict({str(name): [value] for name, value in data.items()})
    check_names(fields, known)
    check_text(fields)
    return {name: once(fields, name) for name in known}


def json_body(request: HttpRequest, limit: int) -> bytes:
    """A JSON body as it was sent, at most ``limit`` bytes, also once inflated where it is gzipped.

    Raises :class:`UnsupportedType`, :class:`LengthRequired`, :class:`TooLarge` and :class:`Malformed`.
    """
    if request.content_type != "application/json":
        raise UnsupportedType(
            "unsupported_media_type", "Send JSON.", where="Content-Type", mend="Send the header Content-Type: application/json."
        )
    encoding = request.META.get("HTTP_CONTENT_ENCODING", "identity").strip().lower()
    if encoding not in ("", "identity", "gzip"):
        raise UnsupportedType(
            "content_encoding_unsupported", "The body is compressed as we do not know.", where="Content-Encoding", mend="Use gzip or none."
        )
    if "CONTENT_LENGTH" not in request.META and "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
        raise LengthRequired("length_required", "Announce the length of the body.", where="Content-Length", mend="Do not send it chunked.")
    announced = _announced(request)
    if announced > limit:
        raise _body_too_large(limit)
    body: bytes = request.read(announced)
    if len(body) != announced:
        raise Malformed("body_truncated", "The body ended too early.", where="body", mend="Send it again.")
    return _inflated(body, limit) if encoding == "gzip" else body


def _inflated(body: bytes, limit: int) -> bytes:
    """Never makes more than ``limit`` bytes, however much the body promises."""
    inflater = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    try:
        data = inflater.decompress(body, limit + 1)
    except zlib.error as error:
        raise Malformed(
            "gzip_invalid", "The body is not gzip.", where="body", mend="Send it again, or without Content-Encoding."
        ) from error
    if len(data) > limit:
        raise _body_too_large(limit)
    if not inflater.eof or inflater.unused_data:
        raise Malformed("gzip_invalid", "The body is not one whole gzip stream.", where="body", mend="Send it again.")
    return data


def _body_too_large(limit: int) -> TooLarge:
    return TooLarge(
        "body_too_large",
        f"The body is larger than {limit // (1024 * 1024)} MiB, or would be once inflated.",
        where="body",
        mend="Send it in several requests.",
    )


@contextlib.contextmanager
def one_file(request: HttpRequest, media_types: Collection[str], limit: int) -> Iterator[Upload]:
    """The one file of at most ``limit`` bytes that a body is, or that a multipart body holds as ``artefact``, on disk until the block ends.

    Raises :class:`UnsupportedType`, :class:`Malformed`, :class:`TooLarge` and :class:`Refused`.
    """
    if _announced(request) > limit + _ROOM:
        raise _body_too_large(limit)
    if request.content_type == "multipart/form-data":
        with received(request) as body:
            check_names(body.fields, ())
            if len(body.uploads) > 1:
                raise Refused("field_twice", "Several files were sent.", where=ARTEFACT, mend="Send them in several requests.")
            yield body.uploads[0]
        return
    check_encoding(request)
    if request.content_type not in media_types:
        offered = ", ".join(sorted(media_types))
        raise UnsupportedType("unsupported_media_type", "We do not take that kind of file.", where="Content-Type", mend=f"Send {offered}.")
    with spooled(_chunks(request, limit), "sent", request.content_type) as upload:
        announced = _announced(request)
        if announced and upload.size != announced:
            raise Malformed("body_truncated", "The body ended too early.", where="body", mend="Send it again.")
        yield upload


def _chunks(request: HttpRequest, limit: int) -> Iterator[bytes]:
    body, came = _Body(request), 0
    while chunk := body.read(64 * 1024):
        came += len(chunk)
        if came > limit:
            raise _body_too_large(limit)
        yield chunk


def check_encoding(request: HttpRequest) -> None:
    """Refuse a compressed body: its true size would be unknown until unpacked."""
    if request.META.get("HTTP_CONTENT_ENCODING", "identity").strip().lower() not in ("", "identity"):
        raise UnsupportedType(
            "content_encoding_unsupported",
            "The body is compressed.",
            where="Content-Encoding",
            mend="Send it as it is, without Content-Encoding.",
        )


def check_names(fields: Iterable[str], known: Collection[str], kind: str = "field") -> None:
    """Refuse a field or parameter we do not know (``unknown_field``, ``unknown_parameter``), naming the nearest that we do."""
    unknown = next((name for name in fields if name not in known), None)
    if unknown is not None:
        near = difflib.get_close_matches(unknown.lower(), known, n=1, cutoff=0.5)
        mend = f"Did you mean {near[0]}?" if near else f"Known are: {', '.join(sorted(known))}."
        raise Refused(f"unknown_{kind}", f"There is no {kind} {unknown[:60]}.", where=unknown[:60], mend=mend)


def check_text(fields: MultiValueDict[str, Any]) -> None:
    """Every value is text that a database and a page can hold."""
    for name, values in fields.lists():
        for value in values:
            if not isinstance(value, str):
                raise Refused("text_invalid", f"The field {name[:60]} is not text.", where=name[:60], mend="Send a string.")
            if "\x00" in value or "\ufffd" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
                raise Refused("text_invalid", f"The field {name[:60]} holds what is no UTF-8 text.", where=name[:60], mend="Send UTF-8.")


def once(fields: MultiValueDict[str, str], name: str) -> str:
    """The only value of ``name``, or an empty string; raises :class:`Refused` (``field_twice``)."""
    values = fields.getlist(name)
    if len(values) > 1:
        raise Refused("field_twice", f"The field {name} was sent {len(values)} times.", where=name, mend="Send it once.")
    return values[0] if values else ""


class _Parser(MultiPartParser):
    def sanitize_file_name(self, file_name: str) -> str:
        """As sent: a name that cannot be kept is refused by the handler, never quietly changed."""
        return file_name


class _Body:
    """A request's bytes up to the limit, announced or chunked, remembering enough to tell whether all of them came."""

    def __init__(self, request: HttpRequest) -> None:
        self.announced = _announced(request)
        check_announced(self.announced)
        chunked = not self.announced and "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower()
        self._source = request.META["wsgi.input"] if chunked else request
        self._came = 0
        self._tail = b""
        self._told = _told_digest(request)
        self._digest = hashlib.sha256()

    def read(self, size: int) -> bytes:
        try:
            data: bytes = self._source.read(size)
        except OSError as error:
            raise UnreadablePostError(*error.args) from error
        self._came += len(data)
        if self._came > longest_body():
            raise too_large()
        if self._told is not None:
            self._digest.update(data)
        if data:
            self._tail = (self._tail + data)[-_TAIL:] if len(data) < _TAIL else data[-_TAIL:]
        return data

    def check_whole(self, boundary: str) -> None:
        """Raise :class:`Malformed` unless the announced length and the closing boundary came (``body_truncated``), and the bytes that
        ``Content-Digest`` tells, where it does (``digest_mismatch``).
        """
        if not self._came:
            return
        if (self.announced and self._came != self.announced) or f"--{boundary}--".encode() not in self._tail:
            raise Malformed("body_truncated", "The body ended too early.", where="body", mend="Send it again.")
        if self._told is not None and self._told != self._digest.digest():
            raise Malformed("digest_mismatch", "The body is not what Content-Digest says.", where="Content-Digest", mend="Send it again.")


def _told_digest(request: HttpRequest) -> bytes | None:
    """The body's SHA-256 as the header says it (RFC 9530), or None where it says none; raises :class:`Malformed` for one that is none."""
    found = _SHA256.search(request.META.get("HTTP_CONTENT_DIGEST", ""))
    if found is None:
        return None
    try:
        return base64.b64decode(found.group(1), validate=True)
    except binascii.Error as error:
        raise Malformed(
            "malformed", "Content-Digest holds no SHA-256.", where="Content-Digest", mend="Send sha-256=:…: in Base64."
        ) from error


def _announced(request: HttpRequest) -> int:
    try:
        return max(0, int(request.META.get("CONTENT_LENGTH") or 0))
    except ValueError as error:
        raise Malformed("malformed", "Content-Length is not a number.", where="Content-Length") from error


def _uploads(files: MultiValueDict[str, ReceivedFile]) -> Iterator[Upload]:
    check_names(files, [ARTEFACT])
    found = files.getlist(ARTEFACT)
    if not found:
        raise Refused(
            "artefact_missing", "No file was sent.", where=ARTEFACT, mend="Send one file or more in the field artefact: -F artefact=@file."
        )
    for file in found:
        yield file.upload
