"""Show each piece of input as it arrives, in a raw terminal: `got 1b 5b 41`, until q comes alone.

    keys.py [SEQUENCE]     written first, with backslash escapes: modes that it asks for
"""

import os
import sys
import termios
import tty


def main():
    saved = termios.tcgetattr(0)
    try:
        tty.setraw(0)
        for word in sys.argv[1:]:
            os.write(1, word.encode().decode("unicode_escape").encode("latin-1"))
        os.write(1, b"ready\r\n")
        while True:
            data = os.read(0, 4096)
            os.write(1, b"got " + data.hex(" ").encode() + b"\r\n")
            if data in (b"q", b""):
                return
    finally:
        termios.tcsetattr(0, termios.TCSANOW, saved)


if __name__ == "__main__":
    main()
