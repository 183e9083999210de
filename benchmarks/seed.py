"""Fills a catalogue with made-up modules, by the same columns that the door writes, fast enough for 20,000."""

from __future__ import annotations

import contextlib
import copy
import random
from collections.abc import Iterator
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Organisation
from registry.catalogue.models import BusinessArea, Module, SearchWord, SearchWordUse
from registry.releases.models import Artefact, Finding, Release
from registry.reviews.models import Review
from registry.values.versions import version_key

VERBS = ["Checks", "Files", "Sends", "Records", "Matches", "Copies", "Updates", "Validates", "Archives", "Books", "Notifies", "Reconciles"]
THINGS = [
    "victim",
    "crime",
    "incident",
    "custody",
    "bail",
    "firearms",
    "licence",
    "invoice",
    "planning",
    "application",
    "council",
    "tax",
    "benefit",
    "leave",
    "rota",
    "contact",
    "case",
    "letter",
    "address",
    "vehicle",
    "collision",
    "fraud",
    "report",
    "warrant",
    "property",
    "exhibit",
    "interview",
    "statement",
    "witness",
    "housing",
    "repair",
    "parking",
    "permit",
    "school",
    "place",
    "meal",
    "grant",
    "payment",
    "pension",
    "starter",
    "leaver",
    "sickness",
    "training",
    "recruitment",
    "procurement",
    "contract",
    "order",
    "supplier",
    "stock",
    "asset",
    "fleet",
]
SYSTEMS = ["Niche RMS", "Athena", "Connect", "SharePoint", "Uniform", "Liquidlogic", "Opus Personale", "Outlook", "SAP", "NECVR"]
PLATFORMS = ["uipath", "blueprism", "power_automate", "python", "bpmn"]


def seed(count: int) -> None:
    """Bring the catalogue to ``count`` modules of 40 organisations, one listed release each with five findings; a tenth are not shared.

    Of another tenth the next version is in review.
    """
    chance = random.Random(7)
    publishers = [
        Organisation.objects.get_or_create(slug=f"body-{n}", defaults={"name": f"Body {n}", "kind": "council"})[0] for n in range(40)
    ]
    areas = list(BusinessArea.objects.all())
    first = Module.objects.count()
    with listed_unsigned(), transaction.atomic():
        modules = Module.objects.bulk_create(
            [_module(number, chance, publishers, areas) for number in range(first, count)], batch_size=2000
        )
        listed = [_release(module, chance) for module in modules]
        waiting = [_next(release) for release in listed[1::10]]
        releases = Release.objects.bulk_create(listed + waiting, batch_size=2000)
        Artefact.objects.bulk_create([_artefact(release) for release in releases], batch_size=2000)
        Finding.objects.bulk_create([_finding(release, number) for release in listed for number in range(5)], batch_size=5000)
        Review.objects.bulk_create([_review(release, chance) for release in waiting], batch_size=2000)
        _index(modules)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@contextlib.contextmanager
def listed_unsigned() -> Iterator[None]:
    """Nobody signed what is seeded; the guard that refuses it is off in the benchmark's own database meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgname LIKE 'pgtrigger_signed_before_listed%'")
        (trigger,) = cursor.fetchone()
        cursor.execute(f"ALTER TABLE registry_release DISABLE TRIGGER {trigger}")
        try:
            yield
        finally:
            cursor.execute(f"ALTER TABLE registry_release ENABLE TRIGGER {trigger}")


def _module(number: int, chance: random.Random, publishers: list[Organisation], areas: list[BusinessArea]) -> Module:
    things = chance.sample(THINGS, 4)
    publisher, area = chance.choice(publishers), chance.choice(areas)
    return Module(
        organisation=publisher,
        publisher=publisher.slug,
        slug=f"{things[0]}-{things[1]}-{number}",
        title=f"{things[0].title()} {things[1]} {things[2]}",
        summary=f"{chance.choice(VERBS)} the {things[1]} of a {things[2]} and tells the {things[3]} team when it needs a person.",
        readme="\n\n".join(f"{chance.choice(VERBS)} {' '.join(chance.sample(THINGS, 12))}." for _ in range(8)),
        visibility="own" if number % 10 == 0 else "partnership",
        business_area=area,
        area=area.slug,
        status="listed",
        latest_version="1.0.0",
        latest_at=timezone.now(),
        licence=chance.choice(["MIT", "OGL-UK-3.0", "EUPL-1.2", "Apache-2.0"]),
        platforms=[chance.choice(PLATFORMS)],
        applications=chance.sample(SYSTEMS, 2),
        to_set_count=chance.randrange(12),
    )


def _release(module: Module, chance: random.Random) -> Release:
    point = {
        "name": "Main",
        "inputs": [{"name": "in_Queue", "type": "String", "required": True, "description": ""}],
        "outputs": [],
        "description": "",
    }
    steps = [
        {"id": str(n), "name": f"{chance.choice(VERBS)} {chance.choice(THINGS)}", "kind": "action", "action": "x", "human": False}
        for n in range(30)
    ]
    inspection = {
        **dict.fromkeys(("version", "title", "description", "licence", "platform_version")),
        "platform": module.platforms[0],
        "kind": "bpmn",
        "name": module.title,
        "authors": [],
        "entry_points": [point],
        "dependencies": [],
        "reach": {"applications": [], "hosts": ["portal.example"], "paths": [], "addresses": []},
        "to_set": {"credentials": ["Robot"], "assets": [], "queues": ["Q"], "environment_variables": [], "connections": []},
        "steps": steps,
        "files": [],
        "notes": [],
    }
    return Release(
        module=module,
        version="1.0.0",
        version_key=version_key("1.0.0"),
        licence=module.licence,
        platform=module.platforms[0],
        artefact_kind="bpmn",
        inspection=inspection,
        digest=f"{module.pk:064x}",
        state="listed",
        visibility=module.visibility,
        listed_at=timezone.now(),
    )


def _next(release: Release) -> Release:
    """The next version of what is listed, on its way to be."""
    later = copy.copy(release)
    later.version, later.version_key, later.state = "1.1.0", version_key("1.1.0"), "in_review"
    later.visibility, later.listed_at, later.digest = "own", None, f"1{release.digest[1:]}"
    return later


def _review(release: Release, chance: random.Random) -> Review:
    due = timezone.now() + timedelta(hours=chance.randrange(-240, 240))
    return Review(
        release=release,
        kind=Review.Kind.UPDATE,
        visibility=release.module.visibility,
        marking="OFFICIAL",
        digest=release.digest,
        state=release.state,
        due_at=due,
    )


def _finding(release: Release, number: int) -> Finding:
    return Finding(
        release=release,
        digest=release.digest,
        fingerprint=f"{release.module.pk:058x}{number:06x}",
        code="network_reach",
        severity="note" if number else "answer",
        title=f"It speaks to portal-{number}.example",
        where=f"Main.xaml, line {number * 7 + 3}",
    )


def _artefact(release: Release) -> Artefact:
    return Artefact(release=release, filename="process.bpmn", size=100, sha256=release.digest, kind="bpmn")


def _index(modules: list[Module]) -> None:
    both = "setweight(to_tsvector('moothall_en', {0}), '{1}') || setweight(to_tsvector('moothall_da', {0}), '{1}')"
    vector = " || ".join(
        both.format(text, weight)
        for text, weight in (("title || ' ' || slug", "A"), ("summary || ' ' || array_to_string(applications, ' ')", "B"), ("readme", "D"))
    )
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE registry_module SET search = {vector} WHERE search IS NULL")
    used = {
        module: sorted(set(f"{module.title} {module.summary} {module.readme}".casefold().replace(".", "").split())) for module in modules
    }
    SearchWord.objects.bulk_create(
        [SearchWord(word=word) for word in sorted({word for words in used.values() for word in words})], ignore_conflicts=True
    )
    keys = dict(SearchWord.objects.values_list("word", "pk"))
    SearchWordUse.objects.bulk_create(
        [SearchWordUse(word_id=keys[word], module=module) for module, words in used.items() for word in words],
        batch_size=5000,
        ignore_conflicts=True,
    )
