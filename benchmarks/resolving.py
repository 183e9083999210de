"""Milliseconds to resolve a sequence: of 20 steps among catalogues as they grow, in memory and from the database, and of the worst graphs."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Organisation
from accounts.viewer import Viewer
from benchmarks import graphs
from benchmarks.ground import show, timed
from benchmarks.seed import listed_unsigned
from registry.catalogue.models import Module
from registry.errors import RegistryError
from registry.formats.flow import Flow, Node, Use
from registry.releases.models import Artefact, Dependency, Release
from registry.resolving.model import Asked, Offer
from registry.resolving.solving import resolve
from registry.sequences.locking import lock_of
from registry.values.versions import version_key

SIZES = (1_000, 10_000, 100_000)  # releases in memory
STORED = (1_000, 10_000)  # in the database, which takes minutes to fill with more


def run() -> None:
    """Print a line for each catalogue and each family."""
    for size in SIZES:
        _show(f"20 steps among {size:,} releases, in memory", graphs.catalogue(size))
    for name, question in graphs.worst():
        _show(name, question, times=3)
    for size in STORED:
        asked, offers = graphs.catalogue(size)
        viewer = _stored(offers, size)
        flow = Flow(nodes=tuple(_node(number, each, size) for number, each in enumerate(asked)))
        taken, ended = _times(lambda flow=flow, viewer=viewer: len(lock_of(viewer, flow).parts), 7)  # type: ignore[misc]
        show(f"20 steps among {size:,} releases, from the database", taken, ended)


def _show(name: str, question: graphs.Question, times: int = 7) -> None:
    taken, ended = _times(lambda: len(resolve(*question)), times)
    show(name, taken, ended)


def _times(work: Callable[[], int], count: int) -> tuple[list[float], str]:
    """Milliseconds, the first left out, and how it ended."""
    ends: set[str] = set()

    def one() -> None:
        try:
            ends.add(f"{work()} modules")
        except RegistryError as error:
            ends.add(error.code)

    taken = [timed(one) * 1000 for _ in range(count + 1)]
    return taken[1:], ", ".join(sorted(ends))


def _node(number: int, asked: Asked, size: int) -> Node:
    return Node(f"s{number}", asked.by, "serviceTask", uses=Use(_named(asked.need.module, size), asked.need.range))


def _named(module: str, size: int) -> str:
    """Each catalogue's modules are a publisher's of its own."""
    return f"force-{size}/{module.partition('/')[2]}"


def _stored(offers: graphs.Offers, size: int) -> Viewer:
    """The catalogue in the database, of an organisation of its own; the viewer is another."""
    maker = Organisation.objects.create(slug=f"force-{size}", name=f"Force {size}", kind="police")
    other = Organisation.objects.create(slug=f"asker-{size}", name=f"Asker {size}", kind="police")
    with listed_unsigned(), transaction.atomic():
        modules = Module.objects.bulk_create([_module(name, maker) for name in offers], batch_size=2000)
        keys = {module.identifier: module.pk for module in modules}
        made = [_release(offer, keys[_named(offer.module, size)]) for some in offers.values() for offer in some]
        releases = Release.objects.bulk_create(made, batch_size=2000)
        Artefact.objects.bulk_create(
            [Artefact(release=each, filename="process.bpmn", size=100, sha256=each.digest, kind="bpmn") for each in releases],
            batch_size=5000,
        )
        Dependency.objects.bulk_create(_needs(releases, offers, size), batch_size=5000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return Viewer(organisations=(other.pk,), organisation=other)


def _module(name: str, maker: Organisation) -> Module:
    slug = name.partition("/")[2]
    said = {"title": slug, "summary": "Is resolved.", "visibility": "partnership", "status": "listed", "licence": "MIT"}
    return Module(organisation=maker, publisher=maker.slug, slug=slug, **said)


def _release(offer: Offer, module: int) -> Release:
    return Release(
        module_id=module,
        version=offer.version,
        version_key=version_key(offer.version),
        licence="MIT",
        platform="bpmn",
        artefact_kind="bpmn",
        inspection={"platform": "bpmn", "kind": "bpmn", "name": offer.module},
        digest=f"{offer.key:064x}",
        state="listed",
        visibility="partnership",
        listed_at=timezone.now(),
    )


def _needs(releases: Iterable[Release], offers: graphs.Offers, size: int) -> list[Dependency]:
    wanted = [offer.needs for some in offers.values() for offer in some]
    return [
        Dependency(
            release=release, ecosystem="moothall", name=_named(need.module, size), wanted=_named(need.module, size), range=need.range
        )
        for release, needs in zip(releases, wanted, strict=True)
        for need in needs
    ]
