"""How far a domain is: whether it has a bibliography, with gaps or without, and made from what is there now."""

from research_agent.bibliography.search_report import failed_services
from research_agent.model.bibliography import Bibliography
from research_agent.model.state import DomainState


def domain_state(bibliography: Bibliography | None, current_inputs: str) -> DomainState:
    """The state of a domain.

    Args:
        bibliography: its latest bibliography; None: there is none.
        current_inputs: fingerprint of what a bibliography would be made from now.
    """
    if bibliography is None:
        return DomainState(state="none", text="no bibliography yet")
    gaps = bibliography.gaps
    entries = _counted(len(bibliography.entries), "entry", "entries")
    shape = f"{entries}, {_counted(len(gaps), 'gap', 'gaps')}"
    failed = tuple(one.title for one in failed_services(bibliography.search))
    unlooked = f"; not checked, in whole or in part: {', '.join(failed)}" if failed else ""
    if bibliography.inputs != current_inputs:
        return DomainState(
            state="stale", gaps=gaps, not_checked=failed, text=f"{shape}; its inputs have changed since{unlooked}"
        )
    if bibliography.complete and not gaps:
        return DomainState(state="complete", not_checked=failed, text=f"{entries}, every constraint met{unlooked}")
    detail = "; ".join(gap.text for gap in gaps) or "no entries"
    return DomainState(state="partial", gaps=gaps, not_checked=failed, text=f"{shape}: {detail}{unlooked}")


def _counted(count: int, one: str, many: str) -> str:
    return f"{count or 'no'} {one if count == 1 else many}"
