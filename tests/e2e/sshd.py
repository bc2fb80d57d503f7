"""A real sshd on the loopback."""

import os
import shutil
import socket
import subprocess
from pathlib import Path

from harness import wait_until

RC = "PS1='there:\\w\\$ '\nHISTFILE=~/history\n"


class Sshd:
    """A real sshd on the loopback, and a client configuration that reaches it as `there`."""

    def __init__(self, box):
        where = box.root / "ssh"
        where.mkdir(mode=0o755)
        for name in ("host", "key"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", where / name], check=True)
        shutil.copy(where / "key.pub", where / "authorized")
        (box.home / ".bashrc").write_text(RC)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        (where / "server").write_text(
            f"Port {port}\nListenAddress 127.0.0.1\nHostKey {where}/host\nPidFile none\n"
            f"AuthorizedKeysFile {where}/authorized\nStrictModes no\nUsePAM no\n"
            "PasswordAuthentication no\nPermitRootLogin yes\nPrintLastLog no\nPrintMotd no\n"
            f"ForceCommand cd {box.home} && HOME={box.home} exec bash "
            "${SSH_ORIGINAL_COMMAND:+-c} \"${SSH_ORIGINAL_COMMAND:--i}\"\n")
        (where / "client").write_text(
            f"Host there\nHostName 127.0.0.1\nPort {port}\nUser root\nIdentityFile {where}/key\n"
            f"UserKnownHostsFile {where}/known\nStrictHostKeyChecking no\nLogLevel ERROR\n")
        if box.uid is not None:
            for path in (where, *where.iterdir()):
                if not path.name.startswith("host"):
                    os.chown(path, box.uid, box.uid)
        os.makedirs("/run/sshd", mode=0o755, exist_ok=True)
        log = open(where / "log", "wb")
        self.process = subprocess.Popen(["/usr/sbin/sshd", "-D", "-e", "-f", where / "server"],
            env=box.env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        box.started.append(self.process)
        self.command = f"ssh -F {where}/client there"

        def answers():
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", port)) == 0

        wait_until(answers, what="sshd to listen")

    def connections(self):
        """The pids of sshd's processes for its connections."""
        children = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        return [int(pid) for pid in Path(children).read_text().split()]
