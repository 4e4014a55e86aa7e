"""The table that ends a lab, and the cache of what labs compute."""

from __future__ import annotations

import json
import math
import os
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "source" / "hw4"))
from hw4kit.labs import cache, results
from hw4kit.labs.cache import Cache
from hw4kit.labs.results import Results

WHY = "The network here is small, " + "and so are its logits, " * 8 + "as said."


def shown(table: Results, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> tuple[str, str, dict]:
    """Return the HTML, the text and what the line RESULTS says."""
    seen: list[dict] = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: seen.append(data))
    table.show()
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("RESULTS {")

    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is no JSON")

    return seen[0]["text/html"], seen[0]["text/plain"], json.loads(line.removeprefix("RESULTS "), parse_constant=refuse)


def filled(*, ranges_apply: bool = True) -> Results:
    table = Results("attacks", ranges_apply=ranges_apply)
    table.figure("success", "attacks that succeed", 0.987, paper="100% (Table IV)", usual=(0.97, 1), form="{:.0%}")
    table.figure("distance", "mean <L2> distance", np.float32(1.4142135), paper="1.76 (Table IV)", why=WHY)
    table.figure("logit", "mean of the largest logit", 12345.6, usual=(12345.6, 12345.7))
    table.holds("smaller", "C&W finds smaller changes than L-BFGS.", np.bool_(True))
    table.holds("larger", "It is the other way round.", False)
    return table


def test_figures_are_written_as_people_read_them(capsys, monkeypatch) -> None:
    """Shares in percent, others with three digits, in the range as in the figure."""
    page, text, said = shown(filled(), capsys, monkeypatch)

    assert str(said["figures"]["distance"]) == "1.41421"
    for way in (page, text):
        assert all(word in way for word in ["99%", "97% to 100%", "1.41", "12,346", "five seeds"])
        assert "1.41421" not in way
    assert said["figures"]["distance"] == pytest.approx(math.sqrt(2), rel=1e-5)
    assert "to 12,346" not in page + text
    assert said["usual"] == {"success": [0.97, 1], "logit": [12345.6, 12345.7]}
    assert said["holds"] == {"smaller": True, "larger": False}
    assert said["lab"] == "attacks"


def test_ranges_of_the_real_data_are_not_shown_for_other_data(capsys, monkeypatch) -> None:
    page, text, said = shown(filled(ranges_apply=False), capsys, monkeypatch)

    assert said["usual"] == {}
    assert "97% to" not in page + text
    assert "<th" in page
    assert "five seeds</th>" not in page
    assert results.NO_RANGES in page
    assert "this run has used other data" in " ".join(text.split())


def test_nothing_is_said_of_ranges_where_there_are_none(capsys, monkeypatch) -> None:
    table = Results("attacks", ranges_apply=True)
    table.figure("distance", "mean distance", 1.5)
    page, text, _ = shown(table, capsys, monkeypatch)

    assert "seeds" not in page + text


def test_text_stands_in_columns_and_html_is_escaped(capsys, monkeypatch) -> None:
    """Some readers see the text alone; a name may hold a bracket."""
    page, text, _ = shown(filled(), capsys, monkeypatch)
    heading, *lines = text.splitlines()
    place = heading.index("the paper")

    assert [line[place:].split("  ")[0] for line in lines if line[:1].strip()][:3] == [
        "100% (Table IV)", "1.76 (Table IV)", "-",
    ]  # fmt: skip
    assert max(map(len, text.splitlines())) <= 100
    assert "mean &lt;L2&gt; distance" in page
    assert "C&amp;W" in page
    assert "<b>NO:</b> It is" in page


def test_a_cell_that_runs_again_replaces_its_figures(capsys, monkeypatch) -> None:
    table = filled()
    table.figure("distance", "mean distance", 2.0)
    table.holds("larger", "It is the other way round.", True)
    _, text, said = shown(table, capsys, monkeypatch)

    assert list(said["figures"]) == ["success", "distance", "logit"]
    assert said["figures"]["distance"] == 2.0
    assert said["holds"]["larger"] is True
    assert "1.41" not in text


@given(st.floats(), st.text(), st.text())
def test_any_figure_and_any_words_make_one_line_of_json(here: float, what: str, why: str) -> None:
    """A figure that is not finite is null."""
    table = Results("any", ranges_apply=True)
    table.figure("x", what, here, why=why)
    said = json.dumps(table.as_dict(), allow_nan=False)

    assert len(said.splitlines()) == 1
    assert json.loads(said)["figures"]["x"] == (pytest.approx(here, rel=1e-5) if math.isfinite(here) else None)
    assert "<script" not in table._html().lower()
    assert table._text()


# The cache


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HW4_CACHE", str(tmp_path / "kept"))
    return tmp_path / "kept"


def made(value: float = 1.0) -> list[np.ndarray]:
    return [np.full((3, 2), value, np.float32), np.arange(4)]


def never() -> list[np.ndarray]:
    raise AssertionError("it is in the cache")


def test_what_is_there_is_read_and_not_made(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A printed line names the file, for who wants it anew."""
    Cache().arrays("network", made)
    assert f"Kept for the next time in {folder}" in capsys.readouterr().out
    again = Cache().arrays("network", never)
    (path,) = folder.iterdir()

    assert [array.tolist() for array in again] == [array.tolist() for array in made()]
    assert [array.dtype for array in again] == [array.dtype for array in made()]
    assert f"Read from {path}; delete that file to compute it anew." in capsys.readouterr().out


@pytest.mark.parametrize("name", ["other", "network-2"])
def test_other_names_are_other_arrays(folder: Path, name: str) -> None:
    Cache().arrays("network", made)

    assert Cache().arrays(name, lambda: made(2.0))[0].max() == 2.0


def test_what_another_version_of_the_labs_made_is_not_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Cache().arrays("network", made)
    monkeypatch.setattr(cache, "_version", lambda: "another")

    assert Cache().arrays("network", lambda: made(2.0))[0].max() == 2.0


def damaged(path: Path, how: str) -> None:
    if how == "other arrays":
        np.savez(path, weights=np.ones(3))
    elif how == "a pickle":
        np.savez(path, **{"000": np.array([{}], dtype=object)})
    elif how == "one array":
        with open(path, "wb") as stream:
            np.save(stream, np.ones(3))
    elif how == "a byte":
        content = bytearray(path.read_bytes())
        content[content.index(np.float32(1).tobytes())] ^= 1
        path.write_bytes(content)
    else:
        path.write_bytes({"half": path.read_bytes()[:300], "empty": b"", "text": b"no zip"}[how])


@pytest.mark.parametrize("how", ["half", "empty", "text", "a byte", "other arrays", "a pickle", "one array"])
def test_a_damaged_file_is_made_anew(folder: Path, how: str, capsys: pytest.CaptureFixture[str]) -> None:
    """And is whole the next time."""
    Cache().arrays("network", made)
    (path,) = folder.iterdir()
    damaged(path, how)

    assert Cache().arrays("network", lambda: made(2.0))[0].max() == 2.0
    assert "is damaged and is computed anew" in capsys.readouterr().out
    assert Cache().arrays("network", never)[0].max() == 2.0
    assert list(folder.iterdir()) == [path]


def test_a_folder_that_cannot_be_written_costs_time_only(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file stands where the folder would be: that fails for every user."""
    folder.write_text("a file")

    assert Cache().arrays("network", made)[0].max() == 1.0
    assert Cache().arrays("network", lambda: made(2.0))[0].max() == 2.0
    assert capsys.readouterr().out.count("Nothing is kept for the next time") == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes into any folder")
def test_a_read_only_folder_costs_time_only(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR)

    assert Cache().arrays("network", made)[0].max() == 1.0


def test_a_run_that_is_stopped_leaves_no_half_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(stream, **arrays) -> None:
        stream.write(b"half")
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(np, "savez", stop)
        with pytest.raises(KeyboardInterrupt):
            Cache().arrays("network", made)

    assert list(folder.iterdir()) == []
    assert Cache().arrays("network", made)[0].max() == 1.0


def test_runs_at_the_same_time_leave_one_whole_file(folder: Path) -> None:
    """Each computes; the last one's file stays."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda value: Cache().arrays("network", lambda: made(value)), range(1, 40)))

    assert len(list(folder.iterdir())) == 1
    assert Cache().arrays("network", never)[0].shape == (3, 2)


def test_the_cache_stays_small_and_no_other_file_is_deleted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was used longest ago goes first; a folder of the user's may hold other files."""
    folder.mkdir()
    mine = folder / "my-checkpoint.npz"
    mine.write_bytes(bytes(10_000))
    for number in range(3):
        Cache().arrays(f"n{number}", made)
        (path,) = folder.glob(f"lab-n{number}-*")
        os.utime(path, (number, number))
    monkeypatch.setattr(cache, "MOST_BYTES", 2 * path.stat().st_size)
    os.utime(next(folder.glob("lab-n1-*")), (9, 9))
    Cache().arrays("n3", made)

    assert {path.name.split("-")[1] for path in folder.glob("lab-*")} == {"n1", "n3"}
    assert mine.stat().st_size == 10_000
