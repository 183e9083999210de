"""Each gate passes what it should and refuses the rest, with its code, its place and a mend."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from registry.catalogue.models import Module
from registry.errors import Conflict, Refused, RegistryError
from registry.formats.model import Inspection
from registry.releases import gates
from registry.releases.gates import Candidate, ReleaseForm
from registry.releases.models import Artefact, StoredBytes
from registry.releases.upload import Upload
from tests.make import bpmn, make_module, make_organisation, make_release

pytestmark = pytest.mark.django_db


def upload(filename: str = "a.bpmn", size: int = 10) -> Upload:
    return Upload(Path("/nowhere"), filename, size, "a" * 64)


def candidate(
    module: Module | None = None,
    *,
    version: str | None = None,
    digest: str = "d" * 64,
    uploads: tuple[Upload, ...] = (),
    slug: str = "",
    **form: object,
) -> Candidate:
    organisation = module.organisation if module else make_organisation("hampshire")
    given = {"version": "1.0.0", "licence": "MIT", "summary": "Does it.", **form}
    read = Inspection("bpmn", "bpmn", version=version)
    return Candidate(
        organisation,
        slug or (module.slug if module else "victim-update"),
        module,
        ReleaseForm(**given),
        uploads or (upload(),),
        (read,),
        digest,
    )


def refused(gate: object, one: Candidate, code: str, where: str) -> RegistryError:
    with pytest.raises(RegistryError) as error:
        gate(one)  # type: ignore[operator]
    assert error.value.code == code
    assert error.value.where == where
    assert error.value.mend
    return error.value


def test_a_sound_candidate_passes_every_gate() -> None:
    for gate in gates.GATES:
        gate(candidate())


def test_identifier() -> None:
    refused(gates.identifier_valid, candidate(slug="Victim_Update"), "slug_invalid", "slug")


def test_files() -> None:
    refused(gates.files_named_apart, dataclasses.replace(candidate(), uploads=()), "artefact_missing", "artefact")
    refused(gates.files_named_apart, candidate(uploads=(upload("a.BPMN"), upload("A.bpmn"))), "artefact_twice", "artefact")
    refused(gates.files_named_apart, candidate(uploads=tuple(upload(f"{n}.bpmn") for n in range(21))), "too_many_artefacts", "artefact")


@pytest.mark.parametrize("name", ["../a", "a/b", "con.txt", "a\x00b", "", " a", "a.", "x" * 151, "a|b", 'a"b'])
def test_file_names(name: str) -> None:
    with pytest.raises(Refused) as error:
        gates.files_named_apart(candidate(uploads=(upload(name),)))
    assert error.value.code == "filename_invalid"


def test_version_comes_from_the_form_or_from_the_file() -> None:
    assert gates.release_version(candidate()) == "1.0.0"
    one = dataclasses.replace(candidate(), form=ReleaseForm(), inspections=(Inspection("python", "python-wheel", version="2.1"),))
    assert gates.release_version(one) == "2.1.0"


def test_version_needed() -> None:
    one = dataclasses.replace(candidate(), form=ReleaseForm())
    assert "1.0.0" in refused(gates.version_given, one, "version_needed", "version").mend
    four = dataclasses.replace(one, inspections=(Inspection("power_automate", "powerplatform-solution", version="1.1.12501.241"),))
    assert "1.1.12501" in refused(gates.version_given, four, "version_needed", "version").mend


def test_version_differs_from_the_file() -> None:
    one = dataclasses.replace(candidate(), inspections=(Inspection("uipath", "uipath-nupkg-process", version="1.0.3"),))
    assert "1.0.3" in refused(gates.version_given, one, "version_differs", "version").mend


def test_a_version_the_file_cannot_say_is_free() -> None:
    one = dataclasses.replace(candidate(), inspections=(Inspection("power_automate", "powerplatform-solution", version="1.1.12501.241"),))
    assert gates.release_version(one) == "1.0.0"


def test_version_is_new() -> None:
    release = make_release("hampshire/victim-update", "1.0.0")
    error = refused(gates.version_is_new, candidate(release.module), "version_exists", "version")
    assert isinstance(error, Conflict)
    gates.version_is_new(candidate(release.module, digest=release.digest))


def test_licence() -> None:
    refused(gates.licence_named, candidate(licence=""), "licence_missing", "licence")
    refused(gates.licence_named, candidate(licence="Apache 2"), "licence_invalid", "licence")
    module = make_module("hampshire/victim-update")
    assert gates.release_licence(candidate(module, licence="")) == "MIT"


def test_words() -> None:
    refused(gates.words_given, candidate(summary=""), "summary_missing", "summary")
    refused(gates.words_given, candidate(title="x" * 121), "text_too_long", "title")
    refused(gates.words_given, candidate(changes="a\x00"), "text_invalid", "changes")
    gates.words_given(candidate(make_module("hampshire/victim-update"), summary=""))


@pytest.mark.parametrize("field", ["visibility", "marking", "ip_owner_type", "reuse", "language", "business_area"])
def test_choices(field: str) -> None:
    refused(gates.choices_known, candidate(**{field: "secret"}), f"{field}_unknown", field)


def test_sharing() -> None:
    make_organisation("wiltshire")
    gates.sharing_possible(candidate(visibility="named", share_with=("wiltshire",)))
    refused(gates.sharing_possible, candidate(visibility="named"), "share_with_missing", "share_with")
    refused(gates.sharing_possible, candidate(share_with=("nowhere",)), "organisation_unknown", "share_with")


def test_systems() -> None:
    gates.systems_named(candidate(systems=("Niche RMS@>=6.8 <7", "SharePoint")))
    refused(gates.systems_named, candidate(systems=("",)), "system_invalid", "systems")


def test_dependencies() -> None:
    gates.dependencies_named(candidate(dependencies=("met/rota@^1.2", "met/other")))
    refused(gates.dependencies_named, candidate(dependencies=("hampshire/victim-update",)), "dependency_on_itself", "dependencies")
    refused(gates.dependencies_named, candidate(dependencies=("met/rota", "met/rota@1")), "dependency_twice", "dependencies")
    with pytest.raises(Refused) as error:
        gates.dependencies_named(candidate(dependencies=("rota",)))
    assert error.value.code == "identifier_invalid"


def test_a_module_that_the_file_names_is_named_as_modules_are() -> None:
    from registry.formats.model import Dependency

    read = Inspection("bpmn", "bpmn", dependencies=(Dependency("moothall", "nonsense"),))
    refused(gates.dependencies_named, dataclasses.replace(candidate(), inspections=(read,)), "identifier_invalid", "artefact")


def test_quota(settings) -> None:  # type: ignore[no-untyped-def]
    settings.QUOTA_BYTES = 100
    gates.within_quota(candidate(uploads=(upload(size=100),)))
    refused(gates.within_quota, candidate(uploads=(upload(size=101),)), "quota_exceeded", "artefact")


def test_the_quota_counts_what_is_kept_already(settings) -> None:  # type: ignore[no-untyped-def]
    module = make_release("hampshire/victim-update", data=bpmn("One")).module
    make_release("hampshire/other", data=bpmn("Two, a little longer"))
    make_release("met/other")
    kept = sum(Artefact.objects.filter(release__module__organisation=module.organisation).values_list("size", flat=True))
    assert StoredBytes.objects.get(organisation=module.organisation).total == kept
    settings.QUOTA_BYTES = kept + 10
    gates.within_quota(candidate(module, uploads=(upload(size=10),)))
    refused(gates.within_quota, candidate(module, uploads=(upload(size=11),)), "quota_exceeded", "artefact")


def test_what_an_artefact_provides() -> None:
    from registry.formats.model import Dependency

    assert gates.provided_names(Inspection("python", "python-wheel", name="Itk_Dev")) == {("pypi", "itk-dev")}
    release = Inspection(
        "blueprism",
        "blueprism-release",
        name="Victim update",
        provides=("Send updates",),
        dependencies=(Dependency("blueprism", "SMS gateway", included=True), Dependency("blueprism", "MS Excel VBO")),
    )
    assert gates.provided_names(release) == {("blueprism", "victim update"), ("blueprism", "send updates"), ("blueprism", "sms gateway")}


def test_a_flow_of_tagui_is_asked_for_by_its_file() -> None:
    from registry.formats.model import Dependency, EntryPoint

    flow = Inspection(
        "tagui",
        "tagui-flow",
        entry_points=(EntryPoint("Pay fines.tag"),),
        dependencies=(Dependency("tagui-flow", "login.tag", included=True), Dependency("tagui-flow", "other.tag")),
    )
    assert gates.provided_names(flow) == {("tagui-flow", "pay fines.tag"), ("tagui-flow", "login.tag")}
