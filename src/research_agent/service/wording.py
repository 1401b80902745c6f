"""What the library's texts tell a person at the command line to do, in words of REST and of MCP.

Errors, advice and next steps are written once, where they arise, in commands. Whoever asks over REST or MCP has an
operation or a tool for the same; upkeep of the store is for whoever runs the service, and is told as theirs.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from research_agent.model.guide import Guide
    from research_agent.model.prompt import Prompt
    from research_agent.model.reply import ReplyReport
    from research_agent.model.run import RunError

_Words = str | Callable[[re.Match[str]], str]


class Wording:
    """Puts texts into the words of one way to ask."""

    def __init__(self, ways: Iterable[tuple[str, _Words]]) -> None:
        """Regular expressions, each with what takes the place of what it matches; the first come first."""
        self._ways = [(re.compile(command), words) for command, words in ways]

    def __call__(self, text: str) -> str:
        """The text without commands and options of the command line."""
        for command, words in self._ways:
            text = command.sub(words, text)
        return text

    def prompt(self, prompt: "Prompt") -> "Prompt":
        """The prompt with its advice in these words; what the model reads is as it was."""
        return prompt.model_copy(update={"advice": self(prompt.advice)})

    def reply(self, report: "ReplyReport") -> "ReplyReport":
        """The report with its next steps in these words."""
        return report.model_copy(update={"next": tuple(map(self, report.next))})

    def failure(self, error: "RunError | None") -> "RunError | None":
        """Why a run failed, in these words."""
        return error and error.model_copy(update={"message": self(error.message)})

    def guide(self, guide: "Guide") -> "Guide":
        """The guide with these words for where its parts come from."""
        told = {place: one.model_copy(update={"basis": self(one.basis)}) for place, one in guide.provenance.items()}
        return guide.model_copy(update={"provenance": told})


class _Way(NamedTuple):
    """One thing to do: the command as texts have it, and its words in REST and MCP."""

    command: str
    rest: _Words
    mcp: _Words


def _domain(said: re.Match[str], *, any_of_them: str) -> str:
    return any_of_them if said["domain"] == "ID" else said["domain"]


def _options(said: re.Match[str]) -> dict[str, str]:
    return dict(re.findall(_OPTION, said["options"]))


def _start_run(said: re.Match[str]) -> str:
    return f"POST /v1/runs for domain {_domain(said, any_of_them='{domain}')}"


def _research_domain(said: re.Match[str]) -> str:
    return f"research_domain(domain='{_domain(said, any_of_them='...')}')"


def _get_prompts(said: re.Match[str]) -> str:
    query = "&".join(f"{name}={value or 'true'}" for name, value in _options(said).items())
    return f"GET /v1/guides/{{guide}}/domains/{_domain(said, any_of_them='{domain}')}/prompts?{query}"


def _assemble_prompt(said: re.Match[str]) -> str:
    options = _options(said)
    if options.pop("split", None) is not None:
        options["category"] = "..."
    given = {"domain": _domain(said, any_of_them="..."), **options}
    told = ", ".join(f"{name}='{value}'" for name, value in given.items())
    return f"assemble_prompt({told})"


def _operators(command: str) -> _Way:
    """Upkeep: the command stays, and whose it is stands before it."""

    def told(said: re.Match[str]) -> str:
        return f"{'The' if said['start'] is not None else 'the'} operator's {said['command']}"

    return _Way(rf"(?P<start>^|(?<=[.!?] ))?(?P<command>`?{command})", told, told)


_DOMAIN: Final = r"(?P<domain>[\w-]+)"
_OPTION: Final = r" --(\w+)(?: (\w(?:[\w.-]*\w)?))?"

_WAYS: Final[Sequence[_Way]] = (
    _Way(rf"(?:Run )?research-agent research {_DOMAIN}", _start_run, _research_domain),
    _Way(rf"research-agent prompt {_DOMAIN}(?P<options>(?:{_OPTION})+)", _get_prompts, _assemble_prompt),
    _Way(
        r"research-agent reply ID",
        "POST /v1/guides/{guide}/domains/{domain}/replies",
        "name one",
    ),
    _Way(r"research-agent sources add FILE", "POST /v1/sources", "add_sources"),
    _Way(
        rf"research-agent ban ID --domain {_DOMAIN}",
        r"POST /v1/guides/{guide}/domains/\g<domain>/decisions to ban it",
        r"let the person ban it",
    ),
    _Way(r"`guide import --id NAME` gives", "`?id=NAME` of the import gives", "an import under another id gives"),
    _Way(r"with --id, or replace the old one with --force", "with ?id=NAME, or ?replace=true", "at its import"),
    _Way(r"--id NAME", "?id=NAME", "import it by another id"),
    _Way(r"--mode (\w+)", r"mode=\1", r"mode='\1'"),
    _Way(r"(?<=Leave out )--split", "`split`", "`category`"),
    _Way(r"--split", "with `split=true`", "with a `category`"),
    _Way(
        r"--out FOLDER writes them beside the prompt",
        "`settings` holds them",
        "they are told before the prompt",
    ),
    _Way(r"Make room or give another folder with --out, then run it", "Make room, then ask", "Make room, then ask"),
    _operators("research-agent doctor"),
    _operators("research-agent corpus embed"),
)

REST: Final = Wording((way.command, way.rest) for way in _WAYS)
MCP: Final = Wording((way.command, way.mcp) for way in _WAYS)
