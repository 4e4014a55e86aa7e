"""A CSV file as cells that know where they stand, so that one can be replaced and every other byte stays.

A CSV writer would quote, escape and end lines in its own way: the file would come back with changes in every row.
"""

import codecs
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SEPARATORS = (",", ";", "\t", "|")
_END_OF_LINE = re.compile(rb"\r\n|\r|\n")
MOST_BROKEN = 1000  # lines that are no row: what has more is no table
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class Cell:
    """The place of a cell in the bytes of its file, quotes included."""

    start: int
    end: int


class Table:
    """The rows of cells of a CSV file. Structure is ASCII in every encoding that is read, names are not."""

    def __init__(self, data: bytes, separator: str) -> None:
        """Take the bytes apart.

        Raises:
            ValueError: They are no such table; the text says where and why.
        """
        if data.startswith(_WIDE) or b"\0" in data:
            raise ValueError("it is not saved as UTF-8")
        self.data, self.separator = data, separator
        self._encoding = _encoding(data)
        self.rows = _rows(data, separator.encode())

    def text(self, cell: Cell) -> str:
        """Return what a cell says, without its quotes."""
        raw = self.data[cell.start : cell.end].decode(self._encoding, errors="replace")
        return _unquoted(raw)

    def texts(self, row: Sequence[Cell]) -> list[str]:
        """Return what the cells of a row say."""
        return [self.text(cell) for cell in row]

    def replaced(self, values: Mapping[Cell, str]) -> bytes:
        """Return the bytes with other values in some cells, which are quoted where they were or must be."""
        pieces, end = [], 0
        for cell in sorted(values, key=lambda cell: cell.start):
            pieces += [self.data[end : cell.start], self._written(values[cell], cell)]
            end = cell.end
        return b"".join([*pieces, self.data[end:]])

    def _written(self, value: str, cell: Cell) -> bytes:
        is_quoted = self.data[cell.start : cell.start + 1] == b'"'
        if is_quoted or re.search(f'[{self.separator}"\r\n]', value):
            value = '"' + value.replace('"', '""') + '"'
        return value.encode(self._encoding)


def _encoding(data: bytes) -> str:
    try:
        data.decode()
    except UnicodeDecodeError:
        return "cp1252"  # what Excel makes of a CSV file that it saves
    return "utf-8"


def rows_of(data: bytes, separator: str) -> tuple[list[tuple[int, list[str]]], list[int]]:
    """Return what the rows of a list say, each with the number of its line, and the lines that are no row.

    Never raises: a row whose quotes are wrong ends at its line, and the next one begins there. UTF-16 is read, too.
    """
    if data.startswith(_WIDE):
        data = data.decode("utf-16", errors="replace").encode("utf-8", errors="replace")
    data = data.replace(b"\0", b"")
    broken: list[int] = []
    encoding, rows = _encoding(data), _rows(data, separator.encode(), broken)
    lines, line, position = [], 1, 0
    for row in rows:
        line += data.count(b"\n", position, row[0].start)
        position = row[0].start
        raw = (data[cell.start : cell.end].decode(encoding, errors="replace") for cell in row)
        lines.append((line, [_unquoted(text) for text in raw]))
    return lines, broken


def _unquoted(text: str) -> str:
    return text[1:-1].replace('""', '"') if text.startswith('"') else text


def _rows(data: bytes, separator: bytes, broken: list[int] | None = None) -> list[list[Cell]]:
    """Return the rows of cells; lines that are no row are added to `broken`. Raises ValueError where that is None."""
    mark = re.escape(separator)
    quoted, bare = rb'"[^"]*(?:""[^"]*)*"', rb'(?!")[^%s\r\n]*' % mark
    pattern = re.compile(rb"(?:%s|%s)(%s|\r\n|\r|\n|\Z)" % (quoted, bare, mark))
    rows: list[list[Cell]] = []
    row: list[Cell] = []
    line, counted = 1, 0
    position = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    while position < len(data) or row:  # a separator as the last byte opens one more cell
        match = pattern.match(data, position)
        if match is None:
            line, counted = line + data.count(b"\n", counted, position), position
            if broken is None:
                raise ValueError(f"the quotes of a cell that begins in line {line} are not closed as they should be")
            broken.append(line)
            if len(broken) == MOST_BROKEN:
                break
            row, end = [], _END_OF_LINE.search(data, position)
            position = end.end() if end else len(data)
            continue
        row.append(Cell(match.start(), match.start(1)))
        position = match.end()
        if match[1] != separator:
            rows.append(row)
            row = []
    return rows
