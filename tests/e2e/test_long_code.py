"""Code that is too long to be typed key by key means what short code means."""

import pytest
from harness import wait_until

# More than what is handed over as it is, and without a meaning.
PAD = "\n" + ("# " + "p" * 60 + "\n") * 80


@pytest.fixture(params=["bash", "zsh"])
def shell(request, box):
    box.new("s", request.param)
    box.shell = request.param
    return box


def loaded(box):
    """How much of the code has come by the file."""
    path = box.state / "s" / "long-code"
    return path.stat().st_size if path.exists() else 0


def seen(box, code):
    """What a cell says, without what is another one each time."""
    value = box.run(code)
    found = {key: value.get(key) for key in ("status", "output", "exit_code", "completion")}
    if value["status"] == "waiting":
        found["input"] = value["input"]["kind"]
        assert box.k("int", "s").rc == 0
        box.until_status(value["cell_id"], "error", "done")
    return found


@pytest.mark.parametrize("code", [
    "echo \"$? $_\"", "nothing-of-this-name", "return 5; echo $?", "echo one\n(exit 7)", "cat <<'E'\n$x\n\n\tä\n\nE",
    "echo \"${BASH_SOURCE-none} $# $0\"", "alias zz='echo alias'\nzz; unalias zz", "PS4='+ '; set -x\necho traced\nset +x", "f() {\n  echo in\n}\nf",
    "read line", "set -o vi", "echo )\necho after", "x='\x01\x1b[201~\x7f'; echo ${#x}", "break; echo $?", "set -v\necho v\nset +v",
    "trap 'echo leaving' EXIT; (trap 'echo sub' EXIT)", "! true", "echo a!b '!!'", "caller; echo $?"])
def test_it_means_the_same(shell, code):
    shell.run("false some words")
    short = seen(shell, code)
    assert loaded(shell) == 0
    shell.run("false some words")
    long = seen(shell, code + PAD)
    assert loaded(shell) > 4096
    assert long == short
    assert shell.output("echo ok") == "ok"


def test_open_code_and_its_last_lines(shell):
    value = shell.run(PAD + "cat <<'E'\nfirst\n\n")
    assert value["status"] == "waiting" and value["input"]["kind"] == "continuation", value
    assert shell.k("send", "s", "E").rc == 0
    assert shell.until_status(value["cell_id"], "done")["output"].rstrip("\n") == "first"
    value = shell.run(PAD + "echo 'open")
    assert value["status"] == "waiting" and value["input"]["kind"] == "continuation", value
    assert shell.k("send", "s", "closed'").rc == 0
    assert shell.until_status(value["cell_id"], "done")["output"] == "open\nclosed"


def test_it_reads_what_is_typed_later(shell):
    value = shell.run("read first; read second; echo \"$second $first\"" + PAD)
    assert value["status"] == "waiting", value
    for word in ("one", "two"):
        assert shell.k("send", "s", word).rc == 0
    assert shell.until_status(value["cell_id"], "done")["output"].endswith("two one")


def test_it_is_in_the_history(shell):
    shell.done("echo remarkable" + PAD)
    assert "echo remarkable" in shell.output("history | cut -c1-60")
    shell.done("set -e")
    value = shell.run("echo last; false; echo not" + PAD)
    assert (value["status"], value["output"].strip()) == ("error", "session exited"), value


@pytest.mark.parametrize("spoil", [
    "bind -r '\\C-x\\C-]'; bind -m vi-insert -r '\\C-x\\C-]'; bindkey -r '^X^]'", "unset -f __kept_load", "set -o vi; bindkey -v",
    "bind -x '\"\\C-x\\C-]\": true'; bindkey '^X^]' redisplay", "set -euo pipefail", "set -o vi; bind -m vi-insert -r '\\C-x\\C-]'; "
    "bindkey -v; bindkey -r '^X^]'"])
def test_keys_that_mean_something_else(shell, spoil):
    shell.run(f"{{ {spoil}; }} 2>/dev/null || :")
    assert shell.output("x=0" + PAD + "echo \"arrived $x\"") == "arrived 0"
    assert shell.output("echo ok") == "ok"


def test_much_of_it(shell):
    lines = "\n".join(f"x{number}='{number} äöü $x'" for number in range(20_000))
    assert shell.output("-", stdin=f"cat <<'E' | wc -c\n{lines}\nE", timeout=60).strip() == str(len(lines.encode()) + 1)
    cell = shell.fire("sleep 1000" + PAD * 20)
    assert shell.k("int", "s").rc == 0
    wait_until(lambda: shell.poll("s", cell)["status"] == "error", 20)
    assert shell.output("echo ok") == "ok"
