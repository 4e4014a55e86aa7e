"""The class at a glance: one HTML page, `grades.csv` beside it, and a table for the terminal."""

from .class_page import render
from .terminal_table import format_table

__all__ = ["format_table", "render"]
