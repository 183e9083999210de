"""The Celery application and its schedule."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("moothall")
app.set_default()  # web requests run in threads, and "current" is kept for each thread apart
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.imports = (  # actions that may run later are themselves the tasks
    "registry.actions.check_release",
    "registry.actions.follow_up_recalls",
    "registry.actions.follow_up_owners",
    "registry.actions.follow_up_retirements",
    "registry.actions.follow_up_adoptions",
    "registry.actions.sweep_outbox",
    "registry.actions.remove_expired",
    "registry.actions.delete_runs",
    "registry.actions.keep_runs",
    "registry.actions.roll_up_runs",
    "registry.actions.refresh_tiers",
    "registry.actions.refresh_sequence_updates",
    "registry.actions.send_notices",
    "registry.actions.send_digests",
)
app.conf.beat_schedule = {
    "send what the broker forgot": {"task": "registry.actions.sweep_outbox.sweep_outbox", "schedule": 10.0},
    "go after recalls": {"task": "registry.actions.follow_up_recalls.follow_up_recalls", "schedule": 300.0},
    "go after owners": {"task": "registry.actions.follow_up_owners.follow_up_owners", "schedule": 3600.0},
    "go after retirements": {"task": "registry.actions.follow_up_retirements.follow_up_retirements", "schedule": 3600.0},
    "go after statements of use": {"task": "registry.actions.follow_up_adoptions.follow_up_adoptions", "schedule": 3600.0},
    "remove what expired": {"task": "registry.actions.remove_expired.remove_expired", "schedule": 3600.0},
    "delete runs": {"task": "registry.actions.delete_runs.delete_asked_runs", "schedule": 300.0},
    "keep runs": {"task": "registry.actions.keep_runs.keep_runs", "schedule": 3600.0},
    "add up runs": {"task": "registry.actions.roll_up_runs.roll_up_runs", "schedule": 60.0},
    "judge assurance anew": {"task": "registry.actions.refresh_tiers.refresh_tiers", "schedule": crontab(hour=3, minute=40)},
    # UTC, so that it is there when people start work, summer and winter
    "send the day's notices": {"task": "registry.actions.send_digests.send_digests", "schedule": crontab(hour="5", minute="30")},
}
