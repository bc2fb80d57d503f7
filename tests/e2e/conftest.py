"""Fixtures: a sandbox per test, and a count of leftover processes per test and per run."""

import itertools
import os
import shutil
import signal
import tempfile
from pathlib import Path

import pytest

pytest.register_assert_rewrite("harness", "blocks", "mcp_peer")

import harness  # noqa: E402
from harness import BIN, Box, RUN_MARK, RUN_VAR, describe, processes_with, wait_until  # noqa: E402

_numbers = itertools.count(1)


def pytest_sessionstart(session):
    """Before any worker starts: the programs are there, and the run has a directory."""
    os.environ.pop("K_SESSION", None)
    if session.config.option.collectonly:
        return
    missing = [name for name in ("k", "km", "kept") if not os.access(BIN / name, os.X_OK)]
    if missing:
        pytest.exit(f"no {', '.join(missing)} in {BIN}: build first, or set KEPT_BIN", returncode=2)
    if RUN_VAR not in os.environ:
        # Short, because a socket path has 108 bytes.
        os.environ[RUN_VAR] = tempfile.mkdtemp(prefix="ke", dir="/tmp")
        os.chmod(os.environ[RUN_VAR], 0o755)
        session.config.kept_owner = True


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    """Once, after all workers: nothing that this run started may still be there."""
    if not getattr(session.config, "kept_owner", False):
        return
    run = os.environ[RUN_VAR]
    left = []
    try:
        wait_until(lambda: not processes_with(RUN_MARK, run), 15)
    except AssertionError:
        left = processes_with(RUN_MARK, run)
    for pid in left:
        print(f"\nleft after the whole run: {describe(pid)}")
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    shutil.rmtree(run, ignore_errors=True)
    if left:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.when == "call" and report.failed:
        for name in ("box", "bash", "nobody_box"):
            if name in item.funcargs:
                report.sections.append(("evidence", item.funcargs[name].evidence()))
                break


def _make_box(uid=None):
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    root = Path(os.environ[RUN_VAR], f"{worker}.{next(_numbers)}")
    root.mkdir()
    return Box(root, uid)


@pytest.fixture
def box():
    """A private world for one test; fails the test when one of its processes outlives its session."""
    it = _make_box()
    yield it
    problems = it.close()
    assert not problems, "\n".join(problems)


@pytest.fixture
def bash(box):
    """A sandbox with a bash session named s."""
    box.new("s")
    return box


@pytest.fixture
def nobody_box():
    """A sandbox whose commands run under another uid; only root can make one."""
    it = _make_box(harness.NOBODY if os.getuid() == 0 else None)
    yield it
    problems = it.close()
    assert not problems, "\n".join(problems)
