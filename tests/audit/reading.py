"""How easy the citizens' pages read: long sentences, and the reading ease of Kandel and Moles.

The ease is that of Flesch for French (Kandel and Moles, 1958): 207 - 1.015 words per sentence - 73.6
syllables per word. What a document says, in quotation marks or repeated as published, is not ours, nor are names in lists.
"""

import html
import re
from collections.abc import Iterator

from django.test import Client

from tests.audit.database import loaded
from tests.audit.findings import Finding, Result

TITLE = "Reading ease of the citizens' pages"
PAGES = [
    *("/", "/besoins/", "/besoins/violences/", "/communes/45232/", "/communes/45232/?suivi=non"),
    *("/communes/75056/", "/equipes/", "/equipes/olivetaine/", "/demenagements/"),
    *("/accueil/", "/accueil/france-services-de-montargis/", "/signaler/"),
]
MOST_WORDS, LEAST_EASE = 25, 75

_NOT_READ = re.compile(
    r"<(script|style|svg|select|datalist|pre|code|noscript|blockquote|table)\b.*?</\1>"
    r'|<details[^>]*id="publie".*?</details>|<p class="(?:source|name)">.*?</p>|«.*?»',
    re.DOTALL,
)
_BLOCK = re.compile(
    r"</?(?:p|li|h[1-6]|d[tdl]|summary|label|button|legend|div|section|ul|ol|br|b|strong"
    r'|span class="(?:label|badge)[^>]*|a class="button[^>]*)\b[^>]*>'
)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_VOWELS = re.compile("[aeiouyàâäéèêëîïôöùûüœæ]+")
_SILENT = re.compile("[^aeiouyé](?:es?|ent)$")


def check() -> Result:
    findings: list[Finding] = []
    figures = [["page", "ease", "sentences", f"over {MOST_WORDS} words"]]
    with loaded():
        for address in PAGES:
            sentences = list(read(Client().get(address).content.decode()))
            long = [" ".join(words) for words in sentences if len(words) > MOST_WORDS]
            ease = reading_ease(sentences)
            figures.append([address, f"{ease:.0f}", str(len(sentences)), str(len(long))])
            findings += [Finding(address, f"long sentence: {sentence}") for sentence in long]
            if ease < LEAST_EASE:
                findings.append(Finding(address, f"reading ease {ease:.0f}"))
    return Result(
        versions=["Kandel and Moles, 1958"],
        tried=f"The words of {len(PAGES)} pages, but those of documents. No sentence should have more"
        f" than {MOST_WORDS} words, and the ease should be {LEAST_EASE} or more.",
        findings=findings,
        figures=figures,
    )


def read(page: str) -> Iterator[list[str]]:
    """Yield the words of each sentence of a page that has three or more."""
    main = page.partition("<main")[2].partition("</main>")[0]
    text = html.unescape(re.sub("<[^>]*>", " ", _BLOCK.sub(" . ", _NOT_READ.sub(" . ", main))))
    for sentence in re.split(r"[.!?…;:·]\s", text):
        words = _WORD.findall(sentence)
        if len(words) >= 3:
            yield words


def reading_ease(sentences: list[list[str]]) -> float:
    """Return the ease of sentences, from 0 (hard) to 100 (easy) and beyond."""
    words = [word for sentence in sentences for word in sentence]
    syllables = sum(map(count_syllables, words))
    return 207 - 1.015 * len(words) / len(sentences) - 73.6 * syllables / len(words)


def count_syllables(word: str) -> int:
    """Return about how many syllables a French word has; the silent end of one is not counted."""
    count = len(_VOWELS.findall(word.lower()))
    return max(1, count - bool(count > 1 and _SILENT.search(word.lower())))
