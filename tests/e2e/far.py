"""Another machine for the tests: a real sshd, on the loopback or in a network namespace of its own."""

import os
import shutil
import socket
import subprocess

from harness import BIN, BOX_MARK, RUN_MARK, Box, wait_until


class Far(Box):
    """What `there` is for ssh: its sessions live in directories of its own."""

    def __init__(self, near, namespace=None, address="127.0.0.1"):
        super().__init__(near.root / "far")
        self.near, self.namespace, self.address = near, namespace, address
        self.env[BOX_MARK] = near.env[BOX_MARK]
        where = self.root / "ssh"
        where.mkdir(mode=0o755)
        for name in ("host", "key"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", where / name], check=True)
        shutil.copy(where / "key.pub", where / "authorized")
        port = 22
        if namespace is None:
            with socket.socket() as free:
                free.bind((address, 0))
                port = free.getsockname()[1]
        passed = [f'"{name}={self.env[name]}"'
                  for name in ("KEPT_DIR", "KEPT_STATE", "HOME", RUN_MARK, BOX_MARK, "ASAN_OPTIONS", "UBSAN_OPTIONS")
                  if name in self.env]
        (where / "server").write_text(
            f"Port {port}\nListenAddress {address}\nHostKey {where}/host\nPidFile none\n"
            f"AuthorizedKeysFile {where}/authorized\nStrictModes no\nUsePAM no\n"
            "PasswordAuthentication no\nPermitRootLogin yes\nPrintLastLog no\nPrintMotd no\n"
            f"SetEnv {' '.join(passed)}\n")
        (where / "client").write_text(
            f"Host there\nHostName {address}\nPort {port}\nUser root\nIdentityFile {where}/key\n"
            f"UserKnownHostsFile {where}/known\nStrictHostKeyChecking no\n")
        near.env["KEPT_SSH"] = f"ssh -F {where}/client -o ServerAliveInterval=1"
        os.makedirs("/run/sshd", mode=0o755, exist_ok=True)
        with open(where / "log", "wb") as log:
            self.sshd = near.popen(*self.inside("/usr/sbin/sshd", "-D", "-e", "-f", where / "server"),
                                   stdout=log, stderr=log)

        def answers():
            probe = f"exec 3<>/dev/tcp/{address}/{port}"
            return subprocess.run(self.inside("bash", "-c", probe), stderr=subprocess.DEVNULL, check=False).returncode == 0

        wait_until(answers, what="sshd to listen")

    def inside(self, *words):
        return words if self.namespace is None else ("ip", "netns", "exec", self.namespace, *words)

    def install(self):
        """What `k host setup` would do, without copying."""
        there = self.home / ".local/bin"
        there.mkdir(parents=True)
        for name in ("kept", "k", "km"):
            (there / name).symlink_to(BIN / name)
        return self

    def connections(self):
        """The pids of sshd's processes for its connections."""
        pid = self.sshd.pid
        if self.namespace is not None:
            pid = int(subprocess.run(["pgrep", "-x", "-P", str(pid), "sshd"], capture_output=True, text=True,
                                     check=False).stdout or pid)
        children = f"/proc/{pid}/task/{pid}/children"
        return [int(each) for each in open(children, encoding="ascii").read().split()]


class Networks:
    """Two network namespaces with a cable between them, which can be cut."""

    HERE, THERE = "10.77.0.1", "10.77.0.2"

    def __init__(self, name):
        self.here, self.there = f"{name}a", f"{name}b"
        for command in (
            f"netns add {self.here}", f"netns add {self.there}",
            f"link add c0 netns {self.here} type veth peer name c0 netns {self.there}",
            f"-n {self.here} addr add {self.HERE}/30 dev c0", f"-n {self.there} addr add {self.THERE}/30 dev c0",
            f"-n {self.here} link set c0 up", f"-n {self.there} link set c0 up",
            f"-n {self.there} link set lo up",
        ):
            self._ip(command)

    @staticmethod
    def _ip(command):
        subprocess.run(["ip", *command.split()], check=True, capture_output=True)

    def cut(self):
        self._ip(f"-n {self.here} link set c0 down")

    def restore(self):
        self._ip(f"-n {self.here} link set c0 up")

    def remove(self):
        for name in (self.here, self.there):
            subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)
