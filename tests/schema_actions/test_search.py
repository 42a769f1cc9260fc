"""Excerpts and highlights of a search."""

from schema_actions.published.excerpts import excerpts, highlight


def shown(pieces):
    return "".join(f"[{piece.text}]" if piece.is_match else piece.text for piece in pieces)


def test_accents_and_case_do_not_matter_and_a_beginning_is_enough():
    assert (
        shown(highlight("La MÉDIATHÈQUE et la média", "mediath")) == "La [MÉDIATHÈQUE] et la média"
    )
    assert shown(highlight("L'habitat inclusif", "inclus HABITAT")) == "L'[habitat] [inclusif]"


def test_the_middle_of_a_word_is_not_found():
    assert shown(highlight("cohabitation", "habitat")) == "cohabitation"


def test_an_excerpt_is_cut_at_whole_words():
    text = f"{'avant ' * 40}le mot cherché est ici {'après ' * 40}"
    [pieces] = excerpts(text, "cherche")
    excerpt = shown(pieces)
    assert "[cherché]" in excerpt
    assert len(excerpt) < 240
    assert set(excerpt.replace("[cherché]", "").split()) <= {
        "avant",
        "après",
        "le",
        "mot",
        "est",
        "ici",
    }


def test_two_places_at_most_and_none_twice():
    text = "\n".join(f"ligne {n} : un mot ici" for n in range(5))
    results = excerpts(text, "mot")
    assert [shown(pieces) for pieces in results] == [
        *("ligne 0 : un [mot] ici", "ligne 1 : un [mot] ici")
    ]
    assert len(excerpts("mot mot mot", "mot")) == 1


def test_a_very_long_word_ends():
    [pieces] = excerpts("mot" + "x" * 5000, "mot")
    assert shown(pieces).startswith("[mot")


def test_nothing_to_look_for():
    assert excerpts("texte", "") == excerpts("texte", "?!") == []
