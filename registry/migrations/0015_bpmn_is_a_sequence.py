"""A BPMN file is a process sequence, bound or not: modules that were published as one before sequences were read become sequences."""

from django.db import migrations


def forwards(apps, schema_editor):
    modules = apps.get_model("registry", "Module")
    release = apps.get_model("registry", "Release")
    modules.objects.filter(pk__in=release.objects.filter(platform="bpmn").values("module")).update(kind="sequence")


class Migration(migrations.Migration):
    dependencies = [("registry", "0014_sequences")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop, elidable=True)]
