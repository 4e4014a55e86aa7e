"""Intake: from zips and folders, in which nothing is trusted, to one Submission for each student."""

from .naming import VALID_ID
from .submission import CanvasEntry, Submission, collect, each, read_folder, store

__all__ = ["VALID_ID", "CanvasEntry", "Submission", "collect", "each", "read_folder", "store"]
