"""Makes a module's row in the catalogue say what its latest listed release says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from registry.actions.refresh_use import rating_columns
from registry.catalogue.models import Module, ModuleWords, SearchWord, SearchWordUse
from registry.formats import platform_of
from registry.formats.model import Inspection, Words, inspection_from_json
from registry.governance.blocking import blockers
from registry.releases.adaptation import adaptation_rows
from registry.releases.models import Release
from registry.reviews.tier_facts import facts_of
from registry.reviews.tiers import judged, tier_of
from registry.values.languages import is_same_language
from registry.values.markdown import to_html

OWNED_FOR = timedelta(days=365)  # until its publisher must say again that somebody answers for it
MAX_LANGUAGES = 40
MAX_DESCRIPTION = 20_000  # characters in one language
MAX_WORDS = 600  # distinct words of one module that a mistyped search may find
_WORD = re.compile(r"[^\W\d_]{3,40}")


def refresh_module(module: Module) -> None:
    """Rewrite the columns the catalogue is searched by. The caller holds a lock on the module's row."""
    latest = latest_listed(module)
    module.status = _status(module, latest)
    module.revision += 1
    module.rated, module.rating = rating_columns(module)  # of what its readers see just now
    if latest is not None:
        inspection = inspection_from_json(latest.inspection)
        module.latest_version, module.latest_at, module.licence = latest.version, latest.created_at, latest.licence
        module.platforms = platforms_of(latest)
        declared = list(module.systems.order_by("system__name").values_list("system__name", flat=True))
        module.applications = declared or [name[:120] for name in inspection.reach.applications]
        module.review_by = module.review_by or (timezone.now() + OWNED_FOR).date()
        module.to_set_count = sum(1 for row in adaptation_rows(inspection, declared) if row.effort == "set")
        module.tier = tier_now(module, latest, inspection)
        module.save()
        _index(module, inspection, _keep_words(module, inspection))
    else:
        module.tier = 0
        module.save()


def platforms_of(release: Release) -> list[str]:
    """The platforms that its files are for, and of a sequence those of its parts: whoever looks for one finds what needs it."""
    kinds = release.artefacts.values_list("kind", flat=True)
    parts = Release.objects.filter(locked_in__lock=release.pk).order_by("locked_in__position").values_list("platform", flat=True)
    return list(dict.fromkeys([*(platform_of(kind) for kind in kinds), *parts]))


def latest_listed(module: Module) -> Release | None:
    """The release that a module's row speaks of: the highest stable one that all its readers see, else a preview, else a yanked one."""
    listed = module.releases.seen_by_all_of(module)
    return (
        listed.filter(yanked_at=None, is_prerelease=False).newest_first().first()
        or listed.filter(yanked_at=None).newest_first().first()
        or listed.newest_first().first()
    )


def tier_now(module: Module, latest: Release, inspection: Inspection) -> int:
    """The assurance tier that ``latest`` has reached."""
    is_assessed = not blockers(latest, latest.visibility, latest.marking)
    return tier_of(judged(facts_of(latest, module, inspection, systems=module.systems.count(), is_assessed=is_assessed)))


def _status(module: Module, latest: Release | None) -> str:
    if latest is None:
        return Module.Status.DRAFT
    if module.retired_at:
        return Module.Status.RETIRED
    if module.deprecated_at:
        return Module.Status.DEPRECATED
    return Module.Status.YANKED if latest.is_yanked else Module.Status.LISTED


def _keep_words(module: Module, inspection: Inspection) -> tuple[Words, ...]:
    """What its files say in languages that are not its own, kept as the module's words; ``inspection`` is of the latest listed release.

    A release that says nothing leaves what an earlier one said that all readers still see.
    """
    said = inspection.words
    if not said:
        if not module.words.exists():
            return ()
        earlier = module.releases.seen_by_all_of(module).filter(yanked_at=None, inspection__words__0__isnull=False).newest_first().first()
        said = inspection_from_json(earlier.inspection).words if earlier else ()
    others = {words.language: words for words in said if not is_same_language(words.language, module.language)}
    module.words.all().delete()
    ModuleWords.objects.bulk_create(
        ModuleWords(
            module=module,
            language=language[:35],
            title=words.title[:120],
            summary=words.summary[:300],
            description=words.description[:MAX_DESCRIPTION],
            description_html=to_html(words.description[:MAX_DESCRIPTION]),
        )
        for language, words in list(others.items())[:MAX_LANGUAGES]
    )
    return tuple(others.values())[:MAX_LANGUAGES]


def _index(module: Module, inspection: Inspection, others: Sequence[Words]) -> None:
    """Write the search vector, in English and Danish at once, and the words that a mistyped search is mended by."""
    actions = [point.name for point in inspection.entry_points] + [step.name for step in inspection.steps[:500]]
    weighted = [
        ("A", f"{module.title} {module.slug}"),
        ("B", f"{module.summary} {' '.join(module.applications)} {module.publisher} {module.organisation.name}"),
        ("B", " ".join(f"{words.title} {words.summary}" for words in others)),
        ("C", " ".join(actions)[:50_000]),
        ("D", " ".join([module.readme, *(words.description for words in others)])[:100_000]),
    ]
    parts, parameters = [], []
    for weight, text in weighted:
        for language in ("moothall_en", "moothall_da"):
            parts.append(f"setweight(to_tsvector('{language}', %s::text), '{weight}')")
            parameters.append(text)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE registry_module SET search = {' || '.join(parts)} WHERE id = %s", [*parameters, module.pk])
    words = list(dict.fromkeys(_WORD.findall(" ".join(text for _, text in weighted).casefold())))[:MAX_WORDS]
    SearchWord.objects.bulk_create([SearchWord(word=word) for word in sorted(words)], ignore_conflicts=True)
    SearchWordUse.objects.filter(module=module).delete()
    SearchWordUse.objects.bulk_create(
        [SearchWordUse(word_id=key, module=module) for key in SearchWord.objects.filter(word__in=words).values_list("pk", flat=True)]
    )
