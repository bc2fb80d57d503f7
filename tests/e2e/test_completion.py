"""Completions: what the program offers is what it has, and the three shells show it."""

import os
import re
import subprocess
import time

import pytest
from harness import BIN, K, REPO, wait_until
from person import Person

COMPLETIONS = REPO / "packaging" / "completions"


def offered(box, *words, **options):
    """The words that can stand in place of the last one, and the directive for files."""
    result = box.k("__complete", *words, **options)
    assert result.rc == 0 and result.err == "", repr(result)
    files, *lines = result.lines
    return [line.split("\t")[0] for line in lines], files


def words(box, *line, **options):
    return offered(box, "k", *line, **options)[0]


def usage_verbs(box):
    return re.findall(r"^  k ([a-z]+)\b", box.k("--help").out, re.M)


def help_options(text):
    found = set()
    for names in re.findall(r"^  (-\S+)", text, re.M):
        found |= set(names.split(","))
    return found


# What is offered, against what the program says about itself


def test_every_verb_and_no_other(box):
    verbs = usage_verbs(box)
    assert len(verbs) > 20
    assert words(box, "") == words(box, "help", "") and sorted(words(box, "")) == sorted(verbs)
    assert sorted(words(box, "agent", "")) == sorted(re.findall(r"^  k agent ([a-z]+)\b", box.k("agent", "--help").out, re.M))


def test_every_option_of_every_verb_and_no_other(box):
    lines = [[verb] for verb in usage_verbs(box) if verb != "agent"]
    lines += [["agent", verb] for verb in words(box, "agent", "")]
    for line in lines:
        assert set(words(box, *line, "-")) == help_options(box.k(*line, "--help").out), line
    assert not box.daemons() and not box.run_dir.exists(), "asking for options has started or made something"


def test_options_of_km(box):
    text = box.km("--help").out
    asked = set(offered(box, "km", "-")[0])
    assert {"-1", "--all", "--ready", "--screen", "--host", "--help", "--version"} <= asked
    assert {name for name in asked if name.startswith("--")} - {"--help", "--version"} == set(re.findall(r"--\w+", text))
    assert {"-h", "--help", "--version", "--host"} == set(words(box, "-"))
    assert words(box, "--host", "") == [] and words(box, "--host", "there", "rese") == ["reset"]
    assert words(box, "host", "") == ["setup", "check", "close"]


def test_options_once_unless_they_may_be_given_again(box):
    assert "--json" in words(box, "run", "--j") and words(box, "run", "--json", "--j") == []
    assert words(box, "new", "--env", "A=1", "--en") == ["--env"]


def test_sessions(box):
    for name in ("anna", "berta"):
        box.new(name)
    box.k("run", "anna", "exit")
    wait_until(lambda: box.k("ls").out == "berta\n", what="anna to have ended")
    assert words(box, "run", "") == ["berta"], "nothing can be run in one that has ended"
    assert words(box, "poll", "") == words(box, "kill", "") == ["anna", "berta"]
    assert words(box, "kill", "b") == ["berta"] and words(box, "new", "") == []
    assert offered(box, "km", "")[0] == ["anna", "berta"]
    assert words(box, "run", "-t", "5", "--json", "be") == ["berta"], "options do not count as words"


def test_cells(bash):
    bash.new("t")
    cells = [bash.done(f"echo {number}")["cell_id"] for number in range(2)]
    assert words(bash, "poll", "s", "") == cells[::-1], "the latest first"
    assert words(bash, "output", "s", cells[0][:6]) == [cells[0]]
    assert offered(bash, "km", "s", "")[0] == cells[::-1]
    assert words(bash, "wait", "s", "--cell", "")[-1] == "-"
    assert words(bash, "cast", "s", "--from=" + cells[0][:8]) == ["--from=" + cells[0]]
    assert set(words(bash, "output", "", env={"K_SESSION": "s"})) == {"s", "t", *cells}, "[session] <cell_id>: either"
    about = bash.k("__complete", "k", "poll", "s", "").lines[1]
    assert about == f"{cells[1]}\tdone: echo 1"


def test_values(box):
    assert words(box, "new", "--frame", "") == ["auto", "marks", "prompt", "hook", "quiet", "repeat"]
    assert words(box, "new", "--rc=") == ["--rc=clean", "--rc=user"]
    profiles = [line.split()[0] for line in box.k("profiles").lines]
    assert words(box, "new", "--profile", "") == [*profiles, "none"] and words(box, "profiles", "") == profiles
    assert offered(box, "k", "new", "--cwd", "")[1] == ":directories"
    assert offered(box, "k", "screen", "--png", "")[1] == ":files"
    assert offered(box, "k", "new", "s", "")[1] == ":commands" and offered(box, "k", "new", "s", "vi", "")[1] == ":files"
    assert words(box, "new", "s", "vi", "-") == [], "behind the command everything is the command's"
    assert words(box, "run", "--", "-") == []
    for size in words(box, "new", "--size", ""):
        assert box.k("new", "--size", size, "z" + size.replace("x", "-")).rc == 0
    box.new("raw", "sh", "-c", "stty raw -echo; exec cat >/dev/null")
    for key in words(box, "send", "--keys", ""):
        assert box.k("send", "raw", "--keys", key).rc == 0, key


def test_nothing_where_there_is_nothing_to_say(box):
    for line in (["nonsense", ""], ["agent", "nonsense", ""], ["__complete", ""], ["run", "s", ""], ["run", "-t", ""]):
        assert words(box, *line) == [], line


def test_broken_surroundings_only_cost_the_names(box):
    (box.root / "r").mkdir(mode=0o755)
    assert words(box, "run", "") == [] and "--json" in words(box, "run", "-")
    assert "--json" in words(box, "status", ""), "options instead of sessions"
    folder = box.home / ".config/kept/profiles"
    folder.mkdir(parents=True)
    (folder / "bad.profile").write_text("nonsense\n")
    assert words(box, "new", "--profile", "") == ["none"]


# In the shells themselves


@pytest.fixture
def logged(box):
    """A k that writes down each call, before anything else in PATH."""
    folder = box.root / "bin"
    folder.mkdir()
    for name in ("k", "km"):
        path = folder / name
        path.write_text(f'#!/bin/sh\necho "$0 $*" >> {box.root}/calls\nexec {BIN}/{name} "$@"\n')
        path.chmod(0o755)
    box.env["PATH"] = f"{folder}:{box.env['PATH']}"
    box.env["TERM"] = "xterm-256color"
    return box


def calls(box):
    path = box.root / "calls"
    return path.read_text().splitlines() if path.exists() else []


class Shell:
    """An interactive shell at which somebody types and presses Tab."""

    def __init__(self, box, *command):
        self.box = box
        self.person = Person(box, *command[1:], program=command[0], size=(100, 30), env={"PS1": "READY> "})

    def setup(self, text):
        self.person.until("READY>")
        self.person.type(text + "; echo set''up\r")
        self.person.until(lambda me: re.search(r"^setup$", me.text(), re.M))
        return self

    def tab(self, line, shows):
        """What the line has become after a Tab; the line is dropped then."""
        before = len(calls(self.box))
        self.person.type("\x15" + line + "\t")
        self.person.until(shows if callable(shows) else lambda me: shows in me.text(), what=f"{line!r} to become {shows!r}")
        wait_until(lambda: len(calls(self.box)) > before)
        made = len(calls(self.box)) - before
        self.person.type("\x15")
        return made


def bash_shell(box):
    return Shell(box, "/bin/bash", "--norc", "--noprofile", "-i").setup(
        f"source '{COMPLETIONS}/bash/k'; bind 'set show-all-if-ambiguous on'; bind 'set bell-style none'")


def zsh_shell(box):
    return Shell(box, "/usr/bin/zsh", "-f", "-i").setup(
        f"PS1='READY> '; fpath=('{COMPLETIONS}/zsh' $fpath); autoload -Uz compinit; compinit -D -u; setopt nolistbeep")


@pytest.fixture(params=[bash_shell, zsh_shell], ids=["bash", "zsh"])
def shell(request, logged):
    logged.new("anna")
    logged.new("berta")
    it = request.param(logged)
    yield it
    it.person.close()


def test_tab_completes(shell):
    box = shell.box
    assert shell.tab("k stat", "k status") == 1, "asked once"
    assert shell.tab("k run an", "k run anna") == 1
    assert shell.tab("km be", "km berta") == 1
    shell.tab("k run --tim", "k run --timeout")
    shell.tab("k new --rc=us", "k new --rc=user")
    (box.cwd / "unlikely file").write_text("")
    shell.tab("k screen --svg unli", lambda me: re.search(r"unlikely\\? file", me.text()))


def test_tab_lists(shell):
    shell.tab("k kill ", lambda me: "anna" in me.text() and "berta" in me.text())
    shell.tab("k new --frame ", lambda me: all(word in me.text() for word in ("auto", "marks", "quiet", "repeat")))


def test_a_command_to_start(shell):
    shell.tab("k new cc mkfif", "k new cc mkfifo")


def test_zsh_shows_what_things_mean(logged):
    shell = zsh_shell(logged)
    try:
        shell.tab("k res", lambda me: "get a stuck session back to its prompt" in me.text())
    finally:
        shell.person.close()


def fish(box, line):
    """What fish's own engine offers for a line."""
    script = f"source {COMPLETIONS}/fish/k.fish; source {COMPLETIONS}/fish/km.fish; complete -C '{line}'"
    result = box.call("/usr/bin/fish", "--no-config", "-c", script)
    assert result.err == "", repr(result)
    return dict((line.split("\t") + [""])[:2] for line in result.lines)


def test_fish(logged):
    logged.new("anna")
    cell = logged.done("true", session="anna")["cell_id"]
    assert fish(logged, "k stat") == {"status": "the state of a session"}
    assert len(calls(logged)) == 1, "asked once"
    assert fish(logged, "k run ") == {"anna": "session"}
    assert fish(logged, "k poll anna ") == {cell: "done: true"} == fish(logged, "km anna ")
    assert "--timeout" in fish(logged, "k run --ti")
    assert set(fish(logged, "k new --rc=")) == {"--rc=clean", "--rc=user"}
    assert set(fish(logged, "km --r")) == {"--ready"}
    (logged.cwd / "unlikely.file").write_text("")
    assert "unlikely.file" in fish(logged, "k screen --svg unli")
    assert "mkfifo" in fish(logged, "k new s mkfif")


def test_each_name_has_its_file():
    """The shells look for a file of the command's name."""
    for name in ("k", "km", "kept"):
        assert (COMPLETIONS / "bash" / name).read_text() and (COMPLETIONS / "fish" / f"{name}.fish").read_text()
    assert (COMPLETIONS / "zsh/_k").read_text().startswith("#compdef k km kept\n")


def test_it_is_quick(bash):
    """Not a measurement: far below what a person notices, with room for a busy machine."""
    begin = time.monotonic()
    for _ in range(20):
        subprocess.run([K, "__complete", "k", "poll", "s", ""], env=os.environ | bash.env, capture_output=True)
    assert (time.monotonic() - begin) / 20 < 0.2 * float(os.environ.get("KEPT_E2E_SLACK", "1"))
