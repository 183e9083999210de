"""Wheels, source distributions and projects in a zip: each fact from the smallest file that carries it, and what is missing or odd."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest

from registry.errors import Unreadable
from registry.formats import inspect
from registry.formats.model import Dependency, EntryPoint, Inspection
from tests.registry.formats.hostile import tar_gz, zipped

INFO = "thing-1.0.dist-info"
METADATA = "Metadata-Version: 2.1\nName: thing\nVersion: 1.0\n"
SDIST = {"thing-1.0/PKG-INFO": METADATA}


def read(folder: Path, data: bytes, name: str = "sent") -> Inspection:
    path = folder / "sent"
    path.write_bytes(data)
    return inspect(path, name)


def wheel(metadata: str = METADATA, files: dict[str, str] | None = None, record: str | None = None, *, without: str = "") -> bytes:
    """A wheel whose RECORD is right, unless another is given."""
    members = {f"{INFO}/METADATA": metadata, f"{INFO}/WHEEL": "Wheel-Version: 1.0\n", **(files or {})}
    rows = [
        f"{name},sha256={base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip('=')},{len(text)}"
        for name, text in members.items()
    ]
    members[f"{INFO}/RECORD"] = "\n".join([*rows, f"{INFO}/RECORD,,"]) if record is None else record
    return zipped({name: text.encode(errors="surrogateescape") for name, text in members.items() if name != without})


def project(toml: str, files: dict[str, str] | None = None) -> bytes:
    return zipped({"pyproject.toml": toml.encode(), **{name: text.encode() for name, text in (files or {}).items()}})


def sdist(files: dict[str, str]) -> bytes:
    return tar_gz([(name, text.encode()) for name, text in files.items()])


def test_a_wheel(tmp_path: Path) -> None:
    metadata = (
        "Metadata-Version: 2.4\nName: Thing\nVersion: 1.0rc1\nSummary: Does a thing\nAuthor: Ada\nMaintainer: Bo\n"
        "License-Expression: MIT OR EUPL-1.2\nLicense: something else\nRequires-Python: >=3.11\n"
        "Requires-Dist: requests (>=2,<3)\nRequires-Dist: lxml>=5 ; python_version > '3.8'\nRequires-Dist: pytest ; extra == 'test'\n"
        "Requires-Dist: old thing (==1)\n"
    )
    scripts = {f"{INFO}/entry_points.txt": "[console_scripts]\nThing-Run = thing:main\n[gui_scripts]\nw = thing:w\n[other]\nx = y\n"}
    found = read(tmp_path, wheel(metadata, scripts), "Thing-1.0rc1-py3-none-any.whl")
    assert (found.platform, found.kind, found.name, found.version) == ("python", "python-wheel", "Thing", "1.0rc1")
    assert (found.description, found.authors, found.licence) == ("Does a thing", ("Ada",), "MIT OR EUPL-1.2")
    assert found.platform_version == "Python >=3.11"
    assert found.entry_points == (EntryPoint("Thing-Run = thing:main"), EntryPoint("w = thing:w"))
    assert found.dependencies == (Dependency("pypi", "requests", "<3,>=2"), Dependency("pypi", "lxml", ">=5"), Dependency("pypi", "old", "thing (==1"))  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "licence"),
    [
        ("License-Expression: MIT", "MIT"),
        ("License: BSD", "BSD"),
        ("Classifier: License :: OSI Approved :: MIT License", "License :: OSI Approved :: MIT License"),
        (f"License: {'The text of a licence ' * 20}\nClassifier: License :: OSI Approved", "License :: OSI Approved"),
        ("Classifier: Programming Language :: Python", None),
        ("", None),
    ],
)
def test_where_a_licence_stands(tmp_path: Path, lines: str, licence: str | None) -> None:
    assert read(tmp_path, wheel(f"{METADATA}{lines}\n" if lines else METADATA)).licence == licence


def test_what_the_code_shows(tmp_path: Path) -> None:
    code = (
        "import os\nHOST = os.environ['FINES_HOST']\nKEY = os.getenv('FINES_KEY')\nQUEUE_NAME = 'Fines'\n"
        "login = orchestrator.get_credential('Register')\npath = orchestrator.get_constant(\"Fines folder\")\n"
        "URL = 'https://api.example.org/v1'\nFOLDER = 'C:\\\\fines\\\\in'\nTO = 'team@example.org'\n"
        "def pay_fine(case):\n    def inner(): pass\nasync def send_letter(): pass\nclass A:\n    def method(self): pass\n"
    )
    found = read(tmp_path, wheel(files={"thing/a.py": code, "thing/data.bin": "os.getenv('NOT_CODE')"}))
    assert found.to_set.environment_variables == ("FINES_HOST", "FINES_KEY")
    assert (found.to_set.credentials, found.to_set.assets, found.to_set.queues) == (("Register",), ("Fines folder",), ("Fines",))
    assert (found.reach.hosts, found.reach.addresses) == (("api.example.org",), ("team@example.org",))
    assert found.reach.paths
    assert [step.name for step in found.steps] == ["pay fine", "send letter"]


WHEELS: dict[str, tuple[bytes, str, str]] = {
    "no metadata": (wheel(without=f"{INFO}/METADATA"), "", "wheel_metadata_missing"),
    "no WHEEL": (wheel(without=f"{INFO}/WHEEL"), "", "wheel_wheel_missing"),
    "no RECORD": (wheel(without=f"{INFO}/RECORD"), "", "wheel_record_missing"),
    "two dist-infos": (wheel(files={"other-1.0.dist-info/METADATA": METADATA}), "", "wheel_dist_info"),
    "unlisted file": (wheel(files={"a.py": ""}, record=f"{INFO}/METADATA,,\n{INFO}/WHEEL,,\n"), "", "wheel_record_digest"),
    "nothing listed": (wheel(record=""), "", "wheel_file_unlisted"),
    "RECORD of another kind": (wheel(record="a\nb\n\0"), "", "wheel_file_unlisted"),
    "RECORD that is not text": (wheel(record="\udcff"), "", "text_encoding"),
    "one field too long": (wheel(record="x" * 200_000), "", "wheel_record_damaged"),
    "a weak digest": (wheel(record=f"{INFO}/METADATA,crc32=1,\n{INFO}/WHEEL,md4=1,\n"), "", "wheel_record_digest"),
    "other bytes": (wheel(record=f"{INFO}/METADATA,sha256=AAAA,\n{INFO}/WHEEL,sha256=AAAA,\n"), "", "wheel_record_digest"),
    "no name": (wheel("Metadata-Version: 2.1\nVersion: 1.0\n"), "", "metadata_name_missing"),
    "no version": (wheel("Metadata-Version: 2.1\nName: thing\n"), "", "metadata_version_missing"),
    "empty metadata": (wheel(""), "", "metadata_name_missing"),
    "name twice": (wheel(METADATA + "Name: other\n"), "", "metadata_name_missing"),
    "entry points that are none": (wheel(files={f"{INFO}/entry_points.txt": "x = y"}), "", "wheel_entry_points"),
    "an entry point twice": (wheel(files={f"{INFO}/entry_points.txt": "[console_scripts]\na = b\na = c"}), "", "wheel_entry_points"),
    "other name outside": (wheel(), "other-1.0-py3-none-any.whl", "wheel_name_differs"),
    "other version outside": (wheel(), "thing-1.1-py3-none-any.whl", "wheel_name_differs"),
    "no name of a wheel": (wheel(), "thing.whl", "wheel_filename"),
    "a version that is none": (wheel(METADATA.replace("1.0", "one")), "thing-1.0-py3-none-any.whl", "wheel_filename"),
}


@pytest.mark.parametrize(("data", "name", "code"), WHEELS.values(), ids=list(WHEELS))
def test_wheels_that_do_not_hold_together(tmp_path: Path, data: bytes, name: str, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(tmp_path, data, name)
    assert refused.value.code == code, refused.value.message
    assert refused.value.mend


def test_a_listed_file_must_be_there(tmp_path: Path) -> None:
    whole = wheel(files={"thing.py": "import os"})
    assert read(tmp_path, whole).files
    with pytest.raises(Unreadable) as refused:
        read(tmp_path, wheel(files={"thing.py": "import os"}, without="thing.py"))
    assert (refused.value.code, refused.value.where) == ("wheel_file_missing", "thing.py")


@pytest.mark.parametrize("name", ["Thing-1.0-py3-none-any.whl", "THING-1.0.0-1-py3-none-any.whl", "whatever.zip", "thing"])
def test_names_that_mean_the_same(tmp_path: Path, name: str) -> None:
    assert read(tmp_path, wheel(), name).kind == "python-wheel"


@pytest.mark.parametrize("target", ["thing:main", "thing.cli:App.run", "thing", "thing : main [extra,more]", "thing:main[extra]"])
def test_entry_points_as_builders_write_them(tmp_path: Path, target: str) -> None:
    found = read(tmp_path, wheel(files={f"{INFO}/entry_points.txt": f"[console_scripts]\nrun = {target}\n[pytest11]\nx = thing.x\n"}))
    assert found.entry_points == (EntryPoint(f"run = {target}"),)


@pytest.mark.parametrize(("version", "files"), [
    ("2.4", {f"{INFO}/licenses/LICENCE": "x"}),
    ("2.4", {f"{INFO}/LICENCE": "x"}),
    ("2.9", {f"{INFO}/licenses/LICENCE": "x"}),
    ("2.1", {}),  # before PEP 639 it was listed by the builder's own rules
])  # fmt: skip
def test_licence_files_where_builders_put_them(tmp_path: Path, version: str, files: dict[str, str]) -> None:
    metadata = METADATA.replace("2.1", version) + "License-File: LICENCE\n"
    assert read(tmp_path, wheel(metadata, files)).name == "thing"


@pytest.mark.parametrize("name", ["thing-1.0.tar.gz", "Thing-1.0.tar.gz", "thing-1.tar.gz", "sent"])
def test_names_of_source_distributions_that_mean_the_same(tmp_path: Path, name: str) -> None:
    assert read(tmp_path, sdist(SDIST), name).kind == "python-sdist"


# Source distributions


def test_a_source_distribution(tmp_path: Path) -> None:
    found = read(tmp_path, sdist({**SDIST, "thing-1.0/pyproject.toml": '[project]\nscripts = {run = "thing:main"}', "thing-1.0/a.py": ""}))
    assert (found.kind, found.name, found.version) == ("python-sdist", "thing", "1.0")
    assert found.entry_points == (EntryPoint("run = thing:main"),)
    assert len(found.files) == 3


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"a.txt": "x"}, "sdist_pkg_info_missing"),
        ({"PKG-INFO": METADATA}, "sdist_pkg_info_missing"),
        ({"a/b/PKG-INFO": METADATA}, "sdist_pkg_info_missing"),
        ({**SDIST, "other/a.py": ""}, "sdist_several_folders"),
        ({**SDIST, "a.py": ""}, "sdist_several_folders"),
        ({"thing-1.0/PKG-INFO": ""}, "metadata_name_missing"),
        ({"thing-1.0/PKG-INFO": "Name: thing\n"}, "metadata_version_missing"),
        ({**SDIST, "thing-1.0/pyproject.toml": "[project"}, "pyproject_damaged"),
        ({**SDIST, "thing-1.0/pyproject.toml": "a = 1\na = 2"}, "pyproject_damaged"),
    ],
)
def test_source_distributions_that_do_not_hold_together(tmp_path: Path, files: dict[str, str], code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(tmp_path, sdist(files))
    assert refused.value.code == code
    assert refused.value.mend


# Projects


def test_a_project(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        project(
            '[project]\nname = "thing"\nversion = "1.0"\ndescription = "Does"\nrequires-python = ">=3.12"\nlicense = {text = "MIT"}\n'
            'authors = [{name = "Ada", email = "ada@example.org"}, {email = "bo@example.org"}]\ndependencies = ["lxml>=5", "not ! valid"]\n'
        ),
    )
    assert (found.kind, found.name, found.version, found.description) == ("python-project-zip", "thing", "1.0", "Does")
    assert (found.licence, found.authors, found.platform_version) == ("MIT", ("Ada", "bo@example.org"), "Python >=3.12")
    assert found.dependencies[0] == Dependency("pypi", "lxml", ">=5")


def test_a_project_of_poetry(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        project(
            '[tool.poetry]\nname = "thing"\nversion = "2.0"\nauthors = ["Ada <ada@example.org>"]\nlicense = "MIT"\n'
            '[tool.poetry.dependencies]\npython = "^3.12"\nlxml = "^5"\nrequests = {version = "^2", extras = ["x"]}\nlocal = {path = "."}\n'
        ),
    )
    assert (found.name, found.version, found.licence) == ("thing", "2.0", "MIT")
    assert found.dependencies == (Dependency("pypi", "lxml", "^5"), Dependency("pypi", "requests", "^2"), Dependency("pypi", "local"))


@pytest.mark.parametrize(
    ("toml", "files", "starts"),
    [
        ('[project]\nname = "a"\n[project.scripts]\nrun = "a:main"', {"main.py": ""}, ["run = a:main"]),
        ('[project]\nname = "a"', {"main.py": "", "other.py": ""}, ["main.py"]),
        ('[project]\nname = "a"', {}, []),
    ],
)
def test_where_a_project_starts(tmp_path: Path, toml: str, files: dict[str, str], starts: list[str]) -> None:
    assert [point.name for point in read(tmp_path, project(toml, files)).entry_points] == starts


def test_a_project_one_folder_down(tmp_path: Path) -> None:
    found = read(tmp_path, zipped({"thing-main/pyproject.toml": b'[project]\nname = "thing"', "thing-main/main.py": b""}))
    assert (found.name, [point.name for point in found.entry_points]) == ("thing", ["main.py"])


def test_a_project_without_a_name_says_so(tmp_path: Path) -> None:
    found = read(tmp_path, project("[build-system]\nrequires = []"))
    assert found.name is None
    assert [note.code for note in found.notes] == ["project_without_name"]


@pytest.mark.parametrize(
    "toml",
    [
        "project = 1",
        'project = "x"',
        "project = []",
        "tool = 1",
        "tool = {poetry = 1}",
        "[tool.poetry]\ndependencies = 1",
        "[tool.poetry]\ndependencies = []",
        "[tool.poetry]\nauthors = 1",
        "[tool.poetry]\nauthors = {a = 1}",
        "[project]\nname = 1\nversion = 1.0\ndescription = []",
        '[project]\nname = "a"\nauthors = 1',
        '[project]\nname = "a"\nauthors = [1, [], {}, {name = 1}, {name = "Ada"}]',
        '[project]\nname = "a"\nlicense = 1',
        '[project]\nname = "a"\nlicense = {file = "x"}',
        '[project]\nname = "a"\nscripts = 1',
        '[project]\nname = "a"\nscripts = ["x"]',
        '[project]\nname = "a"\nscripts = {x = 1}',
        '[project]\nname = "a"\ndependencies = 1',
        '[project]\nname = "a"\ndependencies = "lxml"',
        '[project]\nname = "a"\ndependencies = [1, {}, ""]',
        '[project]\nname = "a"\nrequires-python = 3',
        "",
    ],
)
def test_values_of_another_shape_are_left_out(tmp_path: Path, toml: str) -> None:
    found = read(tmp_path, project(toml))
    assert found.kind == "python-project-zip"
    assert all(need.name not in ("l", "x") for need in found.dependencies)
    read(tmp_path, sdist({**SDIST, "thing-1.0/pyproject.toml": toml}))


@pytest.mark.parametrize("marker", ["robot.yaml", "package.yaml", "project.json", "operate.json", "a.nuspec"])
def test_another_platforms_zip_is_not_taken_for_a_project(tmp_path: Path, marker: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(tmp_path, project('[project]\nname = "a"', {marker: "{}"}))
    assert refused.value.code != "pyproject_damaged"


def test_an_encoding_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as refused:
        read(tmp_path, zipped({"pyproject.toml": b"\xff\xfa"}))
    assert (refused.value.code, refused.value.where) == ("text_encoding", "pyproject.toml")


# What stands beside or instead of pyproject.toml

NAMED = '[project]\nname = "fines"\nversion = "1.0"\n'


@pytest.mark.parametrize(
    ("files", "needs"),
    [
        ({"pyproject.toml": NAMED, "requirements.txt": "lxml>=5\n-r more.txt\n", "more.txt": "attrs\n"}, ["lxml", "attrs"]),
        ({"pyproject.toml": NAMED + 'dependencies = ["httpx"]', "requirements.txt": "lxml"}, ["httpx"]),
        (
            {
                "pyproject.toml": NAMED + 'dynamic = ["dependencies"]\n[tool.setuptools.dynamic]\ndependencies = {file = ["needs.txt"]}',
                "needs.txt": "lxml",
            },
            ["lxml"],
        ),
        ({"pyproject.toml": NAMED + '[dependency-groups]\ndev = ["pytest"]\n[project.optional-dependencies]\nx = ["rich"]'}, []),
        (
            {
                "pyproject.toml": '[tool.poetry]\nname = "a"\n[tool.poetry.dependencies]\nlxml = {version = "5", optional = true}\nattrs = "*"'
            },
            ["attrs"],
        ),
        ({"pyproject.toml": NAMED, "requirements.txt": "\\\n--hash=x\n./own.whl\n-e .\nhttps://example.org/a.zip#egg=thing\n"}, ["thing"]),
    ],
)
def test_where_what_is_needed_stands(tmp_path: Path, files: dict[str, str], needs: list[str]) -> None:
    found = read(tmp_path, zipped({name: text.encode() for name, text in files.items()}))
    assert [need.name for need in found.dependencies] == needs


CFG = "[metadata]\nname = fines\nversion = 1.2\ndescription = Pays\nauthor = Ada\n[options]\npython_requires = >=3.10\ninstall_requires =\n    lxml>=5\n[options.entry_points]\nconsole_scripts =\n    pay = fines:pay\n"
SETUP = "from setuptools import setup\nNEEDS = ['lxml>=5']\nsetup(name='fines', version='1.2', description='Pays', author='Ada', python_requires='>=3.10',\n    install_requires=NEEDS, entry_points={'console_scripts': ['pay = fines:pay']}, packages=find())\n"


@pytest.mark.parametrize(
    "files",
    [
        {"setup.cfg": CFG, "fines.py": ""},
        {"setup.py": SETUP, "fines.py": ""},
        {"setup.py": "from setuptools import setup\nsetup()", "setup.cfg": CFG},
    ],
)
def test_projects_of_setuptools(tmp_path: Path, files: dict[str, str]) -> None:
    found = read(tmp_path, zipped({name: text.encode() for name, text in files.items()}))
    assert (found.kind, found.name, found.version, found.description) == ("python-project-zip", "fines", "1.2", "Pays")
    assert (found.authors, found.platform_version) == (("Ada",), "Python >=3.10")
    assert found.dependencies == (Dependency("pypi", "lxml", ">=5"),)
    assert found.entry_points == (EntryPoint("pay = fines:pay"),)


@pytest.mark.parametrize(
    "source", ["import os\nsetup(name=os.environ['N'], install_requires=read())", "setup(**kw)", "setup(", "setup(entry_points='x')", ""]
)
def test_a_setup_that_is_worked_out_says_nothing(tmp_path: Path, source: str) -> None:
    found = read(tmp_path, zipped({"setup.py": source.encode(), "fines.py": b""}))
    assert (found.name, found.dependencies) == (None, ())


def test_a_damaged_setup_cfg_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as refused:
        read(tmp_path, zipped({"setup.cfg": b"name = a", "fines.py": b""}))
    assert (refused.value.code, refused.value.where) == ("setup_cfg_damaged", "setup.cfg")


@pytest.mark.parametrize(
    "files",
    [
        {"requirements.txt": "lxml"},
        {"requirements.txt": "lxml", "a.py": "", "tasks.tag": "words"},
        {"a.py": ""},
        {"deep/er/requirements.txt": "lxml", "a.py": ""},
    ],
)
def test_zips_that_are_no_project(tmp_path: Path, files: dict[str, str]) -> None:
    with pytest.raises(Unreadable):
        read(tmp_path, zipped({name: text.encode() for name, text in files.items()}))


@pytest.mark.parametrize(
    ("toml", "files", "version"),
    [
        ('[tool.hatch.version]\npath = "src/fines/__init__.py"', {"src/fines/__init__.py": '__version__ = "3.1"\n'}, "3.1"),
        (
            '[tool.setuptools.dynamic]\nversion = {attr = "fines.__version__"}',
            {"src/fines/__init__.py": "__version__: str = '3.1'\n"},
            "3.1",
        ),
        ('[tool.setuptools.dynamic]\nversion = {file = "VERSION"}', {"VERSION": "3.1\n"}, "3.1"),
        ('[tool.setuptools.dynamic]\nversion = {attr = "fines.__version__"}', {"fines.py": "__version__ = made()\n"}, None),
        ("", {}, None),
    ],
)
def test_a_version_that_the_code_carries(tmp_path: Path, toml: str, files: dict[str, str], version: str | None) -> None:
    assert read(tmp_path, project(f'[project]\nname = "fines"\ndynamic = ["version"]\n{toml}', files)).version == version


@pytest.mark.parametrize(
    ("name", "useless"), [("robot_framework", True), ("Robot-Framework", True), ("my.project", True), ("pay-fines", False)]
)
def test_a_templates_name_is_said_to_be_one(tmp_path: Path, name: str, useless: bool) -> None:
    found = read(tmp_path, project(f'[project]\nname = "{name}"'))
    assert found.name == name
    assert [note.code for note in found.notes] == (["name_of_template"] if useless else [])


def test_several_projects_in_one_zip(tmp_path: Path) -> None:
    files = {
        "b/pyproject.toml": '[project]\nname = "b"\ndependencies = ["lxml"]',
        "b/main.py": "",
        "a/pyproject.toml": '[project]\nname = "a"\ndependencies = ["attrs"]',
        "a/run.py": "",
    }
    found = read(tmp_path, zipped({name: text.encode() for name, text in files.items()}))
    assert (found.name, [point.name for point in found.entry_points]) == ("a", ["a/run.py", "b/main.py"])
    assert [need.name for need in found.dependencies] == ["attrs", "lxml"]
    assert [note.code for note in found.notes] == ["several_projects"]


@pytest.mark.parametrize(
    ("files", "starts"),
    [
        ({"src/fines/__main__.py": "", "other.py": "if __name__ == '__main__':\n    x()\n"}, ["src/fines/__main__.py"]),
        (
            {"pay.py": "if __name__ == '__main__':\n    x()\n", "other.py": "x()\n", "setup.py": "if __name__ == '__main__': setup()"},
            ["pay.py"],
        ),
    ],
)
def test_where_a_project_starts_that_declares_nothing(tmp_path: Path, files: dict[str, str], starts: list[str]) -> None:
    assert [point.name for point in read(tmp_path, project(NAMED, files)).entry_points] == starts


# What code shows

CODE = '''
from tkinter import messagebox

def pay(case: str, amount: "int" = 0, *rest, quick: bool = False) -> dict[str, int]:
    """Pay one fine.

    :param case: the number of the case
    """
    if messagebox.askyesno("Sure?"):
        input("Really? ")
    try:
        pass
    except ValueError:
        pass
    except:
        raise

def main() -> None: ...
'''


@pytest.mark.parametrize(
    ("target", "path"), [("fines.cli:pay", "src/fines/cli.py"), ("fines:pay", "fines/__init__.py"), ("fines:pay [extra]", "fines.py")]
)
def test_a_command_takes_and_gives_what_its_function_does(tmp_path: Path, target: str, path: str) -> None:
    found = read(
        tmp_path,
        project(
            f'{NAMED}[project.scripts]\npay = "{target}"\nother = "fines.none:pay"\nmain = "{target.replace("pay", "main")}"', {path: CODE}
        ),
    )
    pay, other, main = found.entry_points
    assert pay.name == f"pay = {target}"
    assert [(one.name, one.type, one.required, one.description) for one in pay.inputs] == [
        ("case", "str", True, "the number of the case"),
        ("amount", "int", False, ""),
        ("quick", "bool", False, ""),
    ]
    assert [(one.name, one.type) for one in pay.outputs] == [("result", "dict[str, int]")]
    assert pay.description == "Pay one fine."
    assert (other.inputs, main.inputs, main.outputs) == ((), (), ())


def test_what_waits_for_a_person_and_what_handles_errors(tmp_path: Path) -> None:
    steps = read(tmp_path, project(NAMED, {"pay.py": CODE})).steps
    assert [(step.kind, step.name, step.human) for step in steps if step.within] == [
        ("human", "askyesno", True),
        ("human", "input", True),
        ("exception", "except ValueError", False),
        ("exception", "except", False),
    ]
    assert {step.part for step in steps} == {"pay.py"}
    assert [(step.name, step.language) for step in steps if not step.within] == [("pay", "python"), ("main", "python")]


def test_names_that_a_settings_file_gives(tmp_path: Path) -> None:
    files = {
        "config.py": 'REGISTER_LOGIN = "Register"  # in Orchestrator\nFOLDER = "Fines folder"\nOTHER = "unused"\n',
        "main.py": "login = oc.get_credential(config.REGISTER_LOGIN)\nfolder = oc.get_constant(FOLDER).value\noc.get_credential(config.UNKNOWN)\n",
    }
    found = read(tmp_path, project(NAMED, files))
    assert (found.to_set.credentials, found.to_set.assets) == (("Register",), ("Fines folder",))


def test_a_script_is_one_step_and_so_is_no_module_that_only_defines(tmp_path: Path) -> None:
    script = 'import robot\nif __name__ == "__main__":\n    for case in robot.cases():\n        case.close()\n'
    found = read(tmp_path, project("name='a'", {"main.py": script, "names.py": 'A = "x"\nif A == "y":\n    A = "z"\n'}))
    assert [(step.name, step.kind, step.part, step.language) for step in found.steps] == [("main.py", "code", "main.py", "python")]


def test_servers_that_settings_name_without_an_address(tmp_path: Path) -> None:
    settings = 'SMTP_SERVER = "smtp.Example.local"\nhost: str = "db.example.org"\nobserver = "x.y"\nSERVER_NAME = "a name"\nconnect(host_name="ftp.example.org")\n'
    assert read(tmp_path, project("name='a'", {"config.py": settings})).reach.hosts == (
        "smtp.example.local",
        "db.example.org",
        "ftp.example.org",
    )
