"""What the pages of a course have in common: who asks, the desk of the assignment, and work beside the event loop."""

import asyncio
import getpass
import json
import os
import secrets
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from tornado import web
from tornado.escape import url_escape

from ..gradebook.desk_book import Marker, Taken
from ..model.plain_text import one_line
from .addresses import Addresses, Way
from .class_desk import ClassDesk
from .course_desks import CourseDesks
from .refusals import ONLY_INSTRUCTORS, NotReady, Unknown
from .seen import Seen
from .strict_handler import StrictHandler

T = TypeVar("T")
NAMES_COOKIE, BROWSER_COOKIE, SECTION_COOKIE = "marking-names", "marking-browser", "marking-section"
LAST_COOKIE = "marking-last"  # the question that was open last: there the marker goes on
PATIENCE_S = 2.0  # a class that takes longer to load is waited for by a page that says so
LONGEST_NAME = 100
MOST_BODY = 200_000  # bytes of a request


class DeskHandler(StrictHandler):
    """Answers about a course."""

    @property
    def desks(self) -> CourseDesks:
        """The desks of the course; these handlers are not there without one."""
        assert self.service.desks is not None
        return self.service.desks

    @property
    def marker(self) -> Marker:
        """Who marks in which browser; the browser gets a name when it comes first."""
        browser = self.get_cookie(BROWSER_COOKIE, "") or ""
        if not (browser.isalnum() and browser.isascii() and len(browser) == 32):
            browser = secrets.token_hex(16)
            self.set_cookie(BROWSER_COOKIE, browser, path=self.home, httponly=True, samesite="Strict")
        return Marker(self.marker_name, browser)

    @property
    def marker_name(self) -> str:
        """The name that was given at the start, or the hub's user, or the account of this machine."""
        if self.service.marker:
            return one_line(self.service.marker, LONGEST_NAME)
        user = self.current_user
        # A server with one token for everybody invents a name for each browser: that is nobody's.
        if user is not None and not user.name.startswith("Anonymous "):
            return one_line(user.username, LONGEST_NAME)
        return account()

    async def in_thread(self, work: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Do what may take longer than a blink where it holds up nobody else."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.desks.threads, partial(work, *args, **kwargs))

    async def desk(self, name: str) -> ClassDesk:
        """Return the desk of an assignment, fresh. Raises NotReady, ConfigError, Unknown."""
        if name not in await self.in_thread(self.desks.names):
            raise Unknown(f"There is no assignment {one_line(name, 60)!r} in this course.")
        loading = asyncio.wrap_future(self.desks.loading(name))
        done, _ = await asyncio.wait([loading], timeout=PATIENCE_S)
        if not done:
            raise NotReady(self.desks.progress(name))
        desk = loading.result()
        await self.in_thread(desk.refresh)
        return desk

    def addresses(self, assignment: str) -> Addresses:
        """Return the addresses of an assignment's pages."""
        return Addresses(self.home, assignment)

    def seen(self, desk: ClassDesk, way: Way = Way.FIRST) -> Seen:
        """Return who looks at answers, and how."""
        section = self.get_cookie(SECTION_COOKIE, "") or ""
        return Seen(
            self.marker,
            self.addresses(desk.assignment.name),
            names=self.get_cookie(NAMES_COOKIE) == "yes",
            way=way,
            section=next((name for name in desk.sections if url_escape(name) == section), ""),
            may_change_rubric=self.may_change_rubric(desk),
        )

    def may_change_rubric(self, desk: ClassDesk) -> bool:
        """Whether the marker is an instructor, or every marker may."""
        policy = desk.settings.marking
        if policy.markers_may_change_rubric:
            return True
        if policy.instructors:
            return self.marker_name in policy.instructors
        return owns(desk.assignment.course_dir)

    def require_right(self, desk: ClassDesk) -> None:
        """Raise HTTPError where the marker may neither change a rubric nor settle two marks."""
        if not self.may_change_rubric(desk):
            raise web.HTTPError(403, ONLY_INSTRUCTORS)

    def remember_section(self, desk: ClassDesk, section: str) -> None:
        """Ask for the answers of one section from now on, or for everybody's."""
        known = section if section in desk.sections else ""
        self.set_cookie(SECTION_COOKIE, url_escape(known), path=self.home, httponly=True, samesite="Strict")

    def body(self) -> dict[str, Any]:
        """Return the JSON that was sent. Raises HTTPError for anything else."""
        if len(self.request.body) > MOST_BODY:
            raise web.HTTPError(413, "That is too long to be saved: shorten the comment.")
        try:
            found = json.loads(self.request.body or b"{}")
        except (ValueError, RecursionError) as error:
            raise web.HTTPError(400, "The request is no JSON: load the page again.") from error
        if not isinstance(found, dict):
            raise web.HTTPError(400, "The request is no JSON object: load the page again.")
        return found

    def said_of(self, error: BaseException | None, status: int) -> tuple[int, str]:
        """Say what the gradebook refuses, too, and nothing of where the course lies on this machine."""
        status, words = (409, str(error)) if isinstance(error, Taken) else super().said_of(error, status)
        return status, self.desks.in_course(words)

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """Leave out of the log what was only said to a person."""
        if not isinstance(value, Taken):
            super().log_exception(typ, value, tb)


def owns(folder: Path) -> bool:
    """Whether this server runs under the account that a folder belongs to."""
    try:
        return folder.stat().st_uid == os.getuid()
    except OSError:
        return False


def account() -> str:
    """Return the name of the account that the server runs under."""
    try:
        return one_line(getpass.getuser(), LONGEST_NAME)
    except (OSError, KeyError):  # a container may run under a number without a name
        return f"user {os.getuid()}"
