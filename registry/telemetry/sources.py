"""Where an organisation's runs come from: its webhook, and what its platforms' names stand for. In the telemetry database, without foreign keys."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.secrets import base62, random_text
from registry.telemetry.database import cursor

MAX_UNKNOWN: Final = 200  # names an organisation
DAYS_UNKNOWN: Final = 30
MAX_NAMES: Final = 2_000  # that an organisation says the meaning of


class Platform(models.TextChoices):
    """Whose names they are; the texts are those of ``registry.telemetry.adapters.model.Source``."""

    UIPATH = "uipath", "UiPath process"
    UIPATH_QUEUE = "uipath_queue", "UiPath queue"
    BLUEPRISM = "blueprism", "Blue Prism process"
    POWER_AUTOMATE = "power_automate", "Power Automate flow"
    AUTOMATION_ANYWHERE = "automation_anywhere", "Automation Anywhere automation"
    TABLE = "table", "Name in a table"


class RunName(models.Model):
    """What an organisation says a platform's name stands for. Without a module its runs are left out on purpose."""

    organisation = models.CharField(max_length=40, db_collation="C")
    source = models.CharField(max_length=20, choices=Platform.choices)
    name = models.CharField(max_length=120)  # as the platform writes it
    folded = models.CharField(max_length=240, db_collation="C")  # as it is compared; some letters fold into two or three
    module = models.CharField(max_length=121, blank=True, db_collation="C")
    version = models.CharField(max_length=80, blank=True, db_collation="C")  # empty: the one the platform says, else the one stated in use

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "source", "folded"], name="one_meaning_per_run_name"),
            models.CheckConstraint(condition=~Q(module="") | Q(version=""), name="no_version_of_nothing"),
        ]


class UnknownName(models.Model):
    """A name that came and led to no release: itself and how many runs, nothing else of them. Forgotten 30 days after it last came."""

    organisation = models.CharField(max_length=40, db_collation="C")
    source = models.CharField(max_length=20, choices=Platform.choices)
    name = models.CharField(max_length=120)
    version = models.CharField(max_length=80, blank=True, db_collation="C")  # as the platform says it
    leads_to_module = models.BooleanField(default=False)  # it is the version alone that is not known
    runs = models.BigIntegerField()
    last_on = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "source", "name", "version"], name="each_unknown_run_name_once")
        ]


class RunHook(models.Model):
    """The address to which an organisation's UiPath Orchestrator sends what ended. Its secret is kept nowhere: it is derived."""

    organisation = models.CharField(max_length=40, primary_key=True, db_collation="C")
    key = models.CharField(max_length=43, unique=True, default=random_text, db_collation="C")  # what its address ends in
    generation = models.PositiveIntegerField(default=1)  # raised to make another secret
    opened_at = models.DateTimeField()
    last_on = models.DateField(null=True)  # when something came last

    @property
    def secret(self) -> str:
        """What Orchestrator signs with, shown to those who answer for the organisation."""
        return _derived(self.key, self.generation, settings.SECRET_KEY)

    @property
    def secrets(self) -> list[str]:
        """The secret, also as it was under the installation's former keys that still count."""
        return [_derived(self.key, self.generation, each) for each in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def _derived(key: str, generation: int, installation: str | bytes) -> str:
    """256 bits that only this installation can make of a hook's key and generation."""
    made = salted_hmac("registry.telemetry.RunHook", f"{key}:{generation}", secret=installation, algorithm="sha256")
    return base62(int.from_bytes(made.digest()), 43)


def fold(name: str) -> str:
    """A name as it is compared: without regard to case and spaces."""
    return " ".join(name.split()).casefold()[:240]


_NOTE: Final = """
INSERT INTO telemetry_unknownname AS known (organisation, source, name, version, leads_to_module, runs, last_on)
SELECT %s, source, name, version, leads, runs, %s
FROM unnest(%s::text[], %s::text[], %s::text[], %s::boolean[], %s::bigint[]) AS t (source, name, version, leads, runs)
ON CONFLICT (organisation, source, name, version)
DO UPDATE SET runs = known.runs + excluded.runs, leads_to_module = excluded.leads_to_module, last_on = excluded.last_on
"""


def note_unknown(organisation: str, names: Counter[tuple[str, str, str, bool]]) -> None:
    """Count names (source, name, version, whether its module is known) that led to no release; at most 200 are kept."""
    if not names:
        return
    today = timezone.now().date()
    with cursor() as run:
        # One at a time counts an organisation's names, so that their number holds whoever else sends some.
        run.execute("SELECT pg_advisory_xact_lock(hashtextextended('moothall-run-names-' || %s, 0))", [organisation])
        run.execute("DELETE FROM telemetry_unknownname WHERE organisation = %s AND last_on < %s", [organisation, _oldest(today)])
        known = set(UnknownName.objects.filter(organisation=organisation).values_list("source", "name", "version"))
        new = [key for key in names if key[:3] not in known][: max(0, MAX_UNKNOWN - len(known))]
        kept = sorted({*new, *(key for key in names if key[:3] in known)})
        columns = [[key[place] for key in kept] for place in range(4)]
        run.execute(_NOTE, [organisation, today, *columns, [names[key] for key in kept]])


def unknown_names(organisation: str) -> list[UnknownName]:
    """The names of ``organisation`` that still lead nowhere, most runs first."""
    oldest = _oldest(timezone.now().date())
    return list(UnknownName.objects.filter(organisation=organisation, last_on__gte=oldest).order_by("-runs", "name", "version"))


def forget_old_names() -> int:
    """Remove the names that nothing came under for 30 days. Returns how many."""
    return UnknownName.objects.filter(last_on__lt=_oldest(timezone.now().date())).delete()[0]


def forget_sources(organisation: str) -> None:
    """Remove everything kept here of ``organisation``: its webhook, which answers no more, and its names."""
    for model in (RunHook, RunName, UnknownName):
        model.objects.filter(organisation=organisation).delete()


def noted(hook: RunHook) -> None:
    """Keep the day on which something came last."""
    today = timezone.now().date()
    if hook.last_on != today:
        RunHook.objects.filter(organisation=hook.organisation, key=hook.key).update(last_on=today)


def raised(hook: RunHook) -> None:
    """Make another secret; the former counts no more."""
    RunHook.objects.filter(pk=hook.pk).update(generation=F("generation") + 1)


def _oldest(today: date) -> date:
    return today - timedelta(days=DAYS_UNKNOWN)
