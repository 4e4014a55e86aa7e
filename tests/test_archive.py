"""Zips and folders made to do harm are listed and read within bounds, or refused in one sentence."""

from __future__ import annotations

import io
import os
import socket
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.formats import archive, members
from autograder.model.errors import SubmissionError

MIB = 2**20


def packed(entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as file:
        for name, data in entries.items():
            file.writestr(name, data)
    return buffer.getvalue()


def packed_special(name: str, mode: int, data: bytes = b"/etc/passwd") -> bytes:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = mode << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr(info, data)
    return buffer.getvalue()


def walked(data: bytes) -> tuple[dict[str, members.Member], list[str]]:
    found, left_out = members.walk(archive.zip_folder(io.BytesIO(data), "x.zip"))
    return {member.path: member for member in found}, left_out


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(SubmissionError) as caught:
        act()
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 250
    return sentence


def test_lists_and_reads_an_ordinary_zip():
    found, left_out = walked(packed({"a/b/c.txt": b"abc", "d.txt": b"d" * 1000, "empty/": b""}))

    assert left_out == []
    assert {path: member.read(MIB) for path, member in found.items()} == {"a/b/c.txt": b"abc", "d.txt": b"d" * 1000}
    assert found["a/b/c.txt"].folders == ("a", "b")


@pytest.mark.parametrize(
    "name",
    ["../x", "a/../../x", "/etc/x", "//server/x", "C:/x", "c:\\x", "C:x", "..\\x", "\\\\server\\x", "a\\..\\..\\x"],
)
def test_paths_that_lead_elsewhere_are_left_out(name: str):
    found, left_out = walked(packed({name: b"bad", "good.txt": b"good"}))

    assert list(found) == ["good.txt"]
    assert len(left_out) == 1
    assert "outside the zip" in left_out[0]


def test_backslashes_of_windows_programs_are_folders():
    assert list(walked(packed({"bob_HW4\\answers\\cbow.md": b""}))[0]) == ["bob_HW4/answers/cbow.md"]


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO, stat.S_IFSOCK])
def test_links_and_devices_are_left_out(kind: int):
    found, left_out = walked(packed_special("hw4_partI.ipynb", kind | 0o777))

    assert found == {}
    assert left_out[0].startswith("'hw4_partI.ipynb'")


def test_a_file_below_a_link_is_an_ordinary_file():
    buffer = io.BytesIO(packed_special("link", stat.S_IFLNK | 0o777, b"/tmp"))
    with zipfile.ZipFile(buffer, "a") as file:
        file.writestr("link/x.txt", b"inside")

    assert walked(buffer.getvalue())[0]["link/x.txt"].read(MIB) == b"inside"


def test_deep_and_long_paths_are_left_out():
    found, left_out = walked(packed({"a/" * 5000 + "x": b"", "b" * 5000: b"", "/".join("c" * 12): b"", "ok": b""}))

    assert sorted(found) == ["/".join("c" * 12), "ok"]
    assert len(left_out) == 2
    assert all(len(entry) < 150 for entry in left_out)


def test_both_of_two_equal_names_are_listed():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("x", b"first")
        with pytest.warns(UserWarning, match="Duplicate name"):
            file.writestr("x", b"second")
    found, _ = members.walk(archive.zip_folder(buffer, "x.zip"))

    assert [member.read(MIB) for member in found] == [b"first", b"second"]


@pytest.mark.parametrize(
    "name", ["naïve/作业.txt", "e\u0301.txt", "\x1b[31mred", "a\u202etxt.exe", "<script>", "x\ny", "%s{}", "=1+1"]
)
def test_odd_names_are_listed_and_shown_harmlessly(name: str):
    found, _ = walked(packed({name: b"x"}))
    shown = members.shown(name)

    assert [member.read(MIB) for member in found.values()] == [b"x"]
    assert shown.isprintable()
    assert "\u202e" not in shown


def test_names_in_an_old_encoding_are_listed():
    data = packed({"ABCD.txt": b"x"}).replace(b"ABCD", b"\x81\xe9\xff\xa0")

    assert len(walked(data)[0]) == 1


def test_names_that_lie_about_being_unicode_refuse_the_zip():
    data = packed({"é.txt": b"x"}).replace("é".encode(), b"\xff\xfe")

    assert "damaged" in refusal(lambda: walked(data))


NO_ZIP = {
    "empty": (b"", "is empty"),
    "text": (b"my homework", "is not a zip"),
    "rar": (b"Rar!\x1a\x07\x01\x00", "a RAR archive"),
    "7z": (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    "gzip": (b"\x1f\x8b\x08\x00", "a gzip archive"),
    "pdf": (b"%PDF-1.4", "a PDF"),
    "notebook": (b'{"cells": []}', "a notebook"),
    "zeros": (b"\0" * 1000, "is not a zip"),
    "first_half": (packed({"x": bytes(range(256)) * 20}, zipfile.ZIP_STORED)[:3000], "is not a zip"),
    "end_record_only": (b"PK\x05\x06" + b"\xff" * 18, "is damaged"),
    "directory_beyond_the_file": (b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, 1, 1, 5000, 0, 0), "is damaged"),
    "empty_zip": (packed({}), ""),
}


@pytest.mark.parametrize(("data", "cause"), NO_ZIP.values(), ids=NO_ZIP)
def test_what_is_no_zip_is_refused_with_what_it_is(data: bytes, cause: str):
    if cause:
        assert cause in refusal(lambda: archive.zip_folder(io.BytesIO(data), "x.zip"))
    else:
        assert walked(data) == ({}, [])


def test_a_locked_zip_is_refused():
    data = bytearray(packed({"x": b"abc"}))
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1

    assert "password" in refusal(lambda: walked(bytes(data)))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_unusual_compression_is_refused(method: int):
    found, _ = walked(packed({"x": b"abc" * 100}, method))

    assert "unusual kind of zip" in refusal(lambda: found["x"].read(MIB))


def test_a_wrong_checksum_is_noticed():
    found, _ = walked(packed({"x": b"abcdefgh"}, zipfile.ZIP_STORED).replace(b"abcdefgh", b"abcdXfgh"))

    assert "damaged" in refusal(lambda: found["x"].read(MIB))


def test_a_zip_without_its_first_half_lists_what_it_cannot_read():
    found, _ = walked(packed({"x": bytes(range(256)) * 20}, zipfile.ZIP_STORED)[3000:])

    assert "damaged" in refusal(lambda: found["x"].read(MIB))


def test_a_member_over_its_limit_is_refused_before_it_is_unpacked():
    found, _ = walked(packed({"x": b"ab" * MIB}))

    assert "larger than 1 MiB" in refusal(lambda: found["x"].read(MIB))


def test_a_bomb_is_refused_by_its_ratio():
    found, _ = walked(packed({"x": b"\0" * (8 * MIB)}))

    assert "700 times" in refusal(lambda: found["x"].read(16 * MIB))


def test_a_wrong_size_unpacks_no_more_than_it_states():
    data = bytearray(packed({"x": b"a" * (4 * MIB)}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = data.rindex(signature) + offset
        data[start : start + 4] = struct.pack("<L", 10)
    found, _ = walked(bytes(data))

    assert "damaged" in refusal(lambda: found["x"].read(MIB))


def test_entries_that_overlap_are_each_bounded():
    data = bytearray(packed({"a": b"x" * 100, "b": b"y" * 100}))
    second = data.rindex(b"PK\x01\x02")
    data[second + 42 : second + 46] = struct.pack("<L", 0)
    found, _ = walked(bytes(data))

    assert "damaged" in refusal(lambda: found["b"].read(MIB))


def test_too_many_entries_are_refused():
    data = packed({f"{number}": b"" for number in range(members.MAX_ENTRIES + 1)}, zipfile.ZIP_STORED)

    assert "more than 2,000 files" in refusal(lambda: walked(data))


def test_a_directory_of_any_size_is_never_read_whole():
    """A hundred thousand entries are refused by the size of the directory, without listing one."""
    directory = b"PK\x01\x02" + bytes(24) + struct.pack("<3H", 1, 0, 0) + bytes(12) + b"x"
    count = 100_000
    data = directory * count + b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, 1, 1, len(directory) * count, 0, 0)
    stream = io.BytesIO(data)
    largest = 0

    class Watched(io.BytesIO):
        def read(self, count: int | None = -1) -> bytes:
            nonlocal largest
            read = stream.read(-1 if count is None else count)
            largest = max(largest, len(read))
            return read

        def seek(self, *args: int) -> int:
            return stream.seek(*args)

        def tell(self) -> int:
            return stream.tell()

    assert "more than 2,000 files" in refusal(lambda: archive.zip_folder(Watched(), "x.zip"))
    assert largest <= 2**17


def test_a_folder_lists_only_regular_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.txt").write_text("a")
    (tmp_path / "link.txt").symlink_to("/etc/passwd")
    (tmp_path / "loop").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        monkeypatch.chdir(tmp_path)  # a socket's path may have a hundred characters only
        server.bind("socket")
    found, left_out = members.walk(members.disk_folder(tmp_path))

    assert [member.path for member in found] == ["sub/a.txt"]
    assert found[0].read(10) == b"a"
    assert sorted(left_out) == [
        "'link.txt' (a link)", "'loop' (a link)", "'pipe' (not a regular file)", "'socket' (not a regular file)",
    ]  # fmt: skip


def test_a_file_that_became_a_link_or_a_pipe_is_not_opened(tmp_path: Path):
    for name in ("a", "b"):
        (tmp_path / name).write_text("x")
    found, _ = members.walk(members.disk_folder(tmp_path))
    for member in found:
        (tmp_path / member.name).unlink()
    (tmp_path / "a").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "b")

    for member in found:
        refusal(lambda member=member: member.read(MIB))


def test_a_file_in_a_folder_has_a_limit(tmp_path: Path):
    (tmp_path / "x").write_bytes(b"x" * 100)
    (member,) = members.walk(members.disk_folder(tmp_path))[0]

    assert "larger than" in refusal(lambda: member.read(99))


def test_a_folder_has_a_limit_of_files_and_of_depth(tmp_path: Path):
    for number in range(members.MAX_ENTRIES + 1):
        (tmp_path / f"{number}").touch()
    assert "more than 2,000 files" in refusal(lambda: members.walk(members.disk_folder(tmp_path)))

    deep = tmp_path / "deep"
    (deep / Path(*"abcdefghijklmnopq")).mkdir(parents=True)
    (deep / Path(*"abcdefghijklmnopq") / "x").touch()
    found, left_out = members.walk(members.disk_folder(deep))
    assert found == []
    assert "nested too deeply" in left_out[0]


FUZZ = settings(max_examples=int(os.environ.get("HW4_FUZZ", "300")), deadline=None)
SEED = packed({"bob_HW4/hw4_partI.ipynb": b"{}" * 50, "bob_HW4/answers/cbow.md": b"text", "../up": b"x"})


@FUZZ
@given(st.data())
def test_a_damaged_zip_is_listed_or_refused(data: st.DataObject):
    damaged = bytearray(SEED)
    for _ in range(data.draw(st.integers(1, 6))):
        position = data.draw(st.integers(0, len(damaged) - 1))
        damaged[position : position + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=8))
    try:
        found, _ = walked(bytes(damaged))
    except SubmissionError:
        return
    for member in found.values():
        assert ".." not in member.path.split("/")
        try:
            member.read(MIB)
        except SubmissionError:
            continue
