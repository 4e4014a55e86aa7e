"""A budget of late days: so many a student for the whole course, spent in the order of the due dates."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Budget:
    """What is left of a student's budget: between two numbers while an earlier number of late days is unknown."""

    least: int
    most: int

    @classmethod
    def of(cls, days: int) -> "Budget":
        """Return a budget of which nothing is spent."""
        return cls(days, days)

    def covers(self, days: int, at_most: int | None) -> int | None:
        """Return how many of these late days are free, `at_most` for one assignment; None while that is unknown."""
        least, most = (min(left, days, days if at_most is None else at_most) for left in (self.least, self.most))
        return least if least == most else None

    def after(self, days: int | None, at_most: int | None) -> "Budget":
        """Return what is left after an assignment; None is an unknown number of days."""
        if days is None:
            most = self.least if at_most is None else min(self.least, at_most)
            return Budget(self.least - most, self.most)
        limit = days if at_most is None else min(days, at_most)
        return Budget(max(0, self.least - limit), max(0, self.most - limit))
