"""Send a query to the terminal, as full-screen programs do, and print the answer as Python text.

    query.py QUERY FINAL     both with backslash escapes; FINAL is what the answer ends with
"""

import os
import select
import sys
import termios
import time
import tty


def main():
    query, final = (word.encode().decode("unicode_escape").encode("latin-1") for word in sys.argv[1:3])
    saved = termios.tcgetattr(0)
    answer = b""
    try:
        tty.setraw(0)
        os.write(1, query)
        deadline = time.monotonic() + 15
        while not answer.endswith(final) and time.monotonic() < deadline:
            if select.select([0], [], [], 0.2)[0]:
                answer += os.read(0, 256)
    finally:
        termios.tcsetattr(0, termios.TCSANOW, saved)
    print(repr(answer.decode("latin-1")))


if __name__ == "__main__":
    main()
