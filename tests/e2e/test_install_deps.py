"""scripts/install-deps with a package manager of ours: a fresh machine cannot be had for each test."""

import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


def install(tmp_path, known, purpose="build"):
    """Runs it where dpkg knows only `known` as installed; returns what it asked apt-get for."""
    tools = tmp_path / "bin"
    tools.mkdir()
    asked = tmp_path / "asked"
    listing = "".join(f"installed {package}\\n" for package in known)
    # Like the real one, it fails when it has never heard of one of the packages.
    (tools / "dpkg-query").write_text(f"#!/bin/sh\nprintf '{listing}'\nexit 1\n")
    (tools / "apt-get").write_text(f'#!/bin/sh\necho "$@" >> {asked}\n')
    (tools / "sudo").write_text('#!/bin/sh\nexec "$@"\n')
    for tool in tools.iterdir():
        tool.chmod(0o755)
    done = subprocess.run([ROOT / "scripts/install-deps", purpose], capture_output=True, text=True,
                          env={**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"})
    assert done.returncode == 0, done.stderr
    return asked.read_text().split() if asked.exists() else []


def test_a_machine_that_knows_none_of_the_packages(tmp_path):
    words = install(tmp_path, known=[])
    assert {"update", "install", "g++", "cmake", "libutf8proc-dev"} <= set(words)


def test_only_what_is_missing(tmp_path):
    words = install(tmp_path, known=["g++", "cmake"])
    assert "libutf8proc-dev" in words
    assert not {"g++", "cmake"} & set(words)


def test_what_the_tests_run_and_no_compiler_for_haskell(tmp_path):
    words = install(tmp_path, known=[], purpose="test")
    assert {"lldb", "postgresql", "mariadb-server-core", "mariadb-client-core", "r-base-core", "redis-server"} <= set(words)
    assert "ghc" not in words, "800 MB for one test, which skips without it"
