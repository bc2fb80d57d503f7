"""The manual pages say what the programs say, and are well-formed."""

import os
import re
import subprocess

import pytest
from harness import BIN, REPO

PAGES = REPO / "docs" / "man"


def rendered(name):
    """A page as text, without the overstriking of bold letters."""
    text = subprocess.run(["mandoc", "-Tutf8", "-Owidth=200", PAGES / name], capture_output=True, text=True, check=True).stdout
    return re.sub(r".\x08", "", text)


def test_k_is_up_to_date():
    done = subprocess.run([REPO / "scripts/man", "--check"], capture_output=True, text=True,
                          env=os.environ | {"KEPT_BIN": str(BIN)})
    assert done.returncode == 0, done.stderr


def test_k_has_every_verb_and_option(box):
    page = rendered("k.1")
    lines = [["agent", verb] for verb in re.findall(r"^  k agent ([a-z]+)\b", box.k("agent", "--help").out, re.M)]
    for verb in re.findall(r"^  k ([a-z]+)\b", box.k("--help").out, re.M):
        lines.append([verb])
    assert len(lines) > 30
    for line in lines:
        title = re.search(rf"^ +k {' '.join(line)}(?: .*)?\n", page, re.M)
        assert title, f"no {' '.join(line)} in k(1)"
        entry = re.split(r"\n +k [a-z]", page[title.end():])[0]
        if line == ["agent"]:
            continue
        for names in re.findall(r"^  (-\S+)", box.k(*line, "--help").out, re.M):
            if names != "-h,--help":
                assert names.replace(",", ", ") in entry, f"{names} of {' '.join(line)} is not in k(1)"


def test_km_has_every_option_and_event(box):
    page = rendered("km.1")
    text = box.km("--help").out
    events = re.search(r"Events: (.*); each", text)[1].split(", ")
    for word in [*re.findall(r"(?<= )--?\w+", text), *events]:
        assert word in page, word


@pytest.mark.parametrize("name", ["k.1", "km.1"])
def test_lint(name):
    done = subprocess.run(["mandoc", "-Tlint", PAGES / name], capture_output=True, text=True)
    # Whether the pages referred to are installed here is not this page's fault.
    complaints = [line for line in (done.stdout + done.stderr).splitlines()
                  if "referenced manual not found" not in line and "outdated mandoc.db" not in line]
    assert not complaints, "\n".join(complaints)
