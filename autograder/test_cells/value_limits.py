"""How much one message may hold: counted on both sides before time is spent on it, as in `wire`.

What stands at two places of a message counts twice, though it travels once: what is made of a message, shown or
compared never takes much longer than the limits say.
"""

import wire

MAX_DEPTH = 100  # nested lists of exercises on recursion have up to 50; each level is three calls of a function
MAX_PARTS = 100_000  # containers and objects: a list of 40,000 pairs is honest; so many take 0.3 s to decode
MAX_ENTRIES = wire.MAX_ENTRIES  # of all containers, where they are of several kinds
MAX_ALIKE = 4_000_000  # numbers or words of one kind in lists and columns; so many take 0.3 s to decode
MAX_HARD_KEYS = 50_000  # keys that are no text: somebody can choose them so that each is compared with all others, 2 s
MAX_EQUAL_HASHES = 200  # among them; corners of a cube in eight dimensions are honest, and have one hash
MAX_INT_BITS = 2**20  # 315,000 digits: 2**1000000 is honest; two of them are multiplied in 0.02 s
MAX_FRACTION_BITS = 40_000  # its parts are divided by all they share, in 1 ms
MAX_DECIMAL = 10_000  # digits of a Decimal, and its exponent: an int is made of so many zeros
MAX_PATTERN = 2_000  # characters of a regular expression
MAX_EXPANDED_BYTES = 2**28  # of a value of which parts stand at several places, as if each were there on its own


class Counted:
    """What one message holds so far."""

    def __init__(self) -> None:
        self.parts = self.entries = self.alike = self.text_bytes = self.array_bytes = self.hard_keys = 0

    def part(self, entries: int = 0) -> None:
        """Count a container with its entries, or an object. Raises WireError when there are too many."""
        self.parts += 1
        self.entries += entries
        if self.parts > MAX_PARTS:
            raise wire.WireError(f"a value of more than {MAX_PARTS:,} lists, arrays and objects")
        if self.entries > MAX_ENTRIES:
            raise wire.WireError(f"a value of more than {MAX_ENTRIES:,} entries")

    def many(self, count: int) -> None:
        """Count entries that are all of one kind. Raises WireError when there are too many."""
        self.alike += count
        if self.alike > MAX_ALIKE:
            raise wire.WireError(f"a value of more than {MAX_ALIKE:,} numbers or words in lists")

    def text(self, length: int) -> None:
        """Count what stands in the head: text, large integers. Raises WireError when there is too much."""
        self.text_bytes += length
        if self.text_bytes > wire.MAX_HEAD_BYTES:
            raise wire.WireError(f"a value with more than {wire.MAX_HEAD_BYTES // 2**20} MiB of text")

    def body(self, length: int) -> None:
        """Count bytes of arrays and of long text. Raises WireError when there are too many."""
        self.array_bytes += length
        if self.array_bytes > wire.MAX_BODY_BYTES:
            raise wire.WireError(f"arrays of more than {wire.MAX_BODY_BYTES // 2**20} MiB")

    def keys(self, count: int) -> None:
        """Count keys that are no text. Raises WireError when there are too many."""
        self.hard_keys += count
        if self.hard_keys > MAX_HARD_KEYS:
            raise wire.WireError(f"sets and dictionaries with more than {MAX_HARD_KEYS:,} keys that are no text")

    def so_far(self) -> tuple[int, ...]:
        """Return the counts, to be compared with later ones."""
        return (self.parts, self.entries, self.alike, self.text_bytes, self.array_bytes, self.hard_keys)

    def again(self, weight: tuple[int, ...]) -> None:
        """Count something that stands here once more."""
        parts, entries, alike, text_bytes, array_bytes, hard_keys = weight
        self.parts += parts
        self.part(entries)
        self.many(alike)
        self.text(text_bytes)
        self.body(array_bytes)
        self.keys(hard_keys)
