"""What holds for every platform: its file is listed, it has a sample, and damaged files make it refuse, never crash."""

from __future__ import annotations

import io
import json
import random
import zipfile
from pathlib import Path

import pytest

from registry.errors import RegistryError
from registry.formats import INSPECTORS, inspect
from registry.formats.model import Inspection, inspection_from_json
from tests.registry.formats import automation_anywhere_files

FOLDER = Path(__file__).resolve().parents[3] / "registry" / "formats"
NOT_READERS = {
    "__init__",
    "activities_walk",
    "archive",
    "arguments",
    "artefact",
    "collected",
    "documents",
    "drawn",
    "flow",
    "fragments",
    "framing",
    "model",
    "python_code",
    "requirements",
    "sandbox",
    "scoring",
    "tables",
    "texts",
    "wrapped",
    "xml",
    "yaml",
}
BUILT = (automation_anywhere_files,)  # the files of platforms of which the corpus has none


@pytest.fixture(scope="module")
def samples(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """What there is of every platform: real files of the corpus, and small ones that are built."""
    rows = [json.loads(line) for line in (corpus / "TRUTH.jsonl").read_text(encoding="utf-8").splitlines()]
    folder = tmp_path_factory.mktemp("built")
    for builder in BUILT:
        for name, data in builder.samples().items():
            (folder / name).write_bytes(data)
    return [*(corpus / row["path"] for row in rows if row["size"] < 400_000), *folder.iterdir()]


def test_every_file_of_the_folder_is_listed() -> None:
    modules = {path.stem for path in FOLDER.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()} - NOT_READERS
    assert {inspector.PLATFORM for inspector in INSPECTORS} == modules


def test_every_platform_has_a_sample(samples: list[Path]) -> None:
    read = set()
    for path in samples:
        try:
            read.add(inspect(path).platform)
        except RegistryError:
            continue
    assert read == {inspector.PLATFORM for inspector in INSPECTORS}


def test_an_inspection_survives_json(samples: list[Path]) -> None:
    for path in samples:
        try:
            read = inspect(path)
        except RegistryError:
            continue
        assert inspection_from_json(json.loads(json.dumps(read.as_json()))) == read
        assert isinstance(read, Inspection)


def damaged(data: bytes, chance: random.Random) -> list[bytes]:
    """Cut, flipped, doubled and emptied."""
    flipped = bytearray(data)
    for _ in range(20):
        flipped[chance.randrange(len(data))] = chance.randrange(256)
    cut = chance.randrange(1, max(2, len(data)))
    return [
        data[:cut],
        data[cut:],
        bytes(flipped),
        data + data,
        data[: len(data) // 2] + b"\0" * 100 + data[len(data) // 2 :],
        b"\xef\xbb\xbf" + data,
    ]


def test_damaged_files_are_refused_or_read_and_never_crash(samples: list[Path], tmp_path: Path) -> None:
    chance = random.Random(1)
    for path in samples:
        for number, data in enumerate(damaged(path.read_bytes(), chance)):
            broken = tmp_path / f"{number}{path.suffix}"
            broken.write_bytes(data)
            try:
                inspect(broken, path.name)
            except RegistryError as error:
                assert error.code
                assert error.message
            except Exception as error:
                raise AssertionError(f"{path.name}, damage {number}: {error!r}") from error


def test_members_replaced_by_other_things(samples: list[Path], tmp_path: Path) -> None:
    """Each small text member of each archive in turn holds something of another shape."""
    for path in samples:
        if not zipfile.is_zipfile(path):
            continue
        with zipfile.ZipFile(path) as archive:
            members = {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}
        texts = [
            name
            for name in members
            if name.endswith((".json", ".xml", ".nuspec", ".xaml", ".toml", "METADATA", "RECORD", ".bpmn", ".yaml")) or "." not in name
        ][:6]
        for name in texts:
            for other in (b"", b"[]", b"null", b'{"a": [1, null, {"b": []}]}', b"<a/>", b"\xff\xfe\x00", b"x = [" * 50):
                target = tmp_path / path.name
                target.write_bytes(zipped({**members, name: other}))
                try:
                    inspect(target, path.name)
                except RegistryError:
                    pass
                except Exception as error:
                    raise AssertionError(f"{path.name}: {name} as {other[:10]!r}: {error!r}") from error


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"hello", "not_recognised"),
        (b"{}", "not_recognised"),
        (b"<a/>", "not_recognised"),
        (b"\0" * 100, "not_recognised"),
        (b"PK\x03\x04", "archive_damaged"),
    ],
)
def test_what_nothing_recognises(tmp_path: Path, data: bytes, code: str) -> None:
    path = tmp_path / "thing"
    path.write_bytes(data)
    with pytest.raises(RegistryError) as refused:
        inspect(path)
    assert refused.value.code == code
    assert refused.value.mend
