"""The columns of each kind of table: their headings in English and Danish, and what stands in them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import Final, Literal

type Holds = Literal["text", "number", "whole", "day", "share", "yes", "choice", "list"]

YES: Final = {"yes": True, "y": True, "true": True, "1": True, "x": True, "ja": True, "j": True, "sand": True}
NO: Final = {"no": False, "n": False, "false": False, "0": False, "": False, "nej": False, "falsk": False}


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """One column: the field it fills, what it holds, its headings, and an example for the template in either language."""

    field: str
    heading: str
    heading_da: str
    holds: Holds = "text"
    needed: bool = False
    also: tuple[str, ...] = ()  # other headings that we take
    choices: Mapping[str, str] = dataclasses.field(default_factory=dict)  # what is written -> what it means
    example: str = ""
    example_da: str = ""

    @property
    def headings(self) -> tuple[str, ...]:
        return (self.heading, self.heading_da, self.field, *self.also)


def plain(text: str) -> str:
    """A heading or choice, whatever its capitals, spaces and marks."""
    return " ".join(re.sub(r"[\W_]+", " ", text.casefold()).split())


def _choices(**meanings: str) -> dict[str, str]:
    """What is written -> what it means; the words for a meaning are parted by bars."""
    return {plain(word): meaning for meaning, words in meanings.items() for word in (meaning, *words.split("|"))}


_STAGES = _choices(
    interested="interesse|interesseret",
    assessing="assessment|vurderes|vurdering|afprøves",
    pilot="piloted|forsøg",
    live="in use|in production|i drift|drift|produktion",
    retired="stopped|udfaset|ophørt|stoppet",
)
_ADOPTION_SHARING = _choices(
    named="by name|ja|yes|navngivet|med navn",
    counted="count us|talt|tælles",
    kept="keep it to ourselves|private|no|nej|holdes for os selv|fortroligt",
)
_CLAIM_SHARING = _choices(shared="yes|ja|everyone|delt|alle", own="no|nej|private|only us|kun os")
_CLASSES = _choices(
    cashable="cash|provenu|kontant|budgetreduktion",
    non_cashable="capacity released|capacity|frigjort tid|frigjort kapacitet",
    avoided="cost avoided|undgået udgift|undgåede udgifter",
    new_capacity="new capacity|ny kapacitet|nye opgaver",
    quality="kvalitet",
)
_SCOPES = _choices(line="one automation|automation|automatisering|linje", programme="program|whole programme|hele programmet")
_METHODS = _choices(
    timed="timed by observation|observation|målt|tidtaget",
    logged="log|system log|systemlog",
    diary="dagbog",
    estimate="estimated|skøn|estimeret",
)
_COST_KINDS = _choices(
    staff="personale|løn",
    licences="licenses|licence|licenser",
    infrastructure="infrastruktur",
    supplier="leverandør|konsulent|consultant",
    other="andet|øvrigt",
    total="not itemised|i alt|total",
)

_MODULE = Column(
    "module",
    "Module",
    "Modul",
    needed=True,
    also=("Identifier", "Id"),
    example="hampshire/victim-update",
    example_da="kobenhavn/brevudsendelse",
)
_CURRENCY = Column(
    "currency", "Currency", "Valuta", also=("Unit of money", "Enhed"), example="GBP", example_da="1000 kr."
)  # "1000 kr." means thousands of kroner
_THOUSANDS = Column("in_thousands", "In thousands", "I tusinde", "yes", also=("Thousands", "1000 kr."), example="no", example_da="ja")
_PRICE_BASE = Column("price_base", "Price base", "Prisniveau", also=("Prices of", "p/l", "P/L-niveau"), example="", example_da="2016 p/l")
_PART_OF = Column("part_of", "Part of programme", "Del af program", also=("Programme",), example="", example_da="")
_SOURCE = Column("source", "Source", "Kilde", also=("Table", "Tabel"), example="Board paper 12", example_da="Business case 2016, tabel 1")
_SHARING = Column("sharing", "Shared", "Deles", "choice", choices=_CLAIM_SHARING, example="yes", example_da="ja")

ADOPTIONS: Final = (
    _MODULE,
    Column("version", "Version", "Version", example="1.2.0", example_da="1.1.0"),
    Column("stage", "Stage", "Stade", "choice", needed=True, also=("Status",), choices=_STAGES, example="live", example_da="i drift"),
    Column("since", "Live since", "I drift siden", "day", also=("Since", "Siden"), example="2023-05-02", example_da="01-06-2017"),
    Column(
        "owner",
        "Owner",
        "Ansvarlig",
        also=("Owner post", "Procesejer", "Ejer"),
        example="RPA team lead",
        example_da="Procesejer, Koncernservice",
    ),
    Column("volume", "Volume a year", "Antal pr. år", "whole", also=("Volume", "Antal"), example="58,000", example_da="42.000"),
    Column("unit", "Unit", "Enhed for antal", also=("Unit noun", "Items"), example="updates", example_da="breve"),
    Column(
        "systems",
        "Target systems",
        "Systemer",
        "list",
        also=("Systems", "Fagsystemer"),
        example="Niche RMS; Outlook",
        example_da="Opus Personale",
    ),
    Column("objective", "Objective", "Formål", also=("Strategic objective",)),
    Column("blockers", "Blockers", "Forhindringer", also=("Barriers",)),
    Column("reason", "Reason", "Begrundelse", also=("Årsag",)),
    Column("sharing", "Shared", "Deles", "choice", also=("Sharing",), choices=_ADOPTION_SHARING, example="named", example_da="navngivet"),
    Column("is_adapted", "Adapted", "Tilpasset", "yes", example="no", example_da="nej"),
)
BENEFITS: Final = (
    Column("title", "Title", "Titel", needed=True, also=("Benefit", "Gevinst"), example="Victim updates", example_da="Breve om bevilling"),
    Column("module", "Module", "Modul", also=("Identifier", "Id"), example="hampshire/victim-update", example_da="kobenhavn/brevudsendelse"),
    Column("scope", "Scope", "Omfang", "choice", choices=_SCOPES, example="line", example_da="linje"),
    _PART_OF,
    Column("benefit_class", "Class", "Art", "choice", needed=True, also=("Benefit class", "Gevinsttype"), choices=_CLASSES, example="capacity released", example_da="frigjort tid"),
    Column("year", "Year", "År", also=("Period", "Periode"), example="2023–24", example_da="2017"),
    Column("starts_on", "From", "Fra", "day", also=("Start", "Period from")),
    Column("ends_on", "To", "Til", "day", also=("End", "Period to")),
    Column("volume", "Volume", "Antal", "whole", example="58,000", example_da="10.000"),
    Column("unit", "Unit", "Enhed for antal", also=("Unit noun", "Items"), example="updates", example_da="breve"),
    Column("minutes_before", "Minutes per item before", "Minutter pr. sag før", "number", also=("Baseline minutes", "Minutter pr. sag"), example="6", example_da="10"),
    Column("sample_size", "Items timed", "Antal målte sager", "whole", also=("Baseline sample", "Sample size"), example="40", example_da="50"),
    Column("measured_on", "Timed on", "Målt den", "day", also=("Baseline date",), example="2023-02-14", example_da="14-11-2016"),
    Column("method", "How it was timed", "Målemetode", "choice", also=("Baseline method", "Method"), choices=_METHODS, example="timed", example_da="målt"),
    Column("minutes_after", "Minutes per item after", "Minutter pr. sag efter", "number"),
    Column("success_rate", "Success rate", "Succesrate", "share", example="92 %", example_da="70 %"),
    Column("fte", "FTE", "Årsværk", "number", example="3.2", example_da="0,6"),
    Column("hours_per_fte", "Hours per FTE", "Timer pr. årsværk", "number", example="1,650", example_da="1.667"),
    Column("money", "Money", "Beløb", "number", also=("Saving", "Besparelse", "Amount"), example="117,000", example_da="-240"),
    _CURRENCY,
    _THOUSANDS,
    Column("savings_are_negative", "Savings are negative", "Besparelser med minus", "yes", also=("Negative savings",), example="no", example_da="ja"),
    _PRICE_BASE,
    Column("rate_per_fte", "Cost of one FTE", "Pris pr. årsværk", "number", also=("Rate per FTE",), example="36,667", example_da="400"),
    Column("post", "Post or budget line", "Stilling eller budgetpost", also=("Post",)),
    Column("service_investment", "Operating investment", "Investering, service", "number"),
    Column("total_investment", "Total investment", "Investering i alt", "number"),
    Column("note", "Note", "Bemærkning", also=("Notes",)),
    _SOURCE,
    _SHARING,
)  # fmt: skip
COSTS: Final = (
    Column("title", "Line", "Linje", needed=True, also=("Title", "Titel", "Post", "Cost"), example="Robot licences", example_da="ITU"),
    Column("year", "Year", "År", needed=True, example="2023–24", example_da="2017"),
    Column("amount", "Amount", "Beløb", "number", needed=True, also=("Cost amount", "Udgift"), example="95,000", example_da="500"),
    _CURRENCY,
    _THOUSANDS,
    _PRICE_BASE,
    Column("kind", "Kind", "Art", "choice", choices=_COST_KINDS, example="licences", example_da="leverandør"),
    Column("is_at_least", "At least", "Mindst", "yes", also=("Or more",), example="no", example_da="nej"),
    Column("is_capital", "Capital", "Anlæg", "yes", example="no", example_da="nej"),
    _SOURCE,
    _PART_OF,
    _SHARING,
)
KINDS: Final[Mapping[str, tuple[Column, ...]]] = {"adoptions": ADOPTIONS, "benefits": BENEFITS, "costs": COSTS}
