"""A real file of every platform is published by API and by page, read into the one model, and had again as it came."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Role
from registry.formats import INSPECTORS
from registry.releases.models import Release
from registry.values.platforms import PLATFORMS
from tests.api.conftest import Caller
from tests.make import make_member, make_token
from tests.registry.formats.automation_anywhere_files import samples

pytestmark = pytest.mark.django_db

# Of each platform a file of the corpus, and its version where it carries none that counts. Nobody publishes Automation Anywhere exports.
FILES = {
    "uipath": ("uipath/BlankProcess19.1.0.3.nupkg", "1.0.3"),
    "blueprism": ("blueprism/Registration Process.bprelease", "1.0.0"),
    "power_automate": ("power_automate/NotifyOnLastWorkingDay.zip", "1.0.0"),
    "automation_anywhere": ("", "1.0.0"),
    "robot_framework": ("robot_framework/robotsparebin-complete.zip", "1.0.0"),
    "openrpa": ("openrpa/NM-GoogleSearchPaging.xaml", "1.0.0"),
    "tagui": ("tagui/1_google.tag", "1.0.0"),
    "n8n": ("n8n/1593_HTTP_Schedule_Import_Webhook.json", "1.0.0"),
    "python": ("python/itk_dev_event_log-1.0.0-py3-none-any.whl", "1.0.0"),
    "bpmn": ("bpmn/Reference__A.4.1.bpmn", "1.0.0"),
    "dmn": ("dmn/0004-lending.dmn", "1.0.0"),
    "publiccode": ("publiccode/AI-Riksarkivet__htrflow__publiccode.yml", "0.2.4"),
}
FIELDS = {
    "licence": "EUPL-1.2",
    "title": "A file of its platform",
    "summary": "Sends victims an update when their crime record changes.",
    "visibility": "own",
    "marking": "OFFICIAL",
    "contested": "Looked through: samples of vendors, with made-up names.",
}


def _file(platform: str, corpus: Path) -> tuple[str, bytes]:
    path = FILES[platform][0]
    return (Path(path).name, (corpus / path).read_bytes()) if path else next(iter(samples().items()))


def test_no_platform_is_left_out() -> None:
    assert set(FILES) == {inspector.PLATFORM for inspector in INSPECTORS} == set(PLATFORMS)


@pytest.mark.parametrize("platform", FILES)
def test_by_api(platform: str, corpus: Path) -> None:
    caller = Caller(make_token("force-a"))
    filename, data = _file(platform, corpus)
    version = FILES[platform][1]
    answer = caller.form(
        f"/api/v1/modules/force-a/{platform.replace('_', '-')}/releases",
        {**FIELDS, "version": version, "data_categories": "none", "artefact": SimpleUploadedFile(filename, data)},
    )
    assert answer.status_code == 201, answer.json()
    release = caller.get(answer["Location"]).json()
    assert release["inspection"]["platform"] == platform
    artefact = release["artefacts"][0]
    assert artefact["sha256"] == hashlib.sha256(data).hexdigest()
    assert b"".join(caller.get(f"{answer['Location']}/artefacts/{artefact['filename']}").streaming_content) == data


@pytest.mark.parametrize("platform", FILES)
def test_by_page(client: Client, platform: str, corpus: Path) -> None:
    client.force_login(make_member("hampshire", Role.PUBLISHER))
    filename, data = _file(platform, corpus)
    fields = {**FIELDS, "slug": platform.replace("_", "-"), "version": FILES[platform][1], "language": "en-GB", "do": "publish"}
    answer = client.post("/publish", {**fields, "artefact": SimpleUploadedFile(filename, data)})
    assert answer.status_code == 302, answer.content.decode()
    assert Release.objects.get().platform == platform
    page = client.get(answer["Location"]).content.decode()
    assert PLATFORMS[platform] in page
