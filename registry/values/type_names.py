"""What the platforms call their types, by what they mean. docs/types.md shows this table, and a test holds the two together."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Meaning(StrEnum):
    """What a value is, whatever its platform calls it."""

    TEXT = "text"
    WHOLE = "whole number"
    NUMBER = "number"
    YES_NO = "yes or no"
    DATE = "date"
    TIME = "time"
    DATE_TIME = "date and time"
    DURATION = "duration"
    TABLE = "table"
    LIST = "list"
    RECORD = "record"
    FILE = "file"
    PICTURE = "picture"
    SECRET = "secret"
    BYTES = "bytes"
    ANYTHING = "anything"
    UNKNOWN = "unknown"


T = Meaning

# .NET's names, without their namespaces: UiPath and OpenRPA write them.
_DOTNET: Final = {
    T.TEXT: "String, Char, Guid, Uri, MailAddress",
    T.WHOLE: "Int32, Int64, Int16, UInt32, UInt64, UInt16, Byte, SByte, int, long, short, Integer",
    T.NUMBER: "Double, Single, Decimal, float",
    T.YES_NO: "Boolean, bool",
    T.DATE: "DateOnly",
    T.TIME: "TimeOnly",
    T.DATE_TIME: "DateTime, DateTimeOffset",
    T.DURATION: "TimeSpan",
    T.TABLE: "DataTable, DataView",
    T.LIST: "List, IList, IEnumerable, ICollection, Collection, HashSet, Queue, Array, ArrayList, IReadOnlyList",
    T.RECORD: "Dictionary, IDictionary, DataRow, JObject, Hashtable, KeyValuePair, SortedDictionary, ExpandoObject, IReadOnlyDictionary",
    T.FILE: "FileInfo, DirectoryInfo, ILocalResource, IResource, LocalResource",
    T.PICTURE: "Image, Bitmap",
    T.SECRET: "SecureString, NetworkCredential, PSCredential",
    T.BYTES: "Stream, MemoryStream",
    T.ANYTHING: "Object, GenericValue, JToken, dynamic",
}
_PYTHON: Final = {
    T.TEXT: "str, UUID, LiteralString",
    T.WHOLE: "int",
    T.NUMBER: "float, Decimal, Fraction",
    T.YES_NO: "bool",
    T.DATE: "date",
    T.TIME: "time",
    T.DATE_TIME: "datetime, Timestamp",
    T.DURATION: "timedelta",
    T.TABLE: "DataFrame",
    T.LIST: "list, tuple, set, frozenset, Sequence, Iterable, Iterator, Collection, Series",
    T.RECORD: "dict, Mapping, TypedDict, defaultdict, OrderedDict",
    T.FILE: "Path, PurePath, PathLike, TextIO, BinaryIO, IO",
    T.PICTURE: "Image",
    T.SECRET: "SecretStr, SecretBytes",
    T.BYTES: "bytes, bytearray, memoryview, BytesIO",
    T.ANYTHING: "Any, object",
}

NAMES: Final[Mapping[str, Mapping[Meaning, str]]] = {
    "uipath": {**_DOTNET, T.NUMBER: f"{_DOTNET[T.NUMBER]}, number"},  # its Python packages declare in JSON Schema's words
    "openrpa": _DOTNET,
    "blueprism": {
        T.TEXT: "text",
        T.NUMBER: "number",
        T.YES_NO: "flag",
        T.DATE: "date",
        T.TIME: "time",
        T.DATE_TIME: "datetime",
        T.DURATION: "timespan",
        T.TABLE: "collection",
        T.PICTURE: "image",
        T.SECRET: "password",
        T.BYTES: "binary",
    },
    "power_automate": {
        T.TEXT: "string, text, Text value, email",
        T.WHOLE: "integer",
        T.NUMBER: "number, float, Numeric, Numeric value",
        T.YES_NO: "boolean, bool, Boolean value",
        T.DATE: "date",
        T.DATE_TIME: "datetime, Date time, date-time",
        T.TABLE: "Datatable, Data table",
        T.LIST: "array, List",
        T.RECORD: "object, Custom object, Datarow, Data row",
        T.FILE: "file, Folder",
        T.SECRET: "securestring, secureobject, Credential, Sensitive text",
        T.BYTES: "binary, Binary data",
        T.ANYTHING: "any, General value",
    },
    "automation_anywhere": {
        T.TEXT: "String, Text, Textarea, Select, Radio",
        T.NUMBER: "Number",
        T.YES_NO: "Boolean, Checkbox",
        T.DATE_TIME: "Datetime",
        T.TABLE: "Table",
        T.LIST: "List",
        T.RECORD: "Dictionary, Record",
        T.FILE: "File",
        T.SECRET: "Credential",
        T.ANYTHING: "Any, Variable",
    },
    "n8n": {
        T.TEXT: "string",
        T.NUMBER: "number",
        T.YES_NO: "boolean",
        T.DATE_TIME: "dateTime",
        T.TIME: "time",
        T.LIST: "array",
        T.RECORD: "object",
        T.BYTES: "binary",
        T.ANYTHING: "any",
    },
    "robot_framework": {
        **_PYTHON,
        T.TEXT: f"{_PYTHON[T.TEXT]}, string, unicode",
        T.WHOLE: "int, integer, long",
        T.NUMBER: f"{_PYTHON[T.NUMBER]}, double, real",
        T.YES_NO: "bool, boolean",
        T.RECORD: f"{_PYTHON[T.RECORD]}, dictionary, map",
        T.SECRET: f"{_PYTHON[T.SECRET]}, Secret",
    },
    "tagui": {T.TEXT: "text, string"},
    "python": _PYTHON,
    "dmn": {
        T.TEXT: "string",
        T.NUMBER: "number",
        T.YES_NO: "boolean",
        T.DATE: "date",
        T.TIME: "time",
        T.DATE_TIME: "dateTime, date and time",
        T.DURATION: "dayTimeDuration, yearMonthDuration, days and time duration, years and months duration",
        T.LIST: "list",
        T.RECORD: "context",
        T.ANYTHING: "Any",
    },
    "bpmn": {
        T.TEXT: "text, string, tekst, streng, anyURI, normalizedString, e-mail, email",
        T.WHOLE: "whole number, integer, int, long, count, heltal, antal",
        T.NUMBER: "number, decimal, double, float, amount, money, tal, beløb, decimaltal",
        T.YES_NO: "yes or no, yes/no, boolean, bool, flag, ja/nej, ja eller nej, boolsk",
        T.DATE: "date, dato",
        T.TIME: "time, time of day, klokkeslæt, klokken",
        T.DATE_TIME: "date and time, dateTime, timestamp, dato og tid, tidspunkt",
        T.DURATION: "duration, time span, timespan, varighed",
        T.TABLE: "table, spreadsheet, collection, datatable, tabel, regneark",
        T.LIST: "list, array, liste",
        T.RECORD: "record, object, dictionary, post, objekt",
        T.FILE: "file, document, attachment, fil, dokument, bilag",
        T.PICTURE: "picture, image, photo, billede, foto",
        T.SECRET: "secret, password, hemmelighed, adgangskode, kodeord",
        T.BYTES: "bytes, binary, base64Binary, hexBinary",
        T.ANYTHING: "anything, any, anyType, hvad som helst",
    },
}
