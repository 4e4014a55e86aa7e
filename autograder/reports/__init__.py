"""What people read in the end: class page, student pages, `grades.csv`. Imports `gradebook` and `running`."""

from .class_page import render
from .terminal_table import format_table

__all__ = ["format_table", "render"]
