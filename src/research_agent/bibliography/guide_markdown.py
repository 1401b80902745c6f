"""Render the holistic guide as Markdown: themes, what each domain has to itself, patterns, what agrees or differs."""

from collections.abc import Iterable, Sequence

from research_agent.bibliography.markup import anchor, anchor_name, code, in_cell, link, table, text
from research_agent.bibliography.report import known_of, unread
from research_agent.bibliography.search_report import told_domains
from research_agent.model.guide import Guide
from research_agent.model.synthesis import (
    Agreement,
    BulletPractices,
    Disagreement,
    LibraryPatterns,
    OutsidePoint,
    Point,
    SideBySide,
    Synthesis,
    Theme,
)


def render_guide(synthesis: Synthesis, guide: Guide) -> str:
    """The guide as one Markdown file; links go to the entries in the domains' folders beside it."""
    writer = _Writer(synthesis, guide)
    sections = [
        f"# {text(guide.title)}: what the sources say together",
        *writer.searches(),
        writer.opening(),
        writer.contents(),
        *writer.themes(),
        *writer.domains(),
        *writer.patterns(),
        *writer.agreements(),
        *writer.disagreements(),
        *writer.side_by_side(),
        *writer.sources(),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


class _Writer:
    """The sections of one guide, with what all of them need to name bullets and to link entries."""

    def __init__(self, synthesis: Synthesis, guide: Guide) -> None:
        self._synthesis = synthesis
        self._guide = guide
        self._bullets = {focus.id: focus.text for domain in guide.domains for focus in domain.focus}
        self._not_read = {one.citation_key: mark for one in synthesis.sources if (mark := unread(one.existence))}
        self._indexed = sum(one.existence.how == "indexed" for one in synthesis.sources)
        self._folders = {domain.id: domain.folder for domain in guide.domains}

    def opening(self) -> str:
        synthesis = self._synthesis
        shown = sum(len(bullet.practices) for bullet in self._all_bullets())
        return (
            f"Drawn from {len(synthesis.sources)} works in the bibliographies of {len(synthesis.domains)} domains. "
            "Every line is a key point or a code pattern from the record of the work named behind it: written by "
            "whoever prepared that record, taken over unchanged, not a quotation of the work. None was written for "
            "this guide. "
            f"{self._quotations()}{self._unread()}{self._from_outside()}"
            f"Of {synthesis.points} key points and code patterns {shown} key points stand under the bullets: first "
            "those that independent origins share, then advice and behaviour before bare facts, then by the work's "
            "RADAR total and by how near the point comes to its bullet. The number behind a work is its RADAR total "
            f"(reading: {text(' and '.join(synthesis.rubrics))}), 1 to 5."
        )

    def searches(self) -> Iterable[str]:
        told = told_domains(self._synthesis.searches, self._guide)
        if any(one.failed for one in self._synthesis.searches):
            first, *rest = told
            yield f"> **Not everything was looked at.** {text(' '.join(rest))}"
            yield text(first)
        elif told:
            yield text(" ".join(told))

    def contents(self) -> str:
        synthesis = self._synthesis
        lines = []
        if synthesis.themes:
            lines.append(f"- {link('Where domains meet', '#themes')}")
            lines += [
                f"    - {link(theme.name, '#' + self._theme_anchor(theme))} ({self._domains_of(theme.bullets)})"
                for theme in synthesis.themes
            ]
        if synthesis.bullets:
            lines.append(f"- {link('What each domain has to itself', '#domains')}")
            lines += [
                f"    - {link(self._guide.domain(domain).name, f'#domain-{anchor_name(domain)}')}"
                for domain in self._own_domains()
            ]
        for name, there, place in (
            ("Code patterns by library", synthesis.libraries, "patterns"),
            ("Where independent sources agree", synthesis.agreements, "agreements"),
            ("Where sources differ: check", synthesis.disagreements, "disagreements"),
            ("Side by side", synthesis.side_by_side, "side-by-side"),
            ("Sources", synthesis.sources, "sources"),
        ):
            if there:
                lines.append(f"- {link(name, '#' + place)}")
        return "## Contents\n\n" + "\n".join(lines) if lines else "There are no entries yet, so there is no guide yet."

    def themes(self) -> Iterable[str]:
        if self._synthesis.themes:
            yield f"{anchor('themes')}\n\n## Where domains meet"
        for theme in self._synthesis.themes:
            yield f"{anchor(self._theme_anchor(theme))}\n\n### {text(theme.name)}"
            yield f"Bullets of {self._domains_of(theme.bullets)} meet here." + self._shared(theme)
            yield from self._practices(theme.bullets, level=4)

    def domains(self) -> Iterable[str]:
        if self._synthesis.bullets:
            yield f"{anchor('domains')}\n\n## What each domain has to itself"
        for domain_id in self._own_domains():
            domain = self._guide.domain(domain_id)
            yield f"{anchor(f'domain-{domain_id}')}\n\n### {text(f'{domain_id} {domain.name}')}"
            own = [bullet for bullet in self._synthesis.bullets if _domain(bullet.focus) == domain_id]
            yield from self._practices(own, level=4)

    def patterns(self) -> Iterable[str]:
        libraries = self._synthesis.libraries
        if not libraries:
            return
        yield f"{anchor('patterns')}\n\n## Code patterns by library"
        yield "Patterns that stand with a bullet above are linked, not repeated."
        several = [one for one in libraries if len(one.patterns) + len(one.with_bullets) > 1]
        for one in several:
            yield f"### {text(one.library)}"
            yield "\n".join(self._library(one))
        if single := [one for one in libraries if one not in several]:
            yield "### One pattern each"
            in_order = sorted(single, key=lambda one: one.library.casefold())
            yield "\n".join(line for one in in_order for line in self._named(one))

    def agreements(self) -> Iterable[str]:
        agreements = self._synthesis.agreements
        if not agreements:
            return
        yield f"{anchor('agreements')}\n\n## Where independent sources agree"
        yield (
            "Points of different origins that nearly say the same. Few are found: the works of a bibliography are "
            "chosen to add to each other, and only near-identical statements count. Works of the library that were not "
            "chosen for the domain are heard as well, and marked."
        )
        yield "\n".join(self._agreement(agreement) for agreement in agreements)

    def disagreements(self) -> Iterable[str]:
        disagreements = self._synthesis.disagreements
        if not disagreements:
            return
        yield f"{anchor('disagreements')}\n\n## Where sources differ: check"
        yield (
            "Pairs that speak of nearly the same and may not go together: other defaults, or one denies what the other "
            "says. They were found by words and figures, not by understanding: often each is right for its own "
            "software."
        )
        rows = [(self._side(one.left), self._side(one.right), self._about(one)) for one in disagreements]
        yield "\n".join(table(("One says", "Another says", "Differs in"), rows))

    def side_by_side(self) -> Iterable[str]:
        pairs = self._synthesis.side_by_side
        if not pairs:
            return
        yield f"{anchor('side-by-side')}\n\n## Side by side"
        yield (
            "Pairs of points by independent origins, one under the other. That they are close is measured by their "
            "wording alone: whether they agree, differ or complete each other is for the reader to say. \u201cFigures "
            "differ\u201d and \u201cone denies\u201d are observations of the words, and no verdict."
        )
        yield "\n".join(line for pair in pairs for line in self._pair(pair))

    def sources(self) -> Iterable[str]:
        if not self._synthesis.sources:
            return
        yield f"{anchor('sources')}\n\n## Sources"
        yield "\n".join(
            f"- {code(one.citation_key)}: {text(one.citation)} {_capital(text(known_of(one.existence)))}. In: "
            + ", ".join(self._link(domain, one.citation_key, f"domain {domain}") for domain in one.domains)
            + "."
            for one in self._synthesis.sources
        )

    # Parts

    def _unread(self) -> str:
        told = ""
        if cited := len(self._not_read) - self._indexed:
            works = "1 of the works was" if cited == 1 else f"{cited} of the works were"
            told = f"{works} found cited and not read, so that their records rest on other files; they are marked. "
        if self._indexed:
            works = "1 of the works is" if self._indexed == 1 else f"{self._indexed} of the works are"
            told += (
                f"{works} recorded in an index and not read, so that their points are sentences of their abstracts; "
                "they are marked. "
            )
        return told

    def _quotations(self) -> str:
        if not self._synthesis.has_quotations:
            return ""
        return (
            "What stands in quotation marks is no paraphrase: it is a sentence of the work's own abstract, description "
            "or opening. "
        )

    def _from_outside(self) -> str:
        practices = (practice for bullet in self._all_bullets() for practice in bullet.practices)
        outside = {one.passage for practice in practices for one in practice.outside}
        outside |= {one.passage for agreement in self._synthesis.agreements for one in agreement.outside}
        if not outside:
            return ""
        points = "1 point comes" if len(outside) == 1 else f"{len(outside)} points come"
        return (
            f"{points} from works of the library that were not chosen for the domain; marked, they stand only in "
            "support of an entry's point, and the count of works leaves them out. "
        )

    def _all_bullets(self) -> list[BulletPractices]:
        return [*(bullet for theme in self._synthesis.themes for bullet in theme.bullets), *self._synthesis.bullets]

    def _own_domains(self) -> list[str]:
        return list(dict.fromkeys(_domain(bullet.focus) for bullet in self._synthesis.bullets))

    def _theme_anchor(self, theme: Theme) -> str:
        return f"theme-{anchor_name(theme.bullets[0].focus)}"

    def _domains_of(self, bullets: Sequence[BulletPractices]) -> str:
        names = dict.fromkeys(self._guide.domain(_domain(bullet.focus)).name for bullet in bullets)
        *first, last = [text(name) for name in names]
        return f"{', '.join(first)} and {last}" if first else last

    def _shared(self, theme: Theme) -> str:
        if not theme.shared:
            return ""
        homes = {one.citation_key: one.domains[0] for one in self._synthesis.sources}
        works = ", ".join(self._link(homes[key], key) for key in theme.shared)
        return f" Works that serve several of them: {works}."

    def _practices(self, bullets: Sequence[BulletPractices], *, level: int) -> Iterable[str]:
        for bullet in bullets:
            heading = f"{'#' * level} {text(f'{bullet.focus} {self._bullets[bullet.focus]}')}"
            yield f"{anchor(f'focus-{bullet.focus}')}\n\n{heading}"
            yield "\n".join(self._bullet(bullet)) or "No point of an entry speaks of it by itself."

    def _bullet(self, bullet: BulletPractices) -> list[str]:
        lines = []
        for practice in bullet.practices:
            also = self._said((*practice.support, *practice.outside))
            line = f"- {_words(practice.point)} {self._cite(practice.point)}"
            lines.append(f"{line} Likewise: {also}" if also else line)
        if bullet.pattern:
            lines.append(f"- **Pattern with {text(bullet.pattern.library)}:** {self._pattern(bullet.pattern)}")
        if bullet.left_out:
            domain = _domain(bullet.focus)
            more = "1 further point" if bullet.left_out == 1 else f"{bullet.left_out} further points"
            lines.append(f"- {link(more, f'{self._folders[domain]}/bibliography.md')} in the bibliography.")
        return lines

    def _library(self, one: LibraryPatterns) -> list[str]:
        lines = [f"- {self._pattern(point)}" for point in one.patterns]
        if one.with_bullets:
            lines.append("- Above: " + ", ".join(self._bullet_link(focus) for focus in one.with_bullets) + ".")
        if one.left_out:
            lines.append(f"- {one.left_out} more in the bibliographies.")
        return lines

    def _named(self, one: LibraryPatterns) -> list[str]:
        lines = [f"- **{text(one.library)}:** {self._pattern(point)}" for point in one.patterns]
        lines += [f"- **{text(one.library)}:** above, {self._bullet_link(focus)}." for focus in one.with_bullets]
        return lines

    def _bullet_link(self, focus: str) -> str:
        return link(f"{focus} {self._bullets[focus]}", f"#{anchor_name(f'focus-{focus}')}")

    def _pattern(self, point: Point) -> str:
        return f"{_words(point)} {self._cite(point)}"

    def _agreement(self, agreement: Agreement) -> str:
        return "- " + self._said((*agreement.points, *agreement.outside))

    def _said(self, points: Iterable[Point | OutsidePoint]) -> str:
        return "; ".join(f"{_words(point)} {self._cite(point)}" for point in points)

    def _pair(self, pair: SideBySide) -> list[str]:
        domains = dict.fromkeys((pair.left.domain, pair.right.domain))
        about = [self._bullet_link(focus) for focus in pair.focus] or [
            text(self._guide.domain(domain).name) for domain in domains
        ]
        seen = f": {', '.join(pair.observed)}" if pair.observed else ""
        points = [f"    - {_words(point)} {self._cite(point)}" for point in (pair.left, pair.right)]
        return [f"- {'; '.join(about)}{seen}", *points]

    def _side(self, point: Point) -> str:
        return in_cell(f"{_words(point)} {self._cite(point)}")

    def _about(self, disagreement: Disagreement) -> str:
        kind = "values" if disagreement.kind == "value" else "one denies"
        return in_cell(f"{kind}: {text(', '.join(disagreement.about))}")

    def _cite(self, point: Point | OutsidePoint) -> str:
        if isinstance(point, OutsidePoint):
            domain = text(f"not among the entries of domain {point.domain}")
            mark = unread(point.existence)
            return f"({link(point.title, point.url)}, {domain}{_behind(mark)})"
        mark = self._not_read.get(point.citation_key, "")
        return f"({self._link(point.domain, point.citation_key)}, {point.total:.2f}{_behind(mark)})"

    def _link(self, domain: str, key: str, words: str = "") -> str:
        return link(words or key, f"{self._folders[domain]}/bibliography.md#{anchor_name(key)}")


def _words(point: Point | OutsidePoint) -> str:
    """The statement; a work's own words in quotation marks."""
    return text(f"\u201c{point.text}\u201d" if point.quoted else point.text)


def _behind(mark: str) -> str:
    return f", {mark}" if mark else ""


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _domain(focus: str) -> str:
    return focus.rpartition(".")[0]
