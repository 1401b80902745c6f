"""The files of a result: which there are, and from what each is made."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from research_agent.model.guide import Guide
from research_agent.model.prompt import Prompt
from research_agent.model.radar import Rubric
from research_agent.research import Research

if TYPE_CHECKING:
    from research_agent.library.library import Library


def domain_files(research: Research, guide: Guide, rubric: Rubric) -> dict[str, str]:
    """The files of one domain, name to text."""
    from research_agent.bibliography.exports import export
    from research_agent.bibliography.markdown import render_bibliography

    bibliography = research.bibliography
    exports = export(bibliography.entries)
    return {
        "bibliography.md": render_bibliography(bibliography, guide, rubric),
        "bibliography.json": bibliography.model_dump_json(indent=1) + "\n",
        **{f"bibliography{suffix}": text for suffix, text in exports.items()},
        **prompt_files(research.prompt),
    }


def prompt_files(prompt: Prompt) -> dict[str, str]:
    """The file of one prompt."""
    from research_agent.prompts.assemble import render_prompt

    return {f"prompt.{prompt.profile}.md": render_prompt(prompt)}


def spanning_files(results: Sequence[Research], guide: Guide, rubric: Rubric, library: "Library") -> dict[str, str]:
    """What spans the domains: the index, one BibTeX file without duplicates, the holistic guide."""
    from research_agent.bibliography.exports import merged_bibtex
    from research_agent.bibliography.overview import render_index

    bibliographies = [research.bibliography for research in results]
    return {
        "index.md": render_index(guide, bibliographies),
        "all.bib": merged_bibtex(bibliographies),
    }
