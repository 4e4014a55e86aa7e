"""Many submissions, on one machine or a cluster, resumable. Imports `grading` and the rooms below."""

from .results import Store, alone
from .stream import Outcome, Settings, faulty, grade_each, grade_folder, refused

__all__ = ["Outcome", "Settings", "Store", "alone", "faulty", "grade_each", "grade_folder", "refused"]
