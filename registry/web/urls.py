"""Addresses of the pages."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from registry.web import (
    access,
    advising,
    announcing,
    assurance,
    benefits,
    catalogue,
    changing,
    claiming,
    comparing,
    composing,
    composing_publish,
    composing_steps,
    costing,
    curating,
    dashboards,
    deciding,
    forecasting,
    governance,
    home,
    importing,
    modules,
    notices,
    organisations,
    owning,
    pages,
    practice,
    publishing,
    quarantining,
    rating,
    recalling,
    retiring,
    reviewing,
    reviews,
    run_sources,
    runs,
    sequences,
    signals,
    statistics,
    using,
    widening,
)


class Piece(StringConverter):
    """One piece of an address that a database can be asked for: any text without a null."""

    regex = r"[^/\x00]{1,200}"


class Rest(StringConverter):
    """The rest of an address, whatever is in it: what modelling tools call a step."""

    regex = r"[^\x00]{1,200}"


register_converter(Piece, "piece")
register_converter(Rest, "rest")

MODULE = "modules/<piece:publisher>/<piece:slug>"
RELEASE = f"{MODULE}/<piece:version>"

# What happens after listing. Those below a module come before its versions, whose addresses look alike.
LIFECYCLE = [
    path("advisories", advising.advisories, name="advisories"),
    path("advisories/<piece:key>", advising.advisory, name="advisory"),
    path("advisories/<piece:key>/change", advising.amend, name="amend_advisory"),
    path("advisories/<piece:key>/withdraw", advising.withdraw, name="withdraw_advisory"),
    path("quarantine", quarantining.quarantines, name="quarantines"),
    path("quarantine/files", quarantining.verdicts, name="verdicts"),
    path("quarantine/<int:pk>", quarantining.quarantine_case, name="quarantine_case"),
    path("quarantine/reports/<int:pk>/dismiss", quarantining.dismiss, name="dismiss_report"),
    path("recalls", recalling.recalls, name="recalls"),
    path("recalls/<int:pk>", recalling.recall_case, name="recall_case"),
    path("recalls/<int:pk>/remedy", recalling.remedy, name="recall_remedy"),
    path("recalls/<int:pk>/close", recalling.end_recall, name="end_recall"),
    path("recalls/told/<int:pk>", recalling.answer, name="answer_recall"),
    path("recalls/told/<int:pk>/records/<int:adoption>", recalling.update_record, name="recall_record"),
    path("transfers", owning.transfers, name="transfers"),
    path("transfers/<int:pk>", owning.transfer_case, name="transfer_case"),
    path("transfers/<int:pk>/agree", owning.agree, name="agree_transfer"),
    path("transfers/<int:pk>/end", owning.decline, name="end_transfer"),
    path("retirements", retiring.retirements, name="retirements"),
    path("retirements/<int:pk>", retiring.retirement, name="retirement"),
    path("retirements/<int:pk>/tick", retiring.tick, name="tick_retirement"),
    path("retirements/<int:pk>/close", retiring.close, name="close_retirement"),
    path("retirements/evidence/<int:pk>", retiring.evidence, name="retirement_evidence"),
    path("notice-periods", announcing.notice_periods, name="notice_periods"),
    path("notice-periods/<int:pk>", announcing.notice_period, name="notice_period"),
    path("notice-periods/<int:pk>/withdraw", announcing.withdraw, name="withdraw_notice"),
    path("notice-periods/<int:pk>/object", announcing.objecting, name="object_to_release"),
    path("notice-periods/<int:pk>/objections/<int:objection>/answer", announcing.answer, name="answer_objection"),
    path(f"{RELEASE}/impact", announcing.impact, name="impact"),
    path(f"{MODULE}/undeprecate", owning.undeprecate, name="undeprecate"),
    path(f"{MODULE}/confirm-owner", owning.confirm, name="confirm_owner"),
    path(f"{MODULE}/support", owning.support, name="support"),
    path(f"{MODULE}/transfer", owning.transfer, name="transfer"),
    path(f"{MODULE}/adopt", owning.adopt, name="adopt"),
    path(f"{MODULE}/statistics", statistics.page, name="statistics"),
    path(f"{MODULE}/statistics.csv", statistics.export, name="statistics_csv"),
    path(f"{MODULE}/retire", retiring.retire, name="retire"),
    path(f"{MODULE}/advisory", advising.warn, name="warn"),
    path(f"{MODULE}/recall", recalling.recall, name="recall"),
    path(f"{MODULE}/quarantine", quarantining.quarantine_all, name="quarantine_all"),
    path(f"{RELEASE}/report", quarantining.report, name="report"),
    path(f"{RELEASE}/quarantine", quarantining.quarantine, name="quarantine"),
    path(f"{RELEASE}/files/<piece:filename>/anyway", recalling.anyway, name="download_anyway"),
]

# What we report of our runs.
RUNS = [
    path("runs", runs.runs, name="runs"),
    path("runs/schema", runs.schema, name="runs_schema"),
    path("runs/opt-in", runs.opt_in, name="runs_opt_in"),
    path("runs/opt-out", runs.opt_out, name="runs_opt_out"),
    path("runs/name", runs.show, name="runs_show"),
    path("runs/delete", runs.delete, name="runs_delete"),
    path("runs/held", runs.held, name="held_runs"),
    path("runs/export/<piece:filename>", runs.export, name="runs_export"),
    path("runs/connect", run_sources.connect, name="runs_connect"),
    path("runs/connect/upload", run_sources.upload, name="runs_upload"),
    path("runs/connect/webhook", run_sources.hook, name="runs_hook"),
    path("runs/connect/name", run_sources.name, name="runs_name"),
    path("runs/connect/names/<int:pk>/forget", run_sources.forget_name, name="forget_run_name"),
]

# How modules run. That of a module comes before its versions, whose addresses look alike.
DASHBOARDS = [
    path(f"{MODULE}/runs", dashboards.module, name="module_runs"),
    path(f"{MODULE}/runs.csv", dashboards.module_csv, name="module_runs_csv"),
    path("organisations/<piece:slug>/runs", dashboards.organisation, name="organisation_runs"),
    path("organisations/<piece:slug>/runs.csv", dashboards.organisation_csv, name="organisation_runs_csv"),
    path("runs/partnership", dashboards.partnership, name="partnership_runs"),
    path("runs/partnership.csv", dashboards.partnership_csv, name="partnership_runs_csv"),
]

# Writing the benefits ledger: claims, their evidence and approval, baselines, costs, rates.
CLAIMS = [
    path("benefits/add", claiming.add, name="add_claim"),
    path("benefits/to-decide", deciding.to_decide, name="claims_to_decide"),
    path("benefits/baselines/add", costing.add_baseline, name="add_baseline"),
    path("benefits/costs", costing.costs, name="costs"),
    path("benefits/costs/add", costing.add_cost, name="add_cost"),
    path("benefits/costs/<int:pk>/remove", costing.cost_removed, name="remove_cost"),
    path("benefits/rates", costing.rates, name="rates"),
    path("benefits/rates/add", costing.add_rate, name="add_rate"),
    path("benefits/evidence/<int:pk>", claiming.evidence_file, name="evidence_file"),
    path("benefits/claims/<int:pk>/change", claiming.change, name="change_claim"),
    path("benefits/claims/<int:pk>/evidence", claiming.evidence, name="claim_evidence"),
    path("benefits/claims/<int:pk>/shares", claiming.shares, name="claim_shares"),
    path("benefits/claims/<int:pk>/outcomes", claiming.outcomes, name="claim_outcomes"),
    path("benefits/claims/<int:pk>/outcomes/<int:measure>/remove", claiming.outcome_removed, name="remove_outcome"),
    path("benefits/claims/<int:pk>/submit", claiming.submit, name="submit_claim"),
    path("benefits/claims/<int:pk>/withdraw", claiming.withdraw, name="withdraw_claim"),
    path("benefits/claims/<int:pk>/decide", deciding.decide, name="decide_claim"),
    path("benefits/claims/<int:pk>/agree", deciding.agree, name="agree_claim_share"),
]

# Who runs what.
USE = [
    path("adoptions", using.adoptions, name="adoptions"),
    path("adoptions.csv", using.adoptions_csv, name="adoptions_csv"),
    path("adoptions/<int:pk>", using.adoption, name="adoption"),
    path("adoptions/<int:pk>/confirm", using.confirm, name="confirm_adoption"),
    path("adoptions/<int:pk>/move", using.move, name="move_adoption"),
    path("adoptions/<int:pk>/change", using.change, name="change_adoption"),
    path("adoptions/<int:pk>/retire", using.retire, name="retire_adoption"),
    path(f"{MODULE}/use", using.use, name="use"),
]

# What adopters say. Those below a module come before its versions.
RATINGS = [
    path("ratings/how", rating.how, name="ratings_how"),
    path("ratings/reported", rating.reported, name="reported_ratings"),
    path("ratings/<int:pk>", rating.rating, name="rating"),
    path("ratings/<int:pk>/reply", rating.reply, name="reply_rating"),
    path("ratings/<int:pk>/report", rating.report, name="report_rating"),
    path("ratings/<int:pk>/decide", rating.decide, name="decide_rating"),
    path("ratings/<int:pk>/restore", rating.restore, name="restore_rating"),
    path(f"{RELEASE}/rate", rating.rate, name="rate"),
    path("signals", signals.signals, name="signals"),
    path(f"{MODULE}/practice", practice.practice, name="practice"),
    path(f"{MODULE}/practice/edit", practice.edit, name="edit_practice"),
    path(f"{MODULE}/practice/decide", practice.decide, name="decide_practice"),
    path(f"{MODULE}/practice/evidence", practice.evidence, name="practice_evidence"),
    path(f"{MODULE}/practice.<piece:form>", practice.export, name="practice_export"),
]

# Reading the benefits ledger, and what a module could give.
BENEFITS = [
    path("benefits", benefits.ledger, name="benefits"),
    path("benefits.csv", benefits.ledger_csv, name="benefits_csv"),
    path("benefits.xlsx", benefits.ledger_xlsx, name="benefits_xlsx"),
    path("benefits/claims/<int:pk>", benefits.claim, name="claim"),
    path(f"{MODULE}/forecast", forecasting.forecast, name="forecast"),
    path(f"{MODULE}/forecast/<int:pk>/realised", forecasting.realise, name="realise_forecast"),
]

# Composing process sequences.
DRAFT = "sequences/drafts/<int:pk>"
COMPOSING = [
    path("sequences/drafts", composing.all_drafts, name="drafts"),
    path("sequences/drafts/new", composing.compose, name="compose"),
    path("sequences/drafts/upload", composing.send_drawing, name="compose_upload"),
    path(DRAFT, composing.draft, name="draft"),
    path(f"{DRAFT}/words", composing.words, name="draft_words"),
    path(f"{DRAFT}/discard", composing.discard, name="draft_discard"),
    path(f"{DRAFT}/bpmn", composing.bpmn, name="draft_bpmn"),
    path(f"{DRAFT}/publish", composing_publish.publish, name="draft_publish"),
    path(f"{DRAFT}/add", composing_steps.add, name="draft_add"),
    path(f"{DRAFT}/steps/<piece:step>", composing_steps.change, name="draft_step"),
    path(f"{DRAFT}/steps/<piece:step>/move", composing.move, name="draft_move"),
    path(f"{DRAFT}/steps/<piece:step>/remove", composing.remove, name="draft_remove"),
    path(f"{DRAFT}/steps/<piece:step>/module", composing_steps.module, name="draft_module"),
    path(f"{DRAFT}/steps/<piece:step>/call", composing_steps.call, name="draft_call"),
    path(f"{DRAFT}/steps/<piece:step>/inputs", composing_steps.inputs, name="draft_inputs"),
    path(f"{DRAFT}/steps/<piece:step>/gives", composing_steps.gives, name="draft_gives"),
    path(f"{DRAFT}/steps/<piece:step>/next", composing_steps.next_step, name="draft_next"),
]

# The steps of a process sequence, and all of it in one.
SEQUENCES = [
    path(f"{RELEASE}/bundle", sequences.bundle, name="sequence_bundle"),
    path(f"{RELEASE}/documentation", sequences.documentation, name="sequence_documentation"),
    path(f"{RELEASE}/steps/<rest:node>", sequences.step, name="sequence_step"),
]

urlpatterns = [
    *COMPOSING,
    *LIFECYCLE,
    *RUNS,
    *DASHBOARDS,
    *CLAIMS,
    *USE,
    *RATINGS,
    *BENEFITS,
    *SEQUENCES,
    path("", home.home, name="home"),
    path("accessibility", pages.accessibility, name="accessibility"),
    path("privacy", pages.privacy, name="privacy"),
    path("made-of", pages.made_of, name="made_of"),
    path("modules", catalogue.catalogue, name="catalogue"),
    path("compare", comparing.compare, name="compare"),
    path("import", importing.send, name="import"),
    path("import/<int:pk>", importing.preview, name="import_preview"),
    path("import/templates/<piece:name>", importing.template, name="import_template"),
    path("notices", notices.notices, name="notices"),
    path("notices/<int:pk>", notices.notice, name="notice"),
    path("account/notices", notices.preferences, name="notice_preferences"),
    path("organisations/<piece:slug>", organisations.organisation, name="organisation"),
    path("publish", publishing.publish, name="publish"),
    path("publish/check", publishing.check, name="check"),
    path(MODULE, modules.module, name="module"),
    path(f"{MODULE}/edit", curating.edit, name="edit"),
    path(f"{MODULE}/deprecate", curating.deprecate, name="deprecate"),
    path(f"{MODULE}/access", access.ask, name="ask_access"),
    path(f"{MODULE}/public-part", access.public_part, name="public_part"),
    path(f"{MODULE}/law-changes/<int:number>", governance.reassess, name="reassess"),
    path(f"{MODULE}/widen", widening.widen, name="widen"),
    path(RELEASE, modules.release, name="release"),
    path(f"{RELEASE}/changes", changing.changes, name="release_changes"),
    path(f"{RELEASE}/yank", curating.yank, name="yank"),
    path(f"{RELEASE}/unyank", curating.unyank, name="unyank"),
    path("assurance", assurance.assurance, name="assurance"),
    path(f"{RELEASE}/files/<piece:filename>", modules.download, name="download"),
    path(f"{RELEASE}/governance", governance.governance, name="governance"),
    path(f"{RELEASE}/governance/declare", governance.declare, name="governance_declare"),
    path(f"{RELEASE}/governance/export/<piece:filename>", governance.export, name="governance_export"),
    path(f"{RELEASE}/governance/files/<int:number>", governance.paper_file, name="governance_file"),
    path(f"{RELEASE}/governance/<piece:paper>", governance.write, name="governance_write"),
    path(f"{RELEASE}/governance/<piece:paper>/sign", governance.sign, name="governance_sign"),
    path("access", access.access, name="access"),
    path("access/<int:number>", access.access_request, name="access_request"),
    path("legal-bases", governance.legal_bases, name="legal_bases"),
    path("legal-bases/<piece:slug>/changed", governance.law_changed, name="law_changed"),
    # Reviews, and letting more see a module.
    path("reviews", reviews.reviews, name="reviews"),
    path("reviews/rules", reviews.rules, name="review_rules"),
    path("reviews/<int:pk>", reviews.review, name="review"),
    path("reviews/<int:pk>/files/<piece:filename>", reviews.download, name="review_file"),
    path("reviews/<int:pk>/evidence/<int:attachment>", reviews.evidence, name="review_evidence"),
    path("reviews/<int:pk>/claim", reviewing.claim, name="claim_review"),
    path("reviews/<int:pk>/decide", reviewing.decide, name="decide_review"),
    path("reviews/<int:pk>/ask", reviewing.ask, name="ask_author"),
    path("reviews/<int:pk>/resubmit", reviewing.resubmit, name="resubmit_release"),
    path("reviews/<int:pk>/files", reviewing.files, name="replace_files"),
    path("reviews/<int:pk>/hold", reviewing.hold, name="hold_release"),
    path("reviews/<int:pk>/refuse", reviewing.refuse, name="refuse_release"),
    path("reviews/<int:pk>/reopen", reviewing.reopen, name="reopen_review"),
    path("reviews/<int:pk>/list", reviewing.make_listed, name="list_release"),
    path("reviews/<int:pk>/sign", reviewing.sign, name="sign_off"),
    path("reviews/<int:pk>/withdraw", reviewing.withdraw, name="withdraw_sign_off"),
    path("reviews/<int:pk>/tick", reviewing.tick, name="tick_item"),
    path("reviews/<int:pk>/findings/<int:finding>", reviewing.answer, name="answer_finding"),
    path(f"{RELEASE}/submit", reviewing.submit, name="submit_release"),
    path("widenings/<int:pk>", widening.widening, name="widening"),
]
