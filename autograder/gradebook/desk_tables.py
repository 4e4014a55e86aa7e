"""The tables of the marking desk, in the same database as nbgrader's.

Their rows are known by assignment, item and student, and refer to no row of nbgrader's: its commands may delete what
they like. A mark names the row of nbgrader's that it was written to, so that it does not come to life again when a
student is deleted and graded anew.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Double,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)  # fmt: skip

METADATA = MetaData()
TABLES = ""  # in the place of an assignment: a transaction that creates tables
FIRST, SECOND, SETTLED = 1, 2, 3  # the slots of an answer: the mark, the blind second one, and what settled the two
ASKED = 4  # in the place of a slot: a lease of a student's regrade requests


def _key() -> list[Column]:
    """Return the columns by which a row is known; as long as nbgrader's own names."""
    return [Column(name, String(128), primary_key=True) for name in ("assignment", "item", "student")]


# What the gradebook knows of an answer: the digest of all that a marker sees with it, and with whom it was handed in.
ANSWER = Table(
    "autograder_answer",
    METADATA,
    *_key(),
    Column("digest", String(64), nullable=False),
    Column("team", String(64), nullable=False),  # the same for all members of a group of students; "" without one
)

MARK = Table(
    "autograder_mark",
    METADATA,
    *_key(),
    Column("slot", SmallInteger, primary_key=True, autoincrement=False),
    Column("grade_id", String(32), nullable=False),  # nbgrader's row that it was written to
    Column("ticks", Text, nullable=False),  # ids, parted by blanks
    Column("adjustment", Double, nullable=False),
    Column("reason", Text, nullable=False),
    Column("comment", Text, nullable=False),
    Column("flagged", Boolean, nullable=False),
    Column("done", Boolean, nullable=False),
    Column("score", Double),  # what was written to nbgrader's row; NULL while nothing was decided
    Column("composed", Text, nullable=False),  # the comment that was written there
    Column("marker", String(128), nullable=False),
    Column("at", Double, nullable=False),  # seconds since 1970
    Column("version", Integer, nullable=False),  # of the rubric
    Column("digest", String(64), nullable=False),  # of the answer that the marker saw
    Column("revision", Integer, nullable=False),  # rises with each change
    Column("event", String(32), nullable=False),  # the key of the event that made it what it is
    Index("autograder_mark_of_student", "assignment", "student"),
)

LEASE = Table(
    "autograder_lease",
    METADATA,
    *_key(),
    Column("slot", SmallInteger, primary_key=True, autoincrement=False),
    Column("marker", String(128), nullable=False),
    Column("browser", String(64), nullable=False),
    Column("until", Double, nullable=False),
)

EVENT = Table(
    "autograder_event",
    METADATA,
    Column("id", Integer, primary_key=True),  # in order
    Column("key", String(32), nullable=False, unique=True),
    Column("action", String(32), nullable=False),  # the same for all students of one decision
    *(Column(name, String(128), nullable=False) for name in ("assignment", "item", "student")),
    Column("slot", SmallInteger, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("marker", String(128), nullable=False),
    Column("browser", String(64), nullable=False),
    Column("at", Double, nullable=False),
    Column("before", Text, nullable=False),  # JSON
    Column("after", Text, nullable=False),
    Column("undone", Boolean, nullable=False),
    Index("autograder_event_of_answer", "assignment", "item", "student"),
    Index("autograder_event_of_marker", "assignment", "item", "marker", "browser", "id"),
    Index("autograder_event_of_action", "action"),
)

RUBRIC = Table(
    "autograder_rubric",
    METADATA,
    *(Column(name, String(128), primary_key=True) for name in ("assignment", "item")),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("rubric", Text, nullable=False),  # JSON
    Column("source_digest", String(64), nullable=False),  # of the mark scheme in the source that it takes account of
    Column("marker", String(128), nullable=False),
    Column("at", Double, nullable=False),
)

SPLIT = Table("autograder_split", METADATA, *_key())  # answers that were taken out of their group

REQUEST = Table(
    "autograder_request",
    METADATA,
    Column("id", Integer, primary_key=True),  # in the order in which they came
    *(Column(name, String(128), nullable=False) for name in ("assignment", "item", "student")),
    Column("digest", String(64), nullable=False),  # of the reason: the same file can be read twice
    Column("reason", Text, nullable=False),
    Column("source", String(256), nullable=False),  # the file that it came in
    Column("asked_at", Double, nullable=False),  # seconds since 1970
    Column("before", Double),  # the points when it came; NULL where there were none
    Column("reply", Text, nullable=False),  # is a draft as long as it is not answered
    Column("marker", String(128), nullable=False),
    Column("answered_at", Double),
    Column("after", Double),
    Column("event", String(32), nullable=False),  # the key of the event that answered it
    UniqueConstraint("assignment", "item", "student", "digest"),
    Index("autograder_request_of_event", "event"),
)


def create(connection: Connection) -> None:
    """Create the tables that are missing; the caller sees to it that nobody else does at the same time."""
    METADATA.create_all(connection)
