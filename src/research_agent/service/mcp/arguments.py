"""Arguments of a call: an unknown one is refused with the near match, a wrong one told in plain words.

The SDK drops what it does not know, so a misspelt option would do nothing and nobody would notice.
"""

from collections.abc import Collection, Iterable

from pydantic import ValidationError

from research_agent.errors import UnknownNameError, UsageError

_LONGEST_SHOWN = 60


def require_known(what: str, given: Iterable[str], known: Iterable[str]) -> None:
    """Refuse arguments that nobody asks for.

    Raises:
        UsageError: names each, with the near match.
    """
    names = list(known)
    told = [str(UnknownNameError(f"argument of {what}", name, names)) for name in given if name not in names]
    if told:
        raise UsageError(f"{' '.join(told)} Nothing was done: call {what} again with what it knows.")


def told_values(what: str, error: ValidationError) -> str:
    """Which arguments are wrong and what is expected of each; no text of the validator beyond that."""
    wrong = [
        f"{'.'.join(map(str, one['loc'])) or 'arguments'}: {one['msg']}{_given(one['input'], one['type'])}"
        for one in error.errors(include_url=False, include_context=False)
    ]
    return f"{what} can't be called like this. {'; '.join(wrong)}. Nothing was done: mend it and call again."


def _given(value: object, kind: str) -> str:
    if kind == "missing" or (isinstance(value, Collection) and not isinstance(value, str)):
        return ""
    shown = repr(value)
    return f" (not {shown if len(shown) <= _LONGEST_SHOWN else f'{shown[:_LONGEST_SHOWN]}…'})"
