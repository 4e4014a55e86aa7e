"""Many submissions: on one machine or a cluster, resumable, with what is stored and still good used again."""

from .results import Store
from .stream import Outcome, Settings, faulty, grade_each, grade_folder, refused

__all__ = ["Outcome", "Settings", "Store", "faulty", "grade_each", "grade_folder", "refused"]
