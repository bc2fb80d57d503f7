"""Profiles as a thing of their own: listed, chosen, written by the user, and broken."""

import json

import pytest
from harness import toy, wait_until

TOY = f"""# the toy of these tests
about = a toy
command = python3
words = yes
frame = prompt
prompt = "toy> "
error = ^(bad|unknown)
quit = quit
"""


@pytest.fixture
def folder(box):
    path = box.home / ".config/kept/profiles"
    path.mkdir(parents=True)
    return path


def test_list(box):
    result = box.k("profiles")
    names = [line.split()[0] for line in result.lines]
    assert result.rc == 0 and {"bash", "zsh", "fish", "sh", "python", "ipython", "node", "gdb"} <= set(names), repr(result)
    assert names == sorted(names)
    listed = box.k("profiles", "--json").json
    assert [one["profile"] for one in listed] == names and all(one["about"] for one in listed)
    assert "call = __kept__.run = @CODE@" in box.k("profiles", "python").out
    assert box.k("profiles", "-j", "zsh").json["origin"] == "built in"
    none = box.k("profiles", "nope")
    assert none.rc == 1 and "no profile 'nope'" in none.out + none.err and "python" in none.out + none.err


def test_the_users_own_profile(box, folder):
    (folder / "toy.profile").write_text(TOY)
    box.new("s", *toy())
    value = box.done("say hello")
    assert (value["output"], value["completion"]) == ("hello", "prompt"), value
    assert value["exit_code"] == 0 and box.done("say x bad")["exit_code"] == 0
    assert box.done("say bad thing")["exit_code"] == 1
    status = json.loads(box.k("status", "-j", "s").out)
    assert status["profile"] == "toy"
    assert f"({folder}/toy.profile)" in box.k("profiles").out
    assert box.k("profiles", "toy").out == TOY
    box.new("other", "zsh")
    assert box.done("echo still marks", session="other")["completion"] == "marks"
    box.new("bash", "bash")
    assert box.done("echo still marks", session="bash")["completion"] == "marks"


def test_the_users_own_takes_the_place_of_a_built_in_one(box, folder):
    (folder / "zsh.profile").write_text("command = zsh\nframe = quiet\n")
    box.new("s", "zsh", "-f")
    assert box.done("echo hello")["completion"] == "quiet"


def test_a_script_beside_the_profile(box, folder):
    (folder / "zsh.profile").write_text(box.k("profiles", "zsh").out.replace("zsh.zsh", "mine.zsh"))
    (folder / "mine.zsh").write_text(
        "PS1=$'%{\\e]133;D;%?;n=@NONCE@\\a\\e]133;A;n=@NONCE@\\a%}mine> %{\\e]133;B;n=@NONCE@\\a%}'\n"
        "preexec() { print -n '\\e]133;C;n=@NONCE@\\a' }\nunsetopt prompt_sp\nrc=@RC@\n")
    box.new("s", "--rc=user", "zsh")
    value = box.done("echo $rc")
    assert (value["output"], value["completion"]) == ("user", "marks"), value


def test_another_config_home(box):
    path = box.home / "cfg/kept/profiles"
    path.mkdir(parents=True)
    (path / "toy.profile").write_text(TOY)
    result = box.k("profiles", env={"XDG_CONFIG_HOME": str(box.home / "cfg")})
    assert str(path) in result.out


@pytest.mark.parametrize(
    "text, line, what",
    [("command = x\nnonsense\n", 2, "no '='"), ("command = x\nframes = marks\n", 2, "no setting"),
     ("command = x\n\nframe = mark\n", 3, "none of marks, prompt, quiet"), ("about = x\n", 1, "no command"),
     ("command = x\nframe = prompt\n\n", 2, "needs the prompt"), ("command = x\nerror = (\n", 2, "regular expression"),
     ("command = x\nframe = marks\nhand-over = call\ncall = f()\n", 4, "@CODE@"), ("command =\n", 1, "no value"),
     ("command = x\nfile = ../up y\n", 2, "file"), ("command = x\nline-editor = maybe\n", 2, "yes or no")],
)
def test_broken_profiles(box, folder, text, line, what):
    path = folder / "mine.profile"
    path.write_text(text)
    result = box.k("new", "s", "bash")
    assert result.rc == 1 and f"{path}:{line}: " in result.out + result.err, repr(result)
    assert what in result.out + result.err, repr(result)
    wait_until(lambda: not box.daemons(), what="the daemon to end")
    assert box.k("profiles").rc == 1
    box.new("s", "--profile=none", *toy())
    assert box.output("say hello") == "hello"


def test_choosing_one(box):
    box.write("shell", "#!/bin/sh\nexec zsh \"$@\"\n", 0o755)
    box.new("s", "--profile", "zsh", "./shell")
    assert box.done("echo hello")["completion"] == "marks"
    box.new("none", "--profile=none", "zsh", "-f")
    assert box.done("echo hello", session="none")["completion"] == "quiet"
    result = box.k("new", "wrong", "--profile=nope", "zsh")
    assert result.rc in (1, 2)
    result = box.k("new", "--profile=nope", "wrong", "zsh")
    assert result.rc == 1 and "no profile 'nope'" in result.out + result.err, repr(result)
    result = box.k("new", "--profile=zsh", "--prompt=x", "wrong", "zsh")
    assert result.rc == 2, repr(result)


def test_marks_that_never_come(box, folder):
    """A profile whose program prints no marks: the session still starts, and goes by its prompt."""
    (folder / "toy.profile").write_text(
        "command = python3\nwords = yes\nframe = marks\nhand-over = call\ncall = say @CODE@\n")
    box.new("s", "--start-timeout=2", *toy())
    value = box.run("say hello", timeout=15)
    assert value["status"] in ("done", "waiting", "timeout"), value
