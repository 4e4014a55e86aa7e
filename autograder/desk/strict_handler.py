"""What every answer of the desk has in common: what a browser may do with it, and words for what failed.

Nothing here needs a course, so that a server without one loads nothing more.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from tornado import web

from ..formats.html_page import environment
from ..model.error_lines import on_one_line, sentence
from ..model.errors import ConfigError
from .refusals import NotReady, Unknown

if TYPE_CHECKING:
    from .course_desks import CourseDesks

HERE = Path(__file__).parent
STATIC = HERE / "static"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADINGS = {403: "Not allowed", 404: "Nothing is here", 409: "Not saved", 503: "Reading the answers of the class"}
PLAIN = {
    403: "The server does not know you, or the page is too old: load it again.",
    404: "There is no such page: begin with the questions.",
    405: "This address cannot be asked in this way.",
}
STATUS = {Unknown: 404, NotReady: 503, ConfigError: 500}
FAULT = "This is a fault of the desk, not yours: the log of the server says more; load the page again and go on."
GOES_ON = "This page goes on by itself as soon as everything is read."


@dataclass(frozen=True)
class Service:
    """What a server was told of its desk."""

    desks: "CourseDesks | None"  # None: there is no course
    marker: str  # who marks; "" for the hub's user, or the account
    assignment: str  # is opened first
    static_versions: Mapping[str, str]  # of our own files, by name


class StrictHandler(JupyterHandler):
    """Answers of the desk. Every method checks by Jupyter's own means who asks."""

    service: Service

    def initialize(self, service: Service) -> None:
        """Keep what the server was told."""
        self.service = service

    @property
    def content_security_policy(self) -> str:
        """What a browser may do with any answer of ours: nothing from elsewhere, and no script in the page."""
        return POLICY

    def set_default_headers(self) -> None:
        """Let no answer be sniffed, kept, or named to other servers."""
        super().set_default_headers()
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("Cache-Control", "no-store")

    @property
    def home(self) -> str:
        """The address of the desk on this server."""
        return url_path_join(self.base_url, "marking")

    @property
    def wants_json(self) -> bool:
        """Whether the script of the page asks, and no person."""
        return self.request.method == "POST" or "application/json" in self.request.headers.get("Accept", "")

    def page(self, template: str, **names: Any) -> None:
        """Answer with a page."""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(self.rendered(template, **names))

    def rendered(self, template: str, **names: Any) -> str:
        """Return the HTML of a template."""
        given = {"home": self.home, "static": self.static_address, "xsrf": self.xsrf_token.decode()}
        return templates().get_template(template).render(given | names)

    def static_address(self, name: str) -> str:
        """Return the address of a file of ours, which changes when the file does."""
        return url_path_join(self.home, "static", f"{name}?v={self.service.static_versions[name]}")

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Say in one sentence what is wrong, as a page or for the script; never how our code failed."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        status, words = self.said_of(error, status_code)
        self.set_status(status)
        if self.wants_json:
            self.set_header("Content-Type", "application/json")
            self.finish(json.dumps({"sentence": words}))
            return
        waits = isinstance(error, NotReady)
        heading = HEADINGS.get(status, "This did not work")
        if waits:
            self.set_status(200)  # nothing failed: browsers show any other status as an error
        self.page(
            "message.html.j2", heading=heading, sentence=words, back="" if waits else self.home, refresh=1 * waits
        )

    def said_of(self, error: BaseException | None, status: int) -> tuple[int, str]:
        """Return the status of an answer, and the sentence that says what was wrong."""
        if isinstance(error, NotReady):
            return 503, f"{GOES_ON} {error}".strip()
        if known := next((code for kind, code in STATUS.items() if isinstance(error, kind)), None):
            return known, on_one_line(str(error))
        if isinstance(error, (OSError, MemoryError)):
            return 500, sentence(error)
        if error is not None and not isinstance(error, web.HTTPError):
            return 500, FAULT
        words = (error.log_message or "").replace("%%", "%") if error is not None and not error.args else ""
        return status, on_one_line(words) or PLAIN.get(status, "The desk cannot answer this.")

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """Leave out of the log what was only said to a person."""
        if not isinstance(value, tuple(STATUS)):
            super().log_exception(typ, value, tb)


class StaticHandler(StrictHandler):
    """The style, the scripts and the sign of the desk."""

    @web.authenticated
    async def get(self, name: str) -> None:
        """Answer with one of our own files, which a browser keeps: its address changes when the file does."""
        if name not in self.service.static_versions:
            raise web.HTTPError(404)
        kinds = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
        path = STATIC / name
        self.set_header("Content-Type", f"{kinds[path.suffix]}; charset=utf-8")
        self.set_header("Cache-Control", "private, max-age=31536000, immutable")
        self.finish(path.read_bytes())


class NothingHandler(StrictHandler):
    """Every other address of the desk; all of them where there is no course."""

    @web.authenticated
    async def get(self, *_: str) -> None:
        """Say that there is nothing."""
        raise self._nothing()

    @web.authenticated
    async def post(self, *_: str) -> None:
        """Say that there is nothing."""
        raise self._nothing()

    def _nothing(self) -> Exception:
        if self.service.desks is not None:
            return web.HTTPError(404)
        return Unknown(
            "There is no course here to mark: start the server in the folder that has nbgrader_config.py and source/, "
            "or name that folder by c.MarkingDesk.course_dir."
        )


@cache
def templates() -> jinja2.Environment:
    """Return the templates of the desk."""
    return environment(HERE / "templates")
