"""What people read in the end: class page, student pages, `grades.csv`. Imports `gradebook` and `running`."""

from .class_page import render
from .terminal_table import format_items, format_students

__all__ = ["format_items", "format_students", "render"]
