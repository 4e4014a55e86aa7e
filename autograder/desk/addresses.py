"""The addresses of the desk's pages: they hold the short key of a student, never the id."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote


class Way(StrEnum):
    """How an answer is marked: what its key in an address begins with."""

    FIRST = ""
    SECOND = "2-"  # a second time, blind
    SETTLE = "s-"  # between two marks that differ


NAME, KEY = r"([^/]+)", r"((?:[2s]-)?[0-9a-f]{10})"  # in the patterns of addresses


@dataclass(frozen=True)
class Addresses:
    """The addresses of one assignment; `home` is that of the desk on this server."""

    home: str
    assignment: str

    @property
    def overview(self) -> str:
        """All questions."""
        return f"{self.home}/{quote(self.assignment, safe='')}"

    @property
    def agreement(self) -> str:
        """What was marked twice."""
        return f"{self.overview}/agreement"

    @property
    def requests(self) -> str:
        """All regrade requests."""
        return f"{self.overview}/requests"

    def request(self, item_id: str, key: str) -> str:
        """The regrade requests of one student about one item."""
        return f"{self.requests}/{quote(item_id, safe='')}/{key}"

    def question(self, item_id: str) -> str:
        """One question: leads to the next answer that waits."""
        return f"{self.overview}/question/{quote(item_id, safe='')}"

    def answer(self, item_id: str, key: str, way: Way = Way.FIRST) -> str:
        """One answer."""
        return f"{self.question(item_id)}/{way}{key}"

    def student(self, key: str) -> str:
        """All answers of one student."""
        return f"{self.overview}/student/{key}"

    def file(self, key: str, name: str, version: str = "") -> str:
        """A picture or a PDF that is shown next to a student's answers."""
        return f"{self.overview}/file/{key}/{quote(name, safe='')}{f'?v={version}' if version else ''}"


def parsed(key: str) -> tuple[str, Way]:
    """Return the key of the student in that of an answer, and how it is marked; what is no key is nobody's."""
    way = next((way for way in (Way.SECOND, Way.SETTLE) if key.startswith(way)), Way.FIRST)
    return key.removeprefix(way), way
