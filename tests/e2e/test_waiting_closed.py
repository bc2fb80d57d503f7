"""Programs of another user, into which the daemon may not look: `su`, and what has the set-user-id bit."""

import json
import os
import shutil
import time

import pytest
from harness import SLACK

WATCHED_SECONDS = 4


@pytest.fixture
def session(nobody_box):
    nobody_box.new("s")
    return nobody_box


@pytest.fixture
def setuid(session):
    """Copies a program into the session's directory as root's, with the set-user-id bit."""
    if os.getuid() != 0:
        pytest.skip("only root can make a program that runs as root")

    def copy(path):
        target = session.cwd / f"root-{os.path.basename(path)}"
        shutil.copy(path, target)
        os.chmod(target, 0o4755)
        return f"./{target.name}"

    return copy


def test_su_asks_for_a_password(session):
    value = session.run("su -c true root")
    assert value["status"] == "waiting", value
    given = value["input"]
    assert (given["kind"], given["process"], given["evidence"]) == ("password", "su", "quiet"), value
    assert given["prompt"].strip() == "Password:"
    assert session.k("int", "s").rc == 0


def test_a_wrong_password_is_asked_for_no_more(session):
    value = session.run("su -c true root")
    assert value["status"] == "waiting", value
    assert session.k("send", "s", "certainly wrong").rc == 0
    ended = session.until_status(value["cell_id"], "done", "error")
    assert "failure" in ended["output"].lower(), ended


def test_a_reader_with_a_prompt(session, setuid):
    value = session.run(f"printf 'Full name []: '; {setuid('/bin/cat')}")
    assert value["status"] == "waiting", value
    assert (value["input"]["kind"], value["input"]["evidence"]) == ("line", "quiet"), value


@pytest.mark.parametrize("prompt", ["", "Go on? [Y/n] ", "Connecting to host: "])
def test_a_sleeper_never_waits(session, setuid, prompt):
    cell = session.fire(f"printf '{prompt}'; {setuid('/bin/sleep')} 1000")
    time.sleep(WATCHED_SECONDS * SLACK)
    assert session.poll("s", cell)["status"] == "running"
    events = (session.state / "s" / "events.ndjson").read_text().splitlines()
    assert "waiting" not in [json.loads(event)["type"] for event in events]
