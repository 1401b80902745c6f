"""Which of many candidates are one work: as services tell of it, three spellings of each among namesakes."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime

from benchmarks.harness import Context, Figure, at_most, benchmark, of_samples, seconds
from research_agent.model.candidate import Candidate, Provenance
from research_agent.sources.merging import works_of
from research_agent.sources.naming import identify
from research_agent.sources.origin import shipped_origins

CANDIDATES = 10_000
TELLERS = 3
REPEAT = 5
AT = datetime(2026, 11, 24, tzinfo=UTC)
FAMILIES = ("Wang", "Li", "Müller", "García", "Nguyen", "Ivanova", "Smith", "Okafor", "Tanaka", "Rossi")
GIVEN = ("Ada", "Bo", "Chen", "Dora", "Emil", "Fatima", "Guido", "Hana", "Igor", "Jane")
WORDS = (
    *("scalable", "adaptive", "reliable", "consistent", "incremental", "verified", "distributed", "secure", "parallel"),
    *("kneading", "proofing", "baking", "milling", "grinding", "sifting", "cooling", "slicing", "packing", "storing"),
    *("yeast", "dough", "flour", "starter", "rye", "spelt", "barley", "crust", "crumb", "oven", "stone", "peel"),
)


@benchmark("identity")
def identity(context: Context) -> Iterator[Figure]:
    """Works of 10,000 candidates: a third by DOI, a third of those with a preprint, the rest by title alone."""
    shuffled = random.Random(context.seed)
    of_many = _candidates(shuffled, CANDIDATES)
    yield _measured(f"{CANDIDATES:,} candidates", of_many, context)
    yield _measured(
        f"{CANDIDATES:,} candidates of one author",
        [one.model_copy(update={"authors": ("Jane Doe",), "year": 2020}) for one in of_many],
        context,
    )


def _measured(name: str, told: list[Candidate], context: Context) -> Figure:
    origins = shipped_origins()
    works = len(works_of(told, origins))
    samples = [seconds(lambda: works_of(told, origins)) for _ in range(context.repeat(REPEAT))]
    return of_samples(name, samples, "s", at_most(5), note=f"{works:,} works")


def _candidates(shuffled: random.Random, count: int) -> list[Candidate]:
    told: list[Candidate] = []
    for number in range(count // TELLERS + 1):
        title = " ".join(shuffled.sample(WORDS, 6)).capitalize()
        given, family = shuffled.choice(GIVEN), shuffled.choice(FAMILIES)
        year = 2000 + shuffled.randrange(25)
        page = f"https://journal{number % 7}.example/articles/{number}"
        doi = f"https://doi.org/10.{1000 + number % 7}/bread.{number}"
        spelled = title.replace(" ", "-", 1)
        told += [
            _told("crossref", doi if number % 3 else page, title, f"{given} {family}", year),
            _told("openalex", doi, title, f"{given[0]}. {family}", year),
            _told("dblp", f"https://dblp.example/rec/{number}", spelled, f"{family}, {given}", year),
        ]
    shuffled.shuffle(told)
    return told[:count]


def _told(service: str, url: str, title: str, author: str, year: int) -> Candidate:
    return Candidate(
        title=title,
        url=url,
        identifiers=identify(url),
        authors=(author, "Second Author"),
        kind="paper",
        year=year,
        published=f"{year}-05",
        abstract=f"{title} is studied.",
        provenance=Provenance(
            service=service, address=f"https://{service}.example/?q=bread", record=url, at=AT, raw=""
        ),
    )
