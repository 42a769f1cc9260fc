"""What a person types, as words: abbreviations said in full, and what each word is good for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from portal.core.text.normalisation import normalise

MAX_CHARACTERS = 1000
MAX_WORDS = 60


def word_set(words: str) -> frozenset[str]:
    """The words of a text, as a set: a long list stays readable so."""
    return frozenset(words.split())


ARTICLES = frozenset({"le", "la", "les", "l"})
# Small words that names are held together with, and that people forget or change.
LINKS = ARTICLES | word_set("de d du des a au aux en sur sous et")
# Words around a place, never a place when anything else may be one. Some are communes (Bonne, Rue,
# Grand, Y): those are found when they stand alone.
COMMON = LINKS | word_set(
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
# Before a name, these say that the person is not, or no longer, there.
AWAY = word_set("pres proche cote quitte venant viens travaille travail nee ne quittant loin")
HEADS = frozenset({"equipe", "mdd", "ads", "eai"})

_PHRASES = {
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
    "ep": "equipe",
}
_PHRASE = re.compile(rf"\b({'|'.join(sorted(_PHRASES, key=len, reverse=True))})\b")
# "l'équipe de la Source", "EP Territoires abraysiens": what binds a head to its name.
_BOUND_HEAD = re.compile(
    rf"\b({'|'.join(sorted(HEADS))}) (?:(?:de|d|du|des|la|le|les|l|territoires?) )+(?=\w)"
)
_WORDS = {"lez": "les", "ss": "sous", "cdx": "cedex"}
_MARKUP = re.compile(r"<[^<>]{0,200}>")
_PAUSE = re.compile(r"[,;:()\[\]|\n\r\t•]|\s[-–—]\s")
_RUN_TOGETHER = re.compile(
    r"\b(?:([0-9]{5})([a-z]{2,})|([a-z]{2,})([0-9]{2,5})|([0-9]{1,4})(bis|ter|quater))\b"
)
_SPACED_POSTAL_CODE = re.compile(r"(?<![0-9])([0-9]{2})[ .]([0-9]{3})(?![0-9])")
_SLASHED = re.compile(r"\bs\s*/\s*s\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Typed:
    """Words in order; `pauses` are the positions that a comma or the like comes before."""

    words: list[str] = field(default_factory=list)
    pauses: frozenset[int] = frozenset()


def words_of(text: str) -> list[str]:
    """The words of a name or a part of a sentence: "EP de Meung s/Loire" → equipe meung sur loire.

    The same for the names of the index and for what is typed, so that they meet.
    """
    plain = normalise(text)
    if any(char.isdigit() for char in plain):
        plain = _RUN_TOGETHER.sub(lambda found: " ".join(filter(None, found.groups())), plain)
    plain = _PHRASE.sub(lambda found: _PHRASES[found[0]], plain)
    plain = _BOUND_HEAD.sub(r"\1 ", plain)
    words = [_WORDS.get(word, word) for word in plain.split()]
    for at in range(1, len(words) - 1):
        if words[at] == "s":
            words[at] = "sur"
    return words


def typed(text: str) -> Typed:
    """What anything typed says: no markup, a bounded number of words."""
    text = _MARKUP.sub(" ", text[:MAX_CHARACTERS])
    text = _SLASHED.sub(" sous ", _SPACED_POSTAL_CODE.sub(r"\1\2", text))
    words: list[str] = []
    pauses = set()
    for part in _PAUSE.split(text):
        if words:
            pauses.add(len(words))
        words += words_of(part)
    return Typed(words[:MAX_WORDS], frozenset(pauses))


def without_article(words: Sequence[str]) -> Sequence[str]:
    """The words of a name without the article that people leave out: ferte saint aubin."""
    return words[1:] if len(words) > 1 and words[0] in ARTICLES else words


def without_links(words: Sequence[str]) -> list[str]:
    """The words that are remembered of a name: saint jean braye."""
    return [word for word in words if word not in LINKS]
