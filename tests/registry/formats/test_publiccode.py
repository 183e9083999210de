"""publiccode.yml: what is read of it, which rules of the standard refuse it, and what is only noted."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from registry.errors import Unreadable
from registry.formats import inspect
from registry.formats.model import Inspection, Words, merged
from tests.registry.formats.public_code import LONG, document, public_code


def read(tmp_path: Path, data: bytes, name: str = "publiccode.yml") -> Inspection:
    path = tmp_path / "file"
    path.write_bytes(data)
    return inspect(path, name)


def changed(path: str, value: Any) -> dict[str, Any]:
    """The document with one value below its top changed; the path is of keys and numbers."""
    whole = document()
    *above, last = path.split(".")
    place: Any = whole
    for key in above:
        place = place[int(key)] if key.isdigit() else place.setdefault(key, {})
    if value is None:
        del place[last]
    else:
        place[last] = value
    return whole


def test_everything_is_read(tmp_path: Path) -> None:
    needs = {
        "open": [{"name": "PostgreSQL", "versionMin": "14", "versionMax": "16"}, {"name": "Redis", "version": "7"}],
        "proprietary": [{"name": "KMD Nova", "versionMin": 3.1}],
        "hardware": [{"name": "Scanner", "optional": True}],
    }
    contract = {
        "type": "contract",
        "contractors": [{"name": "Brightloop", "until": "2027-06-30"}],
        "contacts": [{"name": "Ida Holm", "email": "ida@example.org", "phone": "+4512345678"}],
    }
    found = read(tmp_path, public_code(dependsOn=needs, maintenance=contract))
    assert (found.platform, found.kind, found.name, found.version) == ("publiccode", "publiccode", "Brevpost", "2.1.0")
    assert (found.licence, found.owner, found.authors) == ("EUPL-1.2", "Københavns Kommune", ("Brightloop",))
    assert [(need.ecosystem, need.name, need.range) for need in found.dependencies] == [
        ("software", "PostgreSQL", ">=14 <=16"),
        ("software", "Redis", "7"),
        ("software", "KMD Nova", ">=3.1"),
        ("software", "Scanner", None),
    ]
    assert (found.reach.applications, found.reach.addresses) == (("windows",), ("ida@example.org",))
    assert found.words[0] == Words(
        "en", "Letter post", "Files letters with the cases they belong to.", f"{LONG['en']}\n\n* Reads letters\n* Files them"
    )
    assert (found.words[1].language, found.words[1].title) == ("da", "Brevpost")
    assert found.notes == ()
    told = str(found.as_json())
    assert "Ida Holm" not in told
    assert "12345678" not in told


def test_the_name_stands_for_a_missing_localised_one_and_languages_are_spelt_as_usual(tmp_path: Path) -> None:
    words = {"shortDescription": "Short.", "longDescription": LONG["en"], "features": ["One"]}
    found = read(tmp_path, public_code(description={"EN-gb": words}))
    assert [(one.language, one.title) for one in found.words] == [("en-GB", "Brevpost")]


@pytest.mark.parametrize("version", ["0", "0.2", "0.4.0", "0.5"])
def test_versions_of_the_standard(tmp_path: Path, version: str) -> None:
    assert read(tmp_path, public_code(publiccodeYmlVersion=version)).platform_version == version
    bare = public_code().replace(b'"0"', version.encode(), 1)
    assert read(tmp_path, bare).platform_version == version


def test_a_version_stays_as_it_is_written(tmp_path: Path) -> None:
    assert read(tmp_path, public_code().replace(b'"2.1.0"', b"1.10")).version == "1.10"
    assert read(tmp_path, public_code(softwareVersion=None)).version is None


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        ("publiccodeYmlVersion", "1.9", "publiccodeYmlVersion"),
        ("publiccodeYmlVersion", ["0"], "publiccodeYmlVersion"),
        ("name", None, "name"),
        ("name", ["a"], "name"),
        ("url", "brevpost", "url"),
        ("url", None, "url"),
        ("landingURL", "ftp://example.org", "landingURL"),
        ("landingURL", {"a": "b"}, "landingURL"),
        ("roadmap", ["https://example.org"], "roadmap"),
        ("isBasedOn", ["https://example.org/a", "b"], "isBasedOn[1]"),
        ("isBasedOn", {"a": "b"}, "isBasedOn"),
        ("releaseDate", "2026-02-30", "releaseDate"),
        ("releaseDate", "2026-2-3", "releaseDate"),
        ("releaseDate", ["2026-02-03"], "releaseDate"),
        ("logo", "/logo.svg", "logo"),
        ("logo", "file:///logo.svg", "logo"),
        ("logo", "logo.mpg", "logo"),
        ("platforms", None, "platforms"),
        ("platforms", [], "platforms"),
        ("categories", ["robots"], "categories[0]"),
        ("usedBy", "Aarhus", "usedBy"),
        ("fundedBy", [{"name": "EU"}], "fundedBy[0].uri"),
        ("fundedBy", [{"name": "EU", "uri": "eu"}], "fundedBy[0].uri"),
        ("fundedBy", "EU", "fundedBy"),
        ("organisation", {"name": "Aarhus", "uri": "urn:"}, "organisation.uri"),
        ("inputTypes", ["pdf"], "inputTypes[0]"),
        ("developmentStatus", None, "developmentStatus"),
        ("developmentStatus", "alpha", "developmentStatus"),
        ("softwareType", "robot", "softwareType"),
        ("intendedAudience", {"countries": ["DK", "XX"]}, "intendedAudience.countries[1]"),
        ("intendedAudience", {"unsupportedCountries": ["Dk"]}, "intendedAudience.unsupportedCountries[0]"),
        ("intendedAudience", {"scope": ["robots"]}, "intendedAudience.scope[0]"),
        ("intendedAudience", "everybody", "intendedAudience"),
        ("description", None, "description"),
        ("description", {}, "description"),
        ("description", "Files letters", "description"),
        ("description.features", ["Reads"], "description.features"),
        ("description.eng", {"shortDescription": "Short."}, "description.eng"),
        ("description.en_GB", {"shortDescription": "Short."}, "description.en_GB"),
        ("description.en.shortDescription", None, "description.en.shortDescription"),
        ("description.en.shortDescription", "x" * 151, "description.en.shortDescription"),
        ("description.en.longDescription", "Too little.", "description.en.longDescription"),
        ("description.en.longDescription", "x" * 10_001, "description.en.longDescription"),
        ("description.en.genericName", "x" * 36, "description.en.genericName"),
        ("description.en.features", [], "description.en.features"),
        ("description.en.localisedName", ["Letter post"], "description.en.localisedName"),
        ("description.en.documentation", "wiki", "description.en.documentation"),
        ("description.en.videos", ["clip"], "description.en.videos[0]"),
        ("description.en.screenshots", ["/shot.png"], "description.en.screenshots[0]"),
        ("legal", None, "legal"),
        ("legal", "EUPL-1.2", "legal"),
        ("legal.license", None, "legal.license"),
        ("legal.license", "Free as in beer", "legal.license"),
        ("maintenance", None, "maintenance"),
        ("maintenance.type", None, "maintenance.type"),
        ("maintenance.type", "volunteers", "maintenance.type"),
        ("maintenance.contacts", None, "maintenance.contacts"),
        ("maintenance.contacts.0.name", None, "maintenance.contacts[0].name"),
        ("maintenance.contacts.0.email", "ida(at)example.org", "maintenance.contacts[0].email"),
        ("maintenance", {"type": "contract"}, "maintenance.contractors"),
        ("maintenance", {"type": "contract", "contractors": [{"name": "Brightloop"}]}, "maintenance.contractors[0].until"),
        ("maintenance", {"type": "contract", "contractors": "Brightloop"}, "maintenance.contractors"),
        ("localisation", None, "localisation"),
        ("localisation.localisationReady", None, "localisation.localisationReady"),
        ("localisation.localisationReady", "perhaps", "localisation.localisationReady"),
        ("localisation.availableLanguages", [], "localisation.availableLanguages"),
        ("localisation.availableLanguages", ["dansk"], "localisation.availableLanguages[0]"),
        ("dependsOn", {"open": [{"version": "1"}]}, "dependsOn.open[0].name"),
        ("dependsOn", {"open": [{"name": "Redis", "optional": "perhaps"}]}, "dependsOn.open[0].optional"),
        ("dependsOn", {"hardware": [{"name": "Scanner", "versionMin": ["1"]}]}, "dependsOn.hardware[0].versionMin"),
        ("IT", {"countryExtensionVersion": "3"}, "IT.countryExtensionVersion"),
        ("It", {"countryExtensionVersion": "0.2"}, "It"),
        ("IT", {"piattaforme": {"spid": "perhaps"}}, "IT.piattaforme.spid"),
    ],
)
def test_what_breaks_the_standard_is_refused_by_its_key(tmp_path: Path, path: str, value: Any, where: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(tmp_path, public_code(**changed(path, value)) if value is not None or "." in path else public_code(**{path: None}))
    assert (refused.value.code, refused.value.where) == ("publiccode_invalid", where)
    assert refused.value.mend


def test_one_language_may_say_it_at_length_for_all(tmp_path: Path) -> None:
    short = changed("description.da", {"shortDescription": "Kort."})
    assert len(read(tmp_path, public_code(**short)).words) == 2


def test_what_the_standard_leaves_open_is_allowed(tmp_path: Path) -> None:
    whole = document(
        platforms="web",
        categories=None,
        releaseDate="2026-01-31",
        logo="img/logo.svg",
        isBasedOn="https://example.org/other",
        organisation={"uri": "urn:x-italian-pa:c_h501"},
        IT={"countryExtensionVersion": "1.0", "piattaforme": {"spid": False}},
        dk={"kle": "00.01"},
    )
    found = read(tmp_path, public_code(**whole))
    assert (found.reach.applications, found.notes) == (("web",), ())


def test_a_file_of_an_earlier_version_is_read_with_its_lapses(tmp_path: Path) -> None:
    whole = changed("maintenance", {"type": "commercial", "contacts": [{"name": "Ida Holm"}]})
    found = read(tmp_path, public_code(**{**whole, "publiccodeYmlVersion": "0.4"}))
    assert [note.code for note in found.notes] == ["publiccode_lapse"]
    assert "commercial" in found.notes[0].text
    for grave in ({"name": None}, {"description": {}}, {"legal": ["EUPL-1.2"]}):
        with pytest.raises(Unreadable):
            read(tmp_path, public_code(publiccodeYmlVersion="0.4", **grave))


def test_keys_that_no_version_has_are_noted(tmp_path: Path) -> None:
    found = read(tmp_path, public_code(**{**changed("legal.licence", "EUPL-1.2"), "landingUrl": "https://example.org"}))
    assert [note.code for note in found.notes] == ["publiccode_unknown_keys"]
    assert "landingUrl, legal.licence" in found.notes[0].text


@pytest.mark.parametrize(
    "data",
    [
        public_code() + b"name: twice\n",
        public_code() + b"  odd: [",
        b"publiccodeYmlVersion: !!python/object:os.system x\n",
        public_code(name="Blækhus").decode().encode("latin-1"),
        b"publiccode-yaml-version: '0.1'\nname: Old\n",
        public_code(publiccodeYmlVersion=None),
        b"publiccodeYmlVersion:\n",
    ],
)
def test_what_cannot_be_read_is_invalid_too(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        read(tmp_path, data)
    assert refused.value.code == "publiccode_invalid"


@pytest.mark.parametrize("data", [b"name: x\nversion: 1\n", b"tasks:\n  Run: {}\n", b"# publiccodeYmlVersion: 0\n- a\n"])
def test_other_yaml_is_left_to_others(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        read(tmp_path, data)
    assert refused.value.code == "not_recognised"


def packed(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/").replace("_yml", ".yml").replace("_toml", ".toml"), data)
    return out.getvalue()


PROJECT = b'[project]\nname = "brevpost"\nversion = "2.1.0"\nlicense = "MIT"\n'


def test_an_archive_speaks_through_the_one_in_it(tmp_path: Path) -> None:
    found = read(tmp_path, packed(brevpost__pyproject_toml=PROJECT, brevpost__publiccode_yml=public_code()), "brevpost.zip")
    assert (found.platform, found.licence, found.owner) == ("python", "MIT", "Københavns Kommune")
    assert [one.language for one in found.words] == ["en", "da"]
    assert [note.text for note in found.notes if note.code == "licence_differs"] == [
        "brevpost/publiccode.yml says EUPL-1.2; the package declares MIT."
    ]


def test_an_invalid_one_in_an_archive_is_noted_and_one_deep_inside_is_not_looked_at(tmp_path: Path) -> None:
    found = read(tmp_path, packed(pyproject_toml=PROJECT, publiccode_yml=public_code(name=None)), "brevpost.zip")
    assert [note.code for note in found.notes if note.code.startswith("publiccode")] == ["publiccode_invalid"]
    assert found.words == ()
    deep = read(tmp_path, packed(pyproject_toml=PROJECT, vendor__lib__publiccode_yml=public_code()), "brevpost.zip")
    assert deep.words == ()


def test_beside_another_file_it_gives_words_owner_and_licence(tmp_path: Path) -> None:
    own = read(tmp_path, packed(pyproject_toml=PROJECT.replace(b'license = "MIT"\n', b"")), "brevpost.zip")
    both = merged([own, read(tmp_path, public_code())])
    assert (both.platform, both.licence, both.owner, len(both.words)) == ("python", "EUPL-1.2", "Københavns Kommune", 2)
