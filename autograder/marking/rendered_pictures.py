"""Pictures of what a student handed in, for formgrader and the class report: pages of a PDF, plots.

A confined process draws them and sends plain pixels; what a browser gets to see is encoded anew here, so that no byte
of the student's file reaches it. Nothing in a PDF is run. Finished pictures are kept, since a regrade shows them again.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from ..formats import small_pictures
from ..formats.small_pictures import SmallPicture, encoded
from ..handin.limits import MAX_PAGES
from ..handin.run_limits import Limits
from ..model.errors import GraderFault, SubmissionError
from ..model.report import Verdict
from ..session.launcher import Zygote
from ..session.notebook_process import NotebookProcess

MAX_SIDE = 2000  # pixels; the drawing process sends at most 1600
LIMITS = Limits(call_cpu_s=10, notebook_cpu_s=60, memory_mib=1024)  # a photographed page takes 0.13 s and 100 MiB
JPEG_QUALITY = 80  # 0.2 MB a page; a PNG of a photograph would be 3 MB and take a second
PLOT_QUALITY = 90  # of words in colours, which are not thinned out: 0.08 MB in a sixth of the time of a PNG
_RECIPE = f"4 {MAX_PAGES} {MAX_SIDE} {JPEG_QUALITY} {PLOT_QUALITY}"  # pictures made by another one are not used again
_NOTE_FILE, _SMALL_FILE = "note.txt", "small.json"

OPEN_IT = "open the file itself if you trust it"


@dataclass(frozen=True)
class Pictures:
    """Files that a browser may be given, and one sentence about what is not among them, empty if nothing is missing."""

    files: tuple[bytes, ...] = ()
    note: str = ""
    small: SmallPicture | None = None


class RenderedPictures(contextlib.AbstractContextManager):
    """Makes pictures and keeps them; a context manager that starts the drawing process when the first one is needed."""

    def __init__(self, cache: Path | None = None, *, weak: bool = False) -> None:
        """Keep pictures in `cache`, if there is one; `weak` draws although a layer of the confinement is missing."""
        self._cache, self._weak = cache, weak
        self._zygote: Zygote | None = None
        self._starting = threading.Lock()
        self._fault: GraderFault | None = None  # why the drawing process cannot be had: tried once

    def __exit__(self, *exc: object) -> None:
        if self._zygote is not None:
            self._zygote.close()
            self._zygote = None

    def pages(self, pdf: bytes) -> Pictures:
        """Return the pages of a PDF as JPEGs. Never raises, whatever the bytes are."""
        return self._pictures(_PAGES, pdf)

    def plot(self, png: bytes) -> Pictures:
        """Return the picture in a PNG as one JPEG. Never raises, whatever the bytes are."""
        return self._pictures(_PLOT, png)

    def photo(self, data: bytes) -> Pictures:
        """Return the picture in a PNG or JPEG of an answer as one JPEG. Never raises, whatever the bytes are."""
        return self._pictures(_PHOTO, data)

    def draw_ahead(self, plots: Iterable[bytes], saved: Iterable[tuple[bytes, float]]) -> None:
        """Make what is not there yet of one student's pictures, in one process: to start it costs as much as two.

        Never raises, whatever the bytes are.
        """
        wanted = [(_PLOT, data) for data in plots]
        wanted += [(_saved(two_panels_from), data) for data, two_panels_from in saved]
        new = [work for work in wanted if (folder := self._folder(*work)) is not None and not folder.exists()]
        with contextlib.suppress(GraderFault), contextlib.ExitStack() as stack:
            process: _PictureProcess | None = None
            for draw, data in new:
                process = process or stack.enter_context(contextlib.closing(self._picture_process()))
                pictures = draw.draw(process, data)
                _keep(self._folder(draw, data), pictures)
                if pictures.small is None:  # the process may have ended, or not be itself any more
                    process = None

    def small_plot(self, png: bytes) -> SmallPicture | None:
        """Return a plot in small, None if it cannot be shown. Never raises, whatever the bytes are."""
        return self._small(_PLOT, png)

    def small_saved(self, png: bytes, two_panels_from: float = 0.0) -> SmallPicture | None:
        """Return a picture out of a notebook in small, as `small_pictures.saved` does; None if it cannot be shown.

        Never raises, whatever the bytes are.
        """
        return self._small(_saved(two_panels_from), png)

    def _pictures(self, draw: _Drawing, data: bytes) -> Pictures:
        folder = self._folder(draw, data)
        if folder is not None and (found := _load(folder)) is not None:
            return found
        try:
            with contextlib.closing(self._picture_process()) as process:
                pictures = draw.draw(process, data)
        except GraderFault as fault:
            return Pictures(note=f"No picture was made of it: {fault}.")
        _keep(self._folder(draw, data), pictures)
        return pictures

    def _picture_process(self) -> _PictureProcess:
        return _PictureProcess(self._started(), (), LIMITS)

    def _small(self, draw: _Drawing, data: bytes) -> SmallPicture | None:
        folder = self._folder(draw, data)
        if folder is not None and (folder / _NOTE_FILE).exists():
            return _load_small(folder)
        return self._pictures(draw, data).small

    def _folder(self, draw: _Drawing, data: bytes) -> Path | None:
        """Return where the pictures of a file are kept."""
        recipe = f"{_RECIPE} {draw.name}".encode()
        return self._cache and self._cache / hashlib.sha256(b"\0".join([recipe, data])).hexdigest()

    def _started(self) -> Zygote:
        with self._starting:
            if self._fault is not None:
                raise self._fault
            if self._zygote is None:
                try:
                    self._zygote = Zygote(None, weak=self._weak, agent="picture_agent")
                except GraderFault as fault:
                    self._fault = fault
                    raise
            return self._zygote


class _PictureProcess(NotebookProcess):
    """One file in one confined process. Everything that comes back is checked to be pixels, and no more of them."""

    def open_pdf(self, data: bytes) -> int:
        """Return the number of pages."""
        count = self._ask("open_pdf", data=np.frombuffer(data, dtype=np.uint8))
        if type(count) is not int or count < 1:
            raise SubmissionError("it has no pages")
        return count

    def page(self, number: int) -> Image.Image:
        """Return one page, the first is 0."""
        return picture_of(self._ask("draw_page", number=number))

    def photo(self, data: bytes) -> Image.Image:
        """Return the picture in a PNG or JPEG, upright."""
        return picture_of(self._ask("draw_photo", data=np.frombuffer(data, dtype=np.uint8)))

    def png(self, data: bytes, *, grey: bool = False) -> Image.Image:
        """Return the picture in a PNG."""
        return picture_of(self._ask("draw_png", data=np.frombuffer(data, dtype=np.uint8), grey=grey), grey=grey)


@dataclass(frozen=True)
class _Drawing:
    """A way to draw, with the name under which its pictures are kept."""

    name: str
    draw: Callable[[_PictureProcess, bytes], Pictures]


def _saved(two_panels_from: float) -> _Drawing:
    return _Drawing(f"saved {two_panels_from:g}", lambda process, data: _draw_saved(process, data, two_panels_from))


def _draw_pages(process: _PictureProcess, data: bytes) -> Pictures:
    files: list[bytes] = []
    try:
        count = process.open_pdf(data)
        for number in range(min(count, MAX_PAGES)):
            files.append(encoded(process.page(number), "JPEG", quality=JPEG_QUALITY))
    except SubmissionError as error:
        if files:
            return Pictures(tuple(files), f"The PDF cannot be shown from page {len(files) + 1}: {_why(error)}.")
        return Pictures(note=f"The PDF cannot be shown: {_why(error)}; {OPEN_IT}.")
    note = f"The PDF has {count} pages; the first {MAX_PAGES} are shown." if count > MAX_PAGES else ""
    return Pictures(tuple(files), note)


def _draw_saved(process: _PictureProcess, data: bytes, two_panels_from: float) -> Pictures:
    try:
        return Pictures(small=small_pictures.saved(process.png(data, grey=True), two_panels_from))
    except SubmissionError:
        return Pictures()


def _draw_photo(process: _PictureProcess, data: bytes) -> Pictures:
    try:
        return Pictures((encoded(process.photo(data), "JPEG", quality=JPEG_QUALITY),))
    except SubmissionError as error:
        why = _why(error) if error.verdict is not Verdict.ERROR else "it is neither a PNG nor a JPEG image"
        return Pictures(note=f"The picture cannot be shown: {why}.")


def _draw_plot(process: _PictureProcess, data: bytes) -> Pictures:
    try:
        picture = process.png(data)
        jpeg = encoded(picture, "JPEG", quality=PLOT_QUALITY, subsampling=0)
        return Pictures((jpeg,), small=small_pictures.plot(picture))
    except SubmissionError as error:
        why = _why(error) if error.verdict is not Verdict.ERROR else "it is not a PNG image"
        return Pictures(note=f"The picture cannot be shown: {why}.")


_PAGES, _PLOT = _Drawing("pages", _draw_pages), _Drawing("plot", _draw_plot)
_PHOTO = _Drawing("photo", _draw_photo)


def _why(error: SubmissionError) -> str:
    """Return the reason in our own words: the text of the error may come from the student's file."""
    if error.verdict in (Verdict.TIMEOUT, Verdict.MEMORY):
        return {Verdict.TIMEOUT: "drawing it takes too long", Verdict.MEMORY: "it needs too much memory"}[error.verdict]
    return "it needs a password" if "password" in str(error).lower() else "it is damaged"


def picture_of(pixels: object, *, grey: bool = False) -> Image.Image:
    """Return what a drawing process sent as a picture. Raises SubmissionError when it is no pixels."""
    form = (2, ()) if grey else (3, (3,))
    if not isinstance(pixels, np.ndarray) or pixels.dtype != np.uint8 or (pixels.ndim, pixels.shape[2:]) != form:
        raise SubmissionError("no pixels")
    if not 1 <= min(pixels.shape[:2]) <= max(pixels.shape[:2]) <= MAX_SIDE:
        raise SubmissionError("too many pixels, or none")
    return Image.fromarray(np.asarray(pixels))


def _load(folder: Path) -> Pictures | None:
    with contextlib.suppress(OSError):
        note = (folder / _NOTE_FILE).read_text(encoding="utf-8")
        return Pictures(tuple(path.read_bytes() for path in sorted(folder.glob("[0-9]*"))), note, _load_small(folder))
    return None


def _load_small(folder: Path) -> SmallPicture | None:
    with contextlib.suppress(OSError, ValueError, TypeError):
        return SmallPicture.from_json((folder / _SMALL_FILE).read_text(encoding="ascii"))
    return None


def _keep(folder: Path | None, pictures: Pictures) -> None:
    """Write the folder whole, if there is one; if somebody else was faster, theirs stays."""
    if folder is None:
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(dir=folder.parent, prefix="."))
    for number, data in enumerate(pictures.files):
        (fresh / f"{number:03}").write_bytes(data)
    if pictures.small is not None:
        (fresh / _SMALL_FILE).write_text(pictures.small.to_json(), encoding="ascii")
    (fresh / _NOTE_FILE).write_text(pictures.note, encoding="utf-8")
    try:
        os.rename(fresh, folder)
    except OSError:
        shutil.rmtree(fresh, ignore_errors=True)
