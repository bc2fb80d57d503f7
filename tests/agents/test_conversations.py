"""`k agent test`: conversations in files, each with an agent of its own."""

import shutil
import signal
import time
import xml.etree.ElementTree as ElementTree

import pytest
from harness import K, REPO, SLACK, wait_until


@pytest.fixture
def files(box):
    """Writes files in the sandbox; gives back their names."""

    def write(text, name="turns.yaml"):
        (box.cwd / name).write_text(text)
        return name

    return write


@pytest.fixture
def check(fake):
    """Runs files against the scripted agent."""

    def run(*args, scenario="plain", **options):
        entry = fake.project / "agent.py"
        return fake.agent("test", "--agent", entry, *args, env={"FAKE_AGENT": scenario}, **options)

    run.fake = fake
    return run


def nothing_left(box):
    return not box.daemons() and box.k("ls", "--json").json == []


def test_a_good_conversation(check, files):
    name = files(
        "- say: hello\n"
        "  expect:\n"
        "    contains: [you said, hello]\n"
        "    not: goodbye\n"
        "    matches: '^you \\w+: h.llo$'\n"
        "    tools: none\n"
        "    silent: false\n"
        "    within: 30\n"
        "- say: |\n    two\n    lines\n"
        "  expect: {contains: lines}\n")
    result = check(name)
    assert result.rc == 0, repr(result)
    assert result.lines[0].startswith("ok    turns.yaml: 2 turns (") and result.lines[1] == "1 passed, 0 failed"
    assert nothing_left(check.fake.box)


def test_every_expectation_can_fail(check, files):
    name = files(
        "turns:\n"
        "- say: hello\n"
        "  expect:\n"
        "    contains: absent\n"
        "    not: [said]\n"
        "    matches: ^hello\n"
        "    tool: {name: order, arguments: {count: 2}}\n"
        "    handoff: specialist\n"
        "    silent: true\n"
        "    error: true\n"
        "- say: fine\n")
    result = check(name)
    assert result.rc == 1
    text = result.out
    assert "FAIL  turns.yaml: 1 of 2 turns failed (" in text and '      turns.yaml:2: say "hello"\n' in text
    for line in ['an error: there was none',
                 'reply contains "absent": it was "you said: hello"',
                 'reply does not contain "said": it was "you said: hello"',
                 'reply matches ^hello: it was "you said: hello"',
                 'tool order is called with {"count":2}: called were none',
                 'handoff to specialist: there was none',
                 'no reply: it was "you said: hello"']:
        assert f"        {line}\n" in text, (line, text)
    assert text.endswith("0 passed, 1 failed\n") and nothing_left(check.fake.box)


def test_an_error_fails_a_turn_unless_expected(check, files):
    fails = "fails:the model is down"
    plain = check(files("- say: hi\n"), scenario=fails)
    assert plain.rc == 1 and "no error: the model is down" in plain.out, repr(plain)
    for wanted, code in [("true", 0), ("model", 0), ("'no such words'", 1), ("false", 1)]:
        assert check(files(f"- say: hi\n  expect: {{error: {wanted}}}\n"), scenario=fails).rc == code, wanted


def test_silence(check, files):
    assert check(files("- say: hi\n  expect: {silent: true}\n"), scenario="silent").rc == 0
    assert check(files("- say: hi\n  expect: {silent: false}\n"), scenario="silent").rc == 1


def test_a_turn_that_takes_too_long(check, files):
    name = files("- say: hi\n  expect: {within: 0.8}\n- say: never\n- say: said\n")
    began = time.monotonic()
    result = check("--json", name, scenario="missing")
    assert result.rc == 1 and time.monotonic() - began < 20 * SLACK
    turns = result.json["files"][0]["turns"]
    assert [t["status"] for t in turns] == ["failed", "not run", "not run"]
    assert turns[0]["failures"] == ["no answer within 1 s"]
    assert nothing_left(check.fake.box)


def test_an_answer_later_than_wanted(check, files):
    result = check(files("- say: hi\n  expect: {within: 0.1}\n"), scenario="late:0.4")
    assert result.rc == 1 and "within 0.1 s: it took 0." in result.out, repr(result)


def test_a_crash_is_the_turns_failure_and_the_rest_is_not_run(check, files):
    result = check("--json", files("- say: hi\n- say: more\n"), scenario="exit:7")
    assert result.rc == 1
    first, second = result.json["files"][0]["turns"]
    assert "exit status 7" in str(first["failures"]) and first["line"] == 1, first
    assert second["status"] in ("not run", "failed")
    assert nothing_left(check.fake.box)


def test_an_agent_that_does_not_start(box, files):
    name = files("agent: sub/nope.py\nturns:\n- say: hi\n")
    result = box.k("agent", "test", name)
    assert result.rc == 1 and "FAIL  turns.yaml (" in result.out, repr(result)
    assert "entrypoint file not found" in result.out and nothing_left(box)


def test_reports(check, files):
    good = files("- say: a <b> & \"c\"\n", "good.yaml")
    bad = files("- say: hi\n- say: x\n  expect: {contains: <y>}\n", "bad.yaml")
    result = check("-j", "2", "--json", "--junit", "report.xml", good, bad)
    assert result.rc == 1
    report = result.json
    assert (report["passed"], report["failed"]) == (1, 1)
    assert [f["file"] for f in report["files"]] == [good, bad]
    assert report["files"][0]["turns"][0]["reply"] == 'you said: a <b> & "c"'
    assert [t["status"] for t in report["files"][1]["turns"]] == ["passed", "failed"]
    root = ElementTree.parse(check.fake.box.cwd / "report.xml").getroot()
    suites = root.findall("testsuite")
    assert [(s.get("name"), s.get("tests"), s.get("failures")) for s in suites] == [
        (good, "1", "0"), (bad, "2", "1")]
    assert suites[0].find("testcase").get("name") == 'line 1: a <b> & "c"'
    assert 'reply contains "<y>"' in suites[1].find("testcase/failure").get("message")


def test_files_run_at_once(check, files):
    names = [files("- say: hi\n  expect: {contains: late}\n", f"{i}.yaml") for i in range(4)]
    result = check("-j4", *names, scenario="late:0.5")
    assert result.rc == 0, repr(result)
    assert [line.split()[1] for line in result.lines[:-1]] == [f"{n}:" for n in names]
    assert nothing_left(check.fake.box)


@pytest.mark.parametrize("text, line, what", [
    ("- say: [a\n", 2, ""),
    ("just a text\n", 1, "list of turns"),
    ("turns: []\n", 1, "list of at least one turn"),
    ("agent: a.py\n", 1, "no 'turns'"),
    ("- say: hi\n- expect: {}\n", 2, "'say'"),
    ("- say: hi\n\n- say: ''\n", 3, "nothing to say"),
    ("- say: hi\n  expect:\n    contain: x\n", 3, "no 'contain'"),
    ("- say: hi\n  expect:\n    matches: '(a'\n", 3, "no regular expression"),
    ("- say: hi\n  expect:\n    within: soon\n", 3, "seconds"),
    ("- say: hi\n  expect:\n    silent: perhaps\n", 3, "true or false"),
    ("- say: hi\n  expect:\n    contains: ''\n", 3, "empty"),
    ("- say: hi\n  expect:\n    tool: {arguments: {a: 1}}\n", 3, "name"),
    ("- say: hi\n  expect:\n    tool: a\n    tools: none\n", 4, "exclude"),
    ("- say: hi\n  say: ho\n", 2, "twice"),
])
def test_bad_files(box, files, text, line, what):
    good = files("- say: hi\n", "good.yaml")
    name = files(text)
    result = box.k("agent", "test", good, name)
    assert result.rc == 2 and result.out == "", repr(result)
    assert result.err.startswith(f"{name}:{line}: ") and what in result.err, repr(result)


def test_bad_use(box, files):
    assert box.k("agent", "test").rc == 2
    missing = box.k("agent", "test", "nowhere.yaml")
    assert missing.rc == 2 and missing.err == "nowhere.yaml: cannot be read\n"
    assert box.k("agent", "test", "-j", "0", files("- say: hi\n")).rc == 2
    assert box.k("agent", "test", "--junit", "/nowhere/x.xml", files("- say: hi\n")).rc == 2


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_by_a_signal_it_leaves_nothing(check, files, number):
    box = check.fake.box
    process = box.popen(K, "agent", "test", "--agent", str(check.fake.project / "agent.py"),
                        files("- say: hi\n"), env={"FAKE_AGENT": "missing"})
    wait_until(lambda: [s["status"] for s in box.k("ls", "--json").json] == ["running"], 20, "the turn to run")
    process.send_signal(number)
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 130 and "interrupted" in str(out), out
    wait_until(lambda: nothing_left(box), 10, "everything to be gone")


@pytest.mark.real
def test_tools_and_handoff_of_a_real_agent(node, files):
    name = files(
        "- say: weather Wien\n"
        "  expect:\n"
        "    tool: {name: weather, arguments: {city: Wien}}\n"
        "    contains: sonnig\n"
        "- say: weather Wien\n"
        "  expect: {tool: [weather, {name: weather, arguments: {city: Rom}}]}\n"
        "- say: echo x\n"
        "  expect: {tool: weather}\n"
        "- say: handoff bye\n"
        "  expect: {handoff: specialist}\n")
    result = node.agent("test", "--json", "--agent", node.project / "agent.js", name)
    assert result.rc == 1
    turns = result.json["files"][0]["turns"]
    assert [t["failures"] for t in turns] == [
        [], ['tool weather is called with {"city":"Rom"}: called were weather({"city":"Wien"})'],
        ["tool weather is called: called were none"], []], turns


@pytest.mark.real
@pytest.mark.parametrize("kind", ["node", "python"])
def test_the_examples_keep_their_promises(request, box, kind):
    installed = request.getfixturevalue(kind).project
    folder = box.cwd / "example"
    shutil.copytree(REPO / "examples" / f"{kind}-agent", folder,
                    ignore=shutil.ignore_patterns("node_modules", ".venv"))
    packages = "node_modules" if kind == "node" else ".venv"
    (folder / packages).symlink_to(installed / packages)
    result = box.k("agent", "test", str(folder / "order.yaml"))
    assert result.rc == 0, repr(result)
