"""Københavns Kommune: the six tasks of its competence centre, described in Danish."""

from __future__ import annotations

from dataclasses import replace

from demonstration.builders import power_automate as pa
from demonstration.builders import uipath as ui
from demonstration.modules.model import Edition, Entry, File, Owner
from demonstration.modules.wheels import wheel

OWNER = Owner("Kompetencecenter for automatisering", "automatisering@kobenhavn.example", "council", "Københavns Kommune")
# A connector of our own: the platform puts the publisher's prefix first and writes other letters as hyphen and code.
_DIGITAL_POST = "shared_kk-5fdigitalpost-5f8c41d07be2"
AUTHORS = "Københavns Kommune, Kompetencecenter for automatisering"
_BASE = {"UiPath.System.Activities": "[24.10.6]", "UiPath.UIAutomation.Activities": "[24.10.0]"}
_SIGN_IN = ("Skriv brugernavn", "Skriv kode", "Log ind")
_OPUS = "<wnd app='saplogon.exe' title='KMD Opus*' />"


def _validering(version: str) -> tuple[File, ...]:
    has_command = version != "1.0.0"
    return wheel(
        "kk-datavalidering",
        version,
        summary="Kontrollerer felter, før en robot taster dem ind",
        licence="EUPL-1.2",
        author=AUTHORS,
        sources=("regler.py", *(("kommando.py",) if has_command else ())),
        scripts={"kk-valider": "kk_datavalidering.kommando:main"} if has_command else {},
    )


def _arkivering(version: str) -> tuple[File, ...]:
    has_command = version != "1.0.0"
    return wheel(
        "kk-arkivering",
        version,
        summary="Gør sager klar til arkivet, når deres frist er udløbet",
        licence="EUPL-1.2",
        author=AUTHORS,
        sources=("frister.py", "pakke.py", *(("kommando.py",) if has_command else ())),
        requires=("kk-datavalidering>=1.0,<2",),
        scripts={"kk-arkiver": "kk_arkivering.kommando:main"} if has_command else {},
    )


def _indtastning(version: str) -> tuple[File, ...]:
    hotkey = version != "1.0.0"
    opened = ui.type_into("Åbn billedet med genvej", "<wnd cls='SAP_FRONTEND_SESSION' />", '"[k(f6)]"')
    main = ui.Workflow(
        "Main.xaml",
        "Indtast en ændring i Opus Personale",
        (
            ui.credential("Hent robottens konto", "Opus_Robot", "bruger", "kode"),
            ui.get_item("Hent næste ændring", "Q_Loenaendringer", "emne"),
            ui.window(
                "KMD Opus Personale",
                _OPUS,
                *ui.sign_in("bruger", "kode", web=False, titles=_SIGN_IN),
                *((opened,) if hotkey else ()),
                ui.type_into("Skriv medarbejdernummer", "<ctrl name='Medarbejdernr.' role='editable text' />", "in_Medarbejdernummer"),
                ui.type_into("Skriv ny sats", "<ctrl name='Løntrin' role='editable text' />", "in_Loentrin"),
                ui.click("Gem", "<ctrl name='Gem' role='push button' />"),
                ui.get_text("Læs kvittering", "<ctrl name='Statuslinje' role='text' />", "out_Kvittering"),
            ),
            ui.when(
                "Blev den gemt?",
                'out_Kvittering.Contains("gemt")',
                (ui.set_status("Marker som færdig", "emne", "Successful"),),
                (
                    *ui.form_task("Lønkonsulenten ser på ændringen", "Lønkonsulenter", "svar"),
                    ui.set_status("Marker som afvist", "emne", "Failed", "Ikke gemt"),
                ),
            ),
        ),
        arguments=(
            ui.Argument("in_Medarbejdernummer", required=True, tooltip="Medarbejderens nummer i Opus"),
            ui.Argument("in_Loentrin", required=True, tooltip="Det nye løntrin"),
            ui.Argument("out_Kvittering", direction="Out", tooltip="Teksten på statuslinjen"),
        ),
        variables={"bruger": "String", "kode": "SecureString", "emne": "QueueItem", "svar": "FormTaskData"},
    )
    needs = {"UiPath.Persistence.Activities": "[1.4.9]", **_BASE}
    package = ui.Package(
        "KK.Dataindtastning", version, "Taster lønændringer ind i KMD Opus Personale.", AUTHORS, (main,), needs, licence="EUPL-1.2"
    )
    return (File(f"KK.Dataindtastning.{version}.nupkg", ui.package_file(package)),)


def _journalisering(version: str) -> tuple[File, ...]:
    title = (
        ui.type_into("Skriv titel", "<webctrl tag='INPUT' id='titel' />", "in_Titel")
        if version != "3.0.0"
        else ui.type_into("Vælg dokumenttype", "<webctrl tag='SELECT' id='type' />", "in_Dokumenttype")
    )
    attach = ui.type_into("Vedlæg bilag", "<webctrl tag='INPUT' id='bilag' />", "in_Bilag")
    main = ui.Workflow(
        "Journaliser.xaml",
        "Journaliser et dokument",
        (
            ui.credential("Hent robottens konto", "ESDH_Robot", "bruger", "kode"),
            ui.asset("Hent adressen på ESDH", "ESDH_Adresse", "adresse"),
            ui.browser(
                "ESDH-systemet",
                "[adresse]",
                *ui.sign_in("bruger", "kode", web=True, titles=_SIGN_IN),
                ui.type_into("Find sagen", "<webctrl tag='INPUT' id='sagsnummer' />", "in_Sagsnummer"),
                title,
                *((attach,) if version != "2.0.0" else ()),
                ui.click("Tryk Journaliser", "<webctrl tag='BUTTON' id='journaliser' />"),
                ui.get_text("Læs dokumentnummer", "<webctrl tag='SPAN' id='doknr' />", "out_Dokumentnummer"),
            ),
            ui.log("Skriv i loggen", '"Journaliseret: " + out_Dokumentnummer'),
        ),
        arguments=(
            ui.Argument("in_Sagsnummer", required=True, tooltip="Sagens nummer i ESDH"),
            *(
                (ui.Argument("in_Titel", required=True, tooltip="Dokumentets titel"),)
                if version != "3.0.0"
                else (ui.Argument("in_Dokumenttype", required=True, tooltip="Dokumentets type i journalplanen"),)
            ),
            *((ui.Argument("in_Bilag", tooltip="Sti til et bilag"),) if version != "2.0.0" else ()),
            ui.Argument("out_Dokumentnummer", direction="Out", tooltip="Dokumentets nummer"),
        ),
        variables={"bruger": "String", "kode": "SecureString", "adresse": "String"},
    )
    package = ui.Package(
        "KK.Journalisering", version, "Journaliserer dokumenter på den rigtige sag.", AUTHORS, (main,), _BASE,
        licence="EUPL-1.2", entry_points=("Journaliser.xaml",),
    )  # fmt: skip
    return (File(f"KK.Journalisering.{version}.nupkg", ui.package_file(package)),)


def _brevudsendelse(version: str) -> tuple[File, ...]:
    variables = (
        pa.Variable("kk_Skabelonmappe", "Skabelonmappe", "Adressen på mappen med brevskabeloner"),
        pa.Variable("kk_Afsender", "Afsender", "Navnet, borgeren ser som afsender"),
    )
    receipt = pa.connector_action("shared_sharepointonline", "PatchItem", table="Breve", **{"item/Status": "Sendt"})
    actions = {
        "Hent_skabelon": pa.connector_action(
            "shared_sharepointonline",
            "GetFileContentByPath",
            dataset="@parameters('Skabelonmappe (kk_Skabelonmappe)')",
            path="@triggerBody()?['Skabelon']",
        ),
        "Skriv_brevet": pa.connector_action(
            "shared_wordonlinebusiness", "CreateFileItem", **{"dynamicFileSchema/navn": "@triggerBody()?['Navn']"}
        ),
        "Afgoerelse": pa.condition(
            {"equals": ["@triggerBody()?['Type']", "afgørelse"]},
            {
                "Sagsbehandler_godkender": pa.approval(
                    "Godkend afgørelsesbrev", "@triggerBody()?['Sagsbehandler']", "Læs brevet, før det sendes."
                )
            },
            {},
        ),
        "Send_som_Digital_Post": pa.connector_action(_DIGITAL_POST, "Send", afsender="@parameters('Afsender (kk_Afsender)')"),
        **({"Skriv_kvittering": receipt} if version == "1.1.0" else {}),
    }
    schema = {"type": "object", "properties": {name: {"type": "string"} for name in ("Skabelon", "Navn", "Type", "Sagsbehandler")}}
    trigger = ("Når_et_brev_bestilles", {"type": "Request", "kind": "Button", "inputs": {"schema": schema}})
    connections = {
        "shared_sharepointonline": "kk_SharePoint",
        "shared_wordonlinebusiness": "kk_Word",
        "shared_approvals": "kk_Godkendelser",
        _DIGITAL_POST: "kk_DigitalPost",
    }
    flow = pa.Flow("Send et brev", trigger, actions, connections, variables)
    solution = pa.Solution(
        "KKBrevudsendelse", "Brevudsendelse", "Skriver breve fra skabeloner og sender dem som Digital Post.", f"{version}.0", "Københavns Kommune", "kk",
        (flow,), language="da",
    )  # fmt: skip
    return (File(f"KKBrevudsendelse_{version.replace('.', '_')}_0.zip", pa.solution_file(solution)),)


ENTRIES = (
    Entry(
        "kobenhavn",
        "datavalidering",
        "Datavalidering",
        "Kontrollerer felter i ansøgninger, før en robot taster dem ind, og sender resten til en medarbejder.",
        "data-validation",
        "EUPL-1.2",
        (),
        OWNER,
        language="da",
        editions=(
            Edition("1.0.0", "Første udgave: CVR-numre, datoer, beløb og postnumre.", _validering),
            Edition("1.1.0", "Tilføjer kommandoen `kk-valider`, der læser en CSV-fil.", _validering),
        ),
    ),
    Entry(
        "kobenhavn",
        "arkivering",
        "Arkivering",
        "Finder sager, hvis frist er udløbet, og pakker dem til arkivet med en fortegnelse.",
        "archiving",
        "EUPL-1.2",
        (),
        OWNER,
        language="da",
        editions=(
            Edition("1.0.0", "Første udgave, som bibliotek.", _arkivering),
            Edition("1.1.0", "Tilføjer kommandoen `kk-arkiver`.", _arkivering),
        ),
    ),
    Entry(
        "kobenhavn",
        "dataindtastning",
        "Dataindtastning i Opus Personale",
        "Taster lønændringer ind i KMD Opus Personale og sender de afviste til en lønkonsulent.",
        "data-entry",
        "EUPL-1.2",
        ("KMD Opus Personale",),
        OWNER,
        language="da",
        editions=(
            Edition("1.0.0", "Første udgave.", _indtastning),
            Edition("1.0.1", "Åbner billedet med en genvejstast i stedet for menuen, som skifter plads.", _indtastning),
        ),
    ),
    Entry(
        "kobenhavn",
        "journalisering",
        "Journalisering",
        "Journaliserer dokumenter på den rigtige sag og giver dokumentnummeret tilbage.",
        "case-filing",
        "EUPL-1.2",
        ("ESDH-system",),
        OWNER,
        language="da",
        editions=(
            Edition("2.0.0", "**Ændrer input:** sagen findes på sagsnummer og ikke længere på borgerens navn.", _journalisering),
            Edition("2.1.0", "Tilføjer det valgfri input **in_Bilag**.", _journalisering),
        ),
    ),
    Entry(
        "kobenhavn",
        "brevudsendelse",
        "Brevudsendelse",
        "Skriver breve fra skabeloner og sender dem som Digital Post; afgørelser godkendes af en sagsbehandler først.",
        "letters",
        "EUPL-1.2",
        ("SharePoint", "Microsoft Word", "Digital Post"),
        OWNER,
        language="da",
        editions=(
            Edition("1.0.0", "Første udgave.", _brevudsendelse),
            Edition("1.1.0", "Skriver en kvittering på listen, når brevet er sendt.", _brevudsendelse),
        ),
    ),
)

# Published when sequences use the versions before: what was built on them learns what it would break.
LATER = (
    replace(
        next(entry for entry in ENTRIES if entry.slug == "journalisering"),
        editions=(Edition("3.0.0", "**Ændrer input:** dokumenttypen afgør titlen, så **in_Titel** er væk.", _journalisering),),
    ),
)
