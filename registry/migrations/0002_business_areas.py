"""The kinds of work that councils and forces automate, in English and Danish: a taxonomy that every installation starts with.

Sources: the policing areas of S0-14, the council services of S2-1 and the task names of S4-13 in the requirements.
"""

from django.db import migrations

AREAS = (
    ("action-fraud", "Action Fraud", "Økonomisk svindel"),
    ("archiving", "Archiving", "Arkivering"),
    ("awards-and-refusals", "Award and refusal letters", "Bevillings- og afslagsbreve"),
    ("bail-and-custody", "Bail and custody", "Løsladelse og varetægt"),
    ("benefits-and-council-tax", "Benefits and council tax", "Ydelser og opkrævning"),
    ("case-filing", "Case filing", "Journalisering"),
    ("commissioning", "Commissioning, social care", "Bestilling og afregning, socialområdet"),
    ("contact-management", "Contact management", "Borgerhenvendelser"),
    ("crime-and-incidents", "Crime and incidents", "Anmeldelser og hændelser"),
    ("criminal-justice", "Criminal justice", "Straffesager"),
    ("data-entry", "Data entry", "Dataindtastning"),
    ("data-validation", "Data validation", "Datavalidering"),
    ("domestic-abuse", "Domestic abuse", "Vold i nære relationer"),
    ("finance-and-invoices", "Finance and invoices", "Økonomi og fakturaer"),
    ("firearms-licensing", "Firearms licensing", "Våbentilladelser"),
    ("hr-and-annual-leave", "HR and annual leave", "HR og ferie"),
    ("letters", "Letters", "Brevudsendelse"),
    ("planning", "Planning", "Plan og byg"),
    ("resource-management", "Resource management", "Ressourcestyring"),
    ("road-traffic", "Road traffic", "Færdsel"),
    ("schools-and-children", "Schools and children", "Skoler og børn"),
    ("victim-care", "Victim care", "Støtte til forurettede"),
)


def add(apps, schema_editor):
    """Add the areas; an operator may have made one of them already."""
    area = apps.get_model("registry", "BusinessArea")
    for slug, name, danish in AREAS:
        area.objects.get_or_create(slug=slug, defaults={"name": name, "name_da": danish})


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
