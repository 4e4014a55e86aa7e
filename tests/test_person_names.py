"""How people are written, and found by any spelling of their name."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.model.person_names import folded, is_called, plain_letters, search_key, written
from autograder.model.plain_text import one_line
from autograder.model.submission_status import NAME_LIMIT

SPELLINGS = [
    ("Müller", "Mueller", "MULLER", "Muller", "mueller", "Mu\u0308ller", "mül"),
    ("Strauß", "Strauss", "STRAUSS", "STRAUẞ"),
    ("Søren", "Soren", "Soeren", "SØREN"),
    ("Łukasz", "Lukasz", "łukasz"),
    ("İlker Işık", "ilker isik", "ILKER ISIK", "ılker ışık"),
    ("Doe, Ann", "Ann Doe", "doe ann", "Ann, Doe", "Doe,Ann"),
    ("Åse Ærø", "Aase Aeroe", "ase aro"),
    ("O'Brien", "O’Brien", "obrien"),
    ("Nguyễn, Đặng", "nguyen dang", "Dang"),
    ("Иванов, Пётр", "иванов", "Петр Иванов", "Ivanov"),
    ("王芳", "王", "Wang"),
    ("Παπαδάκης", "παπαδακησ", "Papadakis"),
    ("José", "Jose", "JOSÉ", "Jose\u0301"),
]


@pytest.mark.parametrize("forms", SPELLINGS, ids=lambda forms: forms[0])
def test_every_spelling_finds_the_name(forms: tuple[str, ...]):
    assert [form for form in forms if not is_called(form, search_key(forms[0], "x17"))] == []


@pytest.mark.parametrize("forms", [forms for forms in SPELLINGS if len(forms) < 5], ids=lambda forms: forms[0])
def test_another_name_is_not_found(forms: tuple[str, ...]):
    assert not any(is_called("Schmidt", search_key(form)) for form in forms)
    assert not is_called(f"{forms[0]} Schmidt", search_key(forms[0]))


@pytest.mark.parametrize("nothing", ["", "  ", ",", "\u202e"])
def test_nothing_finds_nobody(nothing: str):
    assert not is_called(nothing, search_key("Doe, Ann"))


@pytest.mark.parametrize(
    ("name", "student", "said"),
    [
        ("Müller, Jörg", "jmueller", "Müller, Jörg (jmueller)"),
        ("", "ann", "ann"),
        ("ann", "ann", "ann"),
        ("Do\x1b[31me,\n Ann\u202e", "ann", "Doe, Ann (ann)"),
        ("", "", "(no name)"),
    ],
)
def test_a_person_is_written_by_name_and_id(name: str, student: str, said: str):
    assert written(name, student) == said


@given(st.text(), st.text())
def test_a_person_is_written_on_one_short_harmless_line(name: str, student: str):
    said = written(name * 1000, student)

    assert len(said) <= 2 * NAME_LIMIT + 3
    assert not any(unicodedata.category(letter) in {"Cc", "Cf", "Cs"} for letter in said)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_a_page_can_search_by_the_same_steps(name: str):
    """What a script does by `plain_letters`, without a library."""
    letters = plain_letters()
    plain = re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFKD", one_line(name, 400)).lower())
    by_steps = unicodedata.normalize("NFC", "".join(letters.get(letter, letter) for letter in plain))

    assert folded(name) == by_steps
