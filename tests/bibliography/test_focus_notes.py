"""Which statement is said of which focus bullet."""

from research_agent.bibliography.focus_notes import ADEQUATE, Statement, assign
from research_agent.model.guide import Focus

RETRY = Focus(id="2.2", text="Retry strategies with exponential backoff")
TIMEOUT = Focus(id="2.3", text="Timeout handling and deadline propagation")
CHAOS = Focus(id="2.7", text="Chaos engineering")


def point(order: int, text: str) -> Statement:
    return Statement("key_point", order, text, f"p{order}")


def test_the_nearest_statement_is_said_of_a_bullet() -> None:
    far, near = point(0, "State lives in memory."), point(1, "Pauses grow.")
    assert assign([RETRY], [far, near], {"2.2": {"p0": 0.30, "p1": 0.50}}) == {"2.2": near}


def test_a_statement_is_not_said_twice_if_another_is_nearly_as_good() -> None:
    first, second = point(0, "One."), point(1, "Two.")
    matches = {"2.2": {"p0": 0.60, "p1": 0.40}, "2.3": {"p0": 0.50, "p1": 0.45}}
    assert assign([RETRY, TIMEOUT], [first, second], matches) == {"2.2": first, "2.3": second}


def test_a_statement_is_said_twice_rather_than_a_far_one_once() -> None:
    first, second = point(0, "One."), point(1, "Two.")
    matches = {"2.2": {"p0": 0.60, "p1": 0.10}, "2.3": {"p0": 0.50, "p1": 0.26}}
    assert assign([RETRY, TIMEOUT], [first, second], matches) == {"2.2": first, "2.3": first}


def test_a_bullet_without_an_adequate_statement_gets_none() -> None:
    assert assign([CHAOS], [point(0, "State lives in memory.")], {"2.7": {"p0": ADEQUATE - 0.01}}) == {}


def test_shared_words_lift_a_statement_over_one_that_only_looks_near() -> None:
    looks, speaks = point(0, "A negative value means stop."), point(1, "Deadlines reach every call.")
    assert assign([TIMEOUT], [looks, speaks], {"2.3": {"p0": 0.33, "p1": 0.30}}) == {"2.3": speaks}


def test_a_sentence_of_the_summary_comes_in_by_the_words_that_it_shares() -> None:
    sentence = Statement("summary", 2, "The deadline page tells timeouts of one call from those of many.", "s")
    other = Statement("summary", 3, "Telemetry goes to several systems.", "s")
    assert assign([TIMEOUT], [other, sentence], {"2.3": {"s": 0.40}}) == {"2.3": sentence}


def test_a_pattern_gives_way_to_a_key_point_that_is_nearly_as_near() -> None:
    pattern = Statement("code_pattern", 0, "Wrap the call.", "c")
    fact = point(0, "Calls end.")
    assert assign([TIMEOUT], [pattern, fact], {"2.3": {"c": 0.50, "p0": 0.40}}) == {"2.3": fact}
    assert assign([TIMEOUT], [pattern, fact], {"2.3": {"c": 0.70, "p0": 0.40}}) == {"2.3": pattern}


def test_without_vectors_shared_words_decide() -> None:
    plain, speaking = point(0, "State lives in memory."), point(1, "Deadlines reach every call.")
    assert assign([TIMEOUT], [plain, speaking], {}) == {"2.3": speaking}


def test_the_order_of_the_statements_makes_no_difference() -> None:
    statements = [point(order, f"Statement {order}.") for order in range(4)]
    matches = {"2.2": dict.fromkeys(("p0", "p1", "p2", "p3"), 0.5), "2.3": dict.fromkeys(("p0", "p1", "p2", "p3"), 0.5)}
    assert assign([RETRY, TIMEOUT], statements, matches) == assign([RETRY, TIMEOUT], statements[::-1], matches)
