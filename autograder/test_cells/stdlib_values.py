"""Numbers, texts, dates and the like, of the language and of the standard library."""

from __future__ import annotations

import array
import datetime
import pathlib
import re
import types
import uuid
import zoneinfo
from decimal import Decimal
from fractions import Fraction
from typing import Any

import type_names
import wire
from value_kinds import Kind, NoDataError, expect, text_like
from value_limits import MAX_DECIMAL, MAX_FRACTION_BITS, MAX_INT_BITS, MAX_PATTERN

SHORT_BYTES = 1000
DECIMAL = re.compile(r"-?(\d+(\.\d*)?|\.\d+)(E[+-]?\d{1,9})?|-?Infinity|-?s?NaN\d*", re.ASCII)
ZONE = re.compile(r"[A-Za-z0-9_+-]{1,32}(/[A-Za-z0-9_+-]{1,32}){0,2}")
IDENTIFIER = re.compile(r"(?!__)\w{1,100}")
ARRAY_CODES = "bBhHiIlLqQfd"


def encode_int(codec: Any, value: int) -> bytes:
    """Return the bytes of an integer that msgpack has no form for."""
    if value.bit_length() > MAX_INT_BITS:
        raise wire.WireError(f"an integer of more than {MAX_INT_BITS:,} bits")
    codec.counts.text(value.bit_length() // 8)
    return value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True)


def decode_int(codec: Any, payload: Any, most_bits: int = MAX_INT_BITS) -> int:
    """Return an integer of a bounded size."""
    if type(payload) is not bytes or len(payload) > most_bits // 8 + 1:
        raise wire.WireError("an integer of no known form")
    codec.counts.text(len(payload))
    return int.from_bytes(payload, "little", signed=True)


def encode_bytes(codec: Any, value: bytes) -> Any:
    """Return short bytes as they are; others go to the body."""
    if len(value) <= SHORT_BYTES:
        codec.counts.text(len(value))
        return value
    return codec.put_bytes(value)


def decode_bytes(codec: Any, payload: Any) -> bytes:
    """Return bytes."""
    if type(payload) is bytes:
        codec.counts.text(len(payload))
        return payload
    return bytes(codec.take_bytes(payload))


def decode_bytearray(codec: Any, payload: Any) -> bytearray:
    """Return a bytearray."""
    return bytearray(codec.take_bytes(payload))


def encode_decimal(codec: Any, value: Decimal) -> str:
    """Return a Decimal as it is written."""
    text = str(value)
    if len(text) > MAX_DECIMAL or (value.is_finite() and abs(value.adjusted()) > MAX_DECIMAL):
        raise wire.WireError("a Decimal with too many digits")
    return codec.encode(text)


def decode_decimal(codec: Any, payload: Any) -> Decimal:
    """Return a Decimal of which an int can be made in a short time."""
    text = codec.decode(payload)
    if len(text) > MAX_DECIMAL:
        raise wire.WireError("a Decimal with too many digits")
    value = Decimal(text_like(text, DECIMAL))
    if value.is_finite() and abs(value.adjusted()) > MAX_DECIMAL:
        raise wire.WireError("a Decimal with too many digits")
    return value


def encode_fraction(codec: Any, value: Fraction) -> Any:
    """Return numerator and denominator."""
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_FRACTION_BITS:
        raise wire.WireError(f"a Fraction with parts of more than {MAX_FRACTION_BITS:,} bits")
    return [encode_int(codec, value.numerator), encode_int(codec, value.denominator)]


def decode_fraction(codec: Any, payload: Any) -> Fraction:
    """Return a Fraction."""
    upper, lower = payload
    return Fraction(decode_int(codec, upper, MAX_FRACTION_BITS), decode_int(codec, lower, MAX_FRACTION_BITS))


# --- dates ---


def encode_zone(zone: Any) -> Any:
    """Return the form of a time zone of the standard library."""
    if type(zone) is zoneinfo.ZoneInfo and type(zone.key) is str and ZONE.fullmatch(zone.key):
        return zone.key
    if type(zone) is datetime.timezone:
        offset = zone.utcoffset(None)
        name = zone.tzname(None)
        has_name = name != datetime.timezone(offset).tzname(None)
        return [offset.days, offset.seconds, offset.microseconds, name if has_name else None]
    if zone is None:
        return None
    raise NoDataError


def decode_zone(form: Any) -> Any:
    """Return a time zone of the standard library."""
    if form is None:
        return None
    if type(form) is str:
        return zoneinfo.ZoneInfo(text_like(form, ZONE))
    *parts, name = form
    offset = datetime.timedelta(*expect(parts, int, int, int))
    if name is None:
        return datetime.timezone(offset) if offset else datetime.UTC
    expect([name], str)
    return datetime.timezone(offset, name)


def encode_datetime(codec: Any, value: datetime.datetime) -> Any:
    """Return its parts."""
    parts = [value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond]
    return [*parts, value.fold, encode_zone(value.tzinfo)]


def decode_datetime(codec: Any, payload: Any) -> datetime.datetime:
    """Return a datetime."""
    *parts, fold, zone = payload
    year, month, day, hour, minute, second, microsecond = expect([*parts, fold], *[int] * 8)[:-1]
    return datetime.datetime(year, month, day, hour, minute, second, microsecond, fold=fold, tzinfo=decode_zone(zone))


def encode_time(codec: Any, value: datetime.time) -> Any:
    """Return its parts."""
    return [value.hour, value.minute, value.second, value.microsecond, value.fold, encode_zone(value.tzinfo)]


def decode_time(codec: Any, payload: Any) -> datetime.time:
    """Return a time of the day."""
    *parts, fold, zone = payload
    hour, minute, second, microsecond = expect([*parts, fold], *[int] * 5)[:-1]
    return datetime.time(hour, minute, second, microsecond, fold=fold, tzinfo=decode_zone(zone))


# --- and the rest ---


def encode_pattern(codec: Any, value: re.Pattern[Any]) -> Any:
    """Return what was compiled."""
    if len(value.pattern) > MAX_PATTERN:
        raise NoDataError
    return [codec.encode(value.pattern), value.flags & ~re.DEBUG]


def decode_pattern(codec: Any, payload: Any) -> re.Pattern[Any]:
    """Return a pattern; how long it takes to match is the time of who matches."""
    pattern, flags = codec.decode(payload[0]), payload[1]
    if type(pattern) not in (str, bytes) or len(pattern) > MAX_PATTERN or type(flags) is not int:
        raise wire.WireError("a pattern of no known form")
    return re.compile(pattern, flags & ~re.DEBUG)


def encode_match(codec: Any, value: re.Match[Any]) -> Any:
    """Return what was matched, and where; of what cannot be found again a match is no data."""
    parts = [value.re, value.string, value.pos, value.endpos, list(value.span())]
    if find_match(*parts) is None:
        raise NoDataError
    return [codec.encode(part) for part in parts]


def decode_match(codec: Any, payload: Any) -> re.Match[Any]:
    """Return the match that is found there."""
    found = find_match(*map(codec.decode, payload))
    if found is None:
        raise wire.WireError("a match that does not match")
    return found


def find_match(pattern: Any, text: Any, start: int, end: int, span: list[int]) -> re.Match[Any] | None:
    """Return the match at these places, by whichever method it was found."""
    for find in (pattern.search, pattern.match, pattern.fullmatch):
        found = find(text, start, end)
        if found is not None and list(found.span()) == span:
            return found
    return pattern.match(text, span[0], end) if len(text) >= span[0] else None


def encode_array(codec: Any, value: array.array[Any]) -> Any:
    """Return type code and size."""
    if value.typecode not in ARRAY_CODES:
        raise NoDataError
    return [value.typecode, codec.put_bytes(value)]


def decode_array(codec: Any, payload: Any) -> array.array[Any]:
    """Return an array of the standard library."""
    code, count = payload
    if type(code) is not str or code not in ARRAY_CODES:
        raise wire.WireError("an array of no known form")
    made = array.array(code)
    made.frombytes(codec.take_bytes(count))
    return made


def encode_namespace(codec: Any, value: types.SimpleNamespace) -> Any:
    """Return its names and their values."""
    names = vars(value)
    if not all(type(name) is str and IDENTIFIER.fullmatch(name) for name in names):
        raise NoDataError
    return [list(names), codec.encode_entries(list(names.values()))]


def decode_namespace(codec: Any, payload: Any) -> types.SimpleNamespace:
    """Return a namespace."""
    names, forms = payload
    values = codec.decode_entries(forms)
    return types.SimpleNamespace(**dict(zip([text_like(name, IDENTIFIER) for name in names], values, strict=True)))


def encode_type(codec: Any, value: type) -> str:
    """Return the name of a type that both sides have."""
    name = type_names.NAMES.get(value)
    if name is None:
        raise NoDataError
    return name


def decode_type(codec: Any, payload: Any) -> type:
    """Return the type of a name of the list."""
    return type_names.NAMED[payload]


def paths() -> list[Kind]:
    """Return the kinds of paths."""
    kinds = (pathlib.PurePosixPath, pathlib.PureWindowsPath, type(pathlib.Path()))
    return [
        Kind(
            kind.__name__,
            kind,
            lambda codec, value: codec.encode(str(value)),
            lambda codec, payload, kind=kind: kind(*expect([codec.decode(payload)], str)),
        )
        for kind in kinds
    ]


CONSTANTS = {"Ellipsis": Ellipsis, "NotImplemented": NotImplemented}
TYPE = Kind("type", type, encode_type, decode_type)
KINDS = (
    Kind("int", int, encode_int, decode_int),
    Kind("complex", complex, lambda _, value: [value.real, value.imag],
         lambda _, parts: complex(*expect(parts, float, float))),
    Kind("bytes", bytes, encode_bytes, decode_bytes),
    Kind("bytearray", bytearray, lambda codec, value: codec.put_bytes(bytes(value)), decode_bytearray, is_mutable=True),
    *[Kind(name, type(value), lambda _, value: None, lambda _, __, value=value: value)
      for name, value in CONSTANTS.items()],
    Kind("Decimal", Decimal, encode_decimal, decode_decimal),
    Kind("Fraction", Fraction, encode_fraction, decode_fraction),
    Kind("datetime", datetime.datetime, encode_datetime, decode_datetime),
    Kind("date", datetime.date, lambda _, value: [value.year, value.month, value.day],
         lambda _, parts: datetime.date(*expect(parts, int, int, int))),
    Kind("time", datetime.time, encode_time, decode_time),
    Kind("timedelta", datetime.timedelta, lambda _, value: [value.days, value.seconds, value.microseconds],
         lambda _, parts: datetime.timedelta(*expect(parts, int, int, int))),
    Kind("timezone", datetime.timezone, lambda _, value: encode_zone(value), lambda _, form: decode_zone(form)),
    Kind("zone", zoneinfo.ZoneInfo, lambda _, value: encode_zone(value), lambda _, form: decode_zone(form)),
    Kind("UUID", uuid.UUID, lambda _, value: value.bytes, lambda _, payload: uuid.UUID(bytes=payload)),
    Kind("pattern", re.Pattern, encode_pattern, decode_pattern),
    Kind("match", re.Match, encode_match, decode_match),
    Kind("array.array", array.array, encode_array, decode_array, is_mutable=True),
    Kind("namespace", types.SimpleNamespace, encode_namespace, decode_namespace, is_mutable=True),
    TYPE,
    *paths(),
)  # fmt: skip
