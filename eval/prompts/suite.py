"""The suite "prompts": does every prompt ask for all that the guide asks, and for nothing else?"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final, NamedTuple

from eval.prompts.cases import Asked, everything, second_guide, shipped_guide
from eval.prompts.judging import Found, chain_gaps, judge
from eval.prompts.mutants import Outcome, outcomes
from eval.prompts.vocabularies import token_scores
from eval.suite import Failure, Score, SuiteResult, suite
from research_agent.model.guide import Guide

GUIDES: Final[dict[str, Callable[[], Guide]]] = {"shipped guide": shipped_guide, "another guide": second_guide}
ORIGINS: Final = {
    "guide": "of the guide",
    "rubric": "of the rubric",
    "promise": "of the project's promises",
    "form": "of the form of a reply",
}

LEAKS: Final = (
    "Checklist and templates were written in one project. What the guide states as values (counts, names, bullets, "
    "order of trust) is read from it; what it asks in words is known by patterns, which were written with the "
    "templates at hand: another wording of the same request would be told as lacking. They were made stricter until "
    "every mutant was noticed: the share of mutants guards the checks, and foretells nothing of templates to come.",
    "Guides are read by the program's own reader: what that loses, the checklist can't miss.",
    "A prompt that asks for everything can still be a bad prompt: no model is asked, and no reply is looked at.",
    "Mutants take one clause, item or placeholder away. A clause that is weakened, or said in the wrong place of "
    "its section, is not tried. Advice carries no requirement by one reader's judgement: advice.tsv lists all of it.",
    "Candidates and entries are invented, two a category: the estimate of tokens is measured on their short texts, and "
    "its weights were fitted on prompts of the second guide and of two domains of the shipped one.",
)


class Measured(NamedTuple):
    """A guide's prompts with what was found in each."""

    name: str
    found: tuple[tuple[Asked, Found], ...]

    @property
    def chains(self) -> list[list[Asked]]:
        """The chains that make a bibliography in parts, each in order."""
        parts = defaultdict[str, list[Asked]](list)
        for asked, _ in self.found:
            if asked.prompt.part and "lists" in asked.tags:
                parts[asked.case.rpartition(", ")[0]].append(asked)
        return list(parts.values())


@suite("prompts")
def prompts() -> SuiteResult:
    """Read the prompts of two guides, then take the templates apart."""
    found = [Measured(name, read_all(load())) for name, load in GUIDES.items()]
    return measure(found, outcomes(shipped_guide()))


def read_all(guide: Guide, judging: Callable[[Asked], Found] = judge) -> tuple[tuple[Asked, Found], ...]:
    """Every prompt of a guide that is looked at, with what was found in it."""
    return tuple((asked, judging(asked)) for asked in everything(guide))


def measure(guides: Sequence[Measured], mutants: Sequence[Outcome]) -> SuiteResult:
    """The suite's result, of prompts that were read and of mutants that were tried."""
    tokens, miscounted = token_scores(asked for measured in guides for asked, _ in measured.found)
    return SuiteResult(
        suite="prompts",
        title="Does every prompt ask for all that the guide asks, and for nothing else?",
        scores=(*(score for measured in guides for score in _of_a_guide(measured)), *tokens, caught(mutants)),
        failures=(
            *(failure for measured in guides for failure in _failures(measured)),
            *miscounted,
            *(_survivor(one) for one in mutants if not _noticed(one) and not one.advice),
        ),
        leaks=LEAKS,
    )


def caught(mutants: Sequence[Outcome]) -> Score:
    """The share of mutants without a requirement that somebody noticed."""
    lacking = [one for one in mutants if not one.advice]
    advice = len(mutants) - len(lacking)
    return Score(
        name="mutants of the templates that are noticed",
        value=sum(map(_noticed, lacking)) / len(lacking) if lacking else 0.0,
        cases=len(lacking),
        at_least=1.0,
        note=f"beside {advice} of advice, of which {sum(map(_noticed, (one for one in mutants if one.advice)))} are",
    )


def _of_a_guide(measured: Measured) -> Iterator[Score]:
    found = measured.found
    share = partial(_share, measured.name)
    for origin, told in ORIGINS.items():
        items = [item.met for _, one in found for item in one.items if item.origin == origin]
        yield share(f"requirements {told} that prompts hold", items)
    asking = [one for asked, one in found if "asks" in asked.tags]
    yield share("bullets of the domain, word for word", [_met(one, "bullets") for one in asking])
    yield share("prompts without a contradiction", [not one.contradictions for _, one in found])
    yield share("prompts with nothing of other domains", [not one.foreign for _, one in found])
    yield share("prompts that keep their profile's rules", [not one.broken for _, one in found])
    yield share("chains that ask for the whole in parts", [not chain_gaps(chain) for chain in measured.chains])


def _share(guide: str, name: str, held: Sequence[bool]) -> Score:
    """A share of all cases there are, so that it has no interval."""
    value = sum(held) / len(held) if held else 0.0
    return Score(name=f"{name}, {guide}", value=value, cases=len(held), at_least=1.0)


def _met(found: Found, name: str) -> bool:
    return all(item.met for item in found.items if item.id == name)


def _noticed(mutant: Outcome) -> bool:
    """Whether something was found, or no prompt could be made at all."""
    return mutant.state in ("caught", "broken")


def _failures(measured: Measured) -> Iterator[Failure]:
    for asked, found in measured.found:
        case = f"{measured.name}: {asked.case}"
        for item in found.items:
            if not item.met:
                yield Failure(case=case, expected=f"it asks for {item.id}", came="it does not", why=item.lacks)
        for rule, broken in (
            ("no contradiction", found.contradictions),
            ("nothing of other domains", found.foreign),
            ("the profile's rules", found.broken),
        ):
            yield from (Failure(case=case, expected=rule, came=came) for came in broken)
    for chain in measured.chains:
        for came in chain_gaps(chain):
            yield Failure(case=f"{measured.name}: {chain[0].case}", expected="parts that make the whole", came=came)


def _survivor(mutant: Outcome) -> Failure:
    why = "it stands in no prompt that is looked at" if mutant.state == "unused" else ""
    return Failure(case=mutant.cut.case, expected="somebody notices that it is gone", came="nobody does", why=why)
