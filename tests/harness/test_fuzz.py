"""Fuzzing: rounds with seeds of their own, nothing sent twice, within the limits of the run."""

from collections import Counter
from dataclasses import replace

import pytest

from tests.harness.conftest import smoke
from wattos_testkit.harness.engine import Check
from wattos_testkit.harness.events import Exchange, PhaseStarted, Progress, RunFinished
from wattos_testkit.harness.profiles import PROFILES, Fuzz

FEW = Fuzz(examples=8, requests=1_000, seconds=60, steps=2, rounds=3)


def fuzzed(url, fuzz, **more):
    """Run a small check with so much fuzzing; return the end, the addresses and the progress of it."""
    one = Check(smoke(url, **{"max_requests": 2_000, "max_seconds": 300.0, **more}))
    one.run.profile = replace(one.run.profile, fuzz=fuzz)
    phase, asked, said, end = "", [], [], None
    for event in one:
        phase = event.name if isinstance(event, PhaseStarted) else phase
        if phase == "conform" and isinstance(event, Exchange):
            asked.append(event.url)
        elif phase == "conform" and isinstance(event, Progress):
            said.append(event.message)
        end = event
    assert isinstance(end, RunFinished)
    return end, asked, said


@pytest.fixture(scope="module")
def rounds(healthy):
    """Fuzz three rounds."""
    return fuzzed(healthy, FEW)


def test_each_round_asks_something_new(rounds):
    """Later rounds are told as such, and bring requests that the first one has not sent."""
    end, asked, said = rounds
    assert (end.exit_code, end.reason) == (0, "")
    assert any(message.startswith("round 3: ") for message in said)
    assert len(asked) > 150


def test_no_request_is_sent_twice(rounds):
    """What is made up again is answered from memory."""
    _, asked, _ = rounds
    assert max(Counter(asked).values()) == 1


def test_the_same_seed_makes_the_same_rounds(healthy, rounds):
    """All rounds come from the seed of the run; another seed makes others."""
    assert fuzzed(healthy, FEW)[1] == rounds[1]
    assert fuzzed(healthy, replace(FEW, rounds=1), seed=7)[1] != rounds[1]


def test_fuzzing_ends_with_its_own_budget(healthy):
    """So many requests and no more, and the rest of the run does not suffer."""
    end, asked, _ = fuzzed(healthy, replace(FEW, requests=40))
    assert len(asked) == 40
    assert (end.exit_code, end.reason, end.notes) == (0, "", ())


def test_fuzzing_ends_at_the_limits_of_the_run(healthy):
    """A limit that cuts the first round is said, and is no reason to call the run broken off."""
    end, asked, _ = fuzzed(healthy, FEW, max_requests=150)
    assert end.requests == 150
    assert 0 < len(asked) < 150
    assert (end.exit_code, end.reason) == (0, "")
    assert end.notes == ("fuzzing was not finished: the limit of 150 requests is reached (--max-requests)",)


def test_the_deep_profile_fuzzes_until_its_hour_is_over():
    """Nothing but time and requests ends it; the standard profile has one round."""
    deep, standard = PROFILES["deep"], PROFILES["standard"]
    assert deep.fuzz is not None
    assert standard.fuzz is not None
    assert deep.fuzz.rounds >= 1_000
    assert deep.fuzz.seconds >= deep.limits.seconds
    assert deep.fuzz.requests >= deep.limits.requests
    assert standard.fuzz.rounds == 1
