"""Addresses of the API. Whatever is not listed asks for a token like the rest, and then does not exist."""

from django.urls import path, re_path, register_converter
from django.urls.converters import StringConverter

from api import docs
from api.endpoint import NoSuchPath
from api.rest.adoptions import Adoptions, Confirm, ModuleAdoptions, Move
from api.rest.announcing import GiveNotice, NoticePeriods, Object, Updates
from api.rest.artefacts import Download
from api.rest.bundles import BundleDownload, LockDownload
from api.rest.catalogue import Module, Modules, Release
from api.rest.changes import Changes
from api.rest.claim_writing import Baselines, SubmitClaim
from api.rest.claims import Claims
from api.rest.comparing import Compare
from api.rest.governance import AccessRequests, Governance, OnRequest
from api.rest.lifecycle import Acknowledge, Advisories, Advisory, ModuleAdvisories, ModuleRecalls, Quarantine, Recalls, Undeprecate
from api.rest.ratings import Practice, Ratings
from api.rest.releases import Inspect, Releases
from api.rest.reviews import List, Replace, Resubmit, Review, Submit
from api.rest.run_figures import ModuleRuns
from api.rest.run_sources import RunsHook, RunsLogs, RunsTable
from api.rest.runs import Runs, RunsSchema
from api.rest.sequences import Resolve
from api.rest.statistics import Statistics
from api.rest.steps import ReleaseSteps, WriteBpmn
from api.rest.withdrawal import Deprecate, Unyank, Yank


class Segment(StringConverter):
    """One path segment that a database can be asked for: any text without a null."""

    regex = r"[^/\x00]{1,200}"


register_converter(Segment, "segment")

MODULE = "v1/modules/<segment:publisher>/<segment:slug>"
RELEASE = f"{MODULE}/releases/<segment:version>"

urlpatterns = [
    path("docs", docs.page, name="api_docs"),
    path("v1/openapi.json", docs.openapi, name="openapi"),
    path("v1/inspect", Inspect.as_view(), name="api_inspect"),
    path("v1/modules", Modules.as_view(), name="api_modules"),
    path("v1/compare", Compare.as_view(), name="api_compare"),
    path(MODULE, Module.as_view(), name="api_module"),
    path(f"{MODULE}/deprecate", Deprecate.as_view(), name="api_deprecate"),
    path(f"{MODULE}/releases", Releases.as_view(), name="api_releases"),
    path(RELEASE, Release.as_view(), name="api_release"),
    path(f"{RELEASE}/changes", Changes.as_view(), name="api_changes"),
    path(f"{RELEASE}/yank", Yank.as_view(), name="api_yank"),
    path(f"{RELEASE}/unyank", Unyank.as_view(), name="api_unyank"),
    path(f"{RELEASE}/steps", ReleaseSteps.as_view(), name="api_steps"),
    path(f"{RELEASE}/artefacts/<segment:filename>", Download.as_view(), name="api_artefact"),
    path(f"{RELEASE}/bundle", BundleDownload.as_view(), name="api_bundle"),
    path(f"{RELEASE}/lock", LockDownload.as_view(), name="api_lock"),
    path(f"{RELEASE}/review", Review.as_view(), name="api_review"),
    path(f"{RELEASE}/submit", Submit.as_view(), name="api_submit"),
    path(f"{RELEASE}/resubmit", Resubmit.as_view(), name="api_resubmit"),
    path(f"{RELEASE}/artefacts", Replace.as_view(), name="api_replace"),
    path(f"{RELEASE}/list", List.as_view(), name="api_list"),
    path("v1/sequences/bpmn", WriteBpmn.as_view(), name="api_write_bpmn"),
    # Who runs what.
    path("v1/adoptions", Adoptions.as_view(), name="api_adoptions"),
    path("v1/adoptions/<segment:key>/confirm", Confirm.as_view(), name="api_confirm_adoption"),
    path("v1/adoptions/<segment:key>/move", Move.as_view(), name="api_move_adoption"),
    path(f"{MODULE}/adoptions", ModuleAdoptions.as_view(), name="api_module_adoptions"),
    # What happens after listing.
    path("v1/advisories", Advisories.as_view(), name="api_advisories"),
    path("v1/advisories/<segment:key>.json", Advisory.as_view(), name="api_advisory"),
    path("v1/recalls", Recalls.as_view(), name="api_recalls"),
    path("v1/recalls/<segment:key>/acknowledge", Acknowledge.as_view(), name="api_acknowledge"),
    path(f"{MODULE}/advisories", ModuleAdvisories.as_view(), name="api_publish_advisory"),
    path(f"{MODULE}/recalls", ModuleRecalls.as_view(), name="api_recall"),
    path(f"{MODULE}/statistics", Statistics.as_view(), name="api_statistics"),
    path(f"{MODULE}/undeprecate", Undeprecate.as_view(), name="api_undeprecate"),
    path(f"{RELEASE}/updates", Updates.as_view(), name="api_updates"),
    path(f"{RELEASE}/notice", GiveNotice.as_view(), name="api_give_notice"),
    path("v1/notice-periods", NoticePeriods.as_view(), name="api_notice_periods"),
    path("v1/notice-periods/<segment:key>/objection", Object.as_view(), name="api_object"),
    path(f"{RELEASE}/quarantine", Quarantine.as_view(), name="api_quarantine"),
    path(f"{MODULE}/access-requests", AccessRequests.as_view(), name="api_access_requests"),
    path(f"{RELEASE}/governance", Governance.as_view(), name="api_governance"),
    path(f"{MODULE}/runs", ModuleRuns.as_view(), name="api_module_runs"),
    path(f"{MODULE}/ratings", Ratings.as_view(), name="api_ratings"),
    path(f"{MODULE}/practice", Practice.as_view(), name="api_practice"),
    path("v1/on-request", OnRequest.as_view(), name="api_on_request"),
    path("v1/claims", Claims.as_view(), name="api_claims"),
    path("v1/claims/<segment:key>/submit", SubmitClaim.as_view(), name="api_submit_claim"),
    path("v1/baselines", Baselines.as_view(), name="api_baselines"),
    # Process sequences.
    path("v1/sequences/resolve", Resolve.as_view(), name="api_resolve"),
    # Telemetry.
    path("v1/runs", Runs.as_view(), name="api_runs"),
    path("v1/runs/schema.json", RunsSchema.as_view(), name="api_runs_schema"),
    path("v1/runs/table", RunsTable.as_view(), name="api_runs_table"),
    path("v1/runs/otlp/v1/logs", RunsLogs.as_view(), name="api_runs_logs"),
    path("v1/runs/uipath/<segment:hook>", RunsHook.as_view(), name="api_runs_hook"),
    re_path(r"", NoSuchPath.as_view()),
]
