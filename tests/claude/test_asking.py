"""Questions to Claude, over a real connection to a stand-in that holds requests to the API's rules."""

import json

import anyio
import pytest
from starlette.responses import HTMLResponse, JSONResponse, Response

from research_agent.claude import Budget, Usage, claude_model, open_claude
from research_agent.errors import (
    AnswerError,
    BudgetSpentError,
    DeclinedError,
    ServiceBusyError,
    ServiceRefusedError,
    TimedOutError,
    UnknownNameError,
    UnreachableError,
)
from stand_ins.behaviour import EVERY, Behaviour
from stand_ins.claude import KEY, Failing, Stopping
from tests.claude.conftest import MODEL, RED, Colour, question

pytestmark = pytest.mark.anyio
BUSY = Failing(429, "rate_limit_error", retry_after="7")
OVERLOADED = Failing(529, "overloaded_error")


async def test_an_answer_comes_in_its_form_with_its_cost(stand_in, at):
    there = stand_in(RED)
    async with at(there.address) as claude:
        answer = await claude.ask(question())
    assert answer.value == Colour(**RED)
    assert answer.usage.output_tokens > 0
    assert answer.cost_usd == pytest.approx(claude_model(MODEL).cost_usd(answer.usage))
    assert claude.budget.spent_usd == pytest.approx(answer.cost_usd)


async def test_the_request_holds_the_rules_of_the_service(stand_in, at):
    there = stand_in(RED)
    async with at(there.address) as claude:
        await claude.ask(question())
    (sent,) = there.asked
    assert sent["model"] == MODEL
    assert sent["system"] == "Name colours."
    assert sent["messages"] == [{"role": "user", "content": "Which colour?"}]
    assert sent["output_config"]["effort"] == "medium"
    assert sent["output_config"]["format"]["schema"]["required"] == ["reason", "name", "share"]
    assert not sent.keys() & {"temperature", "top_p", "top_k", "tools", "tool_choice"}


async def test_a_busy_service_is_given_the_pause_that_it_asks_for(stand_in, at, waits):
    there = stand_in([BUSY, OVERLOADED, RED])
    async with at(there.address) as claude:
        answer = await claude.ask(question())
    assert answer.value.name == "red"
    assert waits == [7.0, 2.0]
    assert claude.budget.spent_usd == pytest.approx(answer.cost_usd), "errors are not billed"


async def test_attempts_end(stand_in, at, waits):
    there = stand_in(lambda _: OVERLOADED)
    async with at(there.address) as claude:
        with pytest.raises(ServiceBusyError, match="too many requests at the moment"):
            await claude.ask(question())
    assert len(there.asked) == 4
    assert waits == [1.0, 2.0, 4.0]
    assert claude.budget.spent_usd == 0


@pytest.mark.parametrize(
    ("failing", "error", "told"),
    [
        (Failing(400, "invalid_request_error"), ServiceRefusedError, "did not take the request"),
        (Failing(402, "billing_error"), ServiceRefusedError, "no credit"),
        (Failing(403, "permission_error"), ServiceRefusedError, "the key may not do this"),
        (Failing(404, "not_found_error"), ServiceRefusedError, "no such model"),
        (Failing(429, "rate_limit_error", code="enforced_spend_limit_reached"), ServiceRefusedError, "spending"),
        (Failing(429, "rate_limit_error", retry_after="3600"), ServiceBusyError, "too many requests"),
    ],
)
async def test_what_no_waiting_helps_is_asked_once(stand_in, at, waits, failing, error, told):
    there = stand_in(failing)
    async with at(there.address) as claude:
        with pytest.raises(error, match=told) as raised:
            await claude.ask(question())
    assert "req_000001" in str(raised.value)
    assert len(there.asked) == 1
    assert not waits


async def test_a_wrong_key_is_told_without_being_shown(stand_in, at):
    there = stand_in(RED)
    async with at(there.address, key="sk-ant-wrong") as claude:
        with pytest.raises(ServiceRefusedError, match="ANTHROPIC_API_KEY") as raised:
            await claude.ask(question())
    assert "sk-ant-wrong" not in str(raised.value)


async def test_a_server_that_stumbles_is_asked_again(stand_in, at):
    there = stand_in([Failing(500, "api_error"), Failing(503, "api_error"), RED])
    async with at(there.address) as claude:
        assert (await claude.ask(question())).value.name == "red"


async def test_a_broken_connection_counts_as_paid_and_is_made_anew(stand_in, at):
    behaviour = Behaviour(failing=0.5, faults=("reset",), seed=2)
    assert behaviour.fault("claude", 0)
    assert not behaviour.fault("claude", 1)
    there = stand_in(RED, behaviour)
    async with at(there.address) as claude:
        answer = await claude.ask(question())
    clean = claude_model(MODEL).cost_usd(answer.usage)
    assert answer.cost_usd > clean
    assert claude.budget.spent_usd == pytest.approx(answer.cost_usd)


async def test_a_connection_that_never_comes_is_unreachable(at):
    async with at("http://127.0.0.1:9") as claude:
        with pytest.raises(UnreachableError, match="connection to Claude failed"):
            await claude.ask(question())


@pytest.mark.parametrize(
    "came",
    [
        HTMLResponse("<html>Sign in to the hotel's network</html>"),
        JSONResponse({"hello": "world"}),
        Response('{"type": "message", "content": [', media_type="application/json"),
        JSONResponse({"type": "message", "content": [], "stop_reason": "end_turn", "role": "assistant"}),
    ],
)
async def test_what_is_no_message_is_no_answer(stand_in, at, came):
    there = stand_in(lambda _: came)
    async with at(there.address) as claude:
        with pytest.raises(AnswerError):
            await claude.ask(question())
    assert len(there.asked) == 2
    assert claude.budget.spent_usd > 0, "nobody knows whether it was paid for"


async def test_an_answer_in_another_form_is_asked_for_once_more(stand_in, at):
    there = stand_in([{**RED, "share": 7}, RED])
    async with at(there.address) as claude:
        answer = await claude.ask(question())
    assert answer.value.share == 0.5
    assert answer.cost_usd > claude_model(MODEL).cost_usd(answer.usage), "the first answer was paid for"


async def test_an_answer_that_stays_wrong_is_told_with_its_faults(stand_in, at):
    there = stand_in({**RED, "share": 7})
    async with at(there.address) as claude:
        with pytest.raises(AnswerError, match="share: Input should be less than or equal to 1"):
            await claude.ask(question())
    assert len(there.asked) == 2


@pytest.mark.parametrize("reason", ["max_tokens", "model_context_window_exceeded", "pause_turn", "something_new"])
async def test_an_answer_that_is_cut_off_is_none_even_if_it_can_be_read(stand_in, at, reason):
    there = stand_in(Stopping(reason, json.dumps(RED)))
    async with at(there.address) as claude:
        with pytest.raises(AnswerError, match=f"stopped with {reason}"):
            await claude.ask(question())


async def test_a_refusal_is_told_with_its_category_and_paid_for_once(stand_in, at):
    there = stand_in(Stopping("refusal"))
    async with at(there.address) as claude:
        with pytest.raises(DeclinedError, match="bio"):
            await claude.ask(question())
    assert len(there.asked) == 1
    assert claude.budget.spent_usd > 0


async def test_no_question_is_asked_that_the_budget_has_no_room_for(stand_in, at):
    there = stand_in(RED)
    async with at(there.address, most_usd=0.0001) as claude:
        with pytest.raises(BudgetSpentError, match="no room for one more question"):
            await claude.ask(question())
    assert not there.count.all


async def test_questions_at_once_do_not_pass_the_budget_together(stand_in, at):
    there = stand_in(RED, Behaviour(latency={EVERY: 0.05}))
    answered = []

    async def ask(claude, number):
        try:
            answered.append(await claude.ask(question(f"Colour {number}?")))
        except BudgetSpentError:
            return

    async with at(there.address, most_usd=0.014) as claude, anyio.create_task_group() as group:
        for number in range(8):
            group.start_soon(ask, claude, number)
    assert 1 <= len(answered) <= 3, "an attempt may cost 0.004 USD and more"
    assert claude.budget.spent_usd <= 0.014


async def test_a_deadline_ends_a_question_and_its_attempt_counts_as_paid(stand_in, at):
    there = stand_in(RED, Behaviour(latency={EVERY: 5}))
    async with at(there.address) as claude:
        with pytest.raises(TimedOutError, match="within 0 s"):
            await claude.ask(question(), seconds=0.2)
    assert claude.budget.spent_usd > 0


async def test_an_attempt_that_takes_too_long_is_made_again(stand_in, at):
    there = stand_in(RED, Behaviour(latency={EVERY: 5}))
    async with at(there.address, timeout=0.05) as claude:
        with pytest.raises(TimedOutError, match="did not answer in time"):
            await claude.ask(question())


async def test_a_model_without_known_prices_is_not_asked(stand_in, at):
    there = stand_in(RED)
    async with at(there.address) as claude:
        with pytest.raises(UnknownNameError, match="claude-haiku-5-5"):
            await claude.ask(question(model="claude-haiku-5"))
    assert not there.count.all


async def test_the_environment_says_where_claude_is(stand_in, monkeypatch):
    there = stand_in(RED)
    monkeypatch.setenv("ANTHROPIC_BASE_URL", there.address)
    async with open_claude(KEY, Budget(1)) as claude:
        assert (await claude.ask(question())).value.name == "red"


async def test_retries_of_the_sdk_are_off(stand_in):
    there = stand_in([Failing(500, "api_error"), RED])
    async with open_claude(KEY, Budget(1), address=there.address) as claude:
        claude._sleep = lambda _: anyio.sleep(0)
        await claude.ask(question())
    assert len(there.count.all) == 2


@pytest.mark.parametrize(
    "change",
    [{"text": "Which?"}, {"system": "Name."}, {"effort": "high"}, {"max_tokens": 1}, {"model": "claude-opus-5-5"}],
)
def test_questions_that_differ_in_anything_have_other_ids(change):
    assert question().id == question().id
    assert question(**change).id != question().id


def test_the_form_belongs_to_a_question():
    class Hue(Colour):
        tone: str

    assert question(form=Hue).id != question().id


def test_prices_of_long_prompts_hold_for_the_whole_request():
    model = claude_model(MODEL)
    assert model.cost_usd(Usage(input_tokens=100_000, output_tokens=1_000)) == pytest.approx(0.01 + 0.0005)
    assert model.cost_usd(Usage(input_tokens=100_001, output_tokens=1_000)) == pytest.approx(0.0500005 + 0.0025)
    cached = Usage(input_tokens=1, cache_read_tokens=100_000, output_tokens=0)
    assert model.cost_usd(cached) == pytest.approx((1 + 10_000) * 0.5e-6)
