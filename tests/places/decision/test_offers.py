"""States, deadlines, refusals and calls; the checker agrees with every day of drawn decisions."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimizer.common.errors import InputError
from optimizer.places.allocate import allocate_places
from optimizer.places.decision.offers import Answer, AnswerWord, process_answers
from optimizer.places.decision.states import HELD, OPEN, Decision, OfferState, Stage, confirm, open_decision, publish
from optimizer.places.model import PlacesProblem
from optimizer.places.policy import Offers, Policy
from optimizer.places.referee.decision.decision_check import check_decision
from tests.places.markets import policies, problems
from tests.places.small import small_policy, small_problem

DAY = date(2026, 6, 10)


def confirmed(problem: PlacesProblem, policy: Policy, seed: str = "7") -> Decision:
    result = replace(allocate_places(problem, policy, seed=seed), official=True)
    return confirm(publish(open_decision(result, DAY), DAY), policy, DAY, "某局")


def answered(name: str, word: AnswerWord, on: date = DAY) -> Answer:
    return Answer(applicant=name, answer=word, on=on)


def state_of(decision: Decision, name: str) -> OfferState:
    return [one for one in decision.offers if one.applicant == name][-1].state


def test_a_declined_place_goes_to_the_next_in_order() -> None:
    problem, policy = small_problem(), small_policy()
    decision = confirmed(problem, policy)
    first = next(one for one in decision.offers if one.pool == "X/1" and one.state in OPEN)
    after, warnings = process_answers(problem, policy, decision, [answered(first.applicant, AnswerWord.DECLINE)], DAY)
    assert not warnings
    calls = [one for one in after.offers if one.called]
    assert calls and calls[0].pool == "X/1" and calls[0].answer_by == DAY + timedelta(days=7)
    assert state_of(after, first.applicant) is OfferState.DECLINED
    assert not check_decision(problem, policy, after)
    chosen = calls[0]
    then, _ = process_answers(problem, policy, after, [answered(chosen.applicant, AnswerWord.ACCEPT)], DAY)
    assert state_of(then, chosen.applicant) is OfferState.ACCEPTED
    assert not check_decision(problem, policy, then)


def test_deadline_and_late_answers() -> None:
    problem, policy = small_problem(), small_policy()
    decision = confirmed(problem, policy)
    name = next(one.applicant for one in decision.offers if one.state in OPEN)
    last = DAY + timedelta(days=7)
    in_time, warnings = process_answers(problem, policy, decision, [answered(name, AnswerWord.ACCEPT, last)], last)
    assert state_of(in_time, name) is OfferState.ACCEPTED and not warnings
    after = last + timedelta(days=1)
    late, warnings = process_answers(problem, policy, decision, [answered(name, AnswerWord.ACCEPT, after)], after)
    assert next(one for one in late.offers if one.applicant == name).state is OfferState.EXPIRED
    assert [one.code for one in warnings] == ["P836"]
    assert not [one for one in late.offers if one.state is OfferState.OFFERED]
    assert not check_decision(problem, policy, late)


def test_too_many_refusals_go_to_the_end() -> None:
    problem = small_problem()
    policy = replace(small_policy(), offers=Offers(days_to_accept=7, refusals_allowed=0))
    decision = confirmed(problem, policy)
    first = next(one for one in decision.offers if one.pool == "X/1" and one.state in OPEN)
    after, _ = process_answers(problem, policy, decision, [answered(first.applicant, AnswerWord.DECLINE)], DAY)
    again = [one for one in after.offers if one.applicant == first.applicant and one.called]
    assert not [one for one in again if one.pool == "X/1"]
    assert not check_decision(problem, policy, after)


def test_the_stages_are_kept_in_order() -> None:
    problem, policy = small_problem(), small_policy()
    trial = open_decision(allocate_places(problem, policy, seed="7"), DAY)
    official = open_decision(replace(trial.result, official=True), DAY)
    cases = [
        (lambda: publish(trial, DAY), "P839"),
        (lambda: confirm(official, policy, DAY, "某局"), "P830"),
        (lambda: publish(official, DAY - timedelta(days=1)), "P830"),
        (lambda: confirm(publish(official, DAY), policy, DAY, " "), "P838"),
        (lambda: process_answers(problem, policy, publish(official, DAY), [], DAY), "P835"),
    ]
    for attempt, code in cases:
        with pytest.raises(InputError) as caught:
            attempt()
        assert [one.code for one in caught.value.findings] == [code]


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ([answered("nobody", AnswerWord.ACCEPT)], "P831"),
        ([answered("A", AnswerWord.WITHDRAW), answered("A", AnswerWord.WITHDRAW)], "P833"),
        ([answered("A", AnswerWord.WITHDRAW, DAY + timedelta(days=9))], "P834"),
    ],
)
def test_answers_that_make_no_sense(answers: list[Answer], code: str) -> None:
    problem, policy = small_problem(), small_policy()
    with pytest.raises(InputError) as caught:
        process_answers(problem, policy, confirmed(problem, policy), answers, DAY)
    assert code in {one.code for one in caught.value.findings}


def test_an_answer_without_an_offer() -> None:
    problem, policy = small_problem(), small_policy()
    decision = confirmed(problem, policy)
    name = decision.result.unplaced[0].applicant
    with pytest.raises(InputError) as caught:
        process_answers(problem, policy, decision, [answered(name, AnswerWord.ACCEPT)], DAY)
    assert [one.code for one in caught.value.findings] == ["P832"]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_every_day_of_a_drawn_decision_passes_the_checker(data: st.DataObject) -> None:
    policy = data.draw(policies(families=data.draw(st.booleans()), reserves=data.draw(st.booleans())))
    policy = replace(policy, offers=Offers(days_to_accept=2, refusals_allowed=data.draw(st.integers(0, 1))))
    problem = data.draw(problems(families=True, largest=6))
    try:
        decision = confirmed(problem, policy)
    except InputError:
        return
    day = DAY
    for _ in range(4):
        answers = []
        for one in decision.offers:
            if one.state in OPEN:
                word = data.draw(st.sampled_from([None, *AnswerWord]))
                if word is not None:
                    answers.append(answered(one.applicant, word, day))
        decision, _ = process_answers(problem, policy, decision, answers, day)
        assert decision.stage is Stage.CONFIRMED
        assert not check_decision(problem, policy, decision)
        inside = Counter(one.pool for one in decision.offers if one.state in HELD)
        capacity = {one.id: one.capacity for one in problem.pools}
        assert all(count <= capacity[pool] for pool, count in inside.items())
        day += timedelta(days=data.draw(st.integers(0, 3)))


def test_the_checker_sees_wrong_decisions() -> None:
    problem, policy = small_problem(), small_policy()
    decision = confirmed(problem, policy)
    first = next(one for one in decision.offers if one.pool == "X/1" and one.state in OPEN)
    after, _ = process_answers(problem, policy, decision, [answered(first.applicant, AnswerWord.DECLINE)], DAY)
    call = next(one for one in after.offers if one.called)
    rest = tuple(one for one in after.offers if one is not call)
    held = {one.applicant for one in rest if one.state in HELD}
    passed = [
        one.id
        for one in problem.applicants
        if one.id not in {call.applicant, first.applicant, *held} and "X" in one.preferences
    ]
    cases = [
        (replace(after, steps=after.steps[:1] + after.steps[2:]), "R670"),
        (replace(after, offers=(*after.offers, replace(call, pool="Z/1"))), "R671"),
        (replace(after, offers=(*rest, replace(call, answer_by=DAY + timedelta(days=30)))), "R672"),
        (replace(after, offers=(*rest, replace(call, state=OfferState.EXPIRED, since=DAY))), "R672"),
        (replace(after, offers=rest[1:]), "R671"),
    ]
    assert passed
    cases.append((replace(after, offers=(*rest, replace(call, applicant=passed[0]))), "R674"))
    for changed, code in cases:
        assert code in {one.code for one in check_decision(problem, policy, changed)}
