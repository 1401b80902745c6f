"""Hacker News: what was linked and discussed there, by words, through Algolia's index.

Endpoints: https://hn.algolia.com/api/v1/search and /items/ID (https://hn.algolia.com/api).
Limits: 10,000 requests an hour and address by common report (the page names none); nothing beyond 1,000 hits a search.
No key.
Licence: none is named.
Traps:
- A story links to somebody else's page: its `author` is who submitted it, its date that of the submission, and its
  title often the submitter's. So a candidate for the page has neither author nor date, and nobody vouches for it.
- `url` is null for questions to the readers ("Ask HN"): there the discussion is the work, and its text HTML.
- Numbers like `points` are null for comments; only stories are asked for.
- The same page may be submitted many times.
- `nbHits` counts hits beyond the thousand that can be had, and may be an estimate (`exhaustiveNbHits`).
"""

from typing import ClassVar, Final
from urllib.parse import parse_qs, urlsplit

from pydantic import Field

from research_agent.model.candidate import Candidate
from research_agent.sources.addresses import host_of, is_web_address
from research_agent.sources.connectors import dates, texts
from research_agent.sources.connectors.base import Answer, Ask, Capabilities, Page, Query
from research_agent.sources.connectors.service import OneRecord, Service, Text, Wire
from research_agent.sources.http.exchange import ApiLimit, Rate
from research_agent.sources.naming import Name, identify

_DISCUSSIONS: Final = "https://news.ycombinator.com/item?id="


class _Story(Wire):
    id: str = Field(min_length=1)
    title: str = Field(min_length=1)
    url: Text = ""
    author: Text = ""
    points: int | None = None
    comments: int | None = None
    text: Text = ""
    created_at: Text = ""


class _Hit(Wire):
    object_id: str = Field(alias="objectID", min_length=1)
    title: str = Field(min_length=1)
    url: Text = ""
    author: Text = ""
    points: int | None = None
    num_comments: int | None = None
    story_text: Text = ""
    created_at: Text = ""


class _SearchAnswer(Wire):
    hits: list[object]
    total: int = Field(alias="nbHits")
    page: int
    pages: int = Field(alias="nbPages")


class HackerNews(Service):
    """Algolia's index of Hacker News."""

    name: ClassVar[str] = "hacker_news"
    title: ClassVar[str] = "Hacker News"
    own_address: ClassVar[str] = "https://hn.algolia.com/api/v1"
    capabilities: ClassVar[Capabilities] = Capabilities(
        good_for="Engineering posts and post-mortems that practitioners discussed.",
        look_up=("url",),
        limit=ApiLimit(
            name="hacker_news", rates=(Rate(requests=2, seconds=1),), at_once=1
        ),  # 7,200 of the 10,000 that are said to be allowed in an hour
        most_on_a_page=100,
        most_results=1_000,
        documentation="https://hn.algolia.com/api",
    )

    def _search(self, query: Query) -> Ask | None:
        words = " ".join(texts.terms(query.text))
        since = f"created_at_i>={dates.epoch_of_year(query.since)}" if query.since else ""
        return self._numbered(words, since, 0, self._on_one_page(query)) if words else None

    def _look_up(self, name: Name) -> Ask | None:
        number = parse_qs(urlsplit(name[1]).query).get("id", [""])[0]
        if host_of(name[1]) != "news.ycombinator.com" or not number.isdigit():
            return None
        return self._ask(f"/items/{number}", wants="record", about=name[1])

    def _numbered(self, words: str, since: str, page: int, size: int) -> Ask:
        parameters = {
            "query": words,
            "tags": "story",
            "numericFilters": since,
            "page": page or None,
            "hitsPerPage": size,
        }
        return self._ask(
            "/search", parameters, wants="search", state=since, about=words, position=page * size, size=size
        )

    def _read(self, answer: Answer) -> Page:
        if answer.ask.wants == "record":
            record = self._json(answer, OneRecord).root
            return self._page(answer, [record], lambda one: self._candidate(answer, one, _Story.model_validate(one)))
        found = self._json(answer, _SearchAnswer)
        size, since = answer.ask.size, answer.ask.state
        more = None
        if found.page + 1 < found.pages:
            more = self._next(
                answer,
                len(found.hits),
                found.total,
                lambda behind: self._numbered(answer.ask.about, since, behind // size, size),
            )
        return self._page(
            answer,
            found.hits,
            lambda one: self._candidate(answer, one, _story(one)),
            total=found.total,
            more=more,
        )

    def _candidate(self, answer: Answer, record: object, story: _Story) -> Candidate:
        discussion = _DISCUSSIONS + story.id
        links = is_web_address(story.url)
        submitted = dates.iso(story.created_at)
        seen = self._seen(answer, discussion)
        seen.add("votes", story.points)
        seen.add("answers", story.comments)
        seen.add("discussed_at", discussion if links else None)
        return Candidate(
            title=texts.unescaped(story.title),
            url=story.url if links else discussion,
            identifiers=identify(story.url if links else discussion),
            authors=(story.author,) if story.author and not links else (),
            publisher="" if links else "Hacker News",
            kind=None if links else "community_post",
            year=None if links else dates.year_of(submitted),
            published=None if links else submitted,
            abstract="" if links else texts.cut(texts.plain(story.text)),
            signals=seen.all(),
            vouched=not links,
            provenance=self._provenance(answer, record, discussion),
        )


def _story(record: object) -> _Story:
    hit = _Hit.model_validate(record)
    return _Story(
        id=hit.object_id,
        title=hit.title,
        url=hit.url,
        author=hit.author,
        points=hit.points,
        comments=hit.num_comments,
        text=hit.story_text,
        created_at=hit.created_at,
    )
