"""Intake: from zips and folders, in which nothing is trusted, to one Submission for each student."""

from .naming import VALID_ID
from .submission import CanvasEntry, Inbox, Submission, canvas_entry, collect, each, note_refused, read_folder, store

__all__ = [
    "VALID_ID", "CanvasEntry", "Inbox", "Submission", "canvas_entry", "collect", "each", "note_refused", "read_folder",
    "store",
]  # fmt: skip
