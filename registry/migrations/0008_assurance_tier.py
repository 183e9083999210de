"""The assurance tier that a module's latest release has reached, kept beside it so that lists and facets are cheap."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0007_lifecycle")]
    operations = [migrations.AddField("module", "tier", models.PositiveSmallIntegerField(db_default=0, default=0))]
