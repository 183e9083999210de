"""What a person was told on behalf of which organisation, and how they want such mail."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models import Organisation, User
from registry.catalogue.models import Module
from registry.notices.kinds import CHOICES, KINDS, OTHER, Kind
from registry.notices.queries import NoticeQuerySet


class Notice(models.Model):
    """Something one person was told as a member of one organisation. Title and text are for the product alone, never for a mail."""

    class Mail(models.TextChoices):
        NONE = "none", "Not wanted"
        AT_ONCE = "at_once", "Waiting to be mailed"
        DAILY = "daily", "Waiting for the day’s mail"
        SENT = "sent", "Mailed"
        DROPPED = "dropped", "Not mailed any more"  # the right to it ended first, it was read, or its address takes no mail

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)  # of registry.notices.kinds
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    address = models.CharField(max_length=500)  # a path of the product
    module = models.ForeignKey(Module, on_delete=models.CASCADE, null=True, related_name="+")
    telling = models.PositiveBigIntegerField()  # drawn by lot; the same for all who were told together, and mailed as one piece of work
    created_at = models.DateTimeField(db_default=Now())
    read_at = models.DateTimeField(null=True)
    mail = models.CharField(max_length=7, choices=Mail.choices, default=Mail.NONE)
    claimed_at = models.DateTimeField(null=True)  # when a worker took it to mail
    mailed_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(mail="sent", mailed_at__isnull=False) | ~Q(mail="sent") & Q(mailed_at__isnull=True), name="mailed_at_some_time"
            ),
            models.CheckConstraint(condition=Q(address__startswith="/"), name="notice_leads_into_the_product"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "-id"], name="notice_newest"),
            models.Index(fields=["user"], condition=Q(read_at__isnull=True), name="notice_unread"),
            models.Index(fields=["telling"], condition=Q(mail="at_once"), name="notice_to_mail"),
            models.Index(fields=["user"], condition=Q(mail="daily"), name="notice_to_mail_daily"),
            models.Index(fields=["created_at"], name="notice_oldest"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def sort(self) -> Kind:
        """What its kind is called, and whether that is urgent."""
        return KINDS.get(self.kind, OTHER)


class NoticePreference(models.Model):
    """How a person wants the mail of one kind; where there is no row, as :mod:`registry.notices.kinds` says."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    by_mail = models.CharField(max_length=7, choices=[(choice.value, words) for choice, words in CHOICES.items()])

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "kind"], name="one_preference_each")]
