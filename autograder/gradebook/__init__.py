"""The gradebook, which is nbgrader's database; scores are written here alone. Imports `nbgrader` and below."""

from .registration import register
from .scores import TIMESTAMP_FILE, ScoreWriter, submitted_at, url
from .student_names import name_students

__all__ = ["TIMESTAMP_FILE", "ScoreWriter", "name_students", "register", "submitted_at", "url"]
