"""A first release over the API that leaves out what its publiccode.yml says, and the words the module then has."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile

from registry.actions.check_release import check_release
from registry.catalogue.models import Module
from registry.releases.models import Release
from tests.api.conftest import Caller
from tests.api.test_publish import assert_shape
from tests.make import pass_review
from tests.registry.formats.public_code import public_code

ADDRESS = "/api/v1/modules/force-a/letters"


def test_a_field_left_out_is_taken_from_the_file_and_told(publisher: Caller) -> None:
    files = [SimpleUploadedFile("publiccode.yml", public_code())]
    response = publisher.form(f"{ADDRESS}/releases", {"artefact": files, "visibility": "own"})
    body = response.json()
    assert response.status_code == 201, body
    assert_shape(body, "Published")
    assert (body["licence"], body["version"]) == ("EUPL-1.2", "2.1.0")
    assert {"field": "summary", "file": "publiccode.yml"} in body["filled"]
    check_release(Release.objects.get().pk)
    pass_review(Release.objects.get())
    told = publisher.get(ADDRESS).json()
    assert_shape(told, "ModuleDetail")
    assert [(words["language"], words["title"]) for words in told["words"]] == [("da", "Brevpost")]
    assert told["words"][0]["description"].endswith("* Journaliserer dem")
    assert told["owner"]["name"] == "Københavns Kommune"
    assert Module.objects.get().ip_owner == "Københavns Kommune"
