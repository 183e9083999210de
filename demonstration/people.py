"""Who the demonstration's organisations and people are. All names are made up, and every address ends in ``.example``."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import Organisation, Role, SignOffRole

# Shown on the sign-in page and by the loader. A passphrase that the product's own rules accept; it protects made-up data only.
PASSWORD = "copper-roof-green-with-age"

POLICE, COUNCIL, SUPPLIER, PARTNERSHIP = (
    Organisation.Kind.POLICE,
    Organisation.Kind.COUNCIL,
    Organisation.Kind.SUPPLIER,
    Organisation.Kind.PARTNERSHIP,
)


@dataclass(frozen=True)
class Body:
    """An organisation of the demonstration."""

    slug: str
    name: str
    kind: Organisation.Kind
    language: str = "en-GB"


@dataclass(frozen=True)
class Person:
    """Somebody who signs in with :data:`PASSWORD`; ``role`` is held at ``organisation`` (a slug), and a reviewer signs as ``signs``."""

    email: str
    name: str
    organisation: str
    role: Role
    signs: tuple[SignOffRole, ...] = ()


ORGANISATIONS: tuple[Body, ...] = (
    Body("hampshire", "Hampshire and Isle of Wight Constabulary", POLICE),
    Body("thames-valley", "Thames Valley Police", POLICE),
    Body("met", "Metropolitan Police Service", POLICE),
    Body("wiltshire", "Wiltshire Council", COUNCIL),
    Body("kobenhavn", "Københavns Kommune", COUNCIL, "da"),
    Body("brightloop", "Brightloop Automation", SUPPLIER),
    Body("partnership", "The Moothall partnership", PARTNERSHIP),
)

TECHNICAL, BUSINESS, ASSURANCE, LICENCE = SignOffRole

PEOPLE: tuple[Person, ...] = (
    Person("rowan.ashby@hampshire.example", "Rowan Ashby", "hampshire", Role.PUBLISHER),
    Person("imogen.tarrant@hampshire.example", "Imogen Tarrant", "hampshire", Role.ADMINISTRATOR),
    Person("callum.denholm@hampshire.example", "Callum Denholm", "hampshire", Role.VIEWER),
    Person("marian.colebrook@hampshire.example", "Marian Colebrook", "hampshire", Role.REVIEWER, (BUSINESS,)),
    Person("idris.vale@hampshire.example", "Idris Vale", "hampshire", Role.REVIEWER, (TECHNICAL,)),
    Person("priya.lockwood@thames-valley.example", "Priya Lockwood", "thames-valley", Role.PUBLISHER),
    Person("edmund.fairlie@thames-valley.example", "Edmund Fairlie", "thames-valley", Role.ADMINISTRATOR),
    Person("olive.thackray@thames-valley.example", "Olive Thackray", "thames-valley", Role.REVIEWER, (BUSINESS,)),
    Person("kenji.holloway@thames-valley.example", "Kenji Holloway", "thames-valley", Role.REVIEWER, (TECHNICAL,)),
    Person("sana.whitcombe@met.example", "Sana Whitcombe", "met", Role.PUBLISHER),
    Person("leo.harkness@met.example", "Leo Harkness", "met", Role.ADMINISTRATOR),
    Person("dorothy.penhale@met.example", "Dorothy Penhale", "met", Role.VIEWER),
    Person("ruth.abernethy@met.example", "Ruth Abernethy", "met", Role.REVIEWER, (BUSINESS,)),
    Person("bram.ostler@met.example", "Bram Ostler", "met", Role.REVIEWER, (ASSURANCE,)),
    Person("gareth.oakhill@wiltshire.example", "Gareth Oakhill", "wiltshire", Role.PUBLISHER),
    Person("nadia.summerfield@wiltshire.example", "Nadia Summerfield", "wiltshire", Role.ADMINISTRATOR),
    Person("beatrice.longcot@wiltshire.example", "Beatrice Longcot", "wiltshire", Role.VIEWER),
    Person("hugh.pewsey@wiltshire.example", "Hugh Pewsey", "wiltshire", Role.REVIEWER, (BUSINESS,)),
    Person("freja.holmgaard@kobenhavn.example", "Freja Holmgaard", "kobenhavn", Role.PUBLISHER),
    Person("mikkel.stenbro@kobenhavn.example", "Mikkel Stenbro", "kobenhavn", Role.ADMINISTRATOR),
    Person("signe.dahlgaard@kobenhavn.example", "Signe Dahlgaard", "kobenhavn", Role.REVIEWER, (BUSINESS,)),
    Person("anders.vestby@kobenhavn.example", "Anders Vestby", "kobenhavn", Role.REVIEWER, (ASSURANCE,)),
    Person("tess.marlow@brightloop.example", "Tess Marlow", "brightloop", Role.PUBLISHER),
    Person("owen.castellan@brightloop.example", "Owen Castellan", "brightloop", Role.ADMINISTRATOR),
    Person("lena.faraday@brightloop.example", "Lena Faraday", "brightloop", Role.REVIEWER, (BUSINESS,)),
    Person("harriet.moss@partnership.example", "Harriet Moss", "partnership", Role.STEWARD, (LICENCE,)),
    Person("jonas.wrexby@partnership.example", "Jonas Wrexby", "partnership", Role.AUDITOR),
)


STEWARD = next(person for person in PEOPLE if person.role == Role.STEWARD)


def publisher_of(organisation: str) -> Person:
    """The person who publishes for ``organisation`` (a slug)."""
    return next(person for person in PEOPLE if person.organisation == organisation and person.role == Role.PUBLISHER)


def signer(role: SignOffRole, publisher: str, *, is_own: bool = False) -> Person:
    """Who signs as ``role`` what ``publisher`` (a slug) publishes: the business owner is of its own, and everybody where nobody else sees it."""
    of_own = is_own or role == SignOffRole.BUSINESS_OWNER
    return next(person for person in PEOPLE if role in person.signs and (person.organisation == publisher) == of_own)
