"""What somebody pastes into a platform to report runs: five lines at most for each, with the address of this installation filled in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Snippet:
    """One platform's. ``language`` says what ``code`` is: python, json, shell, powershell, robot, csv, environment or settings."""

    key: str
    platform: str
    where: str  # a sentence that says where it goes
    language: str
    code: str


_HEADINGS = "module,version,started_at,duration_seconds,outcome,items"
_UIPATH = """URL: the address above
Secret: the secret above
Events: job.completed, job.faulted, job.stopped
If a process takes its work from a queue, instead of its jobs:
queueItem.transactionCompleted, queueItem.transactionFailed"""
_PYTHON = """import json, os, urllib.request, uuid
run = {"id": str(uuid.uuid4()), "module": "hampshire/victim-update", "version": "1.2.0", "outcome": "completed",
       "started_at": started.isoformat(), "duration_seconds": seconds, "items": items}
head = {"Authorization": "Bearer " + os.environ["MOOTHALL_TOKEN"], "Content-Type": "application/json"}
urllib.request.urlopen(urllib.request.Request("{base}/api/v1/runs", json.dumps({"events": [run]}).encode(), head), timeout=10)"""
_SHELL = """curl -sS {base}/api/v1/runs/table -H "Authorization: Bearer $MOOTHALL_TOKEN" -H "Content-Type: text/csv" --data-binary \\
"{headings}
hampshire/victim-update,1.2.0,$STARTED,$SECONDS_TAKEN,completed,$ITEMS"
"""
_POWERSHELL = """$run = @{ id = "$([guid]::NewGuid())"; module = "hampshire/victim-update"; version = "1.2.0"; outcome = "completed"
  started_at = $started.ToUniversalTime().ToString("o"); duration_seconds = $seconds; items = $items }
$body = ConvertTo-Json -Depth 3 @{ events = @($run) }
$head = @{ Authorization = "Bearer $env:MOOTHALL_TOKEN" }
Invoke-RestMethod -Method Post -Uri "{base}/api/v1/runs" -Headers $head -ContentType "application/json" -Body $body"""
_POWER_AUTOMATE = """{"type": "Http", "inputs": {"method": "POST", "uri": "{base}/api/v1/runs",
"headers": {"Authorization": "Bearer @{parameters('MoothallToken')}", "Content-Type": "application/json"},
"body": {"events": [{"id": "@{guid()}", "module": "hampshire/victim-update", "version": "1.2.0", "outcome": "completed", "items": 1,
"started_at": "@{trigger()?['startTime']}", "duration_seconds": "@div(sub(ticks(utcNow()), ticks(trigger()?['startTime'])), 10000000)"}]}},
"runAfter": {}}"""
_A360 = """URI: {base}/api/v1/runs/table
Header: Authorization = Bearer $mhToken$
Content type: Custom, text/csv. Body:
{headings}
hampshire/victim-update,1.2.0,$startedAt$,$seconds$,completed,$items$"""
_ROBOT = """Report Run    # with RequestsLibrary; ${started} is a datetime with a time zone
    [Arguments]    ${started}    ${seconds}    ${items}
    VAR    ${line}    hampshire/victim-update,1.2.0,${started.isoformat()},${seconds},completed,${items}
    VAR    &{head}    Authorization=Bearer %{MOOTHALL_TOKEN}    Content-Type=text/csv
    POST    {base}/api/v1/runs/table    data={headings}\\n${line}\\n    headers=${head}"""
_N8N = """{"nodes": [{"name": "Report run", "type": "n8n-nodes-base.httpRequest", "typeVersion": 4.2, "position": [0, 0], "parameters": {
"method": "POST", "url": "{base}/api/v1/runs/table", "authentication": "genericCredentialType", "genericAuthType": "httpBearerAuth",
"sendBody": true, "contentType": "raw", "rawContentType": "text/csv",
"body": "={headings}\\nhampshire/victim-update,1.2.0,{{ $('Started').item.json.at }},{{ $('Started').item.json.seconds }},completed,1"}}],
"connections": {}}"""
_OTEL = """OTEL_LOGS_EXPORTER=otlp
OTEL_EXPORTER_OTLP_LOGS_PROTOCOL=http/json
OTEL_EXPORTER_OTLP_LOGS_ENDPOINT={base}/api/v1/runs/otlp/v1/logs
OTEL_EXPORTER_OTLP_LOGS_HEADERS=Authorization=Bearer%20mh_...
OTEL_RESOURCE_ATTRIBUTES=moothall.module=hampshire/victim-update,moothall.version=1.2.0"""

_ALL = (
    Snippet("uipath", "UiPath", "In Orchestrator: Tenant, Webhooks, Add webhook. No code, no token.", "settings", _UIPATH),
    Snippet(
        "blueprism",
        "Blue Prism",
        "Upload the export of Control Room, Sessions. Or, as the last stage of the process, in a PowerShell object:",
        "powershell",
        _POWERSHELL,
    ),
    Snippet(
        "power_automate",
        "Power Automate",
        "Upload the export of the run history. Or paste this as the last action of the flow, with the token as parameter MoothallToken:",
        "json",
        _POWER_AUTOMATE,
    ),
    Snippet(
        "a360",
        "Automation 360",
        "Upload the export of Activity, Historical. Or use the action REST Web Services: Post, as the last of the task:",
        "settings",
        _A360,
    ),
    Snippet("robot", "Robot Framework", "A keyword to call in the suite’s teardown:", "robot", _ROBOT),
    Snippet("python", "Python", "At the end of the script; started is a datetime with a time zone:", "python", _PYTHON),
    Snippet(
        "openrpa", "OpenRPA", "In the activity Invoke Code, language PowerShell, at the end of the workflow:", "powershell", _POWERSHELL
    ),
    Snippet(
        "n8n",
        "n8n",
        "Paste into the workflow. Started is a node at its beginning that sets at ({{ $now.toISO() }}); seconds is what you reckon from it:",
        "json",
        _N8N,
    ),
    Snippet("tagui", "TagUI and shell scripts", "In TagUI as a run step; STARTED is such as 2026-11-03T09:30:00Z:", "shell", _SHELL),
    Snippet(
        "opentelemetry",
        "OpenTelemetry",
        "In the environment. Then a log record with any attribute moothall.outcome, moothall.items or moothall.duration_seconds is a run:",
        "environment",
        _OTEL,
    ),
)


def snippets(base: str) -> tuple[Snippet, ...]:
    """One for each platform, for the installation at the address ``base``."""
    return tuple(
        Snippet(
            each.key, each.platform, each.where, each.language, each.code.replace("{base}", base).replace("{headings}", _HEADINGS).strip()
        )
        for each in _ALL
    )
