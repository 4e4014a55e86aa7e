"""Pages that people open: the questions of a class, one answer, all answers of one student, rubric, agreement."""

from tornado import web

from ..model.plain_text import one_line
from . import keys
from .actions import AnswerHandler, open_alone
from .addresses import parsed
from .answer_view import answer_view
from .class_desk import ClassDesk
from .handler import LAST_COOKIE, DeskHandler
from .overview import overview_view
from .seen import Seen
from .student_view import found_students, student_view
from .two_marks import agreement_view


class HomeHandler(DeskHandler):
    """The assignments of the course; with one alone, its questions."""

    @web.authenticated
    async def get(self) -> None:
        """Go to the questions, or list the assignments."""
        names = await self.in_thread(self.desks.names)
        wanted = self.service.assignment
        if wanted in names or len(names) == 1:
            self.redirect(self.addresses(wanted if wanted in names else names[0]).overview)
            return
        self.page("assignments.html.j2", assignments=[(name, self.addresses(name).overview) for name in names])


class OverviewHandler(DeskHandler):
    """All questions of one assignment."""

    @web.authenticated
    async def get(self, assignment: str) -> None:
        """Show the questions with their progress."""
        desk = await self.desk(assignment)
        section = self.get_query_argument("section", None)
        if section is not None:
            self.remember_section(desk, section)
            self.redirect(self.addresses(assignment).overview)
            return
        seen = self.seen(desk)
        asked = self.get_query_argument("finished", "")
        finished = asked if asked in desk.questions else ""
        view = await self.in_thread(overview_view, desk, seen, self.get_cookie(LAST_COOKIE, "") or "", finished)
        missing = {student: self.desks.in_course(reason) for student, reason in view.missing.items()}
        self.page("overview.html.j2", view=view, missing=missing, finished=finished)


class QuestionHandler(AnswerHandler):
    """One question: leads to the next answer that waits."""

    @web.authenticated
    async def get(self, assignment: str, item: str) -> None:
        """Go to the next answer that waits, or to the first one where all is marked."""
        desk = await self.desk(assignment)
        seen, student = await self.in_thread(self.next_answer, desk, item, "")
        if not student:
            seen, student = self.seen(desk), await self.in_thread(_first_of_marked, desk, item, seen)
        if student:
            self.redirect(seen.addresses.answer(item, desk.key(student), seen.way))
        else:
            self.redirect(f"{seen.addresses.overview}?finished={item}")


def _first_of_marked(desk: ClassDesk, item: str, seen: Seen) -> str:
    """Return whose answer comes first where all are marked, so that they can be read again; "" where some are not."""
    groups = desk.order(item).groups
    return groups[0].spellings[0] if groups and not desk.figures.progress(item, seen.marker.name).decisions_left else ""


class AnswerPageHandler(AnswerHandler):
    """One answer."""

    @web.authenticated
    async def get(self, assignment: str, item: str, key: str) -> None:
        """Show it, as a page or as the part that the script swaps, and hold it for the marker if it is free."""
        desk = await self.desk(assignment)
        desk.question(item)
        student_key, way = parsed(key)
        student, seen = desk.student(student_key), self.seen(desk, way)
        held = await self.in_thread(open_alone, desk, item, student, seen)
        self.set_cookie(LAST_COOKIE, item, path=self.home, httponly=True, samesite="Strict")
        if self.get_query_argument("part", ""):
            self.reply(**await self.show(desk, item, student, seen, held))
            return
        view = await self.in_thread(answer_view, desk, item, student, seen, held=held)
        self.page("answer_page.html.j2", view=view, all_keys=keys.listed(), pressed=dict(keys.by_pressed()))


class StudentHandler(DeskHandler):
    """All answers of one student."""

    @web.authenticated
    async def get(self, assignment: str, key: str) -> None:
        """Show them with their marks."""
        desk = await self.desk(assignment)
        view = await self.in_thread(student_view, desk, desk.student(key), self.seen(desk))
        self.page("student.html.j2", view=view)


class FindHandler(DeskHandler):
    """Finds a student by name or id; names are shown here because they were asked for."""

    @web.authenticated
    async def get(self, assignment: str) -> None:
        """Go to the only one, or list those that fit."""
        desk = await self.desk(assignment)
        words = one_line(self.get_query_argument("name", ""), 100)
        found = await self.in_thread(found_students, desk, words, self.seen(desk))
        if len(found) == 1:
            self.redirect(found[0].address)
            return
        self.page("find.html.j2", words=words, found=found, overview=self.addresses(assignment).overview)


class AgreementHandler(DeskHandler):
    """How far markers agree, and what is to be settled."""

    @web.authenticated
    async def get(self, assignment: str) -> None:
        """Show both."""
        desk = await self.desk(assignment)
        view = await self.in_thread(agreement_view, desk, self.seen(desk))
        self.page("agreement.html.j2", view=view)


class FileHandler(DeskHandler):
    """A picture or a PDF that is shown next to an answer."""

    @web.authenticated
    async def get(self, assignment: str, key: str, name: str) -> None:
        """Answer with the file; a PDF is for download only."""
        desk = await self.desk(assignment)
        found = await self.in_thread(desk.file, desk.student(key), name)
        self.set_header("Content-Type", found.kind)
        if not found.kind.startswith("image/"):
            self.set_attachment_header(name)
        self.set_header("Cache-Control", "private, max-age=3600" if self.get_query_argument("v", "") else "no-store")
        self.finish(found.data)
