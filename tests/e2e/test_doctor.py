"""`k doctor`: finds what is wrong, says how to put it right, and changes nothing."""

import json
import os
import shutil
import socket
import subprocess

import pytest
from harness import BIN, K, NOBODY, wait_until
from person import Person


def findings(box, *, rc=0, **options):
    """By name of the check: its status, text and fix."""
    result = box.k("doctor", "--json", **options)
    assert result.rc == rc, repr(result)
    value = result.json
    assert list(value) == ["status", "version", "commit", "checks"]
    worst = {"ok": 0, "note": 0, "warning": 1, "error": 2}
    assert worst[value["status"]] == max(worst[check["status"]] for check in value["checks"])
    for check in value["checks"]:
        assert set(check) <= {"check", "status", "text", "fix", "items"} and check["text"]
        assert check["status"] in ("ok", "note") or check.get("fix"), f"no way out: {check}"
    return {check["check"]: check for check in value["checks"]}


def items(checks, name):
    """All that a check names, whosever: other tests run beside this one."""
    return checks.get(name, {}).get("items", [])


def test_all_is_well(box):
    box.new("s")
    checks = findings(box)
    for name in ("runtime", "state", "space", "sessions", "leftovers", "kernel", "limits", "terminal", "bash", "profiles"):
        assert checks[name]["status"] == "ok", checks[name]
    assert checks["sessions"]["text"] == "1 live, 0 ended"
    assert str(box.run_dir) in checks["runtime"]["text"] and str(box.state) in checks["state"]["text"]
    assert "answers" not in checks
    assert not [item for item in items(checks, "strays") if f"(process {box.daemon('s')})" in item]


def test_evidence_is_tried_out(box):
    """What the daemon relies on here, the doctor must see too."""
    box.new("s")
    waiting = box.run("read x")
    seen = waiting["status"] == "waiting" and waiting["input"]["evidence"] == "kernel"
    assert (findings(box)["waiting"]["status"] == "ok") == seen
    box.k("int", "s")


def test_text_for_people(box):
    result = box.k("doctor")
    assert result.rc == 0 and result.err == ""
    assert any(line.startswith("ok       runtime     ") for line in result.lines), result.out
    assert result.lines[-1].startswith("kept ")


def test_it_makes_nothing(box):
    checks = findings(box)
    assert checks["runtime"]["status"] == "ok" and checks["sessions"]["text"] == "none"
    assert not box.run_dir.exists() and not box.state.exists()


def test_open_to_others(box):
    box.run_dir.mkdir(mode=0o755)
    check = findings(box, rc=1)["runtime"]
    assert check["status"] == "error" and "open to other users" in check["text"]
    assert check["fix"] == f"run: chmod 700 {box.run_dir}"
    subprocess.run(["sh", "-c", check["fix"].removeprefix("run: ")], check=True)
    assert findings(box)["runtime"]["status"] == "ok"


def test_a_symbolic_link(box):
    (box.root / "elsewhere").mkdir(mode=0o700)
    box.state.symlink_to(box.root / "elsewhere")
    check = findings(box, rc=1)["state"]
    assert check["status"] == "error" and "symbolic link" in check["text"] and "remove it" in check["fix"]


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give files away")
def test_somebody_elses(box, nobody_box):
    box.run_dir.mkdir(mode=0o700)
    os.chown(box.run_dir, NOBODY, NOBODY)
    check = findings(box, rc=1)["runtime"]
    assert check["status"] == "error" and f"belongs to uid {NOBODY}" in check["text"] and "KEPT_DIR" in check["fix"]
    os.chown(box.run_dir, 0, 0)
    # A place where one may not make anything.
    check = findings(nobody_box, rc=1, env={"KEPT_DIR": "/etc/kept"})["runtime"]
    assert check["status"] == "error" and "cannot be made" in check["text"] and "KEPT_DIR" in check["fix"]


def test_a_path_too_long(box):
    path = box.root / ("d" * 30)
    path.mkdir(mode=0o700)
    room = 108 - 7 - len(str(path))
    assert 8 <= room < 64
    check = findings(box, env={"KEPT_DIR": str(path)})["runtime"]
    assert check["status"] == "warning" and f"{room} characters" in check["text"]
    # Exactly so many fit, and no more.
    env = {"KEPT_DIR": str(path)}
    assert box.k("new", "n" * room, env=env).rc == 0 and box.k("new", "n" * (room + 1), env=env).rc == 1
    assert box.k("kill", "n" * room, env=env).rc == 0
    long = box.root / ("d" * 90)
    assert findings(box, rc=1, env={"KEPT_DIR": str(long)})["runtime"]["status"] == "error"


def test_ended_and_killed_sessions_are_no_faults(box):
    box.new("a")
    box.new("b")
    box.k("run", "a", "exit")
    box.kill_daemon("b")
    wait_until(lambda: findings(box)["sessions"]["text"] == "0 live, 2 ended")
    assert findings(box)["leftovers"]["status"] == "ok"


def test_leftovers(box):
    box.new("s")
    with socket.socket(socket.AF_UNIX) as old:
        old.bind(str(box.run_dir / "old.sock"))
    check = findings(box)["leftovers"]
    assert check["status"] == "warning" and check["text"].endswith(": old") and check["fix"] == "run: k kill old"
    assert box.k("kill", "old").rc == 0
    assert findings(box)["leftovers"]["status"] == "ok"


def test_a_daemon_that_does_not_answer(box):
    box.new("s")
    pid = box.daemon("s")
    os.kill(pid, 19)
    try:
        check = findings(box, rc=1)["answers"]
        assert check["status"] == "error" and "s" in check["text"] and check["fix"].endswith("k kill s")
    finally:
        os.kill(pid, 18)
    assert "answers" not in findings(box)


def test_a_daemon_whose_files_are_gone(box):
    box.new("s")
    pid = box.daemon("s")
    for path in box.run_dir.iterdir():
        path.unlink()
    check = findings(box)["strays"]
    assert check["status"] == "warning" and f"s (process {pid})" in check["items"] and "kill" in check["fix"]
    # Once told to end it is no stray any more, and it takes a moment to be gone.
    os.kill(pid, 15)
    wait_until(lambda: f"s (process {pid})" not in items(findings(box), "strays"))


def test_sessions_elsewhere(box):
    other = {"KEPT_DIR": str(box.root / "other")}
    box.extra_dirs.append(box.root / "other")
    assert box.k("new", "away", env=other).rc == 0
    check = findings(box)["elsewhere"]
    assert check["status"] == "note" and f"away in {box.root}/other" in check["items"]
    assert check["items"][0] in check["text"]
    assert box.k("kill", "away", env=other).rc == 0


def test_a_program_that_was_replaced(box):
    folder = box.root / "bin"
    folder.mkdir()
    shutil.copy(BIN / "kept", folder / "kept")
    (folder / "k").symlink_to("kept")
    assert box.call(folder / "k", "new", "s").rc == 0
    assert "replaced" not in findings(box)
    (folder / "kept").unlink()
    check = findings(box)["replaced"]
    assert check["status"] == "note" and check["text"].endswith(": s")


@pytest.mark.parametrize("value, status, rc", [("a/b", "error", 1), ("nobody-there", "warning", 0), ("s", None, 0)])
def test_k_session(box, value, status, rc):
    box.new("s")
    checks = findings(box, rc=rc, env={"K_SESSION": value})
    assert checks.get("K_SESSION", {}).get("status") == status


def test_a_broken_profile(box):
    folder = box.home / ".config/kept/profiles"
    folder.mkdir(parents=True)
    (folder / "bad.profile").write_text("nonsense\n")
    check = findings(box, rc=1)["profiles"]
    assert check["status"] == "error" and "bad.profile" in check["text"]
    (folder / "bad.profile").unlink()
    assert findings(box)["profiles"]["status"] == "ok"


def test_pictures(box, tmp_path):
    beside = (BIN / "kept-png").exists()
    assert (findings(box)["kept-png"]["status"] == "ok") == beside
    # A program that has no kept-png beside it looks in $PATH.
    shutil.copy(BIN / "kept", tmp_path / "k")
    env = {"PATH": f"{tmp_path}/tools:{box.env['PATH']}"}

    def check():
        return json.loads(box.call(tmp_path / "k", "doctor", "--json", env=env).out)["checks"]

    assert [one["status"] for one in check() if one["check"] == "kept-png"] == ["note"]
    tool = tmp_path / "tools/kept-png"
    tool.parent.mkdir()
    tool.write_text("#!/bin/sh\nexit 3\n")
    tool.chmod(0o755)
    assert [one["status"] for one in check() if one["check"] == "kept-png"] == ["error"]
    tool.write_text("#!/bin/sh\nexit 0\n")
    assert [one["status"] for one in check() if one["check"] == "kept-png"] == ["ok"]


def test_no_bash(box, tmp_path):
    check = findings(box, env={"PATH": str(tmp_path)})["bash"]
    assert check["status"] == "warning" and "k new NAME sh" in check["fix"]


def test_few_open_files(box):
    result = box.call("sh", "-c", f"ulimit -n 100; exec {K} doctor --json")
    check = [one for one in result.json["checks"] if one["check"] == "limits"][0]
    assert check["status"] == "warning" and "ulimit -n" in check["fix"]


@pytest.mark.parametrize("env, status", [({"LANG": "C.UTF-8"}, b"ok"), ({"LANG": "C"}, b"no UTF-8"),
                                         ({"TERM": "dumb"}, b"dumb"), ({"TERM": ""}, b"not set")], ids=str)
def test_the_terminal(box, env, status):
    person = Person(box, "doctor", env={"NO_COLOR": "1", "LC_ALL": ""} | env, size=(100, 40))
    assert person.end() == 0
    line = [line for line in person.seen.splitlines() if b" terminal " in line][0]
    assert status in line, line
    person.close()
