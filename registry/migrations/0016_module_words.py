"""What a module's files say of it in languages other than its own."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0015_bpmn_is_a_sequence")]
    operations = [
        migrations.CreateModel(
            name="ModuleWords",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(max_length=35)),
                ("title", models.CharField(blank=True, max_length=120)),
                ("summary", models.CharField(blank=True, max_length=300)),
                ("description", models.TextField(blank=True)),
                ("description_html", models.TextField(blank=True)),
                (
                    "module",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="words", to="registry.module"),
                ),
            ],
            options={
                "ordering": ["language"],
                "constraints": [models.UniqueConstraint(fields=("module", "language"), name="one_text_per_language")],
            },
        ),
    ]
