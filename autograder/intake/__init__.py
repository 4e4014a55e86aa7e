"""Downloads and folders to one Submission a student; nothing in them is trusted. Imports `lms`, `course` and below."""

from ..handin.names import VALID_ID
from ..model.submission import DownloadEntry, Submission
from .arrivals import download_entry, group_of, known_names, known_users, recorded
from .senders import KnownStudents
from .storing import note_refused, store, store_or_refuse
from .submission import Inbox, collect, each, own_name, read_folder

__all__ = [
    "VALID_ID", "DownloadEntry", "Inbox", "KnownStudents", "Submission", "collect", "download_entry", "each",
    "group_of", "known_names", "known_users", "note_refused", "own_name", "read_folder", "recorded",
    "store", "store_or_refuse",
]  # fmt: skip
