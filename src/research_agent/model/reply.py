"""What a model replies to a prompt in JSON, and what our code finds in it.

The descriptions go to the model with the schema. No field is optional, and texts are empty where there is nothing to
say: schemas of this form are enforced by every vendor that enforces any.
"""

from typing import Literal

from pydantic import Field

from research_agent.model.base import Record
from research_agent.model.bibliography import Check

Verdict = Literal["verified", "contradicted", "unverifiable", "not checked"]


class RepliedRating(Record):
    """A rating by one RADAR criterion."""

    criterion: str = Field(description="Name of the criterion.")
    reason: str = Field(description="The reason in one sentence, with what was seen and where.")
    word: str = Field(description="One of the criterion's words.")


class RepliedFocus(Record):
    """What an entry contributes to one numbered question."""

    question: str = Field(description="Number of the question.")
    contribution: str = Field(description="What the source contributes there.")


class RepliedEntry(Record):
    """An entry of a bibliography."""

    number: int = Field(description="Number of the candidate, where candidates are numbered; else a running number.")
    category: str = Field(description="Name of its category.")
    title: str = Field(description="Title of the work.")
    authors: tuple[str, ...] = Field(description="Authors, or the organisation.")
    year: int | None = Field(description="Year of publication; null: not seen.")
    publisher: str = Field(description="Journal, venue, site or organisation.")
    address: str = Field(description="Address of the work.")
    doi: str = Field(description="DOI; empty: none seen.")
    arxiv: str = Field(description="arXiv id; empty: none seen.")
    rfc: str = Field(description="RFC number; empty: none.")
    establishes: str = Field(description="What the source establishes and how.")
    focus: tuple[RepliedFocus, ...] = Field(description="The questions that it covers.")
    code_library: str = Field(description="Library and version of the code pattern; empty: no pattern.")
    code: str = Field(description="The code pattern; empty: none.")
    implementation: str = Field(description="Implementation detail for production: settings, failure modes, limits.")
    production_evidence: str = Field(
        description="The case or the figures that it reports from production; empty: none."
    )
    ratings: tuple[RepliedRating, ...] = Field(description="A rating for every RADAR criterion.")


class RepliedGap(Record):
    """A NOT FOUND line."""

    what: str = Field(description="Category or question.")
    searched_for: str = Field(description="What was looked for.")


class RepliedStatement(Record):
    """A practice on which sources agree or disagree."""

    text: str = Field(description="The practice.")
    entries: tuple[int, ...] = Field(description="Numbers of the entries.")


class BibliographyReply(Record):
    """An annotated bibliography."""

    prompt: str = Field(description="Version of the prompt.")
    entries: tuple[RepliedEntry, ...] = Field(description="The entries.")
    not_found: tuple[RepliedGap, ...] = Field(description="The NOT FOUND lines.")
    agreements: tuple[RepliedStatement, ...] = Field(description="Practices on which independent sources agree.")
    disagreements: tuple[RepliedStatement, ...] = Field(description="Practices on which sources disagree.")


class ExtensionReply(Record):
    """What is added to a bibliography."""

    prompt: str = Field(description="Version of the prompt.")
    additions: tuple[RepliedEntry, ...] = Field(description="The new entries.")
    not_found: tuple[RepliedGap, ...] = Field(description="The NOT FOUND lines.")
    agreements: tuple[RepliedStatement, ...] = Field(description="Practices on which independent sources agree.")
    disagreements: tuple[RepliedStatement, ...] = Field(description="Practices on which sources disagree.")


class RepliedCheck(Record):
    """What was found of one entry."""

    number: int = Field(description="Number of the entry.")
    work: Verdict = Field(description="The word for the work.")
    claims: tuple[Verdict, ...] = Field(description="The words for its claims, in order.")
    seen_instead: str = Field(description="What was seen instead, and where; empty: nothing is contradicted.")
    why_not: str = Field(description="Why it could not be looked at; empty: it was.")


class VerificationReply(Record):
    """A bibliography checked entry by entry."""

    prompt: str = Field(description="Version of the prompt.")
    checks: tuple[RepliedCheck, ...] = Field(description="A check for every entry.")


class RepliedPractice(Record):
    """A practice and the entries that it rests on."""

    text: str = Field(description="The practice, with its figures and API names.")
    questions: tuple[str, ...] = Field(description="Numbers of the questions that it answers.")
    entries: tuple[str, ...] = Field(description="Keys of the entries that it rests on.")


class RepliedTheme(Record):
    """Practices that belong together, across the domains."""

    heading: str = Field(description="Its heading.")
    practices: tuple[RepliedPractice, ...] = Field(description="Its practices, the best supported first.")


class GuideReply(Record):
    """One guide across the domains."""

    prompt: str = Field(description="Version of the prompt.")
    themes: tuple[RepliedTheme, ...] = Field(description="Its themes.")
    agreements: tuple[RepliedPractice, ...] = Field(description="On what independent entries agree.")
    disagreements: tuple[RepliedPractice, ...] = Field(description="Where entries contradict each other.")
    not_found: tuple[RepliedGap, ...] = Field(description="Questions that no entry answers.")


ReplyKind = Literal["bibliography", "extension", "verification", "guide"]


class Found(Record):
    """What our code knows of one thing that the reply names."""

    label: str = Field(description="Its number or key in the reply.")
    title: str = Field(description="Title as the reply has it, or of the entry that it names.")
    state: Literal["verified", "contradicted", "unverifiable", "not_checked"] = Field(
        description="For a work: it is in the library under these names; its names belong to another work; it has none "
        "by which it could be looked up; it is not in the library, and nothing else was asked. For a check: its word."
    )
    source: str = Field(default="", description="Id of the source in the library; empty: none.")
    detail: str = Field(default="", description="What was found, in words.")


class ReplyReport(Record):
    """What our code finds in a model's reply: what it names, whether the counts hold, what is to be done."""

    guide: str = Field(description="Id of the guide.")
    domain: str = Field(description='Id of the domain; "all".')
    kind: ReplyKind = Field(description="What the reply holds.")
    prompt: str = Field(description="Version of the prompt that it names; empty: none.")
    found: tuple[Found, ...] = Field(description="Every entry or check of the reply, in its order.")
    checks: tuple[Check, ...] = Field(
        default=(),
        description="The guide's constraints, counted over its distinct entries that nothing contradicts; of an "
        "extension, together with the entries that it extends.",
    )
    not_found: tuple[RepliedGap, ...] = Field(default=(), description="Gaps that the reply itself names.")
    problems: tuple[str, ...] = Field(default=(), description="What of it can't be used, and why.")
    next: tuple[str, ...] = Field(default=(), description="What to do next.")

    @property
    def sound(self) -> bool:
        """Whether nothing is contradicted, nothing is unusable and every constraint holds."""
        return (
            not self.problems
            and all(check.met for check in self.checks)
            and not any(one.state == "contradicted" for one in self.found)
        )
