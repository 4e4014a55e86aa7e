"""The sources of one student, with what is known of whose they are."""

from dataclasses import dataclass, field

from ..handin.problems import Finding
from ..model.submission import GroupWork
from .sources import Source


@dataclass
class Owned:
    """The sources of one student, the latest first, and what identifying them brought up."""

    student: str
    sources: list[Source] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    problem: str = ""  # why nothing of it counts for anybody
    is_known: bool = False  # the instructor knew the user of the download
    group: GroupWork | None = None
    user: str | None = None  # the student's own key in the download, where another member of the group sent it

    @property
    def sender(self) -> str:
        """Who sent it: the student, or a member of the group."""
        return self.group.sender if self.group else self.student
