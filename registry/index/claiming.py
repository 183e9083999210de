"""What claims, baselines and costs may be about, and what waits to be decided: for the pages on which they are written."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from accounts.models import Organisation
from accounts.viewer import Viewer
from registry.adoption.models import Adoption
from registry.benefits.models import Baseline, Claim, ClaimShare, CostLine, Evidence, ExchangeRate, OutcomeMeasure
from registry.catalogue.models import Module
from registry.index.claim_page import visible_claim
from registry.index.ledger_costs import visible_costs
from registry.index.read import missing

MOST = 200
MOST_LINES = 2000


def to_decide(viewer: Viewer) -> list[Claim]:
    """What waits for ``viewer``, longest first; at most 200. ``has_evidence`` says whether anything shows it yet."""
    rows = Claim.objects.to_decide_by(viewer).select_related("organisation", "module").defer("module__search")
    shown = rows.annotate(has_evidence=Exists(Evidence.objects.filter(claim=OuterRef("pk"))))
    return list(shown.order_by("submitted_at", "pk")[:MOST])


def evidence(viewer: Viewer, key: int) -> Evidence:
    """A piece with its file, for whoever may open it; raises :class:`Missing`."""
    found = Evidence.objects.open_to(viewer).exclude(file=None).select_related("file").filter(pk=key).first()
    if found is None:
        raise missing()
    return found


def share_to_answer(viewer: Viewer, key: int) -> ClaimShare:
    """The part in a claim of an organisation that ``viewer`` belongs to, the one acted for first; raises :class:`Missing` where there is none."""
    claim = visible_claim(viewer, key)
    rows = ClaimShare.objects.filter(claim=claim, organisation__in=viewer.organisations).exclude(organisation=claim.organisation_id)
    shares = list(rows.select_related("organisation").order_by("pk"))
    if not shares:
        raise missing()
    share = next((each for each in shares if each.organisation == viewer.organisation), shares[0])
    share.claim = claim
    return share


def measure(viewer: Viewer, claim_key: int, key: int) -> OutcomeMeasure:
    """A measure of a claim that ``viewer`` reads; raises :class:`Missing`."""
    claim = visible_claim(viewer, claim_key)
    found = claim.outcomes.filter(pk=key).first()
    if found is None:
        raise missing()
    found.claim = claim
    return found


# --- What a claim may be about --------------------------------------------------------------------------------------------
def modules_for(viewer: Viewer, organisation: Organisation) -> list[Module]:
    """Those ``organisation`` publishes or says it runs, while ``viewer`` sees them; at most 200."""
    runs = Adoption.objects.filter(organisation=organisation, module=OuterRef("pk"))
    rows = Module.objects.visible_to(viewer).filter(Q(organisation=organisation) | Exists(runs))
    return list(rows.select_related("organisation").defer("search").order_by("title", "pk")[:MOST])


def programmes_for(organisation: Organisation) -> list[Claim]:
    """Programmes that ``organisation`` holds or shares in, newest first; at most 200."""
    rows = Claim.objects.of(Viewer(organisations=(organisation.pk,))).filter(scope=Claim.Scope.PROGRAMME)
    return list(rows.exclude(state=Claim.State.WITHDRAWN).order_by("-starts_on", "-pk")[:MOST])


def baselines_for(viewer: Viewer, organisation: Organisation) -> list[Baseline]:
    """Those of ``organisation``, of modules that ``viewer`` sees, newest first; at most 200."""
    modules = Module.objects.visible_to(viewer).values("pk")
    rows = Baseline.objects.filter(organisation=organisation, module__in=modules).select_related("module")
    return list(rows.defer("module__search").order_by("-measured_on", "-pk")[:MOST])


def partners(organisation: Organisation) -> list[Organisation]:
    """Organisations with which ``organisation`` may share a claim."""
    rows = Organisation.objects.filter(is_active=True).exclude(pk=organisation.pk).exclude(kind=Organisation.Kind.PARTNERSHIP)
    return list(rows.order_by("name", "pk"))


# --- Costs and rates ------------------------------------------------------------------------------------------------------
def cost_lines(viewer: Viewer) -> list[CostLine]:
    """Those ``viewer`` may read, by organisation, table and year; at most 2,000."""
    rows = visible_costs(viewer).select_related("organisation", "claim")
    return list(rows.order_by("organisation__name", "organisation", "source", "year", "pk")[:MOST_LINES])


def cost_line(viewer: Viewer, key: int) -> CostLine:
    """One that ``viewer`` may read; raises :class:`Missing`."""
    found = visible_costs(viewer).select_related("organisation").filter(pk=key).first()
    if found is None:
        raise missing()
    return found


def rates() -> list[ExchangeRate]:
    """Those on record, newest first; at most 200."""
    return list(ExchangeRate.objects.order_by("-on", "base", "quote", "-pk")[:MOST])
