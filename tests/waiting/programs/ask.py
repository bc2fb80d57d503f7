"""ask.py HOW: asks for input in one of many ways, as programs do."""

import os
import select
import socket
import sys
import termios
import threading
import time
import tty

PROMPT = "Your name? "


def prompt():
    sys.stdout.write(PROMPT)
    sys.stdout.flush()


def by_input():
    input(PROMPT)


def by_lines():
    for line in sys.stdin:
        print(line)


def by_getpass():
    import getpass

    getpass.getpass("Secret word: ")


def by_getpass_with_stdin_taken():
    import getpass

    os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
    getpass.getpass("Secret word: ")


def by_readline():
    import readline  # noqa: F401

    input(PROMPT)


def by_dev_tty():
    with open("/dev/tty") as terminal:
        prompt()
        terminal.readline()


def by_select():
    prompt()
    select.select([0], [], [])


def by_select_for_a_minute():
    prompt()
    select.select([0], [], [], 60)


def by_poll():
    prompt()
    poll = select.poll()
    poll.register(0, select.POLLIN)
    poll.poll()


def by_epoll():
    prompt()
    poll = select.epoll()
    poll.register(0, select.EPOLLIN)
    poll.poll()


def by_epoll_with_a_pipe_to_itself():
    prompt()
    poll = select.epoll()
    poll.register(0, select.EPOLLIN)
    ends = os.pipe()
    poll.register(ends[0], select.EPOLLIN)
    poll.poll()


def by_select_beside_a_socket():
    """As ssh does; the prompt comes from afar."""
    prompt()
    pair = socket.socketpair()
    select.select([0, pair[0]], [], [])


def by_key():
    tty.setcbreak(0)
    sys.stdout.write("Press any key")
    sys.stdout.flush()
    os.read(0, 1)


def by_raw_key_without_a_word():
    tty.setraw(0)
    os.read(0, 1)


def by_curses():
    import curses

    curses.wrapper(lambda screen: (screen.addstr(0, 0, "menu"), screen.getch()))


def by_curses_that_refreshes():
    import curses

    def show(screen):
        screen.timeout(2000)
        for count in range(1000):
            screen.addstr(0, 0, f"load {count}")
            screen.getch()

    curses.wrapper(show)


def by_thread():
    thread = threading.Thread(target=by_input)
    thread.start()
    thread.join()


def beside_idle_threads():
    for _ in range(4):
        threading.Thread(target=threading.Event().wait, daemon=True).start()
    by_input()


def beside_a_server_thread():
    server = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=server.accept, daemon=True).start()
    by_input()


def by_polling_with_a_prompt():
    """An interpreter that serves a window meanwhile."""
    tty.setcbreak(0)
    sys.stdout.write(">>> ")
    sys.stdout.flush()
    while not select.select([0], [], [], 0.1)[0]:
        pass


def after_work():
    for count in range(20):
        print("working", count, flush=True)
        time.sleep(0.02)
    by_input()


def behind_long_output():
    print("line\n" * 20000, end="")
    by_input()


def keep(settings):
    termios.tcsetattr(0, termios.TCSANOW, settings)


if __name__ == "__main__":
    before = termios.tcgetattr(0)
    try:
        globals()[sys.argv[1]]()
    finally:
        keep(before)
