"""Much code and much output: all of it arrives, exactly."""

import hashlib
import random

import pytest

LETTERS = "abcdefghijklmnopqrstuvwxyz 0123456789 $`\"\\!#&|;<>(){}[]*?~=%@^+,./:_-"


def text_of(size, seed=1):
    """Reproducible lines of mixed length, free of the quote that delimits them."""
    rng = random.Random(seed)
    lines, total = [], 0
    while total < size:
        line = "".join(rng.choices(LETTERS, k=rng.choice((0, 1, 40, 79, 160, 161, 900))))
        lines.append(line)
        total += len(line) + 1
    return "\n".join(lines)[:size]


def digest(data):
    return hashlib.sha256(data if isinstance(data, bytes) else data.encode()).hexdigest()


@pytest.mark.parametrize("size", [1000, 1023, 1025, 4095, 4096, 4097, 20_000, 65_536, 120_000])
def test_code_in_an_argument(bash, size):
    text = text_of(size)
    value = bash.done(f"printf %s '{text}' | sha256sum", timeout=60)
    assert value["output"].split()[0] == digest(text)


@pytest.mark.heavy
@pytest.mark.parametrize("size", [200_000, 1_000_000])
def test_code_from_stdin(bash, size):
    text = text_of(size, seed=size)
    result = bash.k("run", "-j", "-t", "80", "s", "-", stdin=f"printf %s '{text}' | sha256sum\n", timeout=120)
    assert result.rc == 0 and result.json["output"].split()[0] == digest(text), repr(result)
    assert bash.output("echo next") == "next"


def test_a_big_heredoc(bash):
    text = text_of(200_000, seed=3)
    result = bash.k("run", "-j", "-t", "80", "s", "-", stdin=f"sha256sum <<'END_OF_IT'\n{text}\nEND_OF_IT\n",
        timeout=120)
    assert result.json["output"].split()[0] == digest(text + "\n"), repr(result)


def test_one_line_of_100_kb(bash):
    text = "x" * 100_000
    assert bash.output(f"printf %s {text} | wc -c", timeout=60).strip() == "100000"


def test_code_fired_in_bulk(bash):
    text = text_of(100_000, seed=4)
    cell = bash.fire(f"printf %s '{text}' | sha256sum")
    assert bash.until_status(cell, "done", timeout=60)["output"].split()[0] == digest(text)


def test_a_thousand_commands_in_one_cell(bash):
    code = "\n".join(f"echo {n}" for n in range(1000))
    assert bash.output(code, timeout=60) == "\n".join(map(str, range(1000)))


def test_big_code_into_a_program_that_does_not_read(bash):
    """What is typed ahead waits in the daemon; the daemon itself stays responsive."""
    cell = bash.fire("sleep 100 # " + "x" * 100_000)
    assert bash.k("status", "s").out.startswith("OK s ")
    assert bash.k("int", "s").out == "OK\n"
    bash.until_status(cell, "error")


CONTROLS = [n for n in range(1, 32)] + [127]


@pytest.mark.parametrize("number", CONTROLS)
def test_code_with_a_control_character(bash, number):
    """Inside single quotes each of them is only data, also Ctrl-C, Ctrl-D, Escape and Return."""
    text = f"<{chr(number)}{chr(number)}>"
    assert bash.output(f"printf %s '{text}' | od -An -tx1").split() == [f"{ord(c):02x}" for c in text]


def test_code_with_every_control_character(bash):
    text = "".join(map(chr, CONTROLS))
    assert bash.output(f"printf %s '{text}' | od -An -tx1 -v").split() == [f"{n:02x}" for n in CONTROLS]
    assert bash.output("echo next") == "next"


@pytest.mark.parametrize(
    "text",
    ["\x1b[201~", "\x1b[200~", "a\x1b[201~\nb", "\x1b[A", "\x1bOA", "\x1b]133;D;0\x07", "\x18\x05", "\x16\x16", "\r\n",
     "\ttab\t\tTAB", "\x04\x04", "\x03"],
)
def test_code_with_sequences_that_mean_something_to_a_terminal(bash, text):
    expected = [f"{b:02x}" for b in text.encode()]
    assert bash.output(f"printf %s '{text}' | od -An -tx1 -v").split() == expected
    assert bash.output("echo next") == "next"


def test_code_that_is_not_utf8(bash):
    result = bash.k("run", "-j", "s", b"printf %s '\xff\xfe\x80\xc3' | od -An -tx1")
    assert result.json["output"].split() == ["ff", "fe", "80", "c3"], repr(result)


def test_unicode_code(bash):
    assert bash.output("echo 'naïve 日本 👩\u200d👧 e\u0301'") == "naïve 日本 👩\u200d👧 e\u0301"


# Output


@pytest.mark.heavy
def test_seven_megabytes_whole(bash):
    expected = "\n".join(map(str, range(1, 1_000_001)))
    value = bash.done("seq 1 1000000", timeout=80)
    assert len(value["output"]) == len(expected) and value["output"] == expected
    text = bash.k("run", "-t", "80", "s", "seq 1 1000000")
    assert text.out == expected + "\n"


@pytest.mark.heavy
def test_a_megabyte_on_one_line(bash):
    output = bash.output("head -c 1000000 /dev/zero | tr '\\0' x", timeout=80)
    assert len(output) == 1_000_000 and set(output) == {"x"}
    assert bash.output("echo next") == "next"


@pytest.mark.heavy
def test_coloured_output_in_bulk(bash):
    output = bash.output(r"for i in {1..20000}; do printf '\e[3%dm%d\e[0m\n' $((i % 8)) $i; done", timeout=80)
    assert output == "\n".join(map(str, range(1, 20001)))


@pytest.mark.heavy
def test_progress_in_bulk(bash):
    assert bash.output(r"for i in {1..50000}; do printf '\r%d %%' $i; done; echo", timeout=80) == "50000 %"


@pytest.mark.heavy
def test_equal_lines_in_bulk(bash):
    value = bash.done("yes | head -n 500000", timeout=80)
    assert value["output"] == "\n".join(["y"] * 500_000)


@pytest.mark.heavy
def test_random_bytes_raw(bash):
    data = random.Random(7).randbytes(300_000)
    quiet = data.replace(b"\x1b", b"").replace(b"\x05", b"")  # nothing that a terminal answers
    bash.write("quiet", quiet)
    result = bash.k("run", "--raw", "-t", "60", "s", "stty -opost; cat quiet; stty opost")
    assert digest(result.raw) == digest(quiet), (len(result.raw), len(quiet))
    bash.write("random", data)
    # The bytes hold queries; what the terminal answered is read away before it becomes the next command.
    cell = bash.fire("cat random; stty sane; while read -rst 0.3 -n 1000 _; do :; done; (exit 5)")
    assert bash.until_status(cell, "done", timeout=60)["exit_code"] == 5
    assert bash.output("echo next") == "next"


def test_nul_bytes(bash):
    assert bash.k("run", "--raw", "s", r"printf 'a\0b\0\0c'").raw == b"a\0b\0\0c"
    assert bash.output(r"printf 'a\0b\n'").replace("\0", "") == "ab"


@pytest.mark.heavy
def test_many_cells_in_a_row(bash):
    for number in range(150):
        value = bash.done(f"echo {number}; echo {number}")
        assert (value["output"], value["completion"]) == (f"{number}\n{number}", "marks"), value


@pytest.mark.heavy
def test_a_flood_can_be_interrupted(bash):
    cell = bash.fire("yes flood")
    assert bash.poll("s", cell)["status"] == "running"
    assert bash.k("int", "s").out == "OK\n"
    bash.until_status(cell, "error", timeout=60)
    assert bash.output("echo next") == "next"


@pytest.mark.heavy
def test_a_flood_times_out_and_keeps_its_partial_output(bash):
    value = bash.run("yes flood", "--max-bytes", "2000", timeout=1)
    assert value["status"] == "timeout" and value["partial"].startswith("flood\n")
    assert len(value["partial"]) < 4000
    bash.k("int", "s")
    bash.until_status(value["cell_id"], "error", timeout=60)
