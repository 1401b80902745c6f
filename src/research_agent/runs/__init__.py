"""Long work with a handle: start a run, find it again, follow it, cancel it, take its result."""

from research_agent.runs.runs import Runs

__all__ = ["Runs"]
