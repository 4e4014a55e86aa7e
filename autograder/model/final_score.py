"""What a student has in the end: points, what being late costs, and what is missing until the score is final."""

from dataclasses import dataclass

from .plain_text import counted


@dataclass(frozen=True)
class FinalScore:
    """The points of one student; final when nothing is open."""

    student: str
    earned: float  # before anything is taken off for being late
    penalty: float = 0.0
    unmarked: int = 0  # answers that wait for a person
    faults: int = 0  # items without a score by a fault of ours
    is_refused: bool = False
    late_unknown: bool = False  # late, and nobody knows what that costs
    canvas_user: str = ""  # Canvas's number, or the mark that hides it

    @property
    def total(self) -> float:
        """The points that count."""
        return max(0.0, self.earned - self.penalty)

    @property
    def why_open(self) -> str:
        """What is missing for a final score, in words; empty when nothing is."""
        reasons = []
        if self.is_refused:
            reasons.append("refused")
        if self.faults:
            reasons.append(f"{counted(self.faults, 'item')} without a score after a grader fault")
        if self.unmarked and not self.is_refused:
            reasons.append(f"{counted(self.unmarked, 'answer')} to mark")
        if self.late_unknown:
            reasons.append("late, and the penalty is not known yet")
        return ", ".join(reasons)

    def open_for(self, *, partial: bool) -> str:
        """Return why the score may not leave; with `partial`, unmarked answers are no reason."""
        if partial and not (self.is_refused or self.faults or self.late_unknown):
            return ""
        return self.why_open
