"""The gradebook, which is nbgrader's database, and what a person opens in formgrader; scores are written here alone."""

from .registration import register
from .scores import TIMESTAMP_FILE, ScoreWriter, dump, submitted_at, url

__all__ = ["TIMESTAMP_FILE", "ScoreWriter", "dump", "register", "submitted_at", "url"]
