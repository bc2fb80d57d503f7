"""work.py HOW: works, or waits for something that is not its terminal, in one of many ways."""

import ctypes
import fcntl
import multiprocessing
import os
import select
import socket
import sys
import termios
import threading
import time
import tty


def say(text):
    sys.stdout.write(text)
    sys.stdout.flush()


def sleeping():
    time.sleep(1000)


def sleeping_after_a_question():
    say("Continue? [Y/n] ")
    time.sleep(1000)


def computing():
    while True:
        pass


def accepting():
    socket.create_server(("127.0.0.1", 0)).accept()


def receiving():
    say("Connecting to server: ")
    pair = socket.socketpair()
    pair[0].recv(1)


def connecting():
    """The queue of this server is full, so that nobody gets through."""
    server = socket.create_server(("127.0.0.1", 0), backlog=0)
    clients = []
    for _ in range(8):
        client = socket.socket()
        client.setblocking(False)
        client.connect_ex(server.getsockname())
        clients.append(client)
    last = socket.socket()
    last.connect(server.getsockname())


def udp():
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.bind(("127.0.0.1", 0))
    receiver.recv(1)


def locked():
    with open("lock", "w") as held, open("lock", "w") as wanted:
        fcntl.flock(held, fcntl.LOCK_EX)
        fcntl.flock(wanted, fcntl.LOCK_EX)


def watching_files():
    libc = ctypes.CDLL(None)
    watch = libc.inotify_init()
    libc.inotify_add_watch(watch, b".", 0x100)
    os.read(watch, 100)


def polling_often():
    """Looks for keys while it works."""
    tty.setcbreak(0)
    while not select.select([0], [], [], 0.05)[0]:
        sum(range(20000))


def polling_seldom():
    tty.setcbreak(0)
    while not select.select([0], [], [], 1.5)[0]:
        sum(range(20000))


def polling_with_a_status():
    while not select.select([0], [], [], 0.7)[0]:
        say("\rStatus: ")


def polling_with_a_silent_status():
    say("Status: ")
    while not select.select([0], [], [], 0.2)[0]:
        pass


def reading_with_a_time_limit():
    """VMIN 0, VTIME 2: read(2) itself gives up."""
    mode = termios.tcgetattr(0)
    mode[3] &= ~(termios.ICANON | termios.ECHO)
    mode[6][termios.VMIN] = 0
    mode[6][termios.VTIME] = 2
    termios.tcsetattr(0, termios.TCSANOW, mode)
    while not os.read(0, 1):
        sum(range(20000))


def relaying():
    """As ssh does, while the other side works."""
    tty.setraw(0)
    pair = socket.socketpair()
    select.select([0, pair[0]], [], [])


def relaying_with_threads():
    """As docker does: one thread is blocked reading the terminal, another one the network."""
    tty.setraw(0)
    pair = socket.socketpair()
    threading.Thread(target=os.read, args=(0, 1), daemon=True).start()
    pair[0].recv(1)


def listening_for_keys_in_a_thread():
    tty.setcbreak(0)
    threading.Thread(target=os.read, args=(0, 1), daemon=True).start()
    while True:
        sum(range(20000))
        time.sleep(0.1)


def listening_for_keys_in_a_slow_thread():
    tty.setcbreak(0)
    threading.Thread(target=os.read, args=(0, 1), daemon=True).start()
    time.sleep(1000)


def server_that_listens_for_keys():
    tty.setcbreak(0)
    poll = select.epoll()
    poll.register(0, select.EPOLLIN)
    server = socket.create_server(("127.0.0.1", 0))
    poll.register(server, select.EPOLLIN)
    print("listening on http://localhost", flush=True)
    poll.poll()


def watcher_that_listens_for_keys():
    libc = ctypes.CDLL(None)
    watch = libc.inotify_init()
    print("watching for changes", flush=True)
    select.select([0, watch], [], [])


def child_works_while_keys_are_read():
    tty.setcbreak(0)
    if os.fork() == 0:
        while True:
            time.sleep(0.3)
    os.read(0, 1)


def pool():
    with multiprocessing.Pool(2) as workers:
        workers.map(time.sleep, [1000, 1000])


def locked_threads():
    for _ in range(3):
        threading.Thread(target=threading.Event().wait).start()


def asyncio_server():
    import asyncio

    async def main():
        asyncio.get_running_loop().add_reader(0, lambda: None)
        server = await asyncio.start_server(lambda r, w: None, "127.0.0.1", 0)
        await server.serve_forever()

    asyncio.run(main())


def progress():
    for count in range(100000):
        say(f"\rfetching [{'=' * (count % 20)}>] {count % 100}%")
        time.sleep(0.15)


def slow_progress():
    for count in range(100000):
        say(f"\rfetching {count % 100}%")
        time.sleep(1.2)


if __name__ == "__main__":
    globals()[sys.argv[1]]()
