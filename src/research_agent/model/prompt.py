"""A model's documented prompting facts, and a prompt assembled by them."""

from datetime import date
from typing import Any, Literal, Self, get_args

from pydantic import Field, model_validator

from research_agent.model.base import Record

Shape = Literal["delimiters", "order", "roles", "wording", "output", "effort", "sampling", "search", "tokens", "limits"]
SHAPES: tuple[Shape, ...] = get_args(Shape)
"""What of a prompt and its settings a fact can decide."""

Mode = Literal["open", "grounded", "extend", "verify", "synthesize"]
MODES: tuple[Mode, ...] = get_args(Mode)
"""What a prompt asks for: a bibliography that the model searches for (or recalls), one from candidates that come along,
what the present bibliography lacks, a check of the present one entry by entry, or one guide out of the bibliographies
of all domains."""

ReplyForm = Literal["markdown", "json"]
REPLY_FORMS: tuple[ReplyForm, ...] = get_args(ReplyForm)
"""In which form the model answers: Markdown for people, or JSON that `replies` reads."""

ALL = "all"
"""Stands for the id of a domain in a prompt that spans the domains."""

SCHEMA = "$schema"
"""Stands in a profile's `json_settings` where the JSON Schema of a reply goes."""


class Fact(Record):
    """One thing that is known about prompting a family, where it stands, and what of our prompt it decides."""

    text: str = Field(min_length=1, description="The fact in our words.")
    url: str = Field(pattern=r"^https://\S+$", description="The page that says so.")
    seen: date = Field(description="When that page was read, by us or by the digest that is named.")
    by: str = Field(
        default="", description="Who read the page, where we did not: the name of a digest; empty: read by us."
    )
    shapes: tuple[Shape, ...] = Field(min_length=1, description="What of the prompt rests on it.")


class ModelSearch(Record):
    """Whether and how the model looks things up."""

    by: Literal["api", "product", "none"] = Field(
        description="An API parameter turns it on; the product always searches; the model can't."
    )
    steering: str = Field(default="", description="Where to say which sites and dates: filters or words.")
    citations: str = Field(default="", description="How the addresses that it found come back.")
    settings: tuple[str, ...] = Field(
        default=(), description="Names of the settings that turn it on; a grounded prompt goes without them."
    )


class TokenCount(Record):
    """How the tokens of a prompt are counted without a network."""

    by: Literal["o200k", "tekken", "estimate"] = Field(
        description="By the vocabulary of that name where it is installed, or by characters."
    )
    characters_per_token: float | None = Field(
        default=None, gt=0, description="Of English prose with code names; where no vocabulary is known to count by."
    )
    error: str = Field(min_length=1, description="What is known of the count's error, or that nothing is.")
    estimate_error: str = Field(
        default="its error was not measured",
        description="Where a vocabulary counts: what is known of the estimate's error, which stands in for it.",
    )

    @model_validator(mode="after")
    def _has_one_estimate(self) -> Self:
        if (self.by == "estimate") == (self.characters_per_token is None):
            raise ValueError("characters_per_token is for `by: estimate`, and needed there")
        return self


class ModelProfile(Record):
    """The documented prompting facts of one model family."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", description='"claude".')
    name: str = Field(description="For people.")
    models: tuple[str, ...] = Field(description="Model names that it is meant for, the default first.")
    delimiters: Literal["xml", "markdown"] = Field(description="How sections are marked; one style in a prompt.")
    system: tuple[str, ...] = Field(description="Ids of the sections that go into the system role, in order.")
    user: tuple[str, ...] = Field(description="Ids of the sections that go into the user turn, in order.")
    bridge: str = Field(
        default="", description="A sentence before the task that ties it to the material above; empty: none."
    )
    settings: dict[str, Any] = Field(default_factory=dict, description="API settings that belong to the prompt.")
    json_settings: dict[str, Any] = Field(
        default_factory=dict,
        description="Settings that replace or join the others where JSON is asked for; SCHEMA stands for the schema of "
        "the reply. Without that mark the schema stands in the prompt.",
    )
    settings_for: str = Field(default="", description='Which call takes them: "POST /v1/responses"; empty: none does.')
    search: ModelSearch = Field(description="How the model looks things up.")
    tokens: TokenCount = Field(description="How a prompt's tokens are counted.")
    context_tokens: int = Field(gt=0, description="Context window in tokens.")
    output_tokens: int = Field(gt=0, description="Most tokens in an answer.")
    facts: tuple[Fact, ...] = Field(min_length=1, description="What the above rests on.")


class Finding(Record):
    """What a study or a vendor found of prompting at large, and what it decides in every prompt of ours."""

    text: str = Field(min_length=1, description="The finding in our words, with its figure where it has one.")
    url: str = Field(pattern=r"^https://\S+$", description="The page that says so.")
    seen: date = Field(description="When that page was read.")
    decides: str = Field(min_length=1, description="What in our prompts follows from it.")


class Candidate(Record):
    """A scored source that comes along in a prompt, as data."""

    source: str = Field(description="Id of the source.")
    title: str = Field(description="Its title.")
    authors: str = Field(description="Who wrote it.")
    year: int | None = Field(description="Its year; None: unknown.")
    kind: str = Field(description="What kind of work it is.")
    category: str = Field(description="Name of its category.")
    url: str = Field(description="Where it is opened.")
    focus: tuple[str, ...] = Field(description="Ids of the bullets that it covers.")
    ratings: tuple[str, ...] = Field(description='RADAR in words: "Authority strong".')
    worth: float = Field(description="By which the best come first.")
    summary: str = Field(description="What it establishes.")
    key_points: tuple[str, ...] = Field(default=(), description="Facts, each with its place.")
    pattern: str = Field(default="", description="The code pattern, where there is one.")


class PresentEntry(Record):
    """An entry of the present bibliography as it comes along in a prompt, as data."""

    number: int = Field(ge=1, description="Its place in its bibliography.")
    source: str = Field(description="Id of the source, which is its citation key.")
    total: float = Field(description="Its RADAR total, 1 to 5; the best of several domains.")
    domains: tuple[str, ...] = Field(description="Ids of the domains in whose bibliography it stands.")
    title: str = Field(description="Title of the work.")
    citation: str = Field(description="Its reference.")
    category: str = Field(description="Name of its category.")
    url: str = Field(description="Where it is opened.")
    focus: tuple[str, ...] = Field(description="Ids of the bullets that it covers.")
    known: str = Field(description="How the work is known, and in which copy it was read.")
    claims: tuple[str, ...] = Field(default=(), description="What is said of it, each with its place.")


class Present(Record):
    """The present bibliography of a domain (or those of all domains), and what it lacks."""

    entries: tuple[PresentEntry, ...] = Field(description="In its order.")
    gaps: tuple[str, ...] = Field(default=(), description="Constraints that it misses, in words.")


class Part(Record):
    """One prompt of a chain that asks for a bibliography category by category."""

    number: int = Field(ge=1, description="Its place in the chain, from 1.")
    of: int = Field(ge=1, description="How many prompts the chain has.")
    category: str = Field(description="Id of the category that it asks for.")
    covers: dict[str, int] = Field(
        default_factory=dict, description="By how many of its entries it covers which bullet at least."
    )


class Message(Record):
    """One message of a prompt."""

    role: Literal["system", "user"] = Field(description="Who speaks.")
    content: str = Field(description="The words.")


class PromptCheck(Record):
    """One thing that was checked in an assembled prompt."""

    id: str = Field(description='"focus-verbatim".')
    text: str = Field(description="What must hold.")
    passed: bool = Field(description="Whether it holds.")
    detail: str = Field(default="", description="What was found where it does not.")


class Prompt(Record):
    """An assembled prompt: messages, settings, its length, the checks it passed, what it was made from."""

    guide: str = Field(description="Id of the guide.")
    domain: str = Field(description='Id of the domain; "all": it spans the domains.')
    profile: str = Field(description="Id of the model profile.")
    mode: Mode = Field(default="open", description="What it asks for.")
    reply: ReplyForm = Field(default="markdown", description="In which form the model is to answer.")
    part: Part | None = Field(default=None, description="Which prompt of a chain it is; None: it stands alone.")
    version: str = Field(description="Hash of its words and settings: a bibliography can name the prompt that made it.")
    templates: str = Field(default="", description="Hash of the section templates that it was assembled from.")
    guide_version: str = Field(default="", description="Hash of the guide that it was assembled from.")
    messages: tuple[Message, ...] = Field(min_length=1, description="In the order in which they are sent.")
    settings: dict[str, Any] = Field(description="API settings to send with it.")
    tokens: int = Field(ge=0, description="Tokens of all messages.")
    counted: str = Field(description="How they were counted, with the error.")
    advice: str = Field(default="", description="What its user should know before sending it; empty: nothing.")
    left_out: tuple[str, ...] = Field(default=(), description="Ids of the candidates that did not fit, best first.")
    checks: tuple[PromptCheck, ...] = Field(description="What was checked.")
