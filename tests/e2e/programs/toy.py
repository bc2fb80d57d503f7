"""A line-oriented program with a prompt of the caller's choice, for frames without marks.

    toy.py [--newline] [--clock] PROMPT

say TEXT    print TEXT             spaces N   print N blank lines
count N     print 1 to N           nap SECONDS
ask         read a line with no prompt, print it in brackets
quit CODE   leave
"""

import sys
import time


def main():
    words = sys.argv[1:]
    newline = "--newline" in words  # the prompt is a line of its own
    clock = "--clock" in words      # the prompt is never twice the same
    prompt = words[-1]
    turn = 0
    while True:
        turn += 1
        sys.stdout.write((f"[{turn}] " if clock else "") + prompt + ("\n" if newline else ""))
        sys.stdout.flush()
        line = sys.stdin.readline()
        if not line:
            return 0
        verb, _, rest = line.rstrip("\n").partition(" ")
        if verb == "say":
            print(rest)
        elif verb == "spaces":
            print("\n" * int(rest), end="")
        elif verb == "count":
            for number in range(1, int(rest) + 1):
                print(number)
        elif verb == "nap":
            sys.stdout.flush()
            time.sleep(float(rest))
        elif verb == "ask":
            sys.stdout.flush()
            print(f"[{sys.stdin.readline().rstrip()}]")
        elif verb == "quit":
            return int(rest or 0)
        elif verb:
            print(f"? {verb}")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
