"""Bodies: whole or refused, within limits, never compressed, and gone from disk however the request ends (the fixture of all tests looks)."""

from __future__ import annotations

import io

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, UnreadablePostError
from django.test import RequestFactory, override_settings

from api.bodies import received
from registry.errors import RegistryError
from tests.api.conftest import Caller
from tests.make import bpmn

INSPECT = "/api/v1/inspect"
FORM = "multipart/form-data; boundary=x"


def multipart(data: bytes = b"", *, name: str = "artefact", filename: str = "a.bpmn", close: bytes = b"--x--\r\n") -> bytes:
    head = f'--x\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\nContent-Type: text/xml\r\n\r\n'
    return head.encode() + (data or bpmn()) + b"\r\n" + close


def request_of(stream: object, *, announced: int | None = None) -> HttpRequest:
    """A request whose body is ``stream``: chunked unless its length is announced."""
    request = RequestFactory().post(INSPECT, b"-", content_type=FORM)
    request.META["wsgi.input"] = stream
    if announced is None:
        del request.META["CONTENT_LENGTH"]
        request.META["HTTP_TRANSFER_ENCODING"] = "chunked"
    else:
        request.META["CONTENT_LENGTH"] = str(announced)
    return request


def waiting() -> list[str]:
    return [path.name for path in settings.UPLOAD_DIR.iterdir()]


def test_a_body_is_on_disk_while_it_is_needed_and_no_longer() -> None:
    request = RequestFactory().generic("POST", INSPECT, multipart(b"12345"), content_type=FORM)
    with received(request) as body:
        (upload,) = body.uploads
        assert upload.path.read_bytes() == b"12345"
        assert (upload.filename, upload.size, upload.media_type) == ("a.bpmn", 5, "text/xml")
        assert upload.sha256 == "5994471abb01112afcc18159f6cc74b4f511b99806da59b3caf5a9c173cacfc5"
    assert waiting() == []


def test_a_chunked_body_is_read_to_its_end() -> None:
    with received(request_of(io.BytesIO(multipart(b"12345")))) as body:
        assert body.uploads[0].size == 5


@pytest.mark.parametrize("cut", [5, 12, 60])
def test_a_truncated_body_is_never_taken_for_a_shorter_file(publisher: Caller, is_problem, cut: int) -> None:
    is_problem(publisher.call("POST", INSPECT, multipart()[:-cut], FORM), 400, "body_truncated")
    with pytest.raises(RegistryError) as caught, received(request_of(io.BytesIO(multipart()[:-cut]))):
        pass
    assert caught.value.code == "body_truncated"


def test_a_body_shorter_than_announced() -> None:
    body = multipart()
    request = RequestFactory().post(INSPECT, body, content_type=FORM)
    request.META["CONTENT_LENGTH"] = str(len(body) + 10)
    with pytest.raises(RegistryError) as caught, received(request):
        pass
    assert caught.value.code == "body_truncated"


class Counting(io.RawIOBase):
    """A body that tells how much of it was read."""

    def __init__(self, data: bytes) -> None:
        self.left, self.taken = io.BytesIO(data), 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self.left.read(size)
        self.taken += len(data)
        return data


@override_settings(MAX_UPLOAD_BYTES=1_000_000, DATA_UPLOAD_MAX_MEMORY_SIZE=10_000)
@pytest.mark.parametrize("chunked", [True, False])
def test_too_large_a_body_is_not_read_to_its_end(chunked: bool) -> None:
    source = Counting(multipart(b"z" * 3_000_000))
    request = request_of(source, announced=None if chunked else 3_000_200)
    with pytest.raises(RegistryError) as caught, received(request):
        pass
    assert (caught.value.code, caught.value.status) == ("too_large", 413)
    assert source.taken <= (1_600_000 if chunked else 0)
    assert waiting() == []


@override_settings(MAX_UPLOAD_BYTES=1_000, DATA_UPLOAD_MAX_MEMORY_SIZE=100_000)
def test_files_together_count(publisher: Caller, is_problem) -> None:
    files = [SimpleUploadedFile("a.bpmn", b"1" * 600), SimpleUploadedFile("b.bpmn", b"2" * 600)]
    is_problem(publisher.form(INSPECT, {"artefact": files}), 413, "too_large")


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1_000)
def test_too_much_text_is_too_large(publisher: Caller, is_problem) -> None:
    is_problem(publisher.publish(readme="x" * 2_000), 413, "too_large")
    is_problem(publisher.json("/api/v1/modules/force-a/a-b/deprecate", {"reason": "x" * 2_000}), 404, "not_found")


def test_too_many_fields_or_files(publisher: Caller, is_problem) -> None:
    is_problem(publisher.form(INSPECT, {"artefact": [SimpleUploadedFile(f"{n}.bpmn", b"x") for n in range(150)]}), 400, "malformed")


@pytest.mark.parametrize("media_type", ["application/json", "application/octet-stream", "application/x-www-form-urlencoded", "text/plain"])
def test_only_multipart_is_taken(publisher: Caller, is_problem, media_type: str) -> None:
    is_problem(publisher.call("POST", INSPECT, b"{}", media_type), 415, "unsupported_media_type")


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate, gzip"])
def test_compressed_bodies_are_refused(publisher: Caller, is_problem, encoding: str) -> None:
    is_problem(publisher.call("POST", INSPECT, multipart(), FORM, **{"Content-Encoding": encoding}), 415, "content_encoding_unsupported")


@pytest.mark.parametrize(
    "media_type", ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=" + "y" * 300]
)
def test_a_body_without_a_usable_boundary(publisher: Caller, is_problem, media_type: str) -> None:
    is_problem(publisher.call("POST", INSPECT, multipart(), media_type), 400, "malformed")


def test_a_body_without_any_file(publisher: Caller, is_problem) -> None:
    is_problem(publisher.call("POST", INSPECT, b"--x--\r\n", FORM), 422, "artefact_missing")
    is_problem(publisher.call("POST", INSPECT, b"\r\n--x--\r\n", FORM), 422, "artefact_missing")
    is_problem(publisher.call("POST", INSPECT, multipart(filename=""), FORM), 422, "artefact_missing")


def test_a_client_that_goes_away_leaves_nothing() -> None:
    class Gone(io.RawIOBase):
        def __init__(self) -> None:
            self.parts = [multipart(b"z" * 500_000)[:300_000]]

        def read(self, size: int = -1) -> bytes:
            if not self.parts:
                raise ConnectionResetError
            return self.parts.pop()

    with pytest.raises(UnreadablePostError), received(request_of(Gone())):
        pass
    assert waiting() == []


def test_an_error_inside_the_work_leaves_nothing() -> None:
    request = RequestFactory().generic("POST", INSPECT, multipart(), content_type=FORM)
    seen = []

    def work() -> None:
        with received(request) as body:
            seen.append(body.uploads[0].path.exists())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work()
    assert (seen, waiting()) == ([True], [])


def test_a_forged_media_type_is_not_kept() -> None:
    body = multipart().replace(b"text/xml", b"text/<script>")
    with received(RequestFactory().generic("POST", INSPECT, body, content_type=FORM)) as got:
        assert got.uploads[0].media_type == "application/octet-stream"
