"""Many submissions, on one machine or a cluster, resumable. Imports `grading` and the rooms below."""

from .results import Store
from .stream import Outcome, Settings, faulty, grade_each, grade_folder, refused

__all__ = ["Outcome", "Settings", "Store", "faulty", "grade_each", "grade_folder", "refused"]
