"""Splits typed text into words: abbreviations expanded, and the sets of common words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from portal.core.text.normalisation import normalise

MAX_CHARACTERS = 1000
MAX_WORDS = 60


def word_set(words: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(words.split())


ARTICLES = frozenset({"le", "la", "les", "l"})
# Link words inside names, which people often omit or change.
LINK_WORDS = ARTICLES | word_set("de d du des a au aux en sur sous et")
# Words around a place, never a place when anything else may be one. Some are communes (Bonne, Rue,
# Grand, Y): those are found when typed alone.
STOP_WORDS = LINK_WORDS | word_set(
    """
    bonjour bonsoir salut madame monsieur mme mr merci svp stp plait cordialement avance je j tu il
    elle on nous vous ils elles me m te t se s y n ne ni non oui si pas plus c ce cet cette ces ca
    cela qui que qu quoi quel quelle quels quelles ou est es suis sommes etes sont etais etait ete
    etre ai as avons avez ont avoir avais mon ma mes ton ta tes son sa ses notre nos votre vos leur
    leurs un une habite habites habitons habitez habitent habitais habitant habiter reside residons
    vis vivons vivre loge heberge hebergee demeure demenage demenager demenagement emmenage arrive
    arriver installe installee suivi suivie cherche recherche trouver trouve veux voudrais voulais
    souhaite souhaiterais aimerais peux peut pouvez dois doit faut aller vais va vient viens vient
    venir passe envoie ville village commune quartier secteur departement code postal adresse
    mairie rendez rdv rendezvous assistante assistant assistantes sociale social sociaux sociales
    service services travailleur travailleuse travailleurs educateur educatrice referent referente
    conseillere equipe mdd ads eai agence antenne bureau centre cms accueil aide aides dossier rsa
    apa pmi caf ccas enfant enfants fils fille mari femme mere pere maman papa famille parents ami
    amie bon bonne jour journee matin midi soir lundi mardi mercredi jeudi vendredi samedi dimanche
    demain hier aujourd hui janvier fevrier mars avril mai juin juillet aout septembre octobre
    novembre decembre avec sans pour par pres proche loin chez vers dans depuis avant apres
    maintenant bientot toujours moins tres bien mal et mais donc car comme quand comment pourquoi
    combien tout toute tous toutes autre autres nouveau nouvelle ancien ancienne anciennement
    actuellement grand grande petit petite nord sud france rue avenue place chemin route allee
    numero etage appartement batiment residence immeuble lieu dit telephone email mail site
    internet fait faire fais vu voir dire sais savoir besoin aimer urgence urgent contact contacter
    joindre appeler appelle ferme fermee ouvert ouverte horaires heure heures ici la bas quelqu
    personne gens aupres cote quitte venant travaille nee ne alentours environs transfere
    transferee change changer actuel actuelle prochain prochaine dernier derniere semaine mois
    annee an ans porte sonner sonne trouvent situe situee situes situees relais bourg
    """
)
# Before a name: the person is not, or no longer, there.
AWAY_WORDS = word_set("pres proche cote quitte venant viens travaille travail nee ne quittant loin")
# Before a name: the person is there.
LIVING_WORDS = word_set(
    """habite habites habitons habitent habitais habitant habiter reside residons demeure demeurant
    loge installe installee demenage demenager emmenage mairie commune ville village domicilie
    domiciliee"""
)
# Words of sentences, that no name of a place has.
SENTENCE_WORDS = word_set(
    """
    je tu il elle on nous vous ils elles me te mes ses nos vos ne ce cette ca qui que habite
    habitons quoi quel quelle comment pourquoi quand combien ai as avez ont suis etes est sommes
    sont etait mon ma notre votre leur veux veut voudrais peux peut dois faut cherche recherche
    trouver besoin aide aider pour avec avoir etre faire
    """
)
MOST_WORDS_OF_NAME = 7


def read_words(name: str) -> frozenset[str]:
    """Return the words of a file beside this one; lines that start with "#" are comments."""
    lines = Path(__file__).with_name(name).read_text("utf-8").splitlines()
    return word_set(" ".join(line for line in lines if not line.startswith("#")))


# Names of communes that are words of sentences too: Bus, Mer, La Marche.
COMMON_NAMES = read_words("common_names.txt")
# Words that are no misspelt name.
ORDINARY_WORDS = COMMON_NAMES | STOP_WORDS | read_words("ordinary_words.txt")
DETERMINERS = ARTICLES | word_set("un une des mon ma mes ton ta tes son sa ses ce cet cette ces")
ORGANISATION_PREFIXES = frozenset({"equipe", "mdd", "ads", "eai"})

_ABBREVIATIONS = {
    "maison du departement": "mdd",
    "maison departement": "mdd",
    "maisons du departement": "mdd",
    "maison departementale": "mdd",
    "agence departementale des solidarites": "ads",
    "agence departementale solidarites": "ads",
    "agence des solidarites": "ads",
    "equipe d accueil inconditionnel": "eai",
    "equipe de proximite": "equipe",
    "equipes de proximite": "equipe",
    "equipes": "equipe",
    "lieu dit": "lieudit",
    "lieux dits": "lieudit",
    "ep": "equipe",
}
_ABBREVIATED = re.compile(rf"\b({'|'.join(sorted(_ABBREVIATIONS, key=len, reverse=True))})\b")
# The link between a prefix and a name: "l'équipe de la Source", "EP Territoires abraysiens".
_PREFIX_WITH_LINKS = re.compile(
    rf"\b({'|'.join(sorted(ORGANISATION_PREFIXES))}) "
    r"(?:(?:de|d|du|des|la|le|les|l|territoires?) )+(?=\w)"
)
_SPELLINGS = {"lez": "les", "ss": "sous", "cdx": "cedex"}
_MARKUP = re.compile(r"<[^<>]{0,200}>")
_PAUSE = re.compile(r"([,;:()\[\]|\n\r\t•])|\s[-–—]+(?=\s)")
_RUN_TOGETHER = re.compile(
    r"\b(?:([0-9]{5})([a-z]{2,})|([a-z]{2,})([0-9]{2,5})|([0-9]{1,4})(bis|ter|quater))\b"
)
_SPACED_POSTAL_CODE = re.compile(r"(?<![0-9])([0-9]{2})[ .]([0-9]{3})(?![0-9])")
_SLASHED = re.compile(r"\bs\s*/\s*s\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Tokens:
    """Words in order; `pauses` are the positions that follow a comma or similar, `dashes` those of
    them that only follow a dash between spaces.
    """

    words: list[str] = field(default_factory=list)
    pauses: frozenset[int] = frozenset()
    dashes: frozenset[int] = frozenset()

    @property
    def stops(self) -> frozenset[int]:
        """The pauses that no name crosses."""
        return self.pauses - self.dashes


def split_words(text: str) -> list[str]:
    """Return the normalised words of a text: "EP de Meung s/Loire" → equipe meung sur loire.

    Indexed names and typed texts are split alike, so that they match.
    """
    plain = normalise(text)
    if any(char.isdigit() for char in plain):
        plain = _RUN_TOGETHER.sub(lambda match: " ".join(filter(None, match.groups())), plain)
    plain = _ABBREVIATED.sub(lambda match: _ABBREVIATIONS[match[0]], plain)
    plain = _PREFIX_WITH_LINKS.sub(r"\1 ", plain)
    words = [_SPELLINGS.get(word, word) for word in plain.split()]
    for index in range(1, len(words) - 1):
        if words[index] == "s":
            words[index] = "sur"
    return words


def tokenize(text: str) -> Tokens:
    """Return the words of any typed text: markup removed, at most `MAX_WORDS`."""
    text = _MARKUP.sub(" ", text[:MAX_CHARACTERS])
    text = _SLASHED.sub(" sous ", _SPACED_POSTAL_CODE.sub(r"\1\2", text))
    words: list[str] = []
    stops: set[int] = set()
    dashes: set[int] = set()
    parts = iter(_PAUSE.split(text))  # a part, what separates it from the next, and so on
    for part in parts:
        words += split_words(part)
        if words:
            (stops if next(parts, None) else dashes).add(len(words))
        else:
            next(parts, None)
    return Tokens(words[:MAX_WORDS], frozenset(stops | dashes), frozenset(dashes - stops))


def looks_like_name(tokens: Tokens) -> bool:
    """Return whether the text may be a name or an address rather than a sentence."""
    words = tokens.words
    significant = sum(not word[0].isdigit() and word not in LINK_WORDS for word in words)
    return significant <= MOST_WORDS_OF_NAME and SENTENCE_WORDS.isdisjoint(words)


def without_article(words: Sequence[str]) -> Sequence[str]:
    """Return the words of a name without its leading article: ferte saint aubin."""
    return words[1:] if len(words) > 1 and words[0] in ARTICLES else words


def without_link_words(words: Sequence[str]) -> list[str]:
    """Return the words of a name without link words: saint jean braye."""
    return [word for word in words if word not in LINK_WORDS]
