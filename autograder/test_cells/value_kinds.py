"""What the parts of the codec share: one kind of value, and how to say that something is no data."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import wire


class NoDataError(Exception):
    """The value is not made of data alone, and so it travels as an object."""


@dataclass(frozen=True)
class Kind:
    """Values of one exact type: how they become a payload, and how a payload becomes a value.

    `encode(codec, value)` may raise NoDataError; whatever `decode(codec, payload)` raises becomes a WireError.
    """

    tag: str
    type: type
    encode: Callable[[Any, Any], Any]
    decode: Callable[[Any, Any], Any]
    is_mutable: bool = False  # what stands twice in a message arrives as one object
    is_whole: bool = False  # holds data only: with an object in it, it is an object itself


def expect(payload: Any, *types: type) -> list[Any]:
    """Return a payload that is a list of entries of exactly these types. Raises WireError for another one."""
    if type(payload) is not list or tuple(map(type, payload)) != types:
        raise wire.WireError("a value of no known form")
    return payload


def text_like(text: Any, pattern: re.Pattern[str]) -> str:
    """Return a text that has this form from its first character to its last. Raises WireError for another one."""
    if type(text) is not str or not pattern.fullmatch(text):
        raise wire.WireError("a value of no known form")
    return text
