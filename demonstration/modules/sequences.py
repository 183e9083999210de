"""Process sequences of the demonstration: whole processes made of the modules beside this file, composed as a page or program would."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from demonstration.modules import hampshire_rms, kobenhavn, thames_valley, wiltshire
from demonstration.modules.model import Edition, Entry, File
from registry.sequences.steps import flow_of
from registry.sequences.writing import bpmn_of

CLERK, OFFICER, ROBOT = "Sagsbehandler", "Officer in the case", "Robot"
SMS, LETTERS, FILING = "brightloop/sms-gateway", "kobenhavn/brevudsendelse", "kobenhavn/journalisering"
Steps = dict[str, Any]


def _composed(slug: str, steps: Callable[[str], Steps]) -> Callable[[str], tuple[File, ...]]:
    """Builds the BPMN file of each version."""
    return lambda version: (File(f"{slug}.bpmn", bpmn_of(flow_of(steps(version)))),)


def _uses(module: str, versions: str, entry_point: str = "") -> dict[str, str]:
    return {"module": module, "range": versions, "entry_point": entry_point}


def _value(text: str) -> dict[str, str]:
    return {"value": text}


def _from(source: str) -> dict[str, str]:
    return {"from": source}


def _letter(identity: str, name: str, template: str, kind: str) -> Steps:
    return {
        "id": identity,
        "name": name,
        "who": ROBOT,
        "uses": _uses(LETTERS, "^1.0", "Send et brev"),
        "inputs": {
            "Skabelon": _value(template),
            "Navn": _from("afgoer/navn"),
            "Type": _value(kind),
            "Sagsbehandler": _from("afgoer/sagsbehandler"),
        },
        "next": [{"to": "besked"}],
    }


def _awards(version: str) -> Steps:
    hearing = version != "1.0.0"
    heard: list[Steps] = [
        {
            "id": "partshoering",
            "name": "Hold partshøring",
            "who": CLERK,
            "human": True,
            "documentation": "Borgeren hører, hvad afslaget bygger på, og har 14 dage til at svare (forvaltningsloven § 19).",
            "next": [{"to": "afslag"}],
        }
    ]
    return {
        "name": "Bevillings- og afslagsbreve",
        "documentation": "Fra ansøgning til svar. Robotten kontrollerer, skriver, sender og journaliserer; sagsbehandleren træffer afgørelsen.",
        "steps": [
            {
                "id": "valider",
                "name": "Kontroller ansøgningens felter",
                "who": ROBOT,
                "uses": _uses("kobenhavn/datavalidering", "^1.1", "kk-valider = kk_datavalidering.kommando:main"),
                "hand_over": "Ansøgninger med fejl lægges i sagsbehandlerens kurv med en besked om, hvad der mangler.",
                "question": "Er alt med?",
                "next": [{"to": "afgoer", "when": "Ja"}, {"to": "indhent", "when": "Nej"}],
            },
            {"id": "indhent", "name": "Indhent det, der mangler", "who": CLERK, "human": True},
            {
                "id": "afgoer",
                "name": "Træf afgørelse",
                "who": CLERK,
                "human": True,
                "documentation": "Afgørelsen træffes altid af et menneske. Robotten skriver kun det brev, som afgørelsen kræver.",
                "gives": [{"name": name, "type": "tekst"} for name in ("sagsnummer", "navn", "mobil", "sagsbehandler")],
                "question": "Bevilget?",
                "next": [{"to": "bevilling", "when": "Ja"}, {"to": "partshoering" if hearing else "afslag", "when": "Nej"}],
            },
            _letter("bevilling", "Skriv og send bevillingsbrev", "bevilling.docx", "bevilling"),
            *(heard if hearing else []),
            _letter("afslag", "Skriv og send afslag med klagevejledning", "afslag.docx", "afgørelse"),
            {
                "id": "besked",
                "name": "Send besked om, at brevet er på vej",
                "who": ROBOT,
                "uses": _uses(SMS, ">=1.0 <2", "Send Text"),
                "inputs": {
                    "Number": _from("afgoer/mobil"),
                    "Text": _value("Der er svar på din ansøgning i Digital Post."),
                    "Sender": _value("Kbh Kommune"),
                },
            },
            {
                "id": "journaliser",
                "name": "Journaliser brevet",
                "who": ROBOT,
                "uses": _uses(FILING, "^2.0", "Journaliser.xaml"),
                "inputs": {"in_Sagsnummer": _from("afgoer/sagsnummer"), "in_Titel": _value("Svar på ansøgning")},
            },
            {
                "id": "arkiver",
                "name": "Gør sagen klar til arkivet",
                "who": ROBOT,
                "uses": _uses("kobenhavn/arkivering", "^1.1", "kk-arkiver = kk_arkivering.kommando:main"),
            },
        ],
    }


def _victims(version: str) -> Steps:
    return {
        "name": "Keeping victims informed",
        "documentation": "From a change in the crime record to an update that the victim has had, in the wording that fits. The officer decides first.",
        "steps": [
            {
                "id": "read",
                "name": "Read the occurrence",
                "who": ROBOT,
                "uses": _uses("hampshire/rms-session", "^1.4", "Read Occurrence Header"),
                "documentation": "The session is open on the occurrence that changed.",
            },
            {
                "id": "wording",
                "name": "Choose the wording",
                "who": ROBOT,
                "uses": _uses("thames-valley/notifications", "^2.0", "ChooseWording.xaml"),
                "inputs": {"in_Status": _from("read/Header Text"), "in_Language": _from("/language")},
                "hand_over": "The proposed wording waits in the officer’s work list, with the reference and nothing else.",
            },
            {
                "id": "decide",
                "name": "Decide whether to send it",
                "who": OFFICER,
                "human": True,
                "documentation": "Some updates must be given in person, and some not at all. Only the officer in the case knows.",
                "gives": [{"name": name, "type": "text"} for name in ("crime number", "contact", "mobile")],
                "question": "How?",
                "next": [
                    {"to": "text", "when": "By text"},
                    {"to": "letter", "when": "By letter or mail"},
                    {"to": "call", "when": "In person"},
                ],
            },
            {
                "id": "text",
                "name": "Send it by text",
                "who": ROBOT,
                "uses": _uses(SMS, "^1.0", "Send Text"),
                "inputs": {"Number": _from("decide/mobile"), "Text": _from("wording/out_Wording"), "Sender": _value("Police")},
                "next": [{"to": "end"}],
            },
            {
                "id": "letter",
                "name": "Send the update",
                "who": ROBOT,
                "uses": _uses("hampshire/victim-update", "^1.2", "Main.xaml"),
                "inputs": {
                    "in_CrimeNumber": _from("decide/crime number"),
                    "in_Contact": _from("decide/contact"),
                    "in_Channel": _value("letter"),
                },
                "next": [{"to": "end"}],
            },
            {"id": "call", "name": "Call or visit", "who": OFFICER, "human": True},
        ],
    }


def _bail(version: str) -> Steps:
    return {
        "name": "Bail notification to the victim",
        "documentation": "Tells a victim of bail and its conditions within the hour, and links the contact to the record.",
        "steps": [
            {
                "id": "conditions",
                "name": "Set the conditions of bail",
                "who": "Custody officer",
                "human": True,
                "documentation": "A decision under the Police and Criminal Evidence Act 1984; the robot takes no part in it.",
                "gives": [{"name": name, "type": "text"} for name in ("victim number", "contact", "surname", "mobile")],
                "hand_over": "The signed record goes to the robot’s queue when the officer closes the screen.",
            },
            {
                "id": "link",
                "name": "Link the contact",
                "who": ROBOT,
                "uses": _uses("thames-valley/contact-management", "^1.0", "LinkContact.xaml"),
                "inputs": {"in_ContactId": _from("conditions/contact"), "in_Surname": _from("conditions/surname")},
            },
            {
                "id": "notify",
                "name": "Notify the victim",
                "who": ROBOT,
                "uses": _uses("thames-valley/bail-notification", "^1.8", "Main.xaml"),
                "inputs": {"in_VictimNumber": _from("conditions/victim number")},
            },
            {
                "id": "confirm",
                "name": "Text when it was sent",
                "who": ROBOT,
                "uses": _uses(SMS, "^1.0", "Send Text"),
                "inputs": {"Number": _from("conditions/mobile"), "Text": _from("notify/out_SentAt")},
            },
        ],
    }


def _planning(version: str) -> Steps:
    texted = version != "1.0.0"
    tell: list[Steps] = [
        {
            "id": "tell",
            "name": "Text the applicant the reference",
            "who": ROBOT,
            "uses": _uses(SMS, "^1.0", "Send Text"),
            "inputs": {"Number": _from("judge/mobile"), "Text": _from("register/Reference")},
            "next": [{"to": "end"}],
        }
    ]
    return {
        "name": "Planning intake",
        "documentation": "From an application that arrives to a case that an officer can begin with, or a letter that says what is missing.",
        "steps": [
            {
                "id": "validate",
                "name": "Check that everything is there",
                "who": ROBOT,
                "uses": _uses("wiltshire/planning-validation", "^1.2", "Validate a planning application"),
                "hand_over": "What was found missing stands in the approval that the officer receives.",
            },
            {
                "id": "judge",
                "name": "Judge whether it is complete",
                "who": "Planning officer",
                "human": True,
                "gives": [{"name": name, "type": "text"} for name in ("proposal", "uprn", "mobile")],
                "question": "Complete?",
                "next": [{"to": "register", "when": "Yes"}, {"to": "ask", "when": "No"}],
            },
            {
                "id": "register",
                "name": "Register it in Uniform",
                "who": ROBOT,
                "uses": _uses("wiltshire/planning-validation", "^1.2", "Register in Uniform"),
                "inputs": {"UniformAddress": _from("/uniform address"), "Proposal": _from("judge/proposal"), "Uprn": _from("judge/uprn")},
                "next": [{"to": "tell" if texted else "end"}],
            },
            *(tell if texted else []),
            {"id": "ask", "name": "Write to the agent", "who": "Planning officer", "human": True},
        ],
    }


ENTRIES = (
    Entry(
        "kobenhavn",
        "bevillings-og-afslagsbreve",
        "Bevillings- og afslagsbreve",
        "Fører en ansøgning frem til bevilling eller afslag, og viser, hvad robot og sagsbehandler hver især gør.",
        "awards-and-refusals",
        "EUPL-1.2",
        ("ESDH-system", "Digital Post"),
        kobenhavn.OWNER,
        language="da",
        editions=(
            Edition("1.0.0", "Første udgave.", _composed("bevillings-og-afslagsbreve", _awards)),
            Edition("1.1.0", "Tilføjer partshøring før et afslag.", _composed("bevillings-og-afslagsbreve", _awards)),
        ),
    ),
    Entry(
        "hampshire",
        "keeping-victims-informed",
        "Keeping victims informed",
        "Chooses the wording of an update, has the officer decide, and sends it by text, letter or mail.",
        "victim-care",
        "MIT",
        ("Niche RMS",),
        hampshire_rms.OWNER,
        editions=(Edition("1.0.0", "First version.", _composed("keeping-victims-informed", _victims)),),
    ),
    Entry(
        "thames-valley",
        "bail-to-victim",
        "Bail notification to the victim",
        "Tells a victim of bail and its conditions within the hour, and links the contact to the record.",
        "bail-and-custody",
        "MIT",
        (),
        thames_valley.OWNER,
        editions=(Edition("1.0.0", "First version.", _composed("bail-to-victim", _bail)),),
    ),
    Entry(
        "wiltshire",
        "planning-intake",
        "Planning intake",
        "Takes planning applications from the mailbox to a registered case, and asks for what is missing.",
        "planning",
        "OGL-UK-3.0",
        ("Idox Uniform",),
        wiltshire.OWNER,
        editions=(
            Edition("1.0.0", "First version.", _composed("planning-intake", _planning)),
            Edition(
                "2.0.0", "Texts the applicant the reference. **Needs** the text gateway’s account.", _composed("planning-intake", _planning)
            ),
        ),
    ),
)
