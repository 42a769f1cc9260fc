"""Cleaning of the characters of input and output texts."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.text.cleaning import (
    clean_line,
    clean_text,
    clean_values,
    printable,
    printable_line,
    refusal,
)

FAMILY = "👩🏽\u200d🚒\ufe0f"
PERSIAN = "می\u200cخواهم"
CHILLU = "അവന്\u200d ഇവിടെ"
ENTERING = [
    ("Équipe d'Olivet", "Équipe d'Olivet"),
    ("deux\r\nlignes\rtrois\nquatre", "deux\nlignes\ntrois\nquatre"),
    ("a\x0bb\x0cc\x85d\u2028e\u2029f", "a\nb\nc\nd\ne\nf"),
    ("un\ttableau", "un\ttableau"),
    ("\x01a\x1f\x7f\x80\x9fb", "ab"),
    ("\u200eOlivet\u200f\u061c", "Olivet"),
    ("\u202agauche\u202e\u202c \u2066droite\u2069", "gauche droite"),
    ("Oli\u200bvet\u2060\ufeff\xad", "Olivet"),
    ("\u034f\u115f\u1160\u3164\uffa0\u180e", ""),
    ("\ufff9a\ufffab\ufffb\ufffc", "ab"),
    ("\U000e0041\U000e007f\U000e0101", ""),
    ("\ufdd0\ufdef\ufffe\uffff\U0001fffe\U0010ffff", ""),
    ("Oli\u200cv\u200det\u200d", "Olivet"),
    (" \u200d", " "),
    ("\ufe0f\u200c", ""),
    ("a\ufe0f", "a"),
    (FAMILY, FAMILY),
    ("❤\ufe0f\u200d🔥 1\ufe0f\u20e3 ©\ufe0f", "❤\ufe0f\u200d🔥 1\ufe0f\u20e3 ©\ufe0f"),
    ("😀\u200d\u200d\ufe0f\ufe0f", "😀\u200d"),
    (PERSIAN, PERSIAN),
    (CHILLU, CHILLU),
    ("E\u0301quipe", "Équipe"),
    ("E\u200b\u0301quipe", "Équipe"),
    ("16\u202fh\xa0: «\xa0à demain\xa0»", "16\u202fh\xa0: «\xa0à demain\xa0»"),
    ("puce \uf0b7", "puce \uf0b7"),
    ("abîmé \ufffd", "abîmé \ufffd"),
]


@pytest.mark.parametrize(("text", "cleaned"), ENTERING, ids=lambda text: ascii(text)[:30])
def test_cleaned_texts(text, cleaned):
    assert clean_text(text) == cleaned
    assert printable(text) == cleaned


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Olivétaine", "Olivétaine"),
        ("Équipe \r\n d'Olivet", "Équipe d'Olivet"),
        ("a\u2028b\x0bc\td\n\n", "a b c d"),
        ("\n", ""),
        (" deux  espaces ", " deux  espaces "),
    ],
    ids=lambda text: ascii(text)[:30],
)
def test_cleaned_lines(text, cleaned):
    assert clean_line(text) == cleaned
    assert printable_line(text) == cleaned


@pytest.mark.parametrize(("character", "code"), [("\0", "U+0000"), ("\ud800", "U+D800")])
def test_unstorable_characters_are_refused_on_input_and_replaced_on_output(character, code):
    text = f"a{character}b"
    assert clean_text(text) == text
    assert code in refusal(text)
    assert code in refusal({"titre": ["juste", {"mots": text}]})
    assert code in refusal({text: 1})
    assert printable(text) == printable_line(text) == "a\ufffdb"


@pytest.mark.parametrize("value", ["\U0001f600", "", 3, None, {"a": ["b", 1.5, True]}, "\ufffd"])
def test_storable_values_are_not_refused(value):
    assert refusal(value) == ""


def test_each_text_of_a_json_value():
    value = {"a\u200b": ["b\x0b", {"c": "E\u0301"}, 3, None, True]}
    assert clean_values(value) == {"a": ["b\n", {"c": "É"}, 3, None, True]}


# A few characters that interact with each other; any other text is drawn too.
MEETING = st.text(
    st.sampled_from(
        "ae=\u0301\u0338 \n\r\t\x0b\x85\u2028\u200b\u200c\u200d\ufe0f\u202e😀ম\u09cd\u2126\0\ud800"
    )
)


@given(MEETING | st.text(st.characters()))
def test_cleaned_twice_is_cleaned_once(text):
    for clean in (clean_text, clean_line, printable, printable_line):
        assert clean(clean(text)) == clean(text)


@given(MEETING | st.text(st.characters()))
def test_what_leaves_is_utf_8_composed_and_without_controls(text):
    left = printable_line(text)
    left.encode()
    assert unicodedata.is_normalized("NFC", left)
    assert all(
        unicodedata.category(character) not in {"Cc", "Zl", "Zp", "Cs"} for character in left
    )
    assert len(left.splitlines()) <= 1
    assert all(
        character in "\t\n" or unicodedata.category(character) not in {"Cc", "Zl", "Zp", "Cs"}
        for character in printable(text)
    )
