"""Which sign-offs are needed for what, and what each signer looks at: where an installation starts; both are its own to change."""

from django.db import migrations

ALL = ("technical", "business_owner", "information_assurance", "licence")
NEEDED = {
    ("own", "OFFICIAL"): (),
    ("own", "OFFICIAL-SENSITIVE"): ("information_assurance",),
    ("named", "OFFICIAL"): ALL,
    ("named", "OFFICIAL-SENSITIVE"): ALL,
    ("partnership", "OFFICIAL"): ALL,
    ("partnership", "OFFICIAL-SENSITIVE"): ALL,
}
# (role, code, text, whether a picture or file must show it)
ITEMS = (
    ("technical", "opens", "It opens and starts on the platform it is for, in a test environment", True),
    ("technical", "errors", "What goes wrong is caught, and a person is told", False),
    ("technical", "no-code-surprises", "Every code stage and command it runs is understood", False),
    ("technical", "settings", "What a taker must set is complete: accounts, queues, settings, systems", False),
    ("business_owner", "process", "It does what the process needs, and its description says so plainly", False),
    ("business_owner", "people", "Where a person must decide or check, a person does", False),
    ("business_owner", "owner", "Somebody named answers for it and will be reached", False),
    ("information_assurance", "data", "The data it handles is named in full, and nothing of it is in the files", False),
    ("information_assurance", "papers", "The assessments the rules ask for are there and fit this version", False),
    ("information_assurance", "marking", "The marking and handling caveat fit what the files show", False),
    ("information_assurance", "reach", "Every host and account it uses is one it should use", False),
    ("licence", "right", "The publisher has the right to share it: own work, or assigned in writing", False),
    ("licence", "licence", "The licence fits what it is built from and what partners may do with it", False),
)


def seed(apps, editor):
    rule, item = apps.get_model("registry", "SignOffRule"), apps.get_model("registry", "ChecklistItem")
    for (visibility, marking), roles in NEEDED.items():
        for role in roles:
            signer = "publisher" if role == "business_owner" else "other" if (role, visibility) == ("technical", "partnership") else "any"
            rule.objects.create(visibility=visibility, marking=marking, role=role, signer=signer)
    for position, (role, code, text, needs_evidence) in enumerate(ITEMS):
        item.objects.create(role=role, code=code, text=text, needs_evidence=needs_evidence, position=position)


class Migration(migrations.Migration):
    dependencies = [("registry", "0004_reviews")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
