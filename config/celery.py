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
    "registry.actions.sweep_outbox",
    "registry.actions.remove_expired",
    "registry.actions.send_notices",
    "registry.actions.send_digests",
)
app.conf.beat_schedule = {
    "send what the broker forgot": {"task": "registry.actions.sweep_outbox.sweep_outbox", "schedule": 10.0},
    "remove what expired": {"task": "registry.actions.remove_expired.remove_expired", "schedule": 3600.0},
    # UTC, so that it is there when people start work, summer and winter
    "send the day's notices": {"task": "registry.actions.send_digests.send_digests", "schedule": crontab(hour="5", minute="30")},
}
