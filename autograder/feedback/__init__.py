"""What goes back to the students: one page for each, and one zip of them for Canvas."""

from .pages import Written, write

__all__ = ["Written", "write"]
