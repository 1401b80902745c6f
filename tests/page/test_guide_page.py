"""The page of the holistic guide, as text."""

from research_agent.model.synthesis import BulletPractices, Practice, Synthesis
from research_agent.page import render_guide_page
from tests.bibliography.annotated import GUIDE, guide
from tests.page.material import PAGES_OF_DOMAINS, SYNTHESIS, Document, guide_page, point


def test_the_same_input_gives_the_same_bytes() -> None:
    again = Synthesis.model_validate_json(SYNTHESIS.model_dump_json())
    assert guide_page(again).encode() == guide_page().encode()


def test_every_point_names_the_entry_that_it_rests_on_and_leads_there() -> None:
    html = guide_page()
    text = Document(html).text
    for said in ("Deadlines shrink.", "Pools are split.", "Pools fill."):
        assert f"{said} one 4.25" in text
    for key, page in (("one", PAGES_OF_DOMAINS["2"]), ("two", PAGES_OF_DOMAINS["7"])):
        assert f"{page}#{key}" in Document(html).links
    assert "Pattern with anyio one 4.25" in text


def test_without_pages_entries_are_named_and_not_linked() -> None:
    document = Document(render_guide_page(SYNTHESIS, guide()))
    assert "Deadlines shrink. one 4.25" in document.text
    assert not [link for link in document.links if "bibliography" in link]


def test_what_was_not_read_or_not_chosen_is_marked() -> None:
    text = Document(guide_page()).text
    assert "Timeouts add up. two 4.25 cited, not read" in text
    assert "Kept aside not among the entries of domain 7 cited, not read" in text
    assert "1 of the works was found cited and not read, so that its record rests on other files; it is marked." in text
    assert "1 point comes from works of the library that were not chosen" in text


def test_agreements_and_conflicts_stand_side_by_side_with_what_was_observed() -> None:
    text = Document(guide_page()).text
    assert "Values: 5 s, 10 s Deadlines shrink. one 4.25 Timeouts add up. two 4.25" in text
    observed = "2.3 Timeout handling and deadline propagation; 7.1 Timeouts and deadlines under load one denies"
    assert f"{observed} Deadlines shrink." in text
    assert "Resilience Patterns; Concurrency Management Pools fill." in text


def test_every_link_within_the_page_has_a_place_to_go() -> None:
    document = Document(guide_page())
    inner = [link[1:] for link in document.links if link.startswith("#")]
    assert inner
    assert set(inner) <= set(document.ids)
    assert sorted(document.ids) == sorted(set(document.ids))


def test_a_bullet_of_which_nothing_speaks_says_so() -> None:
    assert (
        "7.1 Timeouts and deadlines under load No point of an entry speaks of it by itself."
        in Document(guide_page()).text
    )


def test_a_guide_of_nothing_says_so() -> None:
    empty = Synthesis(guide=GUIDE, guide_title="A guide to clients", domains=())
    assert "There are no entries yet, so there is no guide yet." in Document(guide_page(empty)).text


def test_words_of_a_point_stay_words() -> None:
    words = "<script>document.title='run'</script> {{ 7 * 7 }}"
    practices = (Practice(point=point(words)),)
    made = guide_page(SYNTHESIS.model_copy(update={"bullets": (BulletPractices(focus="2.4", practices=practices),)}))
    assert words in Document(made).text
    assert sum(tag == "script" for tag, _ in Document(made).elements) == 1
