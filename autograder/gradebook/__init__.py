"""The gradebook, which is nbgrader's database; scores are written here alone. Imports `nbgrader` and below."""

from .registration import register
from .scores import TIMESTAMP_FILE, ScoreWriter, submitted_at, url

__all__ = ["TIMESTAMP_FILE", "ScoreWriter", "register", "submitted_at", "url"]
