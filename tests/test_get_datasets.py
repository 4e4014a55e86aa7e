"""Downloading: datasets/get_datasets.sh and `python -m hw4kit.get_data`, against a server that misbehaves.

Both must do the same, so each test runs with both, and the script once with curl and once with wget.
"""

import errno
import gzip
import hashlib
import io
import os
import shutil
import signal
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "source" / "hw4"))
from hw4kit import data, get_data, mini, transfer

COURSE_DIR = Path(__file__).resolve().parents[1]
SCRIPT = COURSE_DIR / "datasets" / "get_datasets.sh"
KIT_PARENT = COURSE_DIR / "source" / "hw4"
REAL_DATA = os.environ.get("HW4_DATA", "")
DEADLINE_S = 60  # for anything that takes a second; only a hang reaches it
IMAGES, LABELS = "mnist/train-images-idx3-ubyte.gz", "mnist/train-labels-idx1-ubyte.gz"
SENTENCES, SPLIT = "sst/datasetSentences.txt", "sst/datasetSplit.txt"
ZIP = "bank.zip"
WEB_PAGE = b"<!DOCTYPE html>\n<html><title>Log in to the guest network</title></html>\n"

random_bytes = np.random.default_rng(0).integers(0, 256, size=(100, 28, 28)).astype(np.uint8)
FILES = {
    IMAGES: gzip.compress(mini.idx_bytes(random_bytes), mtime=0),
    LABELS: gzip.compress(mini.idx_bytes(random_bytes[:, 0, 0]), mtime=0),
    SENTENCES: b"sentence_index\tsentence\n" + b"".join(b"%d\tA film number %d .\n" % (n, n) for n in range(1, 900)),
    SPLIT: b"sentence_index,splitset_label\n" + b"".join(b"%d,1\n" % n for n in range(1, 900)),
}


def zipped(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            archive.writestr(f"bank/{Path(name).name}", content)
    return buffer.getvalue()


WHOLE_ZIP = zipped({SENTENCES: FILES[SENTENCES], SPLIT: FILES[SPLIT]})


# The server


@dataclass
class Page:
    """What the server has at one address, and how it behaves there.

    Attributes:
        content: The bytes.
        cuts: After how many bytes the first, second, ... answer breaks off.
        status: The status of the answer; 302 sends to `location`.
        ranges: Whether a request for the rest of the file is understood.
        length: Whether the length is announced.
        endless: Whether the content is repeated for ever.
        begins_at: Where the rest really begins when one is asked for, whatever the answer says; None: where it should.
        mute: Whether the connection is closed without a word.
        pause_s: How long the server waits between two pieces of 4096 bytes.
        hold: If given, the rest of a cut answer waits for this event instead of breaking off.
    """

    content: bytes = b""
    cuts: list[int] = field(default_factory=list)
    status: int = 200
    location: str = ""
    kind: str = "application/octet-stream"
    ranges: bool = True
    length: bool = True
    endless: bool = False
    begins_at: int | None = None
    mute: bool = False
    pause_s: float = 0.0
    hold: threading.Event | None = None
    half_sent: threading.Event = field(default_factory=threading.Event)


class Server(ThreadingHTTPServer):
    """Serves the pages; notes each request as (name, first byte asked for)."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.pages: dict[str, Page] = {}
        self.requests: list[tuple[str, int]] = []
        self.closing = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients that are killed, or stop reading, break the connection."""


class Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        name = self.path.lstrip("/")
        wanted = self.headers.get("Range", "")
        first = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
        self.server.requests.append((name, first))
        page = self.server.pages.get(name, Page(status=404))
        if page.mute:
            return
        if not page.ranges:
            first = 0
        if first and first >= len(page.content):
            self.send_error(416)
            return
        if page.status >= 400:
            self.send_error(page.status)
            return
        self.send_response(206 if first else page.status)
        if first:
            self.send_header("Content-Range", f"bytes {first}-{len(page.content) - 1}/{len(page.content)}")
        if page.location:
            self.send_header("Location", page.location)
        self.send_header("Content-Type", page.kind)
        if page.length:
            self.send_header("Content-Length", str(len(page.content) - first))
        self.end_headers()
        if first and page.begins_at is not None:
            first = page.begins_at
        self.send_content(page, page.content[first:])

    def send_content(self, page: Page, content: bytes) -> None:
        cut = page.cuts.pop(0) if page.cuts else len(content)
        for start in range(0, min(cut, len(content)), 4096):
            self.wfile.write(content[start : min(start + 4096, cut)])
            if page.pause_s:
                self.wfile.flush()
                self.server.closing.wait(page.pause_s)
        if page.hold and cut < len(content):
            page.half_sent.set()
            page.hold.wait(DEADLINE_S)
            self.wfile.write(content[cut:])
        while page.endless:
            self.wfile.write(content)


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        for name in (IMAGES, LABELS):
            running.pages[Path(name).name] = Page(FILES[name])
        running.pages[ZIP] = Page(WHOLE_ZIP)
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.closing.set()
        running.shutdown()
        thread.join(DEADLINE_S)


# The downloaders

BASIC_TOOLS = "awk cat cut df dirname grep head mkdir mv printf rm sed sh tr wc".split()
SHELLS = {"curl": ["curl", "sha256sum", "unzip"], "wget": ["wget", "sha256sum", "unzip"]}


@dataclass
class Downloader:
    """One of the two programs, and where it works."""

    command: list[str]
    environment: dict[str, str]
    folder: Path
    manifest: Path

    def start(self, *options: str, environment: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
        command = [*self.command, *options, f"--folder={self.folder}", f"--manifest={self.manifest}"]
        return subprocess.Popen(
            command,
            env={**self.environment, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *options: str, environment: Mapping[str, str] | None = None) -> tuple[int, str]:
        """Return the exit code and all that was said."""
        process = self.start(*options, environment=environment)
        try:
            said, complained = process.communicate(timeout=DEADLINE_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise
        return process.returncode, said + complained

    @property
    def names(self) -> set[str]:
        """The files that are in the folder."""
        return {str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file()}


def tools(folder: Path, names: list[str]) -> str:
    """Return a PATH that leads to the named programs only; skip where one of them is not installed."""
    folder.mkdir()
    for name in names:
        found = sys.executable if name == "python3" else shutil.which(name)
        if not found:
            pytest.skip(f"{name} is not installed here")
        (folder / name).write_text(f'#!/bin/sh\nexec "{found}" "$@"\n')
        (folder / name).chmod(0o755)
    return str(folder)


def shell_downloader(tmp_path: Path, extra_tools: list[str]) -> Downloader:
    path = tools(tmp_path / "bin", [*BASIC_TOOLS, *extra_tools])
    return Downloader(["sh", str(SCRIPT)], {"PATH": path}, tmp_path / "my data", tmp_path / "manifest.toml")


def python_downloader(tmp_path: Path) -> Downloader:
    environment = {"PATH": os.defpath, "PYTHONPATH": str(KIT_PARENT), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "hw4kit.get_data"]
    return Downloader(command, environment, tmp_path / "my data", tmp_path / "manifest.toml")


def write_manifest(path: Path, addresses: Mapping[str, list[str]]) -> None:
    """List FILES in the manifest, at the given addresses; the sentences are in the zip."""
    tables = []
    for name, content in FILES.items():
        member = f'member = "bank/{Path(name).name}"\n' if name.startswith("sst/") else ""
        places = ", ".join(f'"{address}"' for address in addresses[name])
        tables.append(
            f'[[file]]\npath = "{name}"\nsize = {len(content)}\nsha256 = "{hashlib.sha256(content).hexdigest()}"\n'
            f"addresses = [{places}]\n{member}"
        )
    path.write_text("# A heading with a = sign.\n\n" + "\n".join(tables))


def addresses_at(*hosts: str) -> dict[str, list[str]]:
    """Return where each of FILES is, on each of the hosts."""
    last = {name: ZIP if name.startswith("sst/") else Path(name).name for name in FILES}
    return {name: [f"{host}/{last[name]}" for host in hosts] for name in FILES}


@pytest.fixture(params=[*SHELLS, "python"])
def downloader(request: pytest.FixtureRequest, tmp_path: Path, server: Server) -> Downloader:
    write_manifest(tmp_path / "manifest.toml", addresses_at(server.address))
    if request.param == "python":
        return python_downloader(tmp_path)
    return shell_downloader(tmp_path, SHELLS[request.param])


def assert_all_is_there(downloader: Downloader) -> None:
    assert downloader.names == set(FILES)
    for name, content in FILES.items():
        assert (downloader.folder / name).read_bytes() == content


def assert_refused(downloader: Downloader, outcome: tuple[int, str], *words: str) -> None:
    """Check that the run failed in so many words, without a traceback, and left no wrong file under a right name."""
    code, said = outcome

    assert code == 2, said
    assert "Traceback" not in said
    for word in words:
        assert word in said, said
    for name in downloader.names & set(FILES):
        assert (downloader.folder / name).read_bytes() == FILES[name]


# Going well


def test_everything_arrives_and_can_be_read(downloader: Downloader) -> None:
    code, said = downloader.run()

    assert code == 0, said
    assert_all_is_there(downloader)
    assert data.load_mnist(downloader.folder).shape == (100, 784)
    assert len(data.load_treebank(downloader.folder).sentences) == 899


def test_what_is_there_and_right_is_left_alone(downloader: Downloader, server: Server) -> None:
    assert downloader.run()[0] == 0
    before = {name: (downloader.folder / name).stat().st_mtime_ns for name in FILES}
    server.requests.clear()
    code, said = downloader.run()

    assert code == 0
    assert said.count("is there and right") == len(FILES)
    assert server.requests == []
    assert {name: (downloader.folder / name).stat().st_mtime_ns for name in FILES} == before


def test_a_file_that_is_there_but_wrong_is_replaced(downloader: Downloader) -> None:
    assert downloader.run()[0] == 0
    for name, content in FILES.items():
        (downloader.folder / name).write_bytes(content[:-1] + b"x")
    code, said = downloader.run()

    assert code == 0
    assert said.count("it will be replaced") == len(FILES)
    assert_all_is_there(downloader)


def test_a_mini_stand_in_gives_way_to_the_real_data(downloader: Downloader, monkeypatch) -> None:
    monkeypatch.setattr(mini, "_contents", lambda seed: dict.fromkeys(FILES, b"made by a program"))
    mini.make_mini(downloader.folder)
    code, said = downloader.run()

    assert code == 0, said
    assert said.count("is of the mini stand-in; it will be replaced") == len(FILES)
    assert_all_is_there(downloader)


def test_a_mirror_in_the_environment_is_used_instead_of_the_manifest(downloader: Downloader, server: Server) -> None:
    write_manifest(downloader.manifest, addresses_at("http://127.0.0.1:1"))
    code, said = downloader.run(environment={"HW4_MIRROR": f"{server.address}/"})

    assert code == 0, said
    assert_all_is_there(downloader)


def test_a_redirection_is_followed(downloader: Downloader, server: Server) -> None:
    name = Path(IMAGES).name
    server.pages["moved"] = server.pages[name]
    server.pages[name] = Page(status=302, location=f"{server.address}/moved")

    assert downloader.run()[0] == 0
    assert_all_is_there(downloader)


def test_a_server_that_announces_no_length_is_good_enough(downloader: Downloader, server: Server) -> None:
    for page in server.pages.values():
        page.length = False

    assert downloader.run()[0] == 0
    assert_all_is_there(downloader)


# Breaking off


@pytest.mark.parametrize("name", [Path(IMAGES).name, ZIP])
def test_a_download_that_breaks_off_goes_on_where_it_was(downloader: Downloader, server: Server, name: str) -> None:
    server.pages[name].cuts = [9000, 8000]
    code, said = downloader.run()

    assert code == 0, said
    assert [first for asked, first in server.requests if asked == name] == [0, 9000, 17000]
    assert_all_is_there(downloader)


def test_a_length_that_is_not_announced_does_not_hide_that_it_broke_off(downloader: Downloader, server: Server) -> None:
    server.pages[Path(IMAGES).name].cuts = [9000]
    server.pages[Path(IMAGES).name].length = False

    assert downloader.run()[0] == 0
    assert_all_is_there(downloader)


def test_the_next_run_goes_on_where_the_last_one_was_given_up(downloader: Downloader, server: Server) -> None:
    name = Path(IMAGES).name
    server.pages[name].cuts = [9000] + [0] * 9
    assert_refused(downloader, downloader.run(), "goes on from where it stopped")
    assert downloader.names == {f"{IMAGES}.part"}
    server.requests.clear()
    server.pages[name].cuts.clear()

    assert downloader.run()[0] == 0
    assert server.requests[0] == (name, 9000)
    assert_all_is_there(downloader)


def test_a_server_that_cannot_continue_is_asked_for_the_whole_file(downloader: Downloader, server: Server) -> None:
    server.pages[Path(IMAGES).name].cuts = [9000]
    for page in server.pages.values():
        page.ranges = False

    assert downloader.run()[0] == 0
    assert_all_is_there(downloader)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda stop: stop.name)
def test_a_run_that_is_stopped_leaves_only_a_part(downloader: Downloader, server: Server, stop: signal.Signals) -> None:
    page = server.pages[Path(IMAGES).name]
    page.cuts, page.hold = [9000], threading.Event()
    process = downloader.start()
    assert page.half_sent.wait(DEADLINE_S)
    os.killpg(process.pid, stop)
    said = "".join(process.communicate(timeout=DEADLINE_S))
    page.hold.set()

    assert process.returncode != 0
    assert "Traceback" not in said
    assert not downloader.names & set(FILES)
    code, said = downloader.run()
    assert code == 0, said
    assert_all_is_there(downloader)


@pytest.mark.parametrize(
    "left",
    [b"garbage", FILES[IMAGES][:5000] + b"garbage", bytes(len(FILES[IMAGES])), bytes(len(FILES[IMAGES]) + 9)],
    ids=["short", "begins well", "right length", "too long"],
)
def test_a_part_that_is_not_of_this_file_does_no_harm(downloader: Downloader, left: bytes) -> None:
    part = downloader.folder / f"{IMAGES}.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(left)
    code, said = downloader.run()

    assert code == 0, said
    assert_all_is_there(downloader)


def test_a_whole_part_needs_no_download(downloader: Downloader, server: Server) -> None:
    (downloader.folder / "mnist").mkdir(parents=True)
    (downloader.folder / f"{IMAGES}.part").write_bytes(FILES[IMAGES])
    (downloader.folder / f"{ZIP}.part").write_bytes(WHOLE_ZIP)

    assert downloader.run()[0] == 0
    assert (Path(IMAGES).name, 0) not in server.requests
    assert (ZIP, 0) not in server.requests
    assert_all_is_there(downloader)


# Slow, silent, odd


def impatient(downloader: Downloader, tmp_path: Path) -> Downloader:
    """Return the same program, which waits a second for a silent server and not half a minute."""
    if downloader.command[0] == sys.executable:
        code = "import sys; from hw4kit import get_data, transfer; transfer.TIMEOUT_S = 1; sys.exit(get_data.main())"
        return replace(downloader, command=[sys.executable, "-c", code])
    script = tmp_path / "get_datasets.sh"
    text = SCRIPT.read_text()
    assert text.count("\nSILENCE_S=30 ") == 1
    script.write_text(text.replace("\nSILENCE_S=30 ", "\nSILENCE_S=1 "))
    return replace(downloader, command=[downloader.command[0], str(script)])


def test_a_slow_server_is_waited_for(downloader: Downloader, server: Server, tmp_path: Path) -> None:
    server.pages[Path(IMAGES).name].pause_s = 0.1  # and 20 pieces: longer in all than a silence may be
    code, said = impatient(downloader, tmp_path).run()

    assert code == 0, said
    assert [name for name, _ in server.requests].count(Path(IMAGES).name) == 1
    assert_all_is_there(downloader)


def test_a_server_that_falls_silent_is_left_and_the_next_run_goes_on(
    downloader: Downloader, server: Server, tmp_path: Path
) -> None:  # fmt: skip
    page = server.pages[Path(IMAGES).name]
    page.cuts, page.hold = [9000, 0, 0, 0], server.closing

    assert_refused(downloader, impatient(downloader, tmp_path).run(), "it said nothing for 1 s", "goes on from where")
    assert downloader.names == {f"{IMAGES}.part"}
    page.cuts.clear()
    server.requests.clear()
    assert downloader.run()[0] == 0
    assert server.requests[0] == (Path(IMAGES).name, 9000)
    assert_all_is_there(downloader)


@pytest.mark.parametrize("begins_at", [0, 8000])
def test_a_rest_that_begins_elsewhere_does_no_harm(downloader: Downloader, server: Server, begins_at: int) -> None:
    """The checksum decides: what was put together wrongly is thrown away, and the whole file asked for."""
    page = server.pages[Path(IMAGES).name]
    page.cuts, page.begins_at = [9000], begins_at
    code, said = downloader.run()

    assert code == 0, said
    assert_all_is_there(downloader)


def test_a_server_that_hangs_up_is_named(downloader: Downloader, server: Server) -> None:
    server.pages[Path(IMAGES).name].mute = True

    assert_refused(downloader, downloader.run(), "the connection broke off")


# Going wrong


def test_altered_bytes_are_refused(downloader: Downloader, server: Server) -> None:
    server.pages[Path(IMAGES).name].content = bytes(len(FILES[IMAGES]))

    assert_refused(downloader, downloader.run(), "altered bytes")
    assert downloader.names == set()


def test_a_file_that_is_too_short_on_the_server_is_refused(downloader: Downloader, server: Server) -> None:
    server.pages[Path(IMAGES).name].content = FILES[IMAGES][:-100]

    assert_refused(downloader, downloader.run(), "bytes")


@pytest.mark.parametrize("name", [Path(LABELS).name, ZIP])
def test_a_server_that_never_ends_is_not_heard_for_ever(downloader: Downloader, server: Server, name: str) -> None:
    server.pages[name] = Page(bytes(1 << 20), length=False, endless=True)

    assert_refused(downloader, downloader.run(), "bytes" if name != ZIP else "")
    assert all(path.stat().st_size < 1 << 27 for path in downloader.folder.rglob("*"))


@pytest.mark.parametrize("kind", ["text/html", "application/octet-stream"])
@pytest.mark.parametrize("length", [True, False])
@pytest.mark.parametrize("name", [Path(IMAGES).name, ZIP])
def test_a_login_page_is_called_a_web_page(
    downloader: Downloader, server: Server, name: str, length: bool, kind: str
) -> None:
    server.pages["login"] = Page(WEB_PAGE, kind=kind, length=length)
    server.pages[name] = Page(status=302, location=f"{server.address}/login")

    assert_refused(downloader, downloader.run(), "a web page instead of the file", "log in there")


def test_a_login_page_in_the_middle_of_a_file_is_called_a_web_page(downloader: Downloader, server: Server) -> None:
    (downloader.folder / "mnist").mkdir(parents=True)
    (downloader.folder / f"{IMAGES}.part").write_bytes(FILES[IMAGES][:9000])
    server.pages[Path(IMAGES).name] = Page(WEB_PAGE, kind="text/html", ranges=False)

    assert_refused(downloader, downloader.run(), "a web page instead of the file")


def test_redirections_in_a_circle_come_to_an_end(downloader: Downloader, server: Server) -> None:
    name = Path(IMAGES).name
    server.pages[name] = Page(status=302, location=f"{server.address}/{name}")

    assert_refused(downloader, downloader.run(), "could not be")


def test_a_server_that_refuses_is_named_and_the_way_without_network_too(downloader: Downloader) -> None:
    write_manifest(downloader.manifest, addresses_at("http://127.0.0.1:1"))

    assert_refused(downloader, downloader.run(), "refused the connection", "--mini")


def test_a_name_that_is_not_known_asks_for_the_network(downloader: Downloader) -> None:
    write_manifest(downloader.manifest, addresses_at("http://nowhere.invalid"))

    assert_refused(downloader, downloader.run(), "its name is not known here: is there a network?")


@pytest.mark.parametrize("status", [403, 404, 503])
def test_what_the_server_answers_is_passed_on(downloader: Downloader, server: Server, status: int) -> None:
    server.pages[Path(IMAGES).name].status = status

    assert_refused(downloader, downloader.run(), f"the server answered {status}")


@pytest.mark.parametrize(
    "fault",
    [Page(status=404), Page(WEB_PAGE), Page(bytes(len(FILES[IMAGES]))), Page(FILES[IMAGES], cuts=[9000] + [0] * 9)],
    ids=["absent", "web page", "altered", "cut off"],
)
def test_the_second_address_helps_out(downloader: Downloader, server: Server, fault: Page) -> None:
    write_manifest(downloader.manifest, addresses_at(f"{server.address}", f"{server.address}/second"))
    name = Path(IMAGES).name
    server.pages[f"second/{name}"] = server.pages[name]
    server.pages[name] = fault
    code, said = downloader.run()

    assert code == 0, said
    assert_all_is_there(downloader)


@pytest.mark.parametrize(
    "members",
    [{SPLIT: FILES[SPLIT]}, {SENTENCES: FILES[SENTENCES][:-1] + b"x", SPLIT: FILES[SPLIT]}, {SENTENCES: b""}],
    ids=["not in it", "altered", "empty"],
)
def test_a_zip_with_something_else_in_it_is_refused(downloader: Downloader, server: Server, members: dict) -> None:
    server.pages[ZIP].content = zipped(members)

    assert_refused(downloader, downloader.run(), "not the expected one")
    assert downloader.names == {IMAGES, LABELS}


def test_a_zip_that_unpacks_to_far_too_much_is_refused(downloader: Downloader, server: Server) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bank/datasetSentences.txt", bytes(30_000_000))
    server.pages[ZIP].content = buffer.getvalue()

    assert_refused(downloader, downloader.run(), "not the expected one")


@pytest.mark.parametrize("content", [b"PK no zip at all", WHOLE_ZIP[:-30]], ids=["no zip", "end missing"])
def test_a_damaged_zip_is_refused(downloader: Downloader, server: Server, content: bytes) -> None:
    server.pages[ZIP].content = content

    assert_refused(downloader, downloader.run(), "is no whole zip file")
    assert downloader.names == {IMAGES, LABELS}


def test_a_second_run_in_the_same_folder_is_kept_out(downloader: Downloader, server: Server) -> None:
    page = server.pages[Path(IMAGES).name]
    page.cuts, page.hold = [9000], threading.Event()
    process = downloader.start()
    assert page.half_sent.wait(DEADLINE_S)

    assert_refused(downloader, downloader.run(), "Another run is at work")
    page.hold.set()
    process.communicate(timeout=DEADLINE_S)
    assert process.returncode == 0
    assert_all_is_there(downloader)


def test_a_run_that_is_long_dead_keeps_nobody_out(downloader: Downloader) -> None:
    dead = subprocess.Popen(["true"])
    dead.wait(DEADLINE_S)
    lock = downloader.folder / ".getting"
    lock.mkdir(parents=True)
    (lock / "pid").write_text(f"{dead.pid}\n")

    assert downloader.run()[0] == 0
    assert_all_is_there(downloader)


@pytest.mark.parametrize(
    "manifest",
    ["", "no list\n", '[[file]]\npath = "../outside"\nsize = 1\nsha256 = "a"\naddresses = ["http://127.0.0.1:1/a"]\n'],
    ids=["empty", "no list", "leads outside"],
)
def test_a_manifest_of_another_form_is_refused(downloader: Downloader, manifest: str) -> None:
    downloader.manifest.write_text(manifest)

    assert_refused(downloader, downloader.run(), "manifest.toml")
    assert not (downloader.folder.parent / "outside").exists()


def test_a_missing_manifest_is_named(downloader: Downloader) -> None:
    downloader.manifest.unlink()

    assert_refused(downloader, downloader.run(), "manifest.toml", "datasets folder")


def test_a_folder_that_cannot_be_made_is_named(downloader: Downloader) -> None:
    downloader.folder.write_text("a file is in the way")
    code, said = downloader.run()

    assert code == 2
    assert "my data" in said
    assert "Traceback" not in said


# A full disk


def test_the_script_asks_for_room_before_it_begins(tmp_path: Path, server: Server) -> None:
    write_manifest(tmp_path / "manifest.toml", addresses_at(server.address))
    script = shell_downloader(tmp_path, SHELLS["curl"])
    table = "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/x 9 8 1 9% /"
    (tmp_path / "bin" / "df").write_text(f"#!/bin/sh\necho '{table}'\n")

    assert_refused(script, script.run(), "The disk is full: 1 KiB are free")
    assert server.requests == []


@pytest.mark.parametrize("tool", SHELLS)
def test_the_script_says_when_writing_fails(tmp_path: Path, server: Server, tool: str) -> None:
    write_manifest(tmp_path / "manifest.toml", addresses_at(server.address))
    script = shell_downloader(tmp_path, SHELLS[tool])
    # A limit on file sizes stands in for a full disk: writing fails, in the middle, for a reason of the system's.
    script.command = ["sh", "-c", 'trap "" XFSZ; ulimit -f 20; exec sh "$@"', "sh", str(SCRIPT)]

    assert_refused(script, script.run(), "cannot be written", "the disk is full")


def test_python_says_when_the_disk_is_full(tmp_path: Path, server: Server, monkeypatch, capsys) -> None:
    write_manifest(tmp_path / "manifest.toml", addresses_at(server.address))

    def full(*arguments: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(transfer, "open", full, raising=False)
    code = get_data.main([f"--folder={tmp_path / 'data'}", f"--manifest={tmp_path / 'manifest.toml'}"])

    assert code == 2
    assert "The disk is full" in capsys.readouterr().err


# The script's tools, options and places


@pytest.mark.parametrize("shell", [["dash"], ["bash", "--posix"], ["busybox", "sh"]], ids=lambda shell: shell[0])
def test_any_shell_of_posix_does(tmp_path: Path, server: Server, shell: list[str]) -> None:
    """The sh of Debian, of macOS and of small Linux systems; the last with tools that know POSIX's options only."""
    if not (program := shutil.which(shell[0])):
        pytest.skip(f"{shell[0]} is not installed here")
    write_manifest(tmp_path / "manifest.toml", addresses_at(server.address))
    script = shell_downloader(tmp_path, SHELLS["curl"])
    script.command = [program, *shell[1:], str(SCRIPT)]
    if shell[0] == "busybox":
        for name in [*BASIC_TOOLS, "sha256sum", "unzip"]:
            (tmp_path / "bin" / name).write_text(f'#!/bin/sh\nexec "{program}" {name} "$@"\n')
    name = Path(IMAGES).name
    server.pages[name].cuts = [9000]
    code, said = script.run()

    assert code == 0, said
    assert [first for asked, first in server.requests if asked == name] == [0, 9000]
    assert_all_is_there(script)
    assert script.run()[1].count("is there and right") == len(FILES)
    (script.folder / IMAGES).write_bytes(b"damaged")
    server.pages[name].content = bytes(len(FILES[IMAGES]))
    code, said = script.run()
    assert code == 2
    assert "it will be replaced" in said
    assert "what came from there has altered bytes" in said


def test_a_wget_that_crashes_is_not_taken_for_a_broken_connection(tmp_path: Path, server: Server) -> None:
    """That of busybox 1.35 does so as soon as it is given a time limit."""
    write_manifest(tmp_path / "manifest.toml", addresses_at(server.address))
    script = shell_downloader(tmp_path, SHELLS["wget"])
    (tmp_path / "bin" / "wget").write_text("#!/bin/sh\nkill -SEGV $$\n")

    assert_refused(script, script.run(), "wget itself crashed: install curl")


@pytest.mark.parametrize("extra_tools", [["curl", "shasum", "perl", "unzip"], ["wget", "sha256sum", "python3"]])
def test_other_tools_do_as_well(tmp_path: Path, server: Server, extra_tools: list[str]) -> None:
    write_manifest(tmp_path / "manifest.toml", addresses_at(server.address))
    script = shell_downloader(tmp_path, extra_tools)
    code, said = script.run()

    assert code == 0, said
    assert_all_is_there(script)


@pytest.mark.parametrize(
    ("extra_tools", "words"),
    [
        (["sha256sum", "unzip"], "Neither curl nor wget"),
        (["curl", "unzip"], "Neither sha256sum nor shasum"),
        (["curl", "sha256sum"], "Neither unzip nor python3"),
    ],
)
def test_a_tool_that_is_missing_is_named(tmp_path: Path, server: Server, extra_tools: list[str], words: str) -> None:
    write_manifest(tmp_path / "manifest.toml", addresses_at(server.address))
    script = shell_downloader(tmp_path, extra_tools)

    assert_refused(script, script.run(), words)


def test_help_is_given_and_unknown_options_are_not_guessed(downloader: Downloader) -> None:
    code, said = downloader.run("--help")
    assert code == 0
    for option in ("--mini", "--folder", "--manifest"):
        assert option in said
    code, said = downloader.run("--minni")

    assert code == 2
    assert "--minni" in said


def releases(tmp_path: Path) -> dict[str, Callable[[], Path]]:
    """The two places where the datasets folder lies: the instructor's course, and what students get."""

    def released() -> Path:
        root = tmp_path / "hw4"
        shutil.copytree(KIT_PARENT / "hw4kit", root / "hw4kit", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copytree(SCRIPT.parent, root / "datasets", ignore=shutil.ignore_patterns("data"))
        return root

    return {"course": lambda: COURSE_DIR, "release": released}


@pytest.mark.parametrize("layout", ["course", "release"])
def test_the_script_makes_the_stand_in_without_network(tmp_path: Path, layout: str) -> None:
    root = releases(tmp_path)[layout]()
    path = os.pathsep.join([str(Path(sys.executable).parent), os.defpath])
    done = subprocess.run(
        ["sh", root / "datasets" / "get_datasets.sh", "--mini", "--folder", "stand in"],
        cwd=tmp_path,
        env={"PATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert data.load_mnist(tmp_path / "stand in").shape == (mini.TRAIN_IMAGES, 784)


@pytest.mark.parametrize("layout", ["course", "release"])
def test_python_finds_the_manifest_and_puts_the_data_beside_it(tmp_path: Path, layout: str, monkeypatch) -> None:
    root = releases(tmp_path)[layout]()
    kit = root / "hw4kit" if layout == "release" else KIT_PARENT / "hw4kit"
    seen: list[Path] = []
    monkeypatch.setattr(get_data, "__file__", str(kit / "get_data.py"))
    monkeypatch.setattr(get_data, "read_manifest", lambda path: seen.append(path.resolve()) or [])
    monkeypatch.setattr(get_data, "get_all", lambda files, folder, mirror: seen.append(folder))

    assert get_data.main([]) == 0
    assert seen == [root / "datasets" / "manifest.toml", root / "datasets" / "data"]


# The real manifest


def test_the_script_and_python_read_the_same_from_the_manifest() -> None:
    reading = 'eval "$(sed -n "/^read_manifest()/,/^}/p" "$1")"; read_manifest "$2"'
    manifest = SCRIPT.parent / "manifest.toml"
    lines = subprocess.check_output(["sh", "-c", reading, "sh", SCRIPT, manifest], text=True, timeout=DEADLINE_S)
    files = get_data.read_manifest(manifest)

    assert lines.splitlines() == [
        f"{file.path}|{file.size}|{file.sha256}|{file.member}|{' '.join(file.addresses)}" for file in files
    ]
    assert [file.path for file in files] == [
        "mnist/train-images-idx3-ubyte.gz",
        "mnist/train-labels-idx1-ubyte.gz",
        "mnist/t10k-images-idx3-ubyte.gz",
        "mnist/t10k-labels-idx1-ubyte.gz",
        "sst/datasetSentences.txt",
        "sst/datasetSplit.txt",
    ]
    assert all(address.startswith("https://") for file in files for address in file.addresses)


def test_the_manifest_is_toml_that_other_readers_understand() -> None:
    tomllib = pytest.importorskip("tomllib", reason="Python 3.10 has no TOML reader")
    manifest = SCRIPT.parent / "manifest.toml"
    tables = tomllib.loads(manifest.read_text())["file"]

    assert [get_data.Wanted(**{**table, "addresses": tuple(table["addresses"])}) for table in tables] == (
        get_data.read_manifest(manifest)
    )


@pytest.mark.skipif(not REAL_DATA, reason="HW4_DATA names no folder with MNIST and the Treebank")
def test_the_real_files_pass_with_the_real_manifest(downloader: Downloader, server: Server) -> None:
    manifest = SCRIPT.parent / "manifest.toml"
    files = get_data.read_manifest(manifest)
    content = {file.path: Path(REAL_DATA, file.path).read_bytes() for file in files}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            if file.member:
                archive.writestr(file.member, content[file.path])
            else:
                server.pages[file.last_name] = Page(content[file.path])
    server.pages["stanfordSentimentTreebank.zip"] = Page(buffer.getvalue())
    downloader.manifest = manifest
    code, said = downloader.run(environment={"HW4_MIRROR": server.address})

    assert code == 0, said
    assert downloader.names == set(content)
    assert len(data.load_treebank(downloader.folder).sentences) == 11_855
