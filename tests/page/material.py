"""Pages to look at: a bibliography with all that one can hold, one that a hostile hand wrote, a guide."""

from html.parser import HTMLParser

from research_agent.model.bibliography import Annotation, Bibliography, Check, Claim, Exclusion, FocusNote, Gap
from research_agent.model.source import CodePattern, Existence
from research_agent.model.synthesis import (
    Agreement,
    BulletPractices,
    CitedSource,
    Disagreement,
    LibraryPatterns,
    OutsidePoint,
    Point,
    Practice,
    SideBySide,
    Synthesis,
    Theme,
)
from research_agent.page import FILES_BESIDE, render_guide_page, render_page
from tests.bibliography.annotated import (
    BREAKER,
    GUIDE,
    READ_ON,
    TENACITY,
    bibliography,
    entry,
    guide,
    judgement,
    rubric,
)

PAPER = BREAKER.model_copy(update={"category": "research", "focus": ("2.4",), "code_pattern": None})
THREE = (
    entry(
        PAPER, "old-paper", kind="paper", year=2007, peer_reviewed=True, evaluated={"production": "Runs at 10,000/s"}
    ),
    entry(TENACITY, "tenacity-docs", judged=(judgement("date", 2, confidence=0.3),)),
    entry(
        BREAKER,
        "breaker-repo",
        kind="repository",
        existence=Existence(state="verified", how="cited", on=READ_ON, where="https://example.org/list"),
    ),
)
"""An old paper from production (2.4), documentation (2.2, 2.3) and a cited repository (2.1, 2.4); two recent."""

GAPPY = bibliography(
    *THREE,
    status="best_with_gaps",
    checks=(
        Check(id="total", text="Entries", required="1 to 9", actual="3", met=True),
        Check(id="category:docs", text="Entries in Official documentation", required="4 to 6", actual="1", met=False),
        Check(id="focus:2.3", text="Entries that cover focus bullet 2.3", required="at least 1", actual="1", met=True),
    ),
    gaps=(Gap(check="category:docs", eligible=1, needed=4, missing=3, text="docs: 1 of 4", tried="All were weighed"),),
    excluded=(
        Exclusion(source="weak-one", title="A weak one", category="code", total=2.5, reason="Code is full with 1"),
        Exclusion(source="near-miss", title="A near miss", category="docs", total=3.9, reason="It would lose 0.1"),
    ),
)

SCRIPT = "</script><script>document.title='run'</script>"
LONG = "x" * 300
RIGHT_TO_LEFT = "\u202e\u05e2\u05d1\u05e8\u05d9\u05ea <b>english</b>"  # turned about, then Hebrew
HOSTILE_WORDS = (
    SCRIPT,
    '"><img src=x onerror="document.title=\'run\'">',
    "' onmouseover='document.title=1",
    "{{ 7 * 7 }} {% raise %}",
    "--><!-- <style>*{display:none}</style>",
    "[link](javascript:alert(1)) <javascript:alert(1)> `code`<b>",
    RIGHT_TO_LEFT,
    LONG,
)


def hostile() -> Bibliography:
    """A bibliography whose every text tries to be more than text."""
    entries = []
    for number, words in enumerate(HOSTILE_WORDS):
        claim = Claim(text=words, where=words)
        made = entry(
            BREAKER,
            f"hostile-{number}",
            title=words,
            url="javascript:document.title='run'",
            language=words,
            version=words,
            existence=Existence(state="verified", how="read", on=READ_ON, where="javascript:document.title='run'"),
            judged=tuple(judgement(name, word=words, reason=words) for name in ("date", "accuracy")),
            evaluated={"foundational": words},
        )
        annotation = Annotation(
            establishes=(claim,),
            for_focus=(FocusNote(focus="2.1", claim=claim),),
            in_production=(claim,),
            limits=(claim,),
            code_pattern=CodePattern(library=words, idea=words),
        )
        entries.append(made.model_copy(update={"annotation": annotation, "citation": words, "reasons": (words,)}))
    whole = bibliography(
        *entries,
        checks=(Check(id="total", text=SCRIPT, required=SCRIPT, actual=LONG, met=False),),
        excluded=(Exclusion(source="out", title=SCRIPT + LONG, category="code", total=2.5, reason=SCRIPT),),
        gaps=(Gap(check="total", eligible=1, needed=4, missing=3, text=SCRIPT, tried=LONG),),
    )
    return whole.model_copy(update={"guide_title": SCRIPT, "style": SCRIPT})


def page(found: Bibliography = GAPPY, **links: str) -> str:
    return render_page(found, guide(), rubric(), links=links or FILES_BESIDE)


def point(text: str, source: str = "one", domain: str = "2", library: str = "") -> Point:
    return Point(
        text=text,
        part="code_pattern" if library else "key_point",
        library=library,
        passage=f"{source}/{text}",
        source=source,
        citation_key=source,
        origin=source,
        domain=domain,
        total=4.25,
    )


READ = Existence(state="verified", how="read", on=READ_ON, where="https://example.org/one")
CITED = Existence(state="verified", how="cited", where="https://example.org/list")
DEADLINES, TIMEOUTS = point("Deadlines shrink."), point("Timeouts add up.", "two", "7")
KEPT = OutsidePoint(
    text="Deadlines get shorter.",
    passage="kept/p",
    source="kept",
    origin="kept",
    domain="7",
    title="Kept aside",
    url="https://example.org/kept",
    existence=CITED,
)
SYNTHESIS = Synthesis(
    guide=GUIDE,
    guide_title="A guide to clients",
    rubrics=("lmu",),
    domains=("2", "7"),
    themes=(
        Theme(
            name="Timeouts and deadlines under load",
            bullets=(
                BulletPractices(
                    focus="2.3",
                    practices=(Practice(point=DEADLINES, support=(TIMEOUTS,), outside=(KEPT,)),),
                    pattern=point("Wrap it in `fail_after(10)`.", library="anyio"),
                    left_out=3,
                ),
                BulletPractices(focus="7.1"),
            ),
            shared=("one",),
        ),
    ),
    bullets=(BulletPractices(focus="2.4", practices=(Practice(point=point("Pools are split.")),)),),
    libraries=(
        LibraryPatterns(
            library="anyio", patterns=(point("Use a limiter.", library="anyio"),), with_bullets=("2.3",), left_out=2
        ),
        LibraryPatterns(library="trio", patterns=(point("Open a nursery.", library="trio"),)),
    ),
    agreements=(Agreement(points=(DEADLINES, TIMEOUTS), outside=(KEPT,), similarity=0.9),),
    disagreements=(Disagreement(left=DEADLINES, right=TIMEOUTS, kind="value", about=("5 s", "10 s"), similarity=0.8),),
    side_by_side=(
        SideBySide(left=DEADLINES, right=TIMEOUTS, focus=("2.3", "7.1"), observed=("one denies",), similarity=0.6),
        SideBySide(left=point("Pools fill."), right=TIMEOUTS, similarity=0.5),
    ),
    sources=(
        CitedSource(citation_key="one", citation="Lovelace, A. (2024). One.", existence=READ, domains=("2", "7")),
        CitedSource(citation_key="two", citation="Two.", existence=CITED, domains=("7",)),
    ),
    points=9,
)
PAGES_OF_DOMAINS = {"2": "02-resilience-patterns/bibliography.html", "7": "07-concurrency-management/bibliography.html"}


def guide_page(synthesis: Synthesis = SYNTHESIS) -> str:
    return render_guide_page(synthesis, guide(), links=PAGES_OF_DOMAINS)


class Document(HTMLParser):
    """What a browser would find in a page: its words, links, ids, elements and inlined texts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words = ""
        self.links: list[str] = []
        self.ids: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.inlined: dict[str, str] = {}
        self._within = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.elements.append((tag, found))
        if href := found.get("href"):
            self.links.append(href)
        if name := found.get("id"):
            self.ids.append(name)
        self._within = tag if tag in {"style", "script"} else ""

    def handle_endtag(self, tag: str) -> None:
        if tag == self._within:
            self._within = ""

    def handle_data(self, data: str) -> None:
        if self._within:
            self.inlined[self._within] = self.inlined.get(self._within, "") + data
        else:
            self.words += data

    @property
    def text(self) -> str:
        return " ".join(self.words.split())
