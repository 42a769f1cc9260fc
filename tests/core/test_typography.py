"""French typography: what a printer would set, and what must stay as it was typed."""

from collections.abc import Iterator

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.utils import translation
from hypothesis import example, given
from hypothesis import strategies as st

from portal.core.http.typography import typography_middleware
from portal.core.text.typography import typeset, typeset_html


@pytest.fixture(autouse=True)
def in_french() -> Iterator[None]:
    with translation.override("fr"):
        yield


def visible(text: str) -> str:
    """Return the text with "_" for a no-break space and "^" for a narrow one."""
    return text.replace("\N{NO-BREAK SPACE}", "_").replace("\N{NARROW NO-BREAK SPACE}", "^")


PUNCTUATION = [
    ("Où : à Olivet ; quand ? Demain !", "Où_: à Olivet^; quand^? Demain^!"),
    ("Quoi ?!", "Quoi^?!"),
    ("« Bonjour »", "«_Bonjour_»"),
    ("«Bonjour»", "«_Bonjour_»"),
    ("« Où ? » : là", "«_Où^?_»_: là"),
    ("déjà\xa0: fait\u202f!", "déjà_: fait^!"),
    ("mal\xa0! faite\u202f:", "mal^! faite_:"),
]
APOSTROPHES = [
    (
        "aujourd'hui, l'équipe d'Olivet n'a qu'un bureau",
        "aujourd’hui, l’équipe d’Olivet n’a qu’un bureau",
    ),
    ("L'ÉQUIPE", "L’ÉQUIPE"),
    ("l'« équipe »", "l’«_équipe_»"),
    ("à moins d'1 heure", "à moins d’1 heure"),
]
LIGATURES = [
    ("Coeur, SOEUR, soeurs, chef-d'oeuvre, Oeuvres", "Cœur, SŒUR, sœurs, chef-d’œuvre, Œuvres"),
    ("noeuds, voeux, l'oeil, oeufs, boeuf, moeurs", "nœuds, vœux, l’œil, œufs, bœuf, mœurs"),
    ("manoeuvre, désoeuvré, écoeurant, foetus", "manœuvre, désœuvré, écœurant, fœtus"),
]
HOURS = [
    ("8h30", "8_h_30"),
    ("8 h 30", "8_h_30"),
    ("8h 30", "8_h_30"),
    ("de 8h à 12h, 14h-16h30", "de 8_h à 12_h, 14_h-16_h_30"),
    ("9h00, 24h/24", "9_h_00, 24_h/24"),
    ("fermé à 8h.", "fermé à 8_h."),
]
NUMBERS = [
    ("35 000 habitants, 1 234 567, 10\xa0900", "35^000 habitants, 1^234^567, 10^900"),
    ("5 km, 12 %, 12%, 3 €, 3€, 20 ans", "5_km, 12_%, 12_%, 3_€, 3_€, 20_ans"),
    ("le 1er mars, le 28 novembre", "le 1er_mars, le 28_novembre"),
    ("n° 5, N°12, art. 5, p. 3", "n°_5, N°_12, art._5, p._3"),
    ("M. Martin, Mme Élie, Mlle Roy", "M._Martin, Mme_Élie, Mlle_Roy"),
    ("Appelez le 02 38 25 45 45.", "Appelez le 02_38_25_45_45."),
    ("+32 2 123 45 67, 0 800 123 123", "+32_2_123_45_67, 0_800_123_123"),
]
QUOTATIONS = [
    ("« l'accueil : 8h30, 35 000 coeurs »", "«_l'accueil_: 8h30, 35^000 coeurs_»"),
    ("« l'un « et l'autre » encore » l'un", "«_l'un «_et l'autre_» encore_» l’un"),
    ("« sans fin d'abord", "«_sans fin d’abord"),
]
ADDRESSES = [
    ("Voir https://x.fr/l'a?b=8h30#oeuvre : ici", "Voir https://x.fr/l'a?b=8h30#oeuvre_: ici"),
    ("coeur.d'or@x.fr ou l'autre", "coeur.d'or@x.fr ou l’autre"),
    ("www.soeurs.fr/8h30, 8h30", "www.soeurs.fr/8h30, 8_h_30"),
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(PUNCTUATION + APOSTROPHES + LIGATURES + HOURS + NUMBERS + QUOTATIONS + ADDRESSES),
    ],
)
def test_a_text_is_set_as_a_printer_would(text, expected):
    assert visible(typeset(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "à 14:30, 1:2, Mo-Fr 08:30-12:00; PH off",
        "'mot' entre apostrophes, 5' et 6'30",
        "coexister, moelle, poêle, Noël, Joelle, coeurçon, xoeuvre",
        "a8h30, 2008h30, 8h30x, 8h99",
        "5 kilos, 3 hommes, 2 mots, M. le maire, art. premier",
        "%20, 50%25, 3%ab",
        "Il a dit\n: cela",
        "",
    ],
)
def test_a_text_without_a_rule_does_not_change(text):
    assert typeset(text) == text


def test_other_languages_have_other_rules():
    with translation.override("en"):
        assert typeset("Where : l'eau") == "Where : l'eau"
        assert typeset_html("<p>Where : l'eau</p>") == "<p>Where : l'eau</p>"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>Où&nbsp;: l&#x27;équipe ?</p>", "<p>Où_: l’équipe^?</p>"),
        ("<p>\n  l'an\n</p>\n", "<p>\n  l’an\n</p>\n"),
        ("<title>L'eau : 8h30</title>", "<title>L’eau_: 8_h_30</title>"),
        ("1 < 2 : l'an", "1 < 2_: l’an"),
        ("&quot;x&quot; &eacute; ; &amp; ?", "&quot;x&quot; &eacute;^; &amp;^?"),
        # Words and signs in different elements
        ("<b>Source</b> : l'<b>an</b> !", "<b>Source</b>_: l’<b>an</b>^!"),
        ("<b>Source </b>: ici", "<b>Source_</b>: ici"),
        ("« an <b><i>»</i></b>", "«_an_<b><i>»</i></b>"),
        ("l'<a href='/'>« an »</a>", "l’<a href='/'>«_an_»</a>"),
        # Quotations, over several elements
        ("« <b>l'eau</b> » l'an", "«_<b>l'eau</b>_» l’an"),
        ("«&nbsp;l&#x27;eau&nbsp;»", "«_l'eau_»"),
        ("<q>l'an : 8h30</q> l'an", "<q>l'an_: 8h30</q> l’an"),
        (
            "<blockquote><!-- l'a --><p>l'an <b>d'or</b> !</p></blockquote>l'an",
            "<blockquote><!-- l'a --><p>l'an <b>d'or</b>^!</p></blockquote>l’an",
        ),
        # Attributes that people see or hear
        ('<p class="a : b" title="L&#x27;eau : ici">', '<p class="a : b" title="L’eau_: ici">'),
        ('<a aria-label="L\'eau" href="/l\'eau">', '<a aria-label="L’eau" href="/l\'eau">'),
        ('<img alt="L\'eau" src="l\'eau">', '<img alt="L’eau" src="l\'eau">'),
        (
            '<input placeholder="L\'eau" value="l\'eau : 8h30">',
            '<input placeholder="L’eau" value="l\'eau : 8h30">',
        ),
        (
            "<textarea placeholder=\"L'eau\">l'an</textarea>",
            '<textarea placeholder="L’eau">l\'an</textarea>',
        ),
        ('<td data-label="L\'eau" data-x="L\'eau">', '<td data-label="L’eau" data-x="L\'eau">'),
        (
            '<meta name="description" content="L\'eau"><meta name="x" content="L\'eau">',
            '<meta name="description" content="L’eau"><meta name="x" content="L\'eau">',
        ),
        ('<p title="a > b">l\'an</p>', '<p title="a > b">l’an</p>'),
        ('<time datetime="8h30">8h30</time>', '<time datetime="8h30">8_h_30</time>'),
        ("<option value=\"l'an\">l'an</option>", '<option value="l\'an">l’an</option>'),
        # Other languages
        ('<i lang="en">don\'t : a</i> : b', '<i lang="en">don\'t : a</i>_: b'),
        ('<html lang="fr"><p lang="fr-FR">l\'an</p>', '<html lang="fr"><p lang="fr-FR">l’an</p>'),
        ("<a href=\"mailto:l'a@x.fr\">l'a@x.fr</a>", "<a href=\"mailto:l'a@x.fr\">l'a@x.fr</a>"),
    ],
)
def test_a_page_is_set_where_people_read_it(html, expected):
    assert visible(typeset_html(html)) == expected


@pytest.mark.parametrize(
    "html",
    [
        "<option>l'an : un</option><option selected>l'an</option>",
        "<textarea>l'an : 8h30</textarea>",
        '<textarea>x label="a : b"</textarea>',
        "<script>let l = 'a' ? 1 : 2; x = 'label=\"a : b\"'</script>",
        "<style>a : b { l'a }</style><pre>l'a : b</pre><code>l'a : b</code>",
        '<p lang="en">don\'t : <b title="a : b">don\'t</b> <p>a ?</p></p>',
        '<html lang="en"><p title="a : b">l\'a</p></html>',
        "<td>35</td><td>000</td>",
        '<!-- <p title="l\'an --><b>an</b><!-- " -->',
    ],
)
def test_what_is_sent_back_or_not_french_does_not_change(html):
    assert typeset_html(html) == html


TYPED = st.text(st.sampled_from("ab'\"«» \xa0\u202f:;!?0123456789h%€n°M.eoOEurs@/\n<>&;\x00\x01"))


@given(TYPED | st.text())
@example("« ?")
@example("«\n»")
def test_to_set_a_text_twice_changes_nothing_more(text):
    assert typeset(typeset(text)) == typeset(text)


FRAGMENTS = st.lists(
    st.sampled_from(
        [
            *(
                "<b>",
                "</b>",
                "<q>",
                "</q>",
                "<p title=\"l'an : ",
                '">',
                "<textarea>",
                "</textarea>",
            ),
            *(
                '<i lang="en">',
                "</i>",
                "&#x27;",
                "&nbsp;",
                "«",
                "»",
                " ",
                "\n ",
                "l'an",
                "8h30",
                ":",
            ),
            *("12 000", "02 38 25 45 45", "@", "oeuvre", "?", "<", ">", "<!-- ", "-->", "<option>"),
        ]
    ),
).map("".join)


@given(FRAGMENTS)
@example("<b>\n »")
@example("<!-- <p title=\"l'an : --><b>")
def test_to_set_a_page_twice_changes_nothing_more(html):
    assert typeset_html(typeset_html(html)) == typeset_html(html)


def answer(response: HttpResponse, rf) -> HttpResponse:
    return typography_middleware(lambda request: response)(rf.get("/"))


class TestResponses:
    def test_a_page_has_the_length_of_its_bytes(self, rf):
        page = HttpResponse("<p>L&#x27;été : œuvre</p>", headers={"Content-Length": "25"})
        assert answer(page, rf).content.decode() == "<p>L’été\xa0: œuvre</p>"
        assert page["Content-Length"] == str(len(page.content))

    @pytest.mark.parametrize(
        "kind", ["application/json", "text/csv", "text/calendar", "image/svg+xml"]
    )
    def test_data_does_not_change(self, rf, kind):
        assert answer(HttpResponse("l'an : 8h30", content_type=kind), rf).content == b"l'an : 8h30"

    def test_compressed_and_streamed_responses_do_not_change(self, rf):
        compressed = HttpResponse(b"\x1f\x8b : ", headers={"Content-Encoding": "gzip"})
        assert answer(compressed, rf).content == b"\x1f\x8b : "
        streamed = StreamingHttpResponse([b"l'an"])
        assert b"".join(answer(streamed, rf)) == b"l'an"
