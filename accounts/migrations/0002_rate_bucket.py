"""The buckets of the rate limits."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="RateBucket",
            fields=[
                ("key", models.CharField(max_length=120, primary_key=True, serialize=False)),
                ("level", models.FloatField()),
                ("refilled_at", models.DateTimeField(db_index=True)),
            ],
        ),
    ]
