"""Downloading: `python -m hw4kit.get_data` against a server that misbehaves, and the script that runs it."""

import errno
import gzip
import hashlib
import io
import os
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "source" / "hw4"))
from hw4kit import data, download, environment, get_data, mini

COURSE_DIR = Path(__file__).resolve().parents[1]
SCRIPT = COURSE_DIR / "datasets" / "get_datasets.sh"
KIT_PARENT = COURSE_DIR / "source" / "hw4"
REAL_DATA = os.environ.get("HW4_DATA", "")
DEADLINE_S = 60  # for anything that takes a second; only a hang reaches it
IMAGES, LABELS = "mnist/train-images-idx3-ubyte.gz", "mnist/train-labels-idx1-ubyte.gz"
SENTENCES, SPLIT = "sst/datasetSentences.txt", "sst/datasetSplit.txt"
IMAGES_NAME, ZIP = Path(IMAGES).name, "bank.zip"
LOGIN_PAGE = b"<!DOCTYPE html>\n<html><title>Log in to the guest network</title></html>\n"

random_bytes = np.random.default_rng(0).integers(0, 256, size=(100, 28, 28)).astype(np.uint8)
FILES = {
    IMAGES: gzip.compress(mini.idx_bytes(random_bytes), mtime=0),
    LABELS: gzip.compress(mini.idx_bytes(random_bytes[:, 0, 0]), mtime=0),
    SENTENCES: b"sentence_index\tsentence\n" + b"".join(b"%d\tA film number %d .\n" % (n, n) for n in range(1, 900)),
    SPLIT: b"sentence_index,splitset_label\n" + b"".join(b"%d,1\n" % n for n in range(1, 900)),
}


def zipped(members: Mapping[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(f"bank/{Path(name).name}", content)
    return buffer.getvalue()


WHOLE_ZIP = zipped({SENTENCES: FILES[SENTENCES], SPLIT: FILES[SPLIT]})


# The server


@dataclass
class Page:
    """What the server has at one address, and how it behaves there."""

    content: bytes = b""
    cut: int | None = None  # after how many bytes the answer breaks off
    hold: threading.Event | None = None  # what the rest of a cut answer waits for instead
    is_half_sent: threading.Event = field(default_factory=threading.Event)  # set when it waits
    status: int = 200
    location: str = ""
    has_length: bool = True
    is_endless: bool = False


class Server(ThreadingHTTPServer):
    """Serves the pages, and notes what was asked for."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.pages = {Path(name).name: Page(FILES[name]) for name in (IMAGES, LABELS)} | {ZIP: Page(WHOLE_ZIP)}
        self.requests: list[str] = []
        self.address = f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients that stop reading break the connection."""


class Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        name = self.path.lstrip("/")
        self.server.requests.append(name)
        page = self.server.pages.get(name, Page(status=404))
        if page.status >= 400:
            self.send_error(page.status)
            return
        self.send_response(page.status)
        if page.location:
            self.send_header("Location", page.location)
        if page.has_length:
            self.send_header("Content-Length", str(len(page.content)))
        self.end_headers()
        self.wfile.write(page.content[: page.cut])
        if page.hold and page.cut is not None:
            page.is_half_sent.set()
            page.hold.wait(DEADLINE_S)
            self.wfile.write(page.content[page.cut :])
        while page.is_endless:
            self.wfile.write(page.content)


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join(DEADLINE_S)


def write_manifest(path: Path, *hosts: str) -> None:
    """List FILES in the manifest, each on all of the hosts; the sentences are in the zip."""
    tables = ["# A heading with a = sign.\n"]
    for name, content in FILES.items():
        is_member = name.startswith("sst/")
        places = ", ".join(f'"{host}/{ZIP if is_member else Path(name).name}"' for host in hosts)
        tables += [
            f'[[file]]\npath = "{name}"\nsize = {len(content)}\nsha256 = "{hashlib.sha256(content).hexdigest()}"',
            f"addresses = [{places}]\n" + (f'member = "bank/{Path(name).name}"\n' if is_member else ""),
        ]
    path.write_text("\n".join(tables))


@dataclass
class Downloader:
    """The program, and where it works."""

    folder: Path
    manifest: Path
    capsys: pytest.CaptureFixture[str]

    def run(self, *options: str) -> tuple[int, str]:
        """Return the exit code and all that was said."""
        code = get_data.main([*options, f"--folder={self.folder}", f"--manifest={self.manifest}"])
        captured = self.capsys.readouterr()
        return code, captured.out + captured.err

    @property
    def names(self) -> set[str]:
        """The files that are in the folder."""
        return {str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file()}

    def assert_all_is_there(self) -> None:
        assert self.names == set(FILES)
        for name, content in FILES.items():
            assert (self.folder / name).read_bytes() == content

    def assert_refuses(self, *words: str) -> None:
        """Check that a run fails in so many words, and leaves nothing behind but right files under their names."""
        code, said = self.run()

        assert code == 2, said
        for word in words:
            assert word in said
        assert all((self.folder / name).read_bytes() == FILES[name] for name in self.names)


@pytest.fixture
def downloader(
    tmp_path: Path, server: Server, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Downloader:
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.delenv("HW4_MIRROR", raising=False)
    write_manifest(tmp_path / "manifest.toml", server.address)
    return Downloader(tmp_path / "my data", tmp_path / "manifest.toml", capsys)


# Going well


@pytest.mark.parametrize("has_length", [True, False])
def test_everything_arrives_and_can_be_read(downloader: Downloader, server: Server, has_length: bool) -> None:
    for page in server.pages.values():
        page.has_length = has_length
    code, said = downloader.run()

    assert code == 0, said
    downloader.assert_all_is_there()
    assert server.requests.count(ZIP) == 1
    assert {(downloader.folder / name).stat().st_mode & 0o777 for name in FILES} == {0o644}
    assert data.load_mnist(downloader.folder).shape == (100, 784)
    assert len(data.load_treebank(downloader.folder).sentences) == 899


def test_what_is_right_is_left_alone_and_what_is_wrong_is_replaced(downloader: Downloader, server: Server) -> None:
    downloader.run()
    (downloader.folder / IMAGES).write_bytes(FILES[IMAGES][:-1] + b"x")
    server.requests.clear()
    code, said = downloader.run()

    assert code == 0
    assert said.count("is there and right") == len(FILES) - 1
    assert said.count("is not the right file; it will be replaced") == 1
    assert server.requests == [IMAGES_NAME]
    downloader.assert_all_is_there()


def test_a_mini_stand_in_gives_way_to_the_real_data_and_never_replaces_it(
    downloader: Downloader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mini, "_contents", lambda seed: dict.fromkeys(FILES, b"made by a program"))
    assert downloader.run("--mini")[0] == 0
    said = downloader.run()[1]
    code, refusal = downloader.run("--mini")

    assert said.count("is of the mini stand-in; it will be replaced") == len(FILES)
    assert code == 2
    assert "choose another folder" in refusal
    downloader.assert_all_is_there()


FAULTS = {
    "absent": Page(status=404),
    "web page": Page(LOGIN_PAGE),
    "altered": Page(bytes(len(FILES[IMAGES]))),
    "incomplete": Page(FILES[IMAGES], cut=9000),
    "cut off without a length": Page(FILES[IMAGES], cut=9000, has_length=False),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_the_second_address_helps_out(downloader: Downloader, server: Server, fault: Page) -> None:
    write_manifest(downloader.manifest, server.address, f"{server.address}/second")
    server.pages[f"second/{IMAGES_NAME}"] = server.pages[IMAGES_NAME]
    server.pages[IMAGES_NAME] = fault
    code, said = downloader.run()

    assert code == 0, said
    downloader.assert_all_is_there()


def test_two_runs_at_the_same_time_do_not_disturb_each_other(downloader: Downloader, server: Server) -> None:
    page = server.pages[ZIP]
    page.cut, page.hold = 9000, threading.Event()
    options = ["--folder", downloader.folder, "--manifest", downloader.manifest]
    first = subprocess.Popen([sys.executable, "-m", "hw4kit.get_data", *options], cwd=KIT_PARENT)
    assert page.is_half_sent.wait(DEADLINE_S)
    server.pages[ZIP] = Page(WHOLE_ZIP)
    code, said = downloader.run()
    page.hold.set()

    assert first.wait(DEADLINE_S) == 0
    assert code == 0, said
    downloader.assert_all_is_there()


# Going wrong


@pytest.mark.parametrize("name", [IMAGES_NAME, ZIP])
@pytest.mark.parametrize(
    ("page", "words"),
    [
        (Page(status=503), "the server answered 503"),
        (Page(b"GIF89a", cut=3), "the connection broke off"),
        (Page(LOGIN_PAGE), "a web page instead of the file"),
        (Page(bytes(1 << 20), has_length=False, is_endless=True), "bytes that are expected"),
        (Page(status=302, location="/circle"), "round in circles"),
    ],
    ids=["503", "broken off", "login page", "endless", "circle"],
)
def test_what_goes_wrong_on_the_way_is_named(
    downloader: Downloader, server: Server, name: str, page: Page, words: str
) -> None:
    server.pages["circle"] = Page(status=302, location="/circle")
    server.pages[name] = page

    downloader.assert_refuses(words, "--mini")


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("http://127.0.0.1:1", "it refused the connection"),
        ("http://nowhere.invalid", "its name is not known here: is there a network?"),
        ("ftp://127.0.0.1", "there is no way there"),
        ("https://127.0.0.1:PORT", "its certificate is not accepted"),
    ],
)
def test_a_server_that_cannot_be_reached_is_named(
    downloader: Downloader, server: Server, host: str, words: str
) -> None:
    write_manifest(downloader.manifest, host.replace("PORT", str(server.server_port)))

    downloader.assert_refuses(words, "--mini")


def test_a_server_that_says_nothing_is_given_up(
    downloader: Downloader, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "TIMEOUT_S", 0.2)
    page = server.pages[IMAGES_NAME]
    page.cut, page.hold = 9000, threading.Event()

    downloader.assert_refuses("it said nothing for 0.2 s")
    page.hold.set()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (zipped({SPLIT: FILES[SPLIT]}), "missing or altered"),
        (zipped({SENTENCES: FILES[SENTENCES][:-1] + b"x", SPLIT: FILES[SPLIT]}), "missing or altered"),
        (zipped({SENTENCES: bytes(30_000_000)}, zipfile.ZIP_DEFLATED), "missing or altered"),
        (WHOLE_ZIP[:-30], "no whole zip file"),
        (WHOLE_ZIP.replace(b"number 77 ", b"number 78 "), "damaged at"),
    ],
    ids=["not in it", "altered", "unpacks to too much", "end missing", "damaged inside"],
)
def test_a_wrong_zip_is_refused(downloader: Downloader, server: Server, content: bytes, words: str) -> None:
    server.pages[ZIP].content = content

    downloader.assert_refuses(words)
    assert downloader.names == {IMAGES, LABELS}


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), "The disk is full"),
        (PermissionError(errno.EACCES, os.strerror(errno.EACCES)), "my data cannot be used"),
        (KeyboardInterrupt(), "Stopped. Run the same command again"),
    ],
)
def test_what_ends_a_run_is_named(
    downloader: Downloader, monkeypatch: pytest.MonkeyPatch, error: BaseException, words: str
) -> None:
    def write(*_: object) -> None:
        raise error

    monkeypatch.setattr(download._Downloader, "write", write)

    downloader.assert_refuses(words)


@pytest.mark.parametrize("text", ["", "no list\n", '[[file]]\npath = "../a"\nsize = 1\nsha256 = ""\naddresses = []\n'])
def test_a_manifest_of_another_form_is_refused(downloader: Downloader, text: str) -> None:
    downloader.manifest.write_text(text)

    downloader.assert_refuses("manifest.toml")


@pytest.mark.parametrize(("options", "missing"), [([], "pooch and tqdm are missing"), (["--mini"], "NumPy is missing")])
def test_packages_that_are_missing_are_named_with_the_command_that_installs_them(
    downloader: Downloader, monkeypatch: pytest.MonkeyPatch, options: list[str], missing: str
) -> None:
    monkeypatch.setattr(get_data, "installed_versions", dict)
    monkeypatch.setattr(get_data, "this_machine", lambda: environment.Machine((3, 12), "Linux", "x86_64"))
    code, said = downloader.run(*options)

    assert code == 2
    assert missing in said
    assert f"-m pip install -r requirements.txt (in {KIT_PARENT})" in said


# The script


WITH_PYTHON = os.pathsep.join([str(Path(sys.executable).parent), os.defpath])


def run_script(root: Path, *options: str, cwd: Path, path: str = WITH_PYTHON, mirror: str = "") -> tuple[int, str]:
    environment = {"PATH": path, "PYTHONDONTWRITEBYTECODE": "1", "NO_PROXY": "*", "HW4_MIRROR": mirror}
    command = [shutil.which("sh") or "sh", root / "datasets" / "get_datasets.sh", *options]
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=DEADLINE_S, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_the_script_passes_options_and_mirror_on(downloader: Downloader, server: Server, tmp_path: Path) -> None:
    """A folder is seen from where the command is given; here the kit is where the instructor has it."""
    write_manifest(downloader.manifest, "http://127.0.0.1:1")
    options = [f"--manifest={downloader.manifest}", "--folder", downloader.folder.name]
    code, said = run_script(COURSE_DIR, *options, cwd=tmp_path, mirror=f"{server.address}/")

    assert code == 0, said
    downloader.assert_all_is_there()


def test_the_script_makes_the_stand_in_beside_itself(tmp_path: Path) -> None:
    """In a copy of what students get, and without a network."""
    ignored = shutil.ignore_patterns("__pycache__", "data")
    for folder in (KIT_PARENT / "hw4kit", SCRIPT.parent):
        shutil.copytree(folder, tmp_path / folder.name, ignore=ignored)
    assert run_script(tmp_path, "--mini", cwd=tmp_path)[0] == 0
    assert data.load_mnist(tmp_path / "datasets" / "data").shape == (mini.TRAIN_IMAGES, 784)


def test_the_script_says_when_there_is_no_python(tmp_path: Path) -> None:
    """Or only one that is too old."""
    (tmp_path / "dirname").symlink_to(shutil.which("dirname") or "")
    (tmp_path / "python3").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "python3").chmod(0o755)
    code, said = run_script(COURSE_DIR, cwd=tmp_path, path=str(tmp_path))

    assert code == 2
    assert said.startswith("No Python 3.11 or newer was found")
    assert said.count("\n") == 1


@pytest.mark.skipif(not REAL_DATA, reason="HW4_DATA names no folder with MNIST and the Treebank")
def test_the_real_files_pass_with_the_real_manifest(
    downloader: Downloader, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    downloader.manifest = SCRIPT.parent / "manifest.toml"
    files = download.read_manifest(downloader.manifest)
    content = {file.path: Path(REAL_DATA, file.path).read_bytes() for file in files}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            if file.member:
                archive.writestr(file.member, content[file.path])
            else:
                server.pages[Path(file.path).name] = Page(content[file.path])
    server.pages["stanfordSentimentTreebank.zip"] = Page(buffer.getvalue())
    monkeypatch.setenv("HW4_MIRROR", server.address)
    code, said = downloader.run()

    assert code == 0, said
    assert downloader.names == set(content)
    assert len(data.load_treebank(downloader.folder).sentences) == 11_855
