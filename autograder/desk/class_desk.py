"""The desk of one assignment: the answers of the class in memory, in the order of marking, and the book of marks."""

import hashlib
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from ..course import assignment as assignments
from ..course import course_settings
from ..course.course_settings import CourseSettings
from ..gradebook import scores
from ..gradebook.desk_book import DeskBook, Marker
from ..marking import answer_groups, model_answers
from ..marking.answers import question_of
from ..marking.class_answers import ClassAnswers, ServedFile
from ..marking.rendered_pictures import RenderedPictures
from ..marking.student_answers import Answer, Status
from ..model.assignment import Assignment, Item
from ..model.result_folders import ResultFolders
from ..nbgrader.stored_answers import StoredWork
from .class_people import ClassPeople
from .figures import Figures
from .order import Order, ordered
from .refusals import Unknown

KEY_BYTES = 5
TO_MARK = (Status.WRITTEN, Status.ELSEWHERE)


class ClassDesk:
    """One assignment on the desk. Any thread may ask."""

    def __init__(
        self, assignment: Assignment, settings: CourseSettings, folders: ResultFolders, answers: ClassAnswers,
        book: DeskBook, people: ClassPeople, code: Callable[[str], Mapping[str, str] | None],
    ) -> None:  # fmt: skip
        """Take what was loaded; `code` reads what a student wrote, by item that checks grade."""
        self.assignment, self.settings, self.folders = assignment, settings, folders
        self.answers, self.book, self.people, self.code = answers, book, people, code
        self.questions: Mapping[str, Item] = {item.id: item for item in assignment.person_items}
        self.question_texts = {item: question_of(self.questions[item], assignment) for item in self.questions}
        self.model_answers = model_answers.model_answers(assignment)
        self._students: dict[str, str] = {}
        self._orders: dict[str, tuple[object, Order]] = {}
        self.figures = Figures(self.order, book, self.questions)
        self._arranging = {item: threading.Lock() for item in self.questions}

    @classmethod
    def load(
        cls, course_dir: Path, out: Path, name: str, progress: Callable[[Iterable[str]], Iterable[str]] = iter
    ) -> "ClassDesk":
        """Load the answers of a class that was graded. Raises ConfigError where there is none."""
        assignment = assignments.load(course_dir, name)
        settings = course_settings.load(course_dir, assignment.name)
        folders = ResultFolders(out.resolve(), assignment.name)
        with RenderedPictures(folders.pictures) as rendered:
            work = StoredWork(assignment, settings, folders, rendered)
            answers = work.class_answers(progress)
        share = settings.marking.second_share
        book = DeskBook(
            scores.url(settings, folders.out), assignment, assignment.rubrics,
            shows_rubric=settings.marking.show_rubric,
            second_share=dict.fromkeys((item.id for item in assignment.person_items), share),
        )  # fmt: skip
        for item in assignment.person_items:
            book.take_up(item.id, answers.of_item(item.id))
        people = ClassPeople(settings, folders, answers.students)
        return cls(assignment, settings, folders, answers, book, people, work.code)

    def close(self) -> None:
        """Close the gradebook."""
        self.book.__exit__(None, None, None)

    def refresh(self) -> None:
        """Take up what was graded since; a look at one folder where nothing was."""
        others = bool(self.answers.refresh())
        self.people.refresh(self.answers.students, others=others)
        if len(self._students) != len(self.answers.students) or self._version != self.answers.version:
            self._students = {self.key(student): student for student in self.answers.students}
            self._version = self.answers.version

    _version = -1

    def key(self, student: str) -> str:
        """Return what stands for a student in addresses and on pages without names."""
        said = f"{self.assignment.name}\0{student}".encode("utf-8", errors="surrogatepass")
        return hashlib.blake2b(said, digest_size=KEY_BYTES).hexdigest()

    def student(self, key: str) -> str:
        """Return whose key it is. Raises Unknown for anything else."""
        try:
            return self._students[key]
        except KeyError:
            raise Unknown("There is no answer with this key in this class: begin with the questions.") from None

    def question(self, item_id: str) -> Item:
        """Return an item that people mark. Raises Unknown for anything else."""
        try:
            return self.questions[item_id]
        except KeyError:
            raise Unknown("There is no question of this name that people mark: begin with the questions.") from None

    def answer(self, item_id: str, student: str) -> Answer:
        """Return an answer. Raises Unknown where there is none."""
        try:
            return self.answers.of_item(item_id)[student]
        except KeyError:
            raise Unknown("There is no such answer any more: it may have been handed in again.") from None

    def file(self, student: str, name: str) -> ServedFile:
        """Return a picture or a PDF that is shown next to a student's answers. Raises Unknown for any other."""
        found = self.answers.file(student, name)
        if found is None:
            raise Unknown("There is no such file next to this answer.")
        return found

    def order(self, item_id: str) -> Order:
        """Return the answers to an item in groups, in the order of marking; made once for the same answers."""
        with self._arranging[item_id]:
            splits = self.book.splits(item_id)
            made_from = (self.answers.version, frozenset(splits))
            answers = self.answers.of_item(item_id)  # as new as the version or newer: then it is made once more
            known = self._orders.get(item_id)
            if known and known[0] == made_from:
                return known[1]
            compared = {
                student: answer_groups.compared(answer)
                for student, answer in answers.items()
                if answer.status in TO_MARK
            }
            order = ordered(answer_groups.groups(compared, self.question_texts[item_id], splits))
            self._orders[item_id] = (made_from, order)
            return order

    def take(self, item_id: str, marker: Marker, *, beside: str = "", section: str = "", second: bool = False) -> str:
        """Hold the first free group for a marker, and go on holding that of `beside`; return who stands for it.

        Returns "" where no group is left, of those with a member of the section if one is named.
        """
        order = self.order(item_id)
        kept = order.group_of(beside) if beside else None
        groups = (
            group.students
            for group in order.groups
            if group != kept and (not section or any(self.section(student) == section for student in group.students))
        )
        keep = kept.students if kept else ()
        taken = self.book.lease(item_id, groups, marker, keep=keep, second=second)
        if not taken:
            return ""
        # Of a group perhaps only one is to be marked, as of those that are chosen for a second mark: nobody could save
        # a mark on the page of another one.
        return next((student for student in order.group_of(taken[0]).spellings if student in taken), taken[0])

    @property
    def sections(self) -> tuple[str, ...]:
        """The sections of the class."""
        return self.people.sections

    def section(self, student: str) -> str:
        """Return the section of a student, "" where the roster has none."""
        return self.people.section(student)

    def name(self, student: str) -> str:
        """Return how a student is written: name and id, or the id where no name is known."""
        return self.people.name(student)
