"""What workers share: the state, counters, notes and the journal, each seen by all at once."""

import os
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from wattos_testkit.faults.plan import Plan
from wattos_testkit.faults.scenario.reading import placements_of
from wattos_testkit.fleet.open import open_fleet
from wattos_testkit.server.cache import AnswerCache, Kept
from wattos_testkit.server.clock import Clock
from wattos_testkit.server.control.board import START, Board
from wattos_testkit.server.control.journal import SLOTS, Journal, noted
from wattos_testkit.server.control.state import ADDED, Entry, State
from wattos_testkit.server.live import Live

TRIP = {"fault": "inverter-trip", "on": "PV000001", "from": "2024-03-20T10:12:00Z", "for": "95min"}
NOON = Clock.parse("2024-03-20T12:00:00Z")


def _tripped() -> State:
    placements = placements_of(TRIP, open_fleet(), name="trip")
    return State(entries=(Entry(fault_id="trip", origin=ADDED, asked=TRIP, placements=placements),), added=1)


def _note(
    journal: Journal, status: int, method: str, path: bytes, query: bytes, token: bytes | None, name: bytes
):
    journal.note(name, journal.record(status, method, path, query, token))


@pytest.fixture
def boards(tmp_path: Path):
    """Two workers' boards on one folder."""
    Board.create(tmp_path, State(clock=NOON))
    Journal.create(tmp_path)
    pair = Board(tmp_path), Board(tmp_path)
    yield pair
    for one in pair:
        one.close()


def test_a_change_is_seen_by_the_other(boards: tuple[Board, Board]):
    """What one changes the other sees at its next look, and the same object until then."""
    one, other = boards
    before = other.current()
    assert other.current() is before
    assert before.clock == NOON
    assert before.plan.placements == ()
    one.change(lambda state: replace(_tripped(), clock=state.clock))
    after = other.current()
    assert after.generation == before.generation + 1
    assert [one.name for one in after.plan.placements] == ["trip"]
    assert after.plan.digest == one.current().plan.digest
    assert other.state == one.state
    assert after.clock == NOON


def test_a_change_that_fails_changes_nothing(boards: tuple[Board, Board]):
    """Whatever is raised while changing: the state is the old one, and others can go on."""
    one, other = boards
    before = one.current()

    def fail(state: State) -> State:
        raise ZeroDivisionError(state)

    with pytest.raises(ZeroDivisionError):
        one.change(fail)
    assert one.current() is before
    other.change(lambda state: replace(state, clock=None))
    assert one.current().clock is None


def test_reset_goes_back_to_the_start(boards: tuple[Board, Board]):
    """After a reset state, counters and notes are as they were, and the journal is empty."""
    one, other = boards
    one.change(lambda _: _tripped())
    assert [one.next("a"), other.next("a"), one.next("a"), one.next("b")] == [1, 2, 3, 1]
    assert one.amend("n", lambda text: text + "x") == "x"
    assert other.amend("n", lambda text: text + "y") == "xy"
    _note(Journal(one.folder), 200, "GET", b"/x", b"", None, b"1")
    other.reset()
    assert one.state == State(clock=NOON)
    assert (one.next("a"), one.amend("n", lambda text: text + "z")) == (1, "z")
    assert noted(one.folder, one.cleared) == []


def test_savepoints(boards: tuple[Board, Board]):
    """A savepoint brings back what was, as often as it is asked for; the first one stays for ever."""
    one, other = boards
    one.change(lambda _: _tripped())
    number = one.savepoint()
    for _ in range(2):
        other.change(lambda state: replace(state, clock=None, entries=()))
        assert other.restore(number)
        assert one.state == _tripped()
    assert one.forget(number)
    assert not one.forget(number)
    assert not one.restore(number)
    assert not one.forget(START)
    assert one.restore(START)


def test_many_processes_count_together(boards: tuple[Board, Board]):
    """Counters of four processes at once give every number once."""
    folder = boards[0].folder
    code = (
        "import sys; from pathlib import Path; from wattos_testkit.server.control.board import Board\n"
        "board = Board(Path(sys.argv[1]))\nprint(*(board.next('n') for _ in range(250)))"
    )
    workers = [
        subprocess.Popen([sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    numbers = sorted(int(word) for one in workers for word in one.communicate(timeout=60)[0].split())
    assert numbers == list(range(1, 1001))


def test_the_state_is_written_and_read():
    """A state that was written down is the same when it is read, placements and all."""
    state = replace(_tripped(), clock=Clock(1.5, 2.5, 60.0), scenario={"name": "x"})
    assert State.read(state.text()) == state


def test_the_journal_remembers_the_last(boards: tuple[Board, Board]):
    """The ring holds the last requests, in their order, whatever came before."""
    journal = Journal(boards[0].folder)
    for number in range(SLOTS + 10):
        _note(journal, 200, "GET", b"/pv/data", b"n=%d" % number, b"Bearer secret", b"id-%d" % number)
    found = noted(boards[0].folder)
    assert [one.query for one in found] == [f"n={number}" for number in range(10, SLOTS + 10)]
    assert found[0].request_id == "id-10"
    assert found[0].worker == os.getpid()
    assert not found[0].cut


def test_the_journal_knows_no_token(boards: tuple[Board, Board]):
    """Equal credentials have equal hashes, others others, and the token stands in no file."""
    folder = boards[0].folder
    journal = Journal(folder)
    for token in (b"Bearer very-secret", b"Bearer other", b"Bearer very-secret", None):
        _note(journal, 200, "GET", b"/", b"", token, b"1")
    first, second, third, none = (one.token for one in noted(folder))
    assert first == third != second
    assert none is None
    assert all(b"very-secret" not in path.read_bytes() for path in folder.iterdir())


def test_the_journal_cuts_what_is_too_long(boards: tuple[Board, Board]):
    """A target beyond its slot is kept as far as it fits, and says so."""
    journal = Journal(boards[0].folder)
    _note(journal, 414, "BREW", b"/" + b"x" * 5000, b"q" * 5000, None, b"r" * 128)
    _note(journal, 0, "GET", b"/", b"", None, b"1")
    long, dropped = noted(boards[0].folder)
    assert long.cut
    assert long.path == "/" + "x" * 199
    assert long.method == "?"
    assert (dropped.status, dropped.cut) == (None, False)


def test_a_database_that_is_busy_is_waited_for(boards: tuple[Board, Board]):
    """A change waits for that of another, and both are made."""
    one, other = boards

    def both(state: State) -> State:
        with pytest.raises(sqlite3.OperationalError):
            sqlite3.connect(one.folder / "state.sqlite", timeout=0).execute("BEGIN IMMEDIATE")
        return replace(state, added=state.added + 1)

    one.change(both)
    other.change(both)
    assert one.state.added == 2


def test_an_answer_of_before_is_not_kept():
    """What was under way while something was changed is of another snapshot: it is not answered again."""
    before, after = Live(generation=1), Live(generation=2)
    cache = AnswerCache()
    key, kept = (b"/", b"", None, None), Kept(b'"1"', (), (b"x",))
    cache.renew(before)
    cache.put(key, kept, before)
    assert cache.get(key) is kept
    cache.renew(after)
    cache.put(key, kept, before)
    assert cache.get(key) is None
    rough = Live(Plan(placements_of({"fault": "latency"}, open_fleet(), name="slow")), generation=3)
    cache.renew(rough)
    cache.put(key, kept, rough)
    assert cache.get(key) is None
