"""Who runs what in the demonstration. Volumes that a published source gives are marked so; the rest is made up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Use:
    """What ``organisation`` (a slug) states of ``module``; ``confirmed`` is how many days before loading it last said so."""

    organisation: str
    module: str
    version: str
    stage: str = "live"
    since: str = ""
    volume: int | None = None
    unit: str = ""
    owner: str = "RPA team lead"
    sharing: str = "named"
    confirmed: int = 20
    systems: tuple[str, ...] = ()
    objective: str = ""
    blockers: str = ""
    reason: str = ""
    shares_reason: bool = False
    shares_volume: bool = True
    is_adapted: bool = False


FILING, TRIAGE = "hampshire/crime-incident-filing", "hampshire/domestic-abuse-triage"
CONTACTS, VICTIMS = "thames-valley/contact-management", "hampshire/victim-update"
SMS, LETTERS, PLANNING = "brightloop/sms-gateway", "kobenhavn/brevudsendelse", "wiltshire/planning-validation"
AWARDS, LEAVE, FRAUD = "kobenhavn/bevillings-og-afslagsbreve", "hampshire/annual-leave", "thames-valley/action-fraud"

USES: tuple[Use, ...] = (
    # Hampshire and Thames Valley: 224,000 case files, 131,000 contacts and 161,000 tasks are published (S0-7).
    Use("hampshire", FILING, "2.1.0", since="2021-04-06", volume=224_000, unit="case files", systems=("Niche RMS",), confirmed=15,
        objective="Give officers back the time that filing takes."),
    Use("hampshire", TRIAGE, "2.0.0", since="2022-02-14", volume=161_000, unit="tasks", confirmed=15,
        objective="See children at risk in hours, not weeks."),
    Use("hampshire", CONTACTS, "1.0.1", since="2021-09-01", volume=131_000, unit="contacts", confirmed=15),
    Use("hampshire", VICTIMS, "1.2.0", since="2023-05-02", volume=58_000, unit="updates", confirmed=15),
    Use("hampshire", LEAVE, "1.3.0", since="2022-10-03", volume=9_200, unit="requests", confirmed=15),
    Use("hampshire", SMS, "1.1.0", since="2024-01-15", volume=58_000, unit="messages", confirmed=15),
    Use("thames-valley", FILING, "2.0.3", since="2023-09-04", volume=118_000, unit="case files", confirmed=45, is_adapted=True,
        reason="Two screens recorded again, as our tabs sit in another order."),
    Use("thames-valley", TRIAGE, "2.0.0", since="2023-11-06", volume=74_000, unit="tasks", confirmed=45),
    Use("thames-valley", CONTACTS, "1.0.1", since="2021-09-01", volume=96_000, unit="contacts", confirmed=45),
    Use("thames-valley", FRAUD, "1.1.0", since="2022-06-13", volume=21_000, unit="reports", confirmed=45),
    Use("thames-valley", SMS, "1.0.0", since="2024-03-11", volume=40_000, unit="messages", confirmed=345),
    Use("met", FILING, "2.1.0", stage="assessing", owner="Criminal justice transformation",
        blockers="The records system here is another one; two screens must be recorded again."),
    Use("met", VICTIMS, "1.2.0", stage="pilot", owner="Victim care board", blockers="The equality impact assessment is being signed."),
    Use("met", SMS, "1.1.0", since="2024-06-03", volume=120_000, unit="messages", sharing="counted", confirmed=80),
    Use("wiltshire", PLANNING, "1.2.0", since="2025-03-03", volume=4_100, unit="applications", owner="Planning systems lead", confirmed=30,
        objective="Answer applicants within two days."),
    Use("wiltshire", SMS, "1.1.0", since="2025-01-20", volume=15_500, unit="messages", owner="Digital service manager", confirmed=30),
    Use("wiltshire", LETTERS, "1.1.0", stage="pilot", owner="Revenues and benefits manager",
        blockers="Templates must be translated, and the print room agree the format.",
        objective="Send letters of award on the day of the decision."),
    Use("wiltshire", "met/statement-redaction", "1.1.0", stage="retired", since="2024-09-02", owner="Information governance",
        reason="The police strand of the work ended with the pilot.", shares_reason=True),
    Use("kobenhavn", AWARDS, "1.1.0", since="2017-11-01", volume=10_000, unit="breve", owner="Procesejer, Koncernservice", confirmed=60),
    Use("kobenhavn", LETTERS, "1.1.0", since="2017-06-01", volume=42_000, unit="breve", owner="Procesejer, Koncernservice", confirmed=60),
    Use("kobenhavn", "kobenhavn/dataindtastning", "1.0.1", since="2018-02-01", volume=30_000, unit="indberetninger",
        owner="Procesejer, Koncernservice", confirmed=60),
    Use("kobenhavn", SMS, "1.1.0", since="2025-05-05", volume=22_000, unit="beskeder", owner="Procesejer, Koncernservice", confirmed=60),
    Use("brightloop", SMS, "1.1.0", since="2023-11-01", volume=9_000, unit="messages", owner="Service desk", confirmed=10),
)  # fmt: skip

# Only interested: no version yet.
INTERESTS: tuple[tuple[str, str, str], ...] = (
    ("wiltshire", FILING, "Our community safety team files antisocial behaviour reports in much the same way."),
    ("met", LEAVE, "Asked for by the people directorate."),
    ("kobenhavn", PLANNING, "Byggesager modtages på samme måde."),
)
