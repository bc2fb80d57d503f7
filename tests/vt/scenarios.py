"""The programs that `record` runs: group → (name, command, keys, (columns, rows))."""

import subprocess

PACKAGES = """bastet bsdgames bat calcurse cmatrix cscope dialog emacs-nox faketime fd-find fdisk figlet fzf gdb git greed hexedit htop irssi jed joe jq
kakoune less links lynx man-db mc mg moon-buggy most multitail mutt nano ncdu ncurses-examples ne ninvaders nnn nodejs npm nsnake
ncal procps pv python3-pytest python3-rich ripgrep screen sl sqlite3 tig tmux toilet tree tty-clock vifm vim vttest w3m watch
whiptail caca-utils aalib-bin""".split()

UP, DOWN, RIGHT, LEFT, ENTER, ESC = "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\r", "\x1b"
APP_DOWN, APP_UP = "\x1bOB", "\x1bOA"
PGDN, PGUP, HOME, END = "\x1b[6~", "\x1b[5~", "\x1b[H", "\x1b[F"
F = {1: "\x1bOP", 2: "\x1bOQ", 3: "\x1bOR", 4: "\x1bOS", 5: "\x1b[15~", 6: "\x1b[17~", 9: "\x1b[20~", 10: "\x1b[21~"}

USUAL, WIDE, SMALL, LARGE = (80, 24), (132, 43), (50, 14), (100, 30)
SIZES = [USUAL, LARGE, WIDE, SMALL]

PROSE = """The terminal is older than the screen it is shown on. A program writes bytes; something far away decides what a person
sees. Between the two lie fifty years of sequences, some written down, some only remembered.

    Grüße aus Köln, привет из Твери, 日本語のテキスト, 한국어, ελληνικά, עברית, العربية.
    Box ┌──┬──┐ │▒▒│  │ └──┴──┘, arrows → ← ↑ ↓, maths ∑ ∞ ≠ ≤, emoji 👍 🎉, marks é ñ.

"""

CLUSTERS = "emoji 👍🏽 👨‍👩‍👧 🇫🇷 ❤️ and text after them\n"

SOURCE = """#include <stdio.h>

/* A list of numbers and what they are good for. */
struct entry { int value; const char *name; };

static const struct entry table[] = {
    {1, "one"}, {2, "two"}, {3, "three"}, /* and so on */
};

int main(void) {
    for (unsigned i = 0; i < sizeof table / sizeof *table; i++)
        printf("%d %s\\n", table[i].value, table[i].name);
    return 0;
}
"""

PAGE = """<html><head><title>A page</title></head><body><h1>Heading</h1><p>Some <b>bold</b> and <i>italic</i> text with a
<a href="other.html">link</a> and another <a href="#end">one</a>.</p><ul><li>first</li><li>second</li><li>third</li></ul>
<table border=1><tr><th>name</th><th>value</th></tr><tr><td>one</td><td>1</td></tr><tr><td>two</td><td>2</td></tr></table>
<form><input type=text value=text> <input type=checkbox checked> <input type=submit value=Send></form><hr>""" + (
    "<p>" + "word " * 60 + "</p>") * 8 + "<p id=end>End</p></body></html>"


def furnish(home, environment):
    """Fills the home folder with something to look at."""
    (home / "prose.txt").write_text(PROSE * 12)
    (home / "clusters.txt").write_text(CLUSTERS * 30)
    (home / "main.c").write_text(SOURCE)
    (home / "long.txt").write_text("".join(f"{n:5}  " + "abcdefghij " * (n % 17) + "\n" for n in range(400)))
    (home / "tabs.tsv").write_text("".join(f"row {n}\tone\t{n * n}\t{'x' * (n % 9)}\tend\n" for n in range(60)))
    (home / "data.json").write_text('{"name": "demo", "items": [1, 2.5, true, null, {"deep": ["ünï", "🎉"]}], "text": "line\\nbreak"}')
    (home / "page.html").write_text(PAGE)
    (home / "other.html").write_text("<h2>Other</h2><p>Back to <a href=page.html>the page</a></p>")
    (home / "table.csv").write_text("id,name,city\n" + "".join(f"{n},name {n},city {n % 7}\n" for n in range(80)))
    (home / "bytes.bin").write_bytes(bytes(range(256)) * 8)
    (home / "colours.sh").write_text(
        "for i in $(seq 0 255); do printf '\\e[48;5;%dm %3d \\e[0m' $i $i; [ $((i % 16)) = 15 ] && echo; done\n"
        "for i in $(seq 0 4 255); do printf '\\e[38;2;%d;%d;%dm#' $i $((255 - i)) 128; done; printf '\\e[0m\\n'\n"
        "for s in 0 1 2 3 4 5 7 8 9 21 53 4:1 4:2 4:3 4:4 4:5; do printf '\\e[%sm style %s \\e[0m' $s $s; done; echo\n")
    (home / "progress.py").write_text(
        "import sys,time\n"
        "for i in range(0,101,2):\n"
        "    bar='='*(i//4)+'>'+' '*(25-i//4)\n"
        "    sys.stdout.write(f'\\r\\x1b[K\\x1b[1m\\x1b[32m    Building\\x1b[0m [{bar}] {i}/100: crate-{i}(build)')\n"
        "    if i%10==0: sys.stdout.write(f'\\r\\x1b[K\\x1b[1m\\x1b[32m   Compiling\\x1b[0m crate-{i} v0.{i}.0\\n')\n"
        "    sys.stdout.flush(); time.sleep(0.004)\n"
        "print('\\r\\x1b[K\\x1b[1m\\x1b[32m    Finished\\x1b[0m `dev` profile')\n")
    (home / "layers.py").write_text(
        "import sys,time\n"
        "names=['a1b2c3','d4e5f6','0718aa','99bbcc']\n"
        "for n in names: print(f'{n}: Pulling fs layer')\n"
        "for step in range(12):\n"
        "    for i,n in enumerate(names):\n"
        "        up=len(names)-i\n"
        "        sys.stdout.write(f'\\x1b[{up}A\\r\\x1b[2K{n}: Downloading [{\"=\"*step}>{\" \"*(12-step)}] {step}MB\\x1b[{up}B\\r')\n"
        "        sys.stdout.flush(); time.sleep(0.003)\n")
    (home / "windows.py").write_text(
        "import curses,locale\n"
        "locale.setlocale(locale.LC_ALL,'')\n"
        "def main(s):\n"
        "    curses.start_color(); curses.use_default_colors()\n"
        "    for i in range(1,8): curses.init_pair(i,i,-1); curses.init_pair(i+8,0,i)\n"
        "    s.border(); h,w=s.getmaxyx()\n"
        "    for i in range(1,h-1): s.addnstr(i,2,'row %d 日本語 é ▒░ ' % i*3,w-4,curses.color_pair(i%7+1)|(curses.A_BOLD if i%2 else 0))\n"
        "    s.refresh(); s.getch()\n"
        "    win=curses.newwin(h//2,w//2,h//4,w//4); win.bkgd(' ',curses.color_pair(12)); win.box()\n"
        "    win.addstr(1,2,'A window',curses.A_REVERSE); win.refresh(); s.getch()\n"
        "    win.scrollok(True)\n"
        "    for i in range(30): win.addstr(win.getmaxyx()[0]-2,1,'scroll %d\\n'%i); win.refresh()\n"
        "    pad=curses.newpad(100,100)\n"
        "    for y in range(99): pad.addnstr(y,0,str(y)*40,99)\n"
        "    for y in range(0,40,4): pad.refresh(y,0,1,1,h-2,w-2); curses.napms(2)\n"
        "    s.getch(); s.clear(); s.hline(1,1,curses.ACS_HLINE,w-2); s.vline(2,1,curses.ACS_VLINE,h-3)\n"
        "    s.addch(3,3,curses.ACS_DIAMOND); s.insstr(3,3,'inserted'); s.insertln(); s.deleteln(); s.move(4,4); s.clrtobot(); s.refresh(); s.getch()\n"
        "curses.wrapper(main)\n")
    (home / "test_demo.py").write_text(
        "import pytest\n@pytest.mark.parametrize('n', range(40))\ndef test_many(n): assert n != 7\n"
        "def test_dict(): assert {'a': 1, 'b': [1, 2]} == {'a': 1, 'b': [1, 3]}\n"
        "@pytest.mark.skip(reason='later')\ndef test_skip(): pass\n@pytest.mark.xfail\ndef test_x(): assert 0\n")
    (home / "package.json").write_text('{"name":"demo","version":"1.0.0","scripts":{"test":"node -e \\"console.log(1,{a:[1,2]},null)\\"","build":"echo built"}}')
    (home / "mbox").write_text("".join(
        f"From demo@example.org Thu Jan  1 00:{n:02}:00 2015\nFrom: Person {n} <p{n}@example.org>\nTo: demo@example.org\n"
        f"Subject: Message {n} =?utf-8?q?gr=C3=BC=C3=9Fe?=\nDate: Thu, 1 Jan 2015 00:{n:02}:00 +0000\n\nText of message {n}.\n> quoted\n"
        f">> twice\nhttp://example.org/{n}\n\n" for n in range(30)))
    (home / ".muttrc").write_text("set folder=~\nset spoolfile=~/mbox\ncolor index brightyellow default '~N'\ncolor body brightblue default 'http[^ ]*'\n")
    (home / "vimrc").write_text("syntax on\nset number hlsearch ruler showcmd laststatus=2 background=dark nomodeline\n")
    (home / "sample.patch").write_text("--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n same\n-old line\n+new line\n same\n" * 6)
    (home / "disk.img").write_bytes(bytes(4 << 20))
    (home / "tools").mkdir()
    for n in range(240):
        tool = home / "tools" / f"{'abcdefgh'[n % 8] * (1 + n % 11)}-tool-{n}{('.sh', '.tar.gz', '.png', '')[n % 4]}"
        tool.write_text("")
        tool.chmod(0o755 if n % 3 else 0o644)
    (home / "folder" / "deep" / "er").mkdir(parents=True)
    for n in range(12):
        (home / "folder" / f"file{n}.txt").write_text("x" * n * 100)
    (home / "folder" / "run.sh").write_text("#!/bin/sh\necho hello\n")
    (home / "folder" / "run.sh").chmod(0o755)
    (home / "folder" / "link").symlink_to("run.sh")
    repo = home / "repo"
    repo.mkdir()
    fixed = {**environment, "GIT_AUTHOR_DATE": "2015-01-01T00:00:00Z", "GIT_COMMITTER_DATE": "2015-01-01T00:00:00Z",
             "GIT_AUTHOR_NAME": "A Person", "GIT_AUTHOR_EMAIL": "person@example.org", "GIT_COMMITTER_NAME": "A Person",
             "GIT_COMMITTER_EMAIL": "person@example.org"}

    def git(*words):
        subprocess.run(["git", "-c", "safe.directory=*", "-C", str(repo), *words], env=fixed, check=True, capture_output=True)

    git("init", "-q", "-b", "main")
    for n in range(8):
        (repo / "file.c").write_text(SOURCE + "".join(f"/* line {i} of {n} */\n" for i in range(n * 4)))
        (repo / f"other{n}.txt").write_text(f"text {n}\n")
        git("add", "-A")
        git("commit", "-q", "-m", f"Change number {n}: grüße 日本")
    git("branch", "side", "HEAD~3")
    (repo / "file.c").write_text(SOURCE.replace("one", "uno").replace("main", "start") + "\ttrailing \t\n")
    (home / ".gitconfig").write_text("[user]\nname=A Person\nemail=person@example.org\n[safe]\ndirectory=*\n")


def at_sizes(name, command, keys, sizes=SIZES[:2]):
    return [(f"{name}-{n}" if n else name, command, keys, size) for n, size in enumerate(sizes)]


def one_each(commands, keys, prefix=""):
    return [(prefix + command.split()[0].split("/")[-1], command, keys, SIZES[n % 4]) for n, command in enumerate(commands)]


# Where the date would be seen.
FAKE = "faketime -f '@2015-01-01 12:00:00'"
VIM = "vim -u ~/vimrc -i NONE -n"
TMUX = "tmux -f /dev/null -S ~/tmux.sock"
EMACS = "emacs -nw -Q"
MOVE = [DOWN, DOWN, RIGHT, DOWN, ENTER, UP, "\t", ENTER]

SCENARIOS = {
    "editors": [
        *at_sizes("vim-edit", f"{VIM} main.c", ["/table\r", "n", "ccchanged line\x1b", "yyp", "5p", "u", ":%s/int/long/g\r", "gg", "G", "dd", ":q!\r"], SIZES),
        *at_sizes("vim-scroll", f"{VIM} long.txt", ["\x06", "\x06", "\x05\x05\x05", "\x19\x19", "100G", "zt", "zb", "H", "L", ":set list wrap!\r", "$", "0", ":q\r"]),
        *at_sizes("vim-split", f"{VIM} -O main.c prose.txt", ["\x17w", "\x06", ":split\r", "\x17_", "\x17=", ":vnew\r", "ihello 日本語\x1b", ":qa!\r"], SIZES),
        ("vim-visual", f"{VIM} prose.txt", ["Vjjj", "d", "u", "\x16jjlll", "rX", "v$", ">", ":q!\r"], USUAL),
        ("vim-diff", f"{VIM} -d main.c repo/file.c", ["]c", "do", "zR", ":qa!\r"], LARGE),
        ("vim-clusters", f"{VIM} clusters.txt", ["jjdw", "$", "\x06", ":q!\r"], USUAL),
        ("vim-help", f"{VIM} +help", ["\x06", "/motion\r", "n", ":q\r", ":q\r"], WIDE),
        ("vim-insert", f"{VIM} new.txt", ["i" + "words that wrap at the edge of the screen " * 6, ENTER, "tab\there", "\x7f\x7f", "\x0f" + "~", "\x1b", ":wq\r"], SMALL),
        ("vim-terminal", f"{VIM} +terminal", ["ls -la --color\r", "echo hi\r", "exit\r", ":q!\r"], LARGE),
        *at_sizes("nano-edit", "nano main.c", ["new text ", DOWN, DOWN, "\x0b", "\x15", "\x17table\r", "\x07", "\x18", "\x18", "n"], SIZES),
        ("nano-long", "nano long.txt", [PGDN, PGDN, PGUP, END, "\x1f50\r", "\x18"], USUAL),
        ("nano-wide", "nano prose.txt", [DOWN] * 6 + [END, HOME, RIGHT, RIGHT, "日本", "\x18", "n"], LARGE),
        *at_sizes("joe-edit", "joe main.c", ["abc", DOWN, "\x19", "\x0bh", PGDN, "\x03", "y"]),
        *at_sizes("jed-edit", "jed main.c", ["abc", DOWN, DOWN, "\x0b", PGDN, "\x18\x03", "n", "y"]),
        *at_sizes("mg-edit", "mg main.c", ["abc", "\x0e\x0e", "\x0b", "\x182", "\x18o", "\x16", "\x18\x03", "n", "yes\r"]),
        *at_sizes("ne-edit", "ne main.c", ["abc", DOWN, DOWN, ESC, ESC, PGDN]),
        *at_sizes("kak-edit", "kak -n main.c", ["%", "s", "int\r", "clong\x1b", ":", "q!\r"]),
        ("hexedit", "hexedit bytes.bin", [PGDN, PGDN, "41", "\x18", "y"], USUAL),
        *at_sizes("mcedit", "mcedit main.c", [F[9], RIGHT, DOWN, ESC + ESC, "text", PGDN, F[10], RIGHT, ENTER]),
        ("ex-mode", f"{VIM} -e main.c", [":p\r", ":1,5p\r", ":q!\r"], USUAL),
    ],
    "emacs": [
        *at_sizes("edit", f"{EMACS} main.c", ["\x0e\x0e", "new text ", "\x0b", "\x19", "\x13int\r", "\x18u", "\x1b>", "\x1b<", "\x18\x03", "n", "yes\r"], SIZES),
        *at_sizes("windows", f"{EMACS} prose.txt", ["\x182", "\x183", "\x18o", "\x16", "\x16", "\x18\x02", "\x180", "\x181", "\x18\x03"]),
        ("long", f"{EMACS} long.txt", ["\x16", "\x16", "\x1bv", "\x1bg\x1bg200\r", "\x0c", "\x18\x03"], WIDE),
        ("dired", f"{EMACS} -f dired", ["\r", "nnn", "m", "\x18\x03"], LARGE),
        ("tutorial", f"{EMACS} -f help-with-tutorial", ["\x16", "\x1b<", "\x18\x03", "yes\r"], USUAL),
        ("clusters", f"{EMACS} clusters.txt", ["\x0e", "\x05", "\x0b", "\x19", "\x18\x03", "n", "yes\r"], USUAL),
        ("terminal", f"{EMACS} --eval '(ansi-term \"/bin/bash\")'", ["ls --color\r", "sh colours.sh\r", "exit\r", "\x18\x03", "yes\r"], LARGE),
    ],
    "pagers": [
        *at_sizes("less-prose", "less -X prose.txt", [" ", " ", "b", "/sequences\r", "n", "N", "j", "k", "G", "g", "h", "q", "q"], SIZES),
        *at_sizes("less-alt", "less -R long.txt", [" ", "d", "u", "-S\r", RIGHT, RIGHT, LEFT, "50%", "F", "\x03", "q"], SIZES),
        ("less-raw", "sh colours.sh | less -R", [" ", "g", "q"], USUAL),
        ("less-binary", "less -f bytes.bin", [" ", " ", "q"], LARGE),
        ("less-clusters", "less clusters.txt", [" ", "q"], USUAL),
        ("less-tabs", "less -x4 -N tabs.tsv", [" ", "&9\r", "q"], SMALL),
        ("more", "more prose.txt", [" ", " ", "\r", "q"], USUAL),
        *at_sizes("man-bash", "man bash", [" ", " ", "/redirect\r", "n", "g", "q"]),
        ("man-tar", "man tar", [" ", "G", "q"], WIDE),
        *at_sizes("most", "most long.txt", [" ", RIGHT, "G", "T", "q"]),
        ("most-wide", "most prose.txt", [" ", "q"], LARGE),
        *at_sizes("w3m", "w3m page.html", ["\t", "\t", "\r", "B", " ", "b", "/word\r", "q", "y"]),
        *at_sizes("lynx", "lynx -nopause page.html", [DOWN, DOWN, RIGHT, LEFT, " ", "b", "q", "y"]),
        *at_sizes("links", "links page.html", [DOWN, DOWN, RIGHT, LEFT, " ", ESC, DOWN, ESC, "q", ENTER]),
        ("git-log", "git -C repo log --color --stat -p", [" ", " ", "/Change\r", "n", "q"], USUAL),
        ("git-log-graph", "git -C repo --no-pager log --graph --oneline --all --color", [], WIDE),
        ("git-diff", "git -C repo diff --color --word-diff", [" ", "q"], LARGE),
        ("git-show", "git -C repo --no-pager show --color --color-moved HEAD~2", [], USUAL),
        ("git-add-p", "git -C repo add -p", ["?\r", "s\r", "y\r", "n\r", "q\r"], USUAL),
        ("git-status", "git -C repo status", [], SMALL),
        *at_sizes("tig", f"cd repo && {FAKE} tig", [DOWN, ENTER, DOWN, " ", "\t", "q", "t", "h", "q", "Q"], SIZES),
        ("tig-status", f"cd repo && {FAKE} tig status", [DOWN, DOWN, ENTER, "u", "Q"], LARGE),
        ("bat", "batcat --color=always --paging=never main.c", [], USUAL),
        ("bat-paging", "batcat --color=always prose.txt", [" ", "q"], LARGE),
    ],
    "tools": [
        *at_sizes("htop", "htop", [DOWN, DOWN, "t", F[6], DOWN, ENTER, F[2], DOWN, RIGHT, ESC, "h", "q", "q"], SIZES),
        *at_sizes("top", "top", ["1", "m", "t", "z", "x", "<", "c", "f", DOWN, "q", "q"], SIZES),
        *at_sizes("mc", f"{FAKE} mc -a folder repo", [DOWN, ENTER, "\t", DOWN, F[3], F[10], F[9], DOWN, DOWN, ESC + ESC, "echo hi\r", "\x0f", "\x0f", F[10], ENTER], SIZES),
        ("mc-lines", f"{FAKE} mc folder", [DOWN, F[5], ESC + ESC, F[6], ESC + ESC, F[1], F[10], F[10], ENTER], LARGE),
        ("mcview", "mcview prose.txt", [PGDN, PGDN, F[4], F[10]], USUAL),
        *at_sizes("tmux", f"{TMUX} new", ["ls --color folder\r", "\x02%", "echo right\r", "\x02\"", "seq 100\r", "\x02o", "\x02z", "\x02z", "\x02[", PGUP, "q", "\x02c", "\x02w", "q", "\x02d"], SIZES),
        ("tmux-vim", f"{TMUX} new '{VIM} main.c'", ["\x06", "dd", "ihello\x1b", ":q!\r"], LARGE),
        ("tmux-clock", f"{TMUX} new", ["\x02t", "q", "\x02?", "q", "exit\r"], USUAL),
        *at_sizes("screen", "SCREENDIR=$HOME/.screen screen -c /dev/null -s /bin/sh", [" ", "ls\r", "\x01c", "echo two\r", "\x01\"", ESC, "\x01S", "\x01\t", "\x01c", "\x01?", " ", " ", "\x01\\", "y"]),
        *at_sizes("fzf", "find folder repo -name '*.txt' | fzf --multi", ["file", DOWN, UP, "\t", "\t", "\x15", "1", "\r"], SIZES),
        ("fzf-preview", "find folder -type f | fzf --preview 'cat {}' --border --height 15", [UP, UP, "2", "\x03"], LARGE),
        *at_sizes("ncdu", "ncdu /tmp/demo", [DOWN, ENTER, DOWN, "i", "i", "g", "?", "q", "q"], SIZES),
        *at_sizes("mutt", "mutt", [DOWN, ENTER, " ", "q", "?", " ", "q", "/Person 1\r", "q"], SIZES),
        *at_sizes("dialog-menu", "dialog --title Menu --menu 'Choose one' 15 40 5 1 one 2 two 3 three 4 four", [DOWN, DOWN, "\t", ENTER], SIZES),
        ("dialog-check", "dialog --checklist Pick 12 40 4 a A on b B off c C on", [" ", DOWN, " ", ENTER], USUAL),
        ("dialog-gauge", "for i in 0 20 40 60 80 100; do echo $i; sleep 0.05; done | dialog --gauge Working 8 50", [], USUAL),
        ("dialog-form", "dialog --form Form 12 50 4 Name: 1 1 x 1 10 20 0 Town: 2 1 y 2 10 20 0", ["abc", DOWN, "def", "\t", ENTER], LARGE),
        ("dialog-file", "dialog --fselect /tmp/demo/ 14 60", ["\t", DOWN, DOWN, " ", ENTER], LARGE),
        ("dialog-calendar", "dialog --calendar Day 3 40 1 1 2015", [RIGHT, DOWN, ENTER], USUAL),
        ("dialog-text", "dialog --textbox prose.txt 20 70", [PGDN, PGDN, PGUP, ENTER], USUAL),
        ("dialog-tail", "dialog --no-shadow --ascii-lines --msgbox 'Plain lines' 8 40", [ENTER], SMALL),
        ("whiptail-menu", "whiptail --menu Menu 15 40 5 1 one 2 two 3 three", [DOWN, DOWN, "\t", ENTER], USUAL),
        ("whiptail-gauge", "for i in 0 30 60 90; do echo $i; sleep 0.05; done | whiptail --gauge Working 8 50 0", [], USUAL),
        ("whiptail-check", "whiptail --checklist Pick 12 40 4 a A on b B off", [" ", DOWN, " ", ENTER], LARGE),
        ("whiptail-input", "whiptail --inputbox 'Say something' 10 50 text", ["more", LEFT, LEFT, "\x7f", ENTER], USUAL),
        ("watch", "watch -t -n 0.3 -d 'date +%N; ls folder'", ["", "", "q"], USUAL),
        ("watch-color", "watch -t -c -n 0.5 'ls --color=always -l folder'", ["", "q"], LARGE),
        ("multitail", f"{FAKE} multitail prose.txt long.txt", ["b", "q", "q"], LARGE),
        *at_sizes("calcurse", f"{FAKE} calcurse", ["\t", "\t", "?", "q", "q", "q", "y"]),
        *at_sizes("vifm", "vifm folder repo", [DOWN, DOWN, ENTER, "\t", ":view\r", ":q\r"]),
        *at_sizes("nnn", "nnn folder", [DOWN, DOWN, ENTER, "d", "?", "q", "q"]),
        *at_sizes("irssi", "irssi --noconnect", ["/help\r", "/window new\r", "some text\r", "/window 1\r", "/quit\r"]),
        ("cscope", "cd repo && cscope -k -R", [DOWN, DOWN, "main\r", "\x04"], USUAL),
        *at_sizes("gdb-tui", "gdb -q -nx -tui /bin/true", ["layout asm\r", "help\r", "q\r", "layout next\r", "quit\r"]),
        ("sqlite", "sqlite3 -box :memory: 'create table t(a,b); insert into t values(1,2),(3,4); select * from t'", [], USUAL),
        *at_sizes("cfdisk", "cfdisk --zero disk.img", [DOWN, ENTER, DOWN, "q"]),
    ],
    "shell": [
        *at_sizes("bash-line", "bash --norc -i", ["ls --color=always folder\r", "echo " + "long words " * 14, "\x01", "\x05", "\x17\x17", "\x15", "ls fo\t\t", "\x12ls", "\r", "\x0c", UP, UP, "\r", "exit\r"], SIZES),
        ("bash-unicode", "bash --norc -i", ["echo 日本語 grüße 👍 🎉", LEFT * 4, "x", "\x7f", "\r", "exit\r"], SMALL),
        ("bash-menu", "bash --norc -i", ["bind 'set show-all-if-ambiguous on'\r", "bind 'TAB:menu-complete'\r", "cat folder/\t", "\t", "\t", "\r", "exit\r"], USUAL),
        ("bash-vi", "bash --norc -i -o vi", ["echo hello world", "\x1bbbcwbye\x1b", "\r", "exit\r"], USUAL),
        ("python-repl", "/usr/bin/python3 -q", ["1+1\r", "for i in range(3):\r    print(i, 'é')\r\r", "import sys\r", "1/0\r", "help(len)\r", "q", "exit()\r"], USUAL),
        ("node-repl", "node", ["1+1\r", "[1,2,{a:'b'}]\r", "'x'.pad\t\t", "\x15", "new Map([[1,2]])\r", "throw new Error('no')\r", ".exit\r"], LARGE),
        ("ls-color", "ls -la --color=always --hyperlink=always folder tools | head -300", [], USUAL),
        ("ls-columns", "ls --color=always tools | column -c 130 | head -200", [], WIDE),
        ("grep-color", "grep --color=always -n -r -E 'e|[0-9]+' prose.txt long.txt | head -150", [], USUAL),
        ("grep-small", "grep --color=always word page.html; grep --color=always -o a long.txt | head -50", [], SMALL),
        ("ripgrep", "rg --color=always -n e prose.txt long.txt | head -200", [], LARGE),
        ("fd", "fdfind --color=always . /tmp/demo", [], USUAL),
        ("tree", "tree -C /tmp/demo", [], USUAL),
        ("colours", "sh colours.sh", [], WIDE),
        ("colours-small", "sh colours.sh", [], SMALL),
        ("progress", "/usr/bin/python3 progress.py", [], USUAL),
        ("progress-small", "/usr/bin/python3 progress.py", [], SMALL),
        ("layers", "/usr/bin/python3 layers.py", [], USUAL),
        ("pv", "head -c 3000000 /dev/zero | pv -s 3000000 -L 4m -i 0.1 > /dev/null", [], USUAL),
        ("apt-progress", "for i in $(seq 0 4 100); do printf '\\0337\\033[24;0f\\033[42m\\033[30mProgress: [%3d%%]\\033[49m\\033[39m [%-40s] \\0338' $i $(head -c $((i * 4 / 10)) /dev/zero | tr '\\0' '#'); echo \"Setting up package-$i (1.0-$i) ...\"; done", [], USUAL),
        ("apt-region", "printf '\\0337\\033[1;23r\\0338\\033[1A'; for i in $(seq 60); do echo \"Unpacking $i ...\"; printf '\\0337\\033[24;0f\\033[42m%d%%\\033[0m\\0338' $i; done; printf '\\0337\\033[0;24r\\0338\\033[1A\\033[J'", [], USUAL),
        ("systemd-like", "for i in $(seq 30); do printf '         Starting Unit %d...\\r\\n' $i; printf '\\033[1A\\r[\\033[0;32m  OK  \\033[0m] Started \\033[0;1;39mUnit %d\\033[0m.\\033[K\\r\\n' $i; done", [], USUAL),
        ("pytest", "/usr/bin/python3 -m pytest --color=yes -p no:cacheprovider test_demo.py", [], USUAL),
        ("pytest-v", "/usr/bin/python3 -m pytest --color=yes -v -p no:cacheprovider test_demo.py", [], LARGE),
        ("npm-help", "npm help npm", [" ", "q"], USUAL),
        ("npm-run", "npm run; npm test; npm run build; npm ls", [], USUAL),
        ("gcc-errors", "gcc -fdiagnostics-color=always -Wall -x c -c -o /dev/null - <<< 'int f( { return x; } int g() { int unused; }'", [], USUAL),
        ("gcc-source", "sed s/int/itn/ main.c > bad.c; gcc -fdiagnostics-color=always -c -o /dev/null bad.c", [], LARGE),
        ("jq", "jq -C . data.json; jq -Cc . data.json", [], USUAL),
        ("figlet", "figlet -w 80 Hello there", [], USUAL),
        ("toilet", "toilet --gay -f future Hello; toilet --metal Metal", [], USUAL),
        ("cal", "ncal -b -y 2015", [], USUAL),
        ("seq", "seq 1 3000", [], USUAL),
        ("yes-wide", "yes 日本語のとても長いテキスト | head -300", [], SMALL),
        ("wrap", "cat long.txt prose.txt", [], SMALL),
        ("clusters", "cat clusters.txt", [], SMALL),
        ("tabs", "cat tabs.tsv; tabs -4; cat tabs.tsv; tabs -8; cat tabs.tsv", [], SMALL),
        ("column", "column -t -s, table.csv | head -60", [], USUAL),
        ("binary", "cat bytes.bin", [], USUAL),
        ("tput", "tput bold; echo bold; tput smso; echo standout; tput rmso; tput setaf 3; tput cup 5 10; echo here; tput sc; tput cup 20 0; tput el; tput rc; tput ed; tput sgr0; tput smcup; echo alt; tput rmcup; tput civis; tput cnorm; tput rep x 5; tput ech 3; tput ich 2; tput dch 1; tput il 2; tput dl 1; tput ind; tput ri; tput csr 3 10; tput cup 10 0; tput ind; echo; echo; tput csr 0 23", [], USUAL),
        ("reset", "echo before; tput reset; echo after; tput clear; echo clear", [], USUAL),
        ("clear", "seq 50; clear; seq 5", [], USUAL),
        ("rich", "/usr/bin/python3 -m rich", [], WIDE),
        ("rich-progress", "/usr/bin/python3 -m rich.progress", ["", "", ""], LARGE),
        ("rich-table", "/usr/bin/python3 -m rich.table; /usr/bin/python3 -m rich.tree; /usr/bin/python3 -m rich.panel", [], USUAL),
        ("rich-markdown", "/usr/bin/python3 -m rich.markdown prose.txt; /usr/bin/python3 -m rich.syntax progress.py", [], USUAL),
        ("rich-live", "/usr/bin/python3 -m rich.live", ["", ""], LARGE),
        ("rich-layout", "/usr/bin/python3 -m rich.layout", ["", ""], WIDE),
        ("rich-spinner", "/usr/bin/python3 -m rich.spinner", [""], WIDE),
        ("python-curses", "/usr/bin/python3 windows.py", ["x", "x", "x", "x"], USUAL),
        *at_sizes("python-windows", "/usr/bin/python3 windows.py", ["x", "x", "x", "x"], SIZES),
    ],
    "games": [
        ("sl", "sl", [], USUAL), ("sl-l", "sl -l", [], WIDE),
        *at_sizes("cmatrix", "cmatrix -u 2", ["", "", "q"]),
        ("cmatrix-bold", "cmatrix -B -C red", ["", "q"], LARGE),
        ("tty-clock", f"{FAKE} tty-clock -sc", ["", "q"], USUAL),
        ("tetris", "tetris-bsd", [" ", "j", "k", "l", " ", "q"], USUAL),
        ("robots", "robots", ["h", "j", "t", "q", "y"], USUAL), ("snake", "snake", [DOWN, "j", "j", "\x03"], USUAL),
        ("worm", "worm", ["j", "J", "l", "\x03"], USUAL), ("worms", "worms -d 5 -n 8", ["", "\x03"], USUAL),
        ("rain-bsd", "/usr/games/rain -d 5", ["", "\x03"], LARGE), ("hack", "hack", [" ", "y", " ", "j", "l", "i", " ", "Q", "y"], USUAL),
        ("hangman", "hangman", ["e", "a", "\x03"], USUAL), ("gomoku", "gomoku", ["", "\x03"], USUAL),
        ("sail-list", "bcd Hello; banner hi; pom; morse sos; ppt hi", [], USUAL),
        ("bastet", "bastet", [ENTER, DOWN, "\x03"], USUAL), ("moon-buggy", "moon-buggy", [" ", " ", "q", "y"], USUAL),
        ("nsnake", "nsnake", [ENTER, DOWN, LEFT, "\x03"], LARGE), ("ninvaders", "ninvaders", [" ", " ", LEFT, "\x03"], USUAL),
        ("greed", "greed", ["h", "j", "q", "y"], LARGE),
        ("cacademo", "cacademo", ["", "\x03"], USUAL), ("aafire", "aafire -driver curses", ["", "q"], USUAL),
        ("backgammon", "backgammon", ["n\r", "\x03"], USUAL), ("canfield", "canfield", ["n", "n", "\x03"], USUAL),
        ("cribbage", "cribbage", ["n\r", "s\r", "\x03"], USUAL), ("mille", "mille", ["", "\x03"], USUAL),
    ],
    "ncurses": one_each(
        ["background", "back_ground", "blue", "bs", "chgat", "clip_printw", "color_content", "color_set", "combine", "demo_altkeys",
         "demo_defkey", "demo_forms", "demo_menus", "demo_new_pair", "demo_panels", "demo_tabs", "dots", "dots_curses",
         "dots_mvcur", "dots_termcap", "dots_xcurses", "dup_field", "echochar", "extended_color", "filter", "firework", "firstlast",
         "foldkeys", "form_driver_w", "gdc -n 2", "hanoi 6", "hashtest", "inch_wide", "inchs", "ins_wide", "insdelln", "inserts",
         "knight", "lrtest", "move_field", "movewindow", "newdemo", "padview", "pair_content", "picsmap", "railroad Hello",
         "/usr/libexec/ncurses-examples/rain", "redraw", "savescreen", "tclock", "test_add_wchstr", "test_addchstr", "test_addstr",
         "test_addwstr", "test_arrays", "test_delwin", "test_get_wstr", "test_getstr", "test_instr", "test_inwstr", "test_mouse",
         "test_opaque", "test_sgr", "test_vid_puts", "test_vidputs", "testaddch", "testcurs", "view prose.txt", "worm",
         "/usr/libexec/ncurses-examples/worm", "xmas", "cardfile"],
        [DOWN, RIGHT, "a", "x", ENTER, " ", DOWN, "b", "\t", "n", "?", "q"], prefix="nc-"),
    "vttest": [(f"vttest-{menu}-{item}", "vttest", ["", "", "", f"{menu}\r", ""] + ([f"{item}\r"] if item else []) + [ENTER] * 16, size)
               for menu, items, size in [(1, [0], USUAL), (2, [0], USUAL), (3, [3, 8], USUAL), (8, [0], USUAL), (9, [0], USUAL), (10, [1, 2], USUAL)]
               for item in items] + [
        (f"vttest-11-{path.replace('.', '-')}", "vttest", ["", "", "11\r"] + [f"{part}\r" for part in path.split(".")] + [ENTER] * 10, USUAL)
        for path in ("1.2.3", "1.2.4", "1.2.5", "1.3.2", "2.2.3", "2.5.2", "2.5.3", "2.5.4", "6.2", "6.3", "6.5", "8.2", "8.3", "8.7", "8.8")],
}
