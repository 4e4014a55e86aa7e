"""Containers of the language and of `collections`; each holds whatever the codec encodes."""

import keyword
import operator
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import wire
from value_kinds import Kind, expect
from value_limits import MAX_EQUAL_HASHES

LONGEST_NAME = 100  # characters of a field's name
MOST_FIELDS = 100


def encode_pairs(codec: Any, value: Any) -> Any:
    """Return keys and values of something like a dictionary."""
    return [codec.encode_entries(list(value.keys())), codec.encode_entries(list(value.values()))]


def decode_pairs(codec: Any, payload: Any) -> list[tuple[Any, Any]]:
    """Return pairs whose keys are all different."""
    key_forms, value_forms = payload
    keys = decode_keys(codec, key_forms)
    values = codec.decode_entries(value_forms)
    return list(zip(keys, values, strict=True))


def decode_keys(codec: Any, form: Any) -> list[Any]:
    """Return what can be the keys of a dictionary in a bounded time.

    Nobody can choose texts whose hashes are alike, but numbers and tuples of them: each new key would be compared with
    all before.
    """
    keys = codec.decode_entries(form)
    hard = [key for key in keys if type(key) is not str]
    codec.counts.keys(len(hard))
    if len(hard) > MAX_EQUAL_HASHES and max(Counter(map(hash, hard)).values()) > MAX_EQUAL_HASHES:
        raise wire.WireError("a set or a dictionary whose keys are all too alike")
    if len(set(keys)) != len(keys):
        raise wire.WireError("a set or a dictionary that has a key twice")
    return keys


def encode_each(codec: Any, value: Any) -> Any:
    """Return the entries of a list, a tuple or a set."""
    return codec.encode_entries(value if type(value) in (list, tuple) else list(value))


def encode_deque(codec: Any, value: deque[Any]) -> Any:
    """Return the entries and how many there may be."""
    return [value.maxlen, codec.encode_entries(list(value))]


def decode_deque(codec: Any, payload: Any) -> deque[Any]:
    """Return a deque that holds all of its entries."""
    limit, forms = payload
    entries = codec.decode_entries(forms)
    if limit is not None and (type(limit) is not int or not len(entries) <= limit < 2**62):
        raise wire.WireError("a deque of no known form")
    return deque(entries, limit)


def encode_defaultdict(codec: Any, value: defaultdict[Any, Any]) -> Any:
    """Return the factory, which may be an object, and the pairs."""
    return [codec.encode(value.default_factory), encode_pairs(codec, value)]


def decode_defaultdict(codec: Any, payload: Any) -> defaultdict[Any, Any]:
    """Return a defaultdict; its factory is a type that is data, or whatever stands for a function there."""
    factory, pairs = payload
    return defaultdict(codec.decode_default(factory), decode_pairs(codec, pairs))


def decode_view(codec: Any, payload: Any) -> dict[Any, None]:
    """Return a dictionary of which the view is wanted."""
    return dict.fromkeys(decode_keys(codec, payload))


def encode_items(codec: Any, value: Any) -> Any:
    """Return the pairs of a view of items."""
    pairs = list(value)
    return [codec.encode_entries([key for key, _ in pairs]), codec.encode_entries([entry for _, entry in pairs])]


def encode_slice(codec: Any, value: slice) -> Any:
    """Return its three parts."""
    return [codec.encode(value.start), codec.encode(value.stop), codec.encode(value.step)]


def decode_slice(codec: Any, payload: Any) -> slice:
    """Return a slice."""
    start, stop, step = map(codec.decode, payload)
    return slice(start, stop, step)


def encode_range(codec: Any, value: range) -> Any:
    """Return its three parts."""
    return [codec.encode(value.start), codec.encode(value.stop), codec.encode(value.step)]


def decode_range(codec: Any, payload: Any) -> range:
    """Return a range."""
    start, stop, step = expect([codec.decode(part) for part in payload], int, int, int)
    return range(start, stop, step)


# --- named tuples ---


class NamedTuple(tuple):
    """A tuple whose entries have names, too; what `collections.namedtuple` makes, but nothing is evaluated for it."""

    __slots__ = ()
    _fields: tuple[str, ...] = ()

    def _asdict(self) -> dict[str, Any]:
        return dict(zip(self._fields, self, strict=True))

    def _replace(self, /, **changes: Any) -> "NamedTuple":
        unknown = changes.keys() - set(self._fields)
        if unknown:
            raise ValueError(f"Got unexpected field names: {sorted(unknown)!r}")
        return type(self)(changes.get(name, entry) for name, entry in zip(self._fields, self, strict=True))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={entry!r}' for name, entry in self._asdict().items())})"


@lru_cache(maxsize=1000)
def named_tuple_class(name: str, fields: tuple[str, ...]) -> type:
    """Return the class for tuples of this name and with these fields. Raises WireError for names that are none."""
    for text in (name, *fields):
        if not text.isidentifier() or keyword.iskeyword(text) or len(text) > LONGEST_NAME:
            raise wire.WireError("a named tuple of no known form")
    if len(set(fields)) != len(fields) or any(field.startswith("_") for field in fields) or len(fields) > MOST_FIELDS:
        raise wire.WireError("a named tuple of no known form")
    entries = {field: property(operator.itemgetter(index)) for index, field in enumerate(fields)}
    return type(name, (NamedTuple,), {"__slots__": (), "_fields": fields, "__match_args__": fields, **entries})


def is_named_tuple(value: Any) -> bool:
    """Return whether the value is a named tuple without methods of its own: these can only run where they are."""
    kind = type(value)
    if kind.__bases__ == (NamedTuple,):
        return True
    fields = kind.__dict__.get("_fields")
    if kind.__bases__ != (tuple,) or type(fields) is not tuple or len(fields) != len(value):
        return False
    return kind.__dict__.keys() <= NAMED_TUPLE_PARTS | set(fields)


NAMED_TUPLE_PARTS = frozenset(
    "__annotations__ __doc__ __slots__ _fields _field_defaults __new__ _make __replace__ _replace __repr__ _asdict"
    " __getnewargs__ __match_args__ __module__ __orig_bases__ __annotate__ __firstlineno__ __static_attributes__"
    " __classcell__ __annotate_func__ __annotations_cache__ __classdictcell__".split()
)


def encode_named_tuple(codec: Any, value: Any) -> Any:
    """Return name, fields and entries."""
    return [type(value).__name__, list(type(value)._fields), codec.encode_entries(tuple(value))]


def decode_named_tuple(codec: Any, payload: Any) -> tuple[Any, ...]:
    """Return a named tuple."""
    name, fields, forms = payload
    entries = codec.decode_entries(forms)
    if type(fields) is not list or {type(text) for text in (name, *fields)} != {str} or len(fields) != len(entries):
        raise wire.WireError("a named tuple of no known form")
    return named_tuple_class(name, tuple(fields))(entries)


NAMED_TUPLE = Kind("named tuple", NamedTuple, encode_named_tuple, decode_named_tuple)


# --- the table ---


def mutable(kind: type, encode: Callable[[Any, Any], Any], make: Callable[[Any, Any], Any]) -> Kind:
    """Return the kind of a container that can change."""
    return Kind(kind.__name__, kind, encode, make, is_mutable=True)


def _like_list(make: Callable[[Sequence[Any]], Any]) -> Callable[[Any, Any], Any]:
    return lambda codec, payload: make(codec.decode_entries(payload))


def _like_set(make: Callable[[Sequence[Any]], Any]) -> Callable[[Any, Any], Any]:
    return lambda codec, payload: make(decode_keys(codec, payload))


def _like_dict(make: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda codec, payload: make(decode_pairs(codec, payload))


KINDS = (
    mutable(list, encode_each, lambda codec, payload: codec.decode_entries(payload)),
    mutable(set, encode_each, _like_set(set)),
    mutable(dict, encode_pairs, _like_dict(dict)),
    mutable(OrderedDict, encode_pairs, _like_dict(OrderedDict)),
    mutable(Counter, encode_pairs, _like_dict(lambda pairs: Counter(dict(pairs)))),
    mutable(defaultdict, encode_defaultdict, decode_defaultdict),
    mutable(deque, encode_deque, decode_deque),
    Kind("tuple", tuple, encode_each, _like_list(tuple)),
    Kind("frozenset", frozenset, encode_each, _like_set(frozenset)),
    Kind("range", range, encode_range, decode_range),
    Kind("slice", slice, encode_slice, decode_slice),
    Kind("keys", type({}.keys()), encode_each, lambda codec, payload: decode_view(codec, payload).keys()),
    Kind("items", type({}.items()), encode_items, _like_dict(lambda pairs: dict(pairs).items())),
    Kind("values", type({}.values()), encode_each, _like_list(lambda entries: dict(enumerate(entries)).values())),
    Kind("odict keys", type(OrderedDict().keys()), encode_each, _like_set(lambda ks: OrderedDict.fromkeys(ks).keys())),
    Kind("odict items", type(OrderedDict().items()), encode_items, _like_dict(lambda ps: OrderedDict(ps).items())),
    Kind("odict values", type(OrderedDict().values()), encode_each,
         _like_list(lambda entries: OrderedDict(enumerate(entries)).values())),
    NAMED_TUPLE,
)  # fmt: skip
