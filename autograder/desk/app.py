"""The marking desk as an extension of a Jupyter server."""

import hashlib
from pathlib import Path
from typing import Any

from jupyter_server.extension.application import ExtensionApp
from traitlets import Unicode

from ..course.course_folder import course_folder
from .strict_handler import STATIC, NothingHandler, Service, StaticHandler

FOLDER_HELP = "The folder of the course; by default where the server was started, or above."
OUT_HELP = "Where `autograder grade` put its results; by default the folder of the course."


class MarkingDesk(ExtensionApp):
    """Marks what people mark: one question at a time across a class."""

    name = "marking"
    description = "The marking desk of the autograder"
    extension_url = "/marking"

    course_dir = Unicode(help=FOLDER_HELP).tag(config=True)
    out_dir = Unicode(help=OUT_HELP).tag(config=True)
    assignment = Unicode(help="The assignment that is opened first.").tag(config=True)
    marker = Unicode(help="The name of whoever marks; by default the hub's user, or the account.").tag(config=True)

    @classmethod
    def get_extension_package(cls) -> str:
        """Return the module that a server enables."""
        return __package__ or ""

    def initialize_handlers(self) -> None:
        """Find the course and name the addresses; nothing is loaded before somebody asks."""
        course = course_folder(Path(self.course_dir).expanduser() if self.course_dir else Path.cwd())
        versions = {path.name: hashlib.blake2b(path.read_bytes()).hexdigest()[:12] for path in STATIC.iterdir()}
        desks, handlers = None, []
        if course is not None:
            from .course_desks import CourseDesks  # a server in any other folder shall not pay for what these load
            from .routes import HANDLERS

            desks = CourseDesks(course, Path(self.out_dir).expanduser().resolve() if self.out_dir else course)
            handlers = [*HANDLERS]
        self.service = Service(desks, self.marker, self.assignment, versions)
        given: dict[str, Any] = {"service": self.service}
        handlers += [(r"/marking/static/([a-z.]+)", StaticHandler), (r"/marking(|/.*)", NothingHandler)]
        self.handlers.extend((pattern, handler, given) for pattern, handler in handlers)

    async def stop_extension(self) -> None:
        """Close the gradebooks."""
        if self.service.desks is not None:
            self.service.desks.close()
