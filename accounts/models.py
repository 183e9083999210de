"""Who people and organisations are, what they may do, and what was done."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower, Now

from accounts.triggers import append_only, chained, not_truncated, unchained


class UserManager(BaseUserManager["User"]):
    """Makes users, who are known by their e-mail address alone."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person. What they may do follows from their live memberships alone."""

    email = models.EmailField(unique=True, error_messages={"unique": "An account with this e-mail address exists."})
    name = models.CharField(max_length=150, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(db_default=Now())

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name or self.email


class Organisation(models.Model):
    """A council, force, other body or supplier that publishes or takes modules; or the partnership itself."""

    class Kind(models.TextChoices):
        COUNCIL = "council", "Council"
        POLICE = "police", "Police force"
        FIRE = "fire", "Fire and rescue service"
        HEALTH = "health", "Health body"
        SUPPLIER = "supplier", "Supplier"
        PARTNERSHIP = "partnership", "Partnership"

    slug = models.SlugField(max_length=40, unique=True)  # the prefix of its modules' identifiers; never changes
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    language = models.CharField(max_length=5, default="en-GB")
    website = models.URLField(blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name

    @property
    def noun(self) -> str:
        """How pages speak of it: "your council", "your force"."""
        return {self.Kind.COUNCIL: "council", self.Kind.POLICE: "force", self.Kind.FIRE: "service"}.get(
            self.Kind(self.kind), "organisation"
        )


class Role(models.TextChoices):
    """What a member may do at one organisation; the table is in :mod:`accounts.roles`."""

    VIEWER = "viewer", "Viewer"
    PUBLISHER = "publisher", "Publisher"
    REVIEWER = "reviewer", "Reviewer"
    ADMINISTRATOR = "administrator", "Administrator"
    STEWARD = "steward", "Steward"  # of the partnership only
    AUDITOR = "auditor", "Auditor (reads only)"  # of the partnership only


class SignOffRole(models.TextChoices):
    """What a reviewer may put their name to in a review, in the order in which reviews show them (C3)."""

    TECHNICAL = "technical", "Technical"
    BUSINESS_OWNER = "business_owner", "Business owner"
    INFORMATION_ASSURANCE = "information_assurance", "Information assurance"
    LICENCE = "licence", "Licence"


class Membership(models.Model):
    """That a person belongs to an organisation, and as what. Ending it deletes the row: no right outlives it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=14, choices=Role.choices)
    signs = ArrayField(models.CharField(max_length=24, choices=SignOffRole.choices), default=list, blank=True)  # counts for reviewers only
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "organisation"], name="one_membership_each")]

    @property
    def signs_in_words(self) -> str:
        """Such as "Technical, licence"; for a role that reviews."""
        return ", ".join(SignOffRole(role).label for role in self.signs).capitalize()


class Invitation(models.Model):
    """An offer, sent by e-mail, to join an organisation. Only the hash of its secret is kept."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=14, choices=Role.choices)
    secret_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("email"), "organisation", condition=models.Q(accepted_at__isnull=True), name="one_open_invitation_each"
            )
        ]


class ApiToken(models.Model):
    """A machine's credential: ``mh_`` and 256 random bits with a checksum, shown once and kept only as a SHA-256."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    hint = models.CharField(max_length=12)  # the first characters, by which its owner knows it again
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=12))
    modules = ArrayField(models.CharField(max_length=120), default=list, blank=True)  # slugs; empty means all of the organisation's
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class AuditEvents(models.QuerySet["AuditEvent"]):
    """Chooses events."""

    def matching(self, organisation: str = "", action: str = "", subject: str = "", person: str = "") -> AuditEvents:
        """Those of an organisation's slug, with an action and a subject that begin so; ``person`` "nobody" are those no person did.

        Only events that have their place in the chain, as all have once their transaction has ended.
        """
        events = self.exclude(number=None)
        if organisation:
            events = events.filter(organisation__slug=organisation)
        if action:
            events = events.filter(action__startswith=action)
        if subject:
            events = events.filter(subject__startswith=subject)
        return events.filter(user=None) if person == "nobody" else events


class AuditEvent(models.Model):
    """One line for one change of state, written in the same transaction; the database refuses to change or remove it.

    The database itself numbers the events and chains them by their hashes as they are committed: :mod:`accounts.chain`.
    """

    at = models.DateTimeField(db_default=Now())  # the database's clock, whatever is given
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    token = models.ForeignKey(ApiToken, on_delete=models.PROTECT, null=True, related_name="+")
    detail = models.JSONField(default=dict)
    number = models.BigIntegerField(null=True, editable=False, unique=True)  # from 1 without a gap; none until the transaction ends
    previous = models.CharField(max_length=64, editable=False, db_default="")  # the hash of the event before
    hash = models.CharField(max_length=64, editable=False, db_default="")

    objects = AuditEvents.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organisation", "number"], name="audit_by_organisation"),
            models.Index(fields=["action", "number"], name="audit_by_action", opclasses=["varchar_pattern_ops", "int8_ops"]),
            models.Index(fields=["subject", "number"], name="audit_by_subject", opclasses=["varchar_pattern_ops", "int8_ops"]),
        ]
        triggers: ClassVar = [unchained(), append_only(), chained(), not_truncated()]


class RateBucket(models.Model):
    """How many requests a caller may still make: a token bucket that :mod:`accounts.rates` fills and empties in one statement."""

    key = models.CharField(max_length=120, primary_key=True)  # "publish:17", "anonymous:192.0.2.1"
    level = models.FloatField()  # requests left at ``refilled_at``
    refilled_at = models.DateTimeField(db_index=True)
