"""A model's documented prompting facts, and a prompt assembled by them."""

from datetime import date
from typing import Any, Literal

from pydantic import Field

from research_agent.model.base import Record


class Fact(Record):
    """One thing that a vendor says about prompting its model, and where."""

    text: str = Field(description="The fact in our words.")
    url: str = Field(description="The page that says so.")
    seen: date = Field(description="When that page was read.")


class ModelProfile(Record):
    """The documented prompting facts of one model family."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", description='"claude".')
    name: str = Field(description="For people.")
    models: tuple[str, ...] = Field(description="Model names that it is meant for, newest first.")
    delimiters: Literal["xml", "markdown"] = Field(description="How sections are marked; one style in a prompt.")
    system: tuple[str, ...] = Field(description="Ids of the sections that go into the system role, in order.")
    user: tuple[str, ...] = Field(description="Ids of the sections that go into the user turn, in order.")
    settings: dict[str, Any] = Field(default_factory=dict, description="API settings that belong to the prompt.")
    context_tokens: int = Field(gt=0, description="Context window in tokens.")
    output_tokens: int = Field(gt=0, description="Most tokens in an answer.")
    characters_per_token: float = Field(gt=0, description="For estimates where no tokenizer is published.")
    facts: tuple[Fact, ...] = Field(min_length=1, description="What the above rests on.")


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
    """An assembled prompt: messages, settings, an estimate of its length, the checks it passed."""

    guide: str = Field(description="Id of the guide.")
    domain: str = Field(description="Id of the domain.")
    profile: str = Field(description="Id of the model profile.")
    messages: tuple[Message, ...] = Field(min_length=1, description="In the order in which they are sent.")
    settings: dict[str, Any] = Field(description="API settings to send with it.")
    tokens: int = Field(ge=0, description="Estimated tokens of all messages.")
    checks: tuple[PromptCheck, ...] = Field(description="What was checked.")
