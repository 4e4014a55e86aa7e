"""Who looks at answers, and how; and what is said to them beside an answer."""

from dataclasses import dataclass

from markupsafe import Markup

from ..gradebook.desk_book import Marker
from .addresses import Addresses, Way


@dataclass(frozen=True)
class Seen:
    """Who looks at an answer, and how."""

    marker: Marker
    addresses: Addresses
    names: bool = False  # names are shown
    way: Way = Way.FIRST
    section: str = ""  # whose answers are asked for; "" for everybody's
    may_change_rubric: bool = False  # and settle two marks that differ

    @property
    def second(self) -> bool:
        """Whether it is a blind second mark."""
        return self.way is Way.SECOND


@dataclass(frozen=True)
class Note:
    """A sentence for the marker above the rubric."""

    html: Markup
    kind: str = ""
    mark: str = ""  # one of two marks that differ, as JSON
