"""Sessions of browsers, and known devices."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from fake_pypi.index import Index
from fake_pypi.index.sessions import Flash


@pytest.fixture
def index() -> Iterator[Index]:
    with closing(Index()) as opened:
        yield opened


def test_a_session_starts_without_a_user(index: Index) -> None:
    session = index.sessions.create()
    assert (session.user_id, len(session.id), len(session.csrf_token)) == (None, 43, 43)
    assert index.sessions.get(session.id) == session
    assert index.sessions.get("another") is None


def test_a_session_ends_twelve_hours_after_its_last_use(index: Index) -> None:
    session = index.sessions.create()
    index.clock.advance(hours=11)
    assert index.sessions.get(session.id) is not None
    index.clock.advance(hours=11)
    assert index.sessions.get(session.id) is not None
    index.clock.advance(hours=12, seconds=1)
    assert index.sessions.get(session.id) is None
    index.sessions.create()
    assert index.db.value("SELECT count(*) FROM sessions") == 1


def test_logging_in_changes_the_id_and_the_csrf_token_and_keeps_the_rest(index: Index) -> None:
    session = index.sessions.create()
    index.sessions.flash(session, "kept")
    logged_in = index.sessions.log_in(session, "u1", 5.0)
    assert index.sessions.get(session.id) is None
    assert logged_in.csrf_token != session.csrf_token
    assert (logged_in.user_id, logged_in.password_changed) == ("u1", 5.0)
    assert logged_in.authenticated == pytest.approx(index.clock.timestamp(), abs=5)
    assert index.sessions.take_flashes(logged_in) == [Flash("kept")]


def test_another_user_gets_nothing_of_a_session(index: Index) -> None:
    session = index.sessions.log_in(index.sessions.create(), "u1", 0)
    index.sessions.flash(session, "private")
    other = index.sessions.log_in(session, "u2", 0)
    assert other.user_id == "u2"
    assert index.sessions.take_flashes(other) == []
    assert index.sessions.get(session.id) is None


def test_a_message_is_shown_once(index: Index) -> None:
    session = index.sessions.create()
    index.sessions.flash(session, "first", "error")
    index.sessions.flash(session, "second <b>", "success")
    assert index.sessions.take_flashes(session) == [Flash("first", "error"), Flash("second <b>", "success")]
    assert index.sessions.take_flashes(session) == []


def test_a_session_remembers_what_is_being_set_up(index: Index) -> None:
    session = index.sessions.log_in(index.sessions.create(), "u1", 0)
    index.sessions.set_totp_secret(session, b"secret")
    index.sessions.set_challenge(session, b"challenge")
    index.clock.advance(minutes=40)
    index.sessions.confirm_password(session, 7.0)
    stored = index.sessions.get(session.id)
    assert stored is not None
    assert (stored.totp_secret, stored.challenge, stored.password_changed) == (b"secret", b"challenge", 7.0)
    assert stored.authenticated == pytest.approx(index.clock.timestamp(), abs=5)
    index.sessions.end(session)
    assert index.sessions.get(session.id) is None


def test_a_device_is_known_once_it_was_confirmed(index: Index) -> None:
    device = index.devices.await_confirmation("u1", "203.0.113.1", 60)
    assert device is not None
    assert not index.devices.is_confirmed("u1", "203.0.113.1")
    assert index.devices.address(device, "u1") == "203.0.113.1"
    assert index.devices.address(device, "u2") is None
    index.devices.confirm("u1", "203.0.113.1")
    assert index.devices.is_confirmed("u1", "203.0.113.1")
    assert not index.devices.is_confirmed("u1", "203.0.113.2")
    assert not index.devices.is_confirmed("u2", "203.0.113.1")


def test_a_device_waits_for_one_confirmation_at_a_time(index: Index) -> None:
    assert index.devices.await_confirmation("u1", "203.0.113.1", 60) is not None
    assert index.devices.await_confirmation("u1", "203.0.113.1", 60) is None
    index.clock.advance(seconds=61)
    assert index.devices.await_confirmation("u1", "203.0.113.1", 60) is not None
