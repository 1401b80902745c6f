"""What is said of sources after their names and their addresses were looked at."""

from collections.abc import Sequence

import anyio
import pytest

from research_agent.live.services import Told
from research_agent.live.verify import verify_all, verify_source
from research_agent.model.candidate import Candidate
from research_agent.model.progress import Step
from research_agent.model.source import Identifiers, Source
from research_agent.model.verification import Verification, VerificationReport
from research_agent.sources.http.deadline import Deadline
from research_agent.sources.naming import Name, identify
from tests.live.told import DOI, NOW, PAPER, POST, PROJECT, Asked, candidate, fact

OTHER_WORK = {"title": "Attention Is All You Need", "authors": ("Ashish Vaswani",), "year": 2017}


def look(source: Source, services: Asked, *, seconds: float = 60.0) -> Verification:
    return anyio.run(lambda: verify_source(source, services, Deadline.after(seconds), now=lambda: NOW))


def look_at_all(sources: Sequence[Source], services: Asked, *, seconds: float = 60.0) -> VerificationReport:
    return anyio.run(lambda: verify_all(sources, services, Deadline.after(seconds), now=lambda: NOW))


# One name


def test_a_work_is_verified_by_the_registrar_of_its_doi() -> None:
    services = Asked({("crossref", DOI): [candidate("crossref", PAPER)]})
    found = look(PAPER, services)
    assert (found.state, found.at) == ("verified", NOW)
    (check,) = found.checks
    assert (check.scheme, check.name, check.service, check.title) == ("doi", DOI, "crossref", "Crossref")
    assert check.seen == "The Tail at Scale (Jeffrey Dean, Luiz André Barroso, 2013)"
    assert (check.where, check.at) == ("https://crossref.example.org/record", NOW)


def test_who_has_a_record_is_the_last_to_be_asked() -> None:
    services = Asked({("datacite", DOI): [candidate("datacite", PAPER)]})
    assert look(PAPER, services).state == "verified"
    assert services.asked() == ["crossref", "datacite"]


def test_a_doi_that_names_another_work_contradicts_the_record() -> None:
    found = look(PAPER, Asked({("crossref", DOI): [candidate("crossref", PAPER, **OTHER_WORK)]}))
    assert found.state == "contradicted"
    assert found.contradicted[0].name == DOI
    assert "evidently another work" in found.why


def test_a_doi_that_nobody_has_is_unverifiable_and_not_contradicted() -> None:
    found = look(PAPER, Asked())
    assert found.state == "unverifiable"
    assert "no record of it at Crossref, DataCite, OpenAlex" in found.checks[0].why


def test_a_service_that_failed_leaves_it_unchecked_though_others_know_nothing() -> None:
    found = look(PAPER, Asked({("crossref", DOI): "the service failed (503)"}))
    assert found.state == "not_checked"
    assert found.checks[0].why == "Crossref: the service failed (503)"
    assert not found.complete


def test_another_service_answers_where_the_first_one_fails() -> None:
    services = Asked({("crossref", DOI): "the service failed (503)", ("openalex", DOI): [candidate("openalex", PAPER)]})
    assert look(PAPER, services).state == "verified"


def test_without_a_network_everything_is_unchecked_and_says_why() -> None:
    found = look_at_all([PAPER, POST, PROJECT], Asked(down="no network: nobody could be reached"))
    assert {one.state for one in found.verifications} == {"not_checked"}
    assert all("no network" in check.why for one in found.verifications for check in one.checks)
    paper = next(one for one in found.verifications if one.source == PAPER.id)
    assert paper.checks[0].why.startswith("Crossref, DataCite, OpenAlex")  # all for one reason, told once
    assert paper.checks[0].why.count("no network") == 1
    assert found.incomplete


def test_a_name_that_no_service_here_can_be_asked_for_is_unchecked() -> None:
    found = look(PAPER, Asked(names=["github"]))
    assert found.state == "not_checked"
    assert "no service that knows such names can be asked" in found.why


def test_nothing_is_asked_after_the_deadline() -> None:
    services = Asked()
    assert look(PAPER, services, seconds=0).state == "not_checked"
    assert services.asked() == []


def test_an_rfc_is_verified_at_the_ietf() -> None:
    url = "https://www.rfc-editor.org/rfc/rfc9110"
    rfc = PAPER.model_copy(
        update={
            "title": "RFC 9110: HTTP Semantics",
            "url": url,
            "kind": "standard",
            "year": 2022,
            "authors": ("Roy Fielding",),
            "identifiers": identify(url),
        }
    )
    told = candidate("ietf", rfc, title="HTTP Semantics", authors=("R. Fielding, Ed.",))
    assert look(rfc, Asked({("ietf", "9110"): [told]})).state == "verified"


# Repositories


def test_a_repository_is_verified_by_its_name() -> None:
    found = look(PROJECT, Asked({("github", "github.com/lovelace/loom"): [candidate("github", PROJECT, title="loom")]}))
    assert found.state == "verified"


def test_an_archived_and_renamed_repository_is_there_and_says_so() -> None:
    told = candidate(
        "github",
        PROJECT,
        url="https://github.com/babbage/loom",
        also_at=(PROJECT.url,),
        signals=(fact("archived", True), fact("renamed_to", "babbage/loom"), fact("stars", 12)),
    )
    found = look(PROJECT, Asked({("github", "github.com/lovelace/loom"): [told]}))
    assert found.state == "verified"
    assert {signal.name: signal.value for signal in found.signals} == {"archived": True, "renamed_to": "babbage/loom"}


def test_a_repository_proves_nothing_of_a_page_that_belongs_to_it() -> None:
    page = POST.model_copy(update={"identifiers": Identifiers(url=POST.url, repository="github.com/lovelace/loom")})
    services = Asked({("github", "github.com/lovelace/loom"): [candidate("github", PROJECT)]})
    found = look(page, services)
    assert [check.state for check in found.checks] == ["verified", "unverifiable"]
    assert found.state == "unverifiable"


# Addresses


def test_a_page_is_verified_by_its_title() -> None:
    found = look(POST, Asked({("web", POST.url): [candidate("web", POST, title=f"{POST.title} | Clouds")]}))
    assert found.state == "verified"
    assert found.checks[0].scheme == "url"


def test_a_dead_address_is_unverifiable_and_comes_with_a_copy() -> None:
    copy_at = "https://web.archive.org/web/20240101000000/https://clouds.example.org/blog/backoff-and-jitter"
    copy = candidate("wayback", POST, title="", full_text=copy_at, signals=(fact("archived_copy", copy_at, "wayback"),))
    found = look(POST, Asked({("wayback", POST.url): [copy]}))
    assert found.state == "unverifiable"
    assert (found.checks[0].dead, found.checks[0].copy_at) == (True, copy_at)
    assert {signal.name: signal.value for signal in found.signals} == {"dead_link": True, "archived_copy": copy_at}


def test_an_address_that_could_not_be_opened_is_not_dead() -> None:
    services = Asked({("web", POST.url): "the time for a connection was up"})
    found = look(POST, services)
    assert (found.state, found.checks[0].dead, found.signals) == ("not_checked", False, ())
    assert "wayback" not in services.asked()


def test_an_address_that_only_spells_a_verified_name_is_not_opened() -> None:
    services = Asked({("crossref", DOI): [candidate("crossref", PAPER)]})
    look(PAPER, services)
    assert "web" not in services.asked()


def test_the_page_speaks_where_the_services_of_the_name_are_down() -> None:
    services = Asked({("crossref", DOI): "down", ("web", PAPER.url): [candidate("web", PAPER)]})
    assert look(PAPER, services).state == "verified"


# What the checks show together


def test_a_wrong_name_contradicts_that_name_and_not_the_work() -> None:
    page = POST.model_copy(update={"identifiers": Identifiers(url=POST.url, doi=DOI)})
    services = Asked(
        {
            ("crossref", DOI): [candidate("crossref", PAPER, signals=(fact("retracted", True),))],
            ("web", POST.url): [candidate("web", POST)],
        }
    )
    found = look(page, services)
    assert found.state == "verified"
    assert [check.name for check in found.contradicted] == [DOI]
    assert "Yet DOI" in found.why
    assert found.signals == ()  # that retraction is another work's


def test_a_work_of_two_names_is_verified_by_either() -> None:
    both = PAPER.model_copy(update={"identifiers": PAPER.identifiers.model_copy(update={"arxiv": "1301.00001"})})
    services = Asked({("arxiv", "1301.00001"): [candidate("arxiv", both, kind="preprint", year=2011)]})
    found = look(both, services)
    assert found.state == "verified"
    assert {check.scheme: check.state for check in found.checks} == {"doi": "unverifiable", "arxiv": "verified"}


def test_what_could_not_be_looked_at_leaves_a_work_open() -> None:
    both = PAPER.model_copy(update={"identifiers": PAPER.identifiers.model_copy(update={"arxiv": "1301.00001"})})
    down = Asked({(service, "1301.00001"): "down" for service in ("arxiv", "datacite", "openalex")})
    assert look(both, down).state == "not_checked"


@pytest.mark.parametrize(("name", "value"), [("retracted", True), ("concern", "10.1/notice"), ("retracted", False)])
def test_what_services_know_of_a_works_standing_is_kept(name: str, value: bool | str) -> None:
    told: Candidate = candidate("crossref", PAPER, signals=(fact(name, value), fact("citations", 1204)))
    found = look(PAPER, Asked({("crossref", DOI): [told]}))
    assert found.state == "verified"
    assert found.signals == (fact(name, value),)


# Many sources


def test_many_sources_are_verified_in_a_report_by_id() -> None:
    services = Asked({("crossref", DOI): [candidate("crossref", PAPER)], ("web", POST.url): [candidate("web", POST)]})
    report = look_at_all([PROJECT, PAPER, POST], services)
    assert [(one.source, one.state) for one in report.verifications] == [
        ("brooker-2015-jitter", "verified"),
        ("dean-2013-tail", "verified"),
        ("loom", "unverifiable"),
    ]
    assert (report.left, report.incomplete) == (0, False)


def test_sources_that_are_not_begun_in_time_are_left_and_told() -> None:
    report = look_at_all([PAPER, POST], Asked(), seconds=0)
    assert (report.verifications, report.left, report.incomplete) == ((), 2, True)


def test_each_source_is_told_as_it_comes_with_rising_progress() -> None:
    heard: list[str] = []
    steps: list[Step] = []

    async def run() -> None:
        await verify_all(
            [PAPER, POST, PROJECT], Asked(), Deadline.after(60), lambda one: heard.append(one.source), steps.append
        )

    anyio.run(run)
    assert sorted(heard) == ["brooker-2015-jitter", "dean-2013-tail", "loom"]
    assert [(step.done, step.total) for step in steps] == [(1, 3), (2, 3), (3, 3)]


class Slow(Asked):
    """Services that never answer, and count how many wait for them."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting = self.most = 0

    async def look_up(self, name: str, work: Name, deadline: Deadline) -> Told:
        self.waiting += 1
        self.most = max(self.most, self.waiting)
        try:
            await anyio.sleep_forever()
            raise AssertionError("nobody wakes it")
        finally:
            self.waiting -= 1


def test_a_cancelled_run_leaves_nothing_running_and_asked_few_at_a_time() -> None:
    services = Slow()
    posts = [POST.model_copy(update={"id": f"post-{number}"}) for number in range(40)]

    async def run() -> None:
        with anyio.move_on_after(0.05):
            await verify_all(posts, services, Deadline.after(60))

    anyio.run(run)
    assert services.waiting == 0
    assert 1 < services.most <= 8
