"""Real records of the shipped pools, by hand, and a small guide that they serve."""

from datetime import date

from research_agent.model.guide import Category, Domain, Focus, Guide, Methodology, Span, Technology
from research_agent.model.source import CodePattern, Existence, Identifiers, Placement, Source
from research_agent.radar.evidence import AuthorWork, BulletMatch, DomainEvidence

GUIDE = Guide(
    id="clients",
    title="API clients",
    overview="How to build them.",
    technologies=(
        Technology(group="HTTP clients", items=("httpx", "aiohttp")),
        Technology(group="Data", items=("pydantic v2",)),
    ),
    methodology=Methodology(
        total=Span(at_least=1, at_most=30),
        categories=(
            Category(id="all", name="All", description="All.", kinds=(), quota=Span(at_least=0, at_most=30), rank=1),
        ),
        recent_since=2021,
        recent_share=0.6,
        entries_per_focus=0,
        entries_per_origin=3,
        production_entries=0,
    ),
    domains=(
        Domain(
            id="2",
            slug="resilience",
            name="Resilience",
            focus=(
                Focus(id="2.1", text="Circuit breaker implementations (circuitbreaker, purgatory libraries)"),
                Focus(id="2.2", text="Retry strategies with exponential backoff"),
                Focus(id="2.3", text="Timeout handling and deadline propagation"),
            ),
        ),
    ),
)
DOMAIN = GUIDE.domains[0]
READ = Existence(state="verified", how="read", on=date(2026, 11, 23), where="https://example.org/read")
CITED = Existence(state="verified", how="cited", on=date(2026, 11, 23), where="https://example.org/cites")


def placement(*focus: str, library: str = "", idea: str = "Use it.") -> tuple[Placement, ...]:
    """The one placement of a source in the guide's domain."""
    pattern = CodePattern(library=library, idea=idea) if library else None
    return (
        Placement(
            guide=GUIDE.id,
            domain=DOMAIN.id,
            category="all",
            focus=focus,
            summary="Says when to wait and for how long.",
            key_points=("The read timeout applies per received chunk, not to the whole response.",),
            code_pattern=pattern,
        ),
    )


TAIL_AT_SCALE = Source(
    id="dean-2013-tail-at-scale",
    title="The Tail at Scale",
    url="https://doi.org/10.1145/2408776.2408794",
    authors=("Jeffrey Dean", "Luiz André Barroso"),
    publisher="Communications of the ACM",
    origin="Jeffrey Dean",
    year=2013,
    kind="paper",
    peer_reviewed=True,
    identifiers=Identifiers(doi="10.1145/2408776.2408794"),
    existence=CITED,
    placements=placement("2.3", library="asyncio"),
)
RFC_9110 = Source(
    id="rfc-9110-http-semantics",
    title="RFC 9110: HTTP Semantics",
    url="https://www.rfc-editor.org/rfc/rfc9110.html",
    authors=("Roy T. Fielding", "Mark Nottingham", "Julian Reschke"),
    publisher="IETF",
    origin="IETF",
    year=2022,
    kind="standard",
    peer_reviewed=False,
    identifiers=Identifiers(rfc=9110),
    existence=READ,
    placements=placement("2.2"),
)
DRAFT = Source(
    id="draft-ietf-httpapi-ratelimit-headers",
    title="RateLimit header fields for HTTP",
    url="https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/",
    authors=("Roberto Polli", "Alejandro Martinez Ruiz", "Darrel Miller"),
    publisher="IETF HTTPAPI Working Group",
    origin="IETF",
    year=2025,
    updated=date(2025, 9, 23),
    kind="draft",
    existence=READ,
    placements=placement("2.2"),
)
PEP_492 = Source(
    id="pep-492-async-await-syntax",
    title="PEP 492: Coroutines with async and await syntax",
    url="https://peps.python.org/pep-0492/",
    authors=("Yury Selivanov",),
    publisher="Python Enhancement Proposals",
    origin="Python Software Foundation",
    year=2015,
    published=date(2015, 4, 9),
    kind="standard",
    existence=READ,
    placements=placement("2.3"),
)
API_GUIDELINE = Source(
    id="google-aip-185-api-versioning",
    title="AIP-185: API Versioning",
    url="https://google.aip.dev/185",
    authors=("Google",),
    publisher="Google AIPs",
    origin="Google",
    year=2024,
    published=date(2024, 10, 22),
    kind="standard",
    existence=READ,
    placements=placement("2.2"),
)
HTTPX_TIMEOUTS = Source(
    id="httpx-timeouts-docs",
    title="HTTPX: Timeouts",
    url="https://www.python-httpx.org/advanced/timeouts/",
    authors=("Encode OSS",),
    publisher="HTTPX documentation",
    origin="Encode",
    year=2025,
    updated=date(2025, 12, 10),
    kind="official_docs",
    peer_reviewed=False,
    existence=READ,
    placements=placement("2.3", library="httpx", idea="httpx.AsyncClient(timeout=httpx.Timeout(5.0))"),
)
CIRCUITBREAKER = Source(
    id="circuitbreaker-fabfuel-repo",
    title="fabfuel/circuitbreaker: Python Circuit Breaker pattern implementation",
    url="https://github.com/fabfuel/circuitbreaker",
    authors=("Fabian Fuelling",),
    publisher="GitHub",
    origin="Fabian Fuelling",
    year=2025,
    published=date(2025, 3, 31),
    version="2.1.3",
    kind="repository",
    existence=READ,
    placements=placement("2.1", library="circuitbreaker"),
)
CLOUDFLARE_OUTAGE = Source(
    id="cloudflare-2025-11-18-outage",
    title="Cloudflare outage on November 18, 2025",
    url="https://blog.cloudflare.com/18-november-2025-outage/",
    authors=("Cloudflare",),
    publisher="The Cloudflare Blog",
    origin="Cloudflare",
    year=2025,
    published=date(2025, 11, 18),
    kind="postmortem",
    existence=CITED,
    placements=placement("2.2", "2.3"),
)
STAINLESS_POST = Source(
    id="stainless-2024-sdk-generator",
    title="Announcing the Stainless SDK generator",
    url="https://stainless.com/blog/announcing-the-stainless-sdk-generator",
    authors=("Alex Rattray",),
    publisher="Stainless",
    origin="Stainless",
    year=2024,
    kind="engineering_blog",
    existence=READ,
    placements=placement("2.2"),
)
BUILDERS_LIBRARY = Source(
    id="aws-builders-library-timeouts-retries-backoff",
    title="Timeouts, retries, and backoff with jitter",
    url="https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/",
    authors=("Marc Brooker",),
    publisher="Amazon Builders' Library",
    origin="Amazon Web Services",
    year=2019,
    kind="engineering_blog",
    existence=CITED,
    placements=placement("2.2", "2.3"),
)
DEV_POST = Source(
    id="siegel-duplicate-keys-json-rfc-8259",
    title="Are duplicate keys valid in JSON? What RFC 8259 actually says",
    url="https://dev.to/coolstuff/are-duplicate-keys-valid-in-json-what-rfc-8259-actually-says-p10",
    authors=("Adam Siegel",),
    publisher="DEV Community",
    origin="Adam Siegel",
    kind="community_post",
    peer_reviewed=False,
    existence=READ,
    placements=placement("2.2", library="json"),
)
HANDLE_GUIDE = Source(
    id="python-ssrf-prevention-guide",
    title="Python SSRF prevention guide",
    url="https://chs.us/2026/05/python-ssrf-prevention",
    authors=("chs.us",),
    publisher="chs.us",
    origin="chs.us",
    year=2026,
    kind="tutorial",
    existence=READ,
    placements=placement("2.2", library="ipaddress"),
)
PREPRINT = Source(
    id="owotogbe-2024-chaos-engineering-mlr",
    title="Chaos Engineering: A Multi-Vocal Literature Review",
    url="https://arxiv.org/abs/2412.01416",
    authors=("Joshua Owotogbe", "Indika Kumara"),
    publisher="arXiv",
    origin="Joshua Owotogbe",
    year=2024,
    kind="preprint",
    peer_reviewed=False,
    identifiers=Identifiers(arxiv="2412.01416"),
    existence=READ,
    placements=placement("2.2"),
)

WORKS = (
    TAIL_AT_SCALE,
    RFC_9110,
    DRAFT,
    PEP_492,
    API_GUIDELINE,
    HTTPX_TIMEOUTS,
    CIRCUITBREAKER,
    CLOUDFLARE_OUTAGE,
    STAINLESS_POST,
    BUILDERS_LIBRARY,
    DEV_POST,
    HANDLE_GUIDE,
    PREPRINT,
)

EVIDENCE = DomainEvidence(
    matches=(
        BulletMatch("2.1", 0.22, "a/clients/2/summary/0", 0.20),
        BulletMatch("2.2", 0.44, "a/clients/2/key_point/0", 0.44),
        BulletMatch("2.3", 0.61, "a/clients/2/summary/0", 0.50),
    ),
    stack=("httpx",),
    production="",
    corroborated_by=("another-source",),
    author_works=(AuthorWork("Marc Brooker", "brooker-paper", "A reviewed paper"),),
)
