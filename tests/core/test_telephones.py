"""Telephone numbers: which are accepted, how they are formatted and dialled, which are refused."""

import pytest

from portal.core.templatetags.display import phone, phone_button, phone_link
from portal.core.text.telephones import TelephoneError, dial_number, format_number, parse_number

LINE = "02 38 25 45 45"


@pytest.mark.parametrize(
    "typed",
    [
        *(LINE, "02.38.25.45.45", "02-38-25-45-45", "0238254545", " 02 38 25 4545 "),
        *("02\N{NO-BREAK SPACE}38\N{NARROW NO-BREAK SPACE}25 45 45", "02‑38‑25‑45‑45"),
        *("+33 2 38 25 45 45", "+33238254545", "+33 (0)2 38 25 45 45", "+33(0)2.38.25.45.45"),
        *("0033 2 38 25 45 45", "0033(0)238254545"),
    ],
)
def test_french_numbers_are_printed_by_pairs(typed):
    assert (format_number(typed), dial_number(typed)) == (LINE, "+33238254545")


@pytest.mark.parametrize(
    ("typed", "is_printed", "is_dialled"),
    [
        ("115", "115", "115"),
        ("3919", "3919", "3919"),
        ("39 19", "3919", "3919"),
        ("116 006", "116 006", "116006"),
        ("116006", "116 006", "116006"),
        ("+32 2 123 45 67", "+32 2 123 45 67", "+3221234567"),
        ("+41.22.123.45.67", "+41 22 123 45 67", "+41221234567"),
        ("+12345678", "+12345678", "+12345678"),
        ("+123456789012345", "+123456789012345", "+123456789012345"),
        ("+262 262 12 34 56", "+262 262 12 34 56", "+262262123456"),
    ],
)
def test_short_and_international_numbers(typed, is_printed, is_dialled):
    assert (format_number(typed), dial_number(typed)) == (is_printed, is_dialled)


WRONG = [
    *(
        "n'importe quoi",
        "0238",
        "02 38 25 45 4",
        "02 38 25 45 455",
        "00 38 25 45 45",
        "12",
        "11600",
    ),
    *("116 00", "116 0006", "+33 2 38 25 45", "+1234567", "+1234567890123456", "+0212345678", "+"),
    *("02 38 25 45 45 ou 46", "02/38/25/45/45", "٠٢٣٨٢٥٤٥٤٥", "²²²", "--", "02 38 25 45 45;ext=1"),
    "0" * 1_000_000,
]


@pytest.mark.parametrize("typed", WRONG, ids=[text[:20] for text in WRONG])
def test_a_refused_number_is_quoted_and_has_no_tel_link(typed):
    with pytest.raises(TelephoneError) as refusal:
        format_number(typed)
    assert f"« {typed[:40]} » n'est pas un numéro de téléphone" in str(refusal.value)
    assert (parse_number(typed), dial_number(typed)) == ("", "")


def test_on_a_page_a_number_calls():
    assert (
        phone(LINE)
        == "02\N{NO-BREAK SPACE}38\N{NO-BREAK SPACE}25\N{NO-BREAK SPACE}45\N{NO-BREAK SPACE}45"
    )
    assert 'href="tel:+33238254545"' in phone_button(LINE)
    assert 'href="tel:3919"' in phone_link("3919")


def test_text_that_is_no_number_is_shown_without_a_link():
    assert phone_button("<b>0238") == "<span>Numéro à vérifier : « &lt;b&gt;0238 ».</span>"
    assert phone_link("<b>0238") == "&lt;b&gt;0238"
    assert phone("n'importe quoi") == "n'importe quoi"
