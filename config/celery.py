"""The Celery application and its schedule."""

import os
from pathlib import Path

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("moothall")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["registry.actions"], related_name="tasks")
app.conf.beat_schedule = {
    "sweep the outbox": {"task": "registry.actions.sweep_outbox.sweep_outbox", "schedule": 10.0},
    "remove what expired": {"task": "registry.actions.remove_expired.remove_expired", "schedule": 3600.0},
}
for key in ("data_folder_in", "processed_folder", "control_folder"):
    if folder := settings.CELERY_BROKER_TRANSPORT_OPTIONS.get(key):
        Path(folder).mkdir(parents=True, exist_ok=True)
