"""The words of a guide as a search may use them: terms of bullets, names of tools, words that go together. Pure.

What carries no meaning in a search is known for English; of other languages every word counts as a term.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from research_agent.model.guide import Domain, Focus, Guide
from research_agent.sources.connectors.texts import terms

_NO_MEANING = """a about after all also among an and any are as at be been before being between both but by can do does
each etc every for from had has have how if in including into is it its least make makes may more most must no nor not
of on only or other our over per same should so some such than that the their them then there these they this those
through to under until up use used uses using vs versus was were what when where whether which while who why will with
within without you your"""
_STOP: Final = frozenset(_NO_MEANING.split())
"""Words that a search is not asked for."""
_NO_MATTER = """advanced approach approaches basics best common comparison comprehensive considerations core current
different example examples fundamentals general guide guidelines handling implementation implementations implementing
info information integration introduction latest libraries library methods modern overview pattern patterns practical
practice practices principles real-world state-of-the-art strategies strategy support technique techniques tips tool
tooling tools usage utilities workflows"""
_FORM: Final = frozenset(_NO_MATTER.split())
"""Words that say in which form something is told or done and not what; they go where enough others remain."""
_GENRES = "bibliography domain domains guide list project reading research study survey"
_OF_A_PROJECT: Final = frozenset(_GENRES.split())
"""Words of a guide's title that say that it is one."""
_ENOUGH: Final = 2
"""Terms that have to remain beside words of form: "error handling" is its two words, "handling" says what of it."""
_LONGEST_TERM: Final = 40
"""Characters; longer are texts of scripts without spaces, whose beginning is asked for."""
_LONGEST_NAME: Final = 3
"""Words of the name of a tool; what is longer is a description."""
_ASIDE = re.compile(r"\(([^()]*)\)")
_MADE_OF = re.compile(r"-(?:based|specific|related)$", re.IGNORECASE)
_VERSION = re.compile(r"^v?\d+(?:\.[\dx]+)*\+?$", re.IGNORECASE)
_LISTED = re.compile(r"\s*[,;/]\s*|\s+(?:and|or|&)\s+")


class Vocabulary:
    """What a guide calls things, for one of its domains."""

    def __init__(self, guide: Guide, domain: Domain) -> None:
        """Read the guide once; nothing is kept beyond its words."""
        self._bullets: dict[str, tuple[str, ...]] = {
            focus.id: terms_of(focus.text) for one in guide.domains for focus in one.focus
        }
        self.domain: Final = terms_of(domain.name, enough=1)
        """Terms of the domain's name."""
        self.subject: Final = _subject(guide)
        """The word that the title, the readers and the tools of the guide share; empty: there is none."""
        self.names: Final = _names(guide, domain)
        """Names of the guide's technologies, those that the domain speaks of first."""
        self._own: Final = tuple(focus.id for focus in domain.focus)

    def terms(self, focus: Focus | None) -> tuple[str, ...]:
        """The terms of a bullet, a short one's with those of the domain; None: those of the domain's name.

        A name of one word has the guide's subject beside it, or what its bullets speak of most.
        """
        if focus is None:
            beside = [self.subject] if self.subject else self.related(None)
            return self.domain if len(self.domain) >= _ENOUGH else _distinct([*self.domain, *beside])
        own = self._bullets[focus.id]
        return own if len(own) > _ENOUGH else _distinct([*own, *self.domain])

    def names_for(self, focus: Focus | None) -> tuple[str, ...]:
        """The names that belong to a bullet: technologies that it speaks of and its own examples; else the guide's.

        Which of the guide's comes first goes round with the bullets, so that each has its turn.
        """
        if focus is None or not self.names:
            return self.names if focus is None else _examples(focus)
        spoken_of = [name for name in self.names if _speaks_of(focus.text, name)]
        turn = self._own.index(focus.id) % len(self.names)
        return _distinct([*spoken_of, *_examples(focus), *self.names[turn:], *self.names[:turn]])

    def related(self, focus: Focus | None) -> tuple[str, ...]:
        """Terms that the guide uses together with those of a bullet, the commonest first; of the domain: its own."""
        if focus is None:
            together = [term for bullet in self._own for term in self._bullets[bullet]]
            excepted = {term.casefold() for term in self.domain}
        else:
            mine = {term.casefold() for term in self._bullets[focus.id]}
            together = [
                term
                for bullet, held in self._bullets.items()
                if bullet != focus.id and mine & {term.casefold() for term in held}
                for term in held
            ]
            excepted = mine
        counted = Counter(term.casefold() for term in together)
        kept = [term for term in _distinct(together) if term.casefold() not in excepted]
        return tuple(sorted(kept, key=lambda term: -counted[term.casefold()]))


def terms_of(text: str, *, enough: int = _ENOUGH) -> tuple[str, ...]:
    """The words that carry a text's meaning, in order, each once; asides in parentheses are left out.

    Words of form go where at least `enough` others remain. A text without any meaning gives all its words.
    """
    plain = _ASIDE.sub(" ", text)
    every = [_MADE_OF.sub("", term)[:_LONGEST_TERM] for term in _split(plain) or _split(text)]
    told = [term for term in every if term.casefold() not in _STOP] or every
    meant = [term for term in told if term.casefold() not in _FORM]
    return _distinct(meant if len(meant) >= enough else told)


def _names(guide: Guide, domain: Domain) -> tuple[str, ...]:
    found = [name for technology in guide.technologies for item in technology.items if (name := _name_in(item))]
    told = " ".join((domain.name, *(focus.text for focus in domain.focus)))
    return _distinct(sorted(found, key=lambda name: not _speaks_of(told, name)))


def _name_in(item: str) -> str:
    """The name that an item of a technology stack begins with; empty: it begins with none, as descriptions do."""
    name: list[str] = []
    for word in _ASIDE.sub(" ", item).split():
        bare = word.strip(",;:").rstrip(".")
        if bare.casefold() in _STOP | _FORM or _VERSION.match(bare):
            break
        name.append(bare)
    return " ".join(name) if len(name) <= _LONGEST_NAME else ""


def _examples(focus: Focus) -> tuple[str, ...]:
    """The names among a bullet's asides: "(loom, shuttle libraries)" has two."""
    parts = [part for aside in _ASIDE.findall(focus.text) for part in _LISTED.split(aside)]
    return _distinct(name for part in parts if (name := _name_in(part)))


def _speaks_of(text: str, name: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE))


def _subject(guide: Guide) -> str:
    readers = " ".join(guide.audience)
    tools = " ".join(part for one in guide.technologies for part in (one.group, *one.items, one.note))
    words = (word for word in terms_of(guide.title) if word.casefold() not in _OF_A_PROJECT)
    return next((word for word in words if _speaks_of(readers, word) and _speaks_of(tools, word)), "")


def _split(text: str) -> Sequence[str]:
    return terms(text.replace("/", " ").replace('"', " "))


def _distinct(words: Iterable[str]) -> tuple[str, ...]:
    first: dict[str, str] = {}
    for word in words:
        first.setdefault(word.casefold(), word)
    return tuple(first.values())
