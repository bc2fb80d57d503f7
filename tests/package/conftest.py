"""The packages under test, made once by scripts/package, and roots with nothing in them but what a package brings."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]
NOBODY = 65534

# Runs in namespaces of its own: whatever is started ends with it, whatever is mounted goes with it.
INSIDE = """
set -e
mount -t proc proc "$1/proc"
mount --rbind /dev "$1/dev"
mount -t tmpfs -o mode=1777 tmpfs "$1/tmp"
exec chroot --userspec="$2:$2" "$1" /bin/bash -c "$3"
"""


@pytest.fixture(scope="session")
def packages(tmp_path_factory):
    """Where the packages are: KEPT_PACKAGES, or made here."""
    given = os.environ.get("KEPT_PACKAGES")
    if given:
        return Path(given).resolve()
    output = tmp_path_factory.mktemp("packages")
    subprocess.run([REPO / "scripts/package", output], check=True)
    return output


def only(folder, pattern):
    found = list(folder.glob(pattern))
    assert len(found) == 1, f"{pattern}: {found}"
    return found[0]


@pytest.fixture(scope="session")
def deb(packages):
    return only(packages, "kept_*.deb")


@pytest.fixture(scope="session")
def deb_png(packages):
    return only(packages, "kept-png_*.deb")


@pytest.fixture(scope="session")
def tarball(packages):
    return only(packages, "kept-*.tar.gz")


class Root:
    """A root directory that holds a shell and its libraries, and what is installed into it."""

    def __init__(self, path):
        self.path = path
        for folder in ("bin", "dev", "proc", "tmp", "etc", "home", "var/lib/dpkg/updates", "var/lib/dpkg/info"):
            (path / folder).mkdir(parents=True)
        path.chmod(0o755)
        (path / "home").chmod(0o777)
        (path / "var/lib/dpkg/status").touch()
        self.copy("/bin/bash")

    def copy(self, program):
        shutil.copy(program, self.path / "bin")
        listing = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
        for word in listing.split():
            if word.startswith("/"):
                target = self.path / word.lstrip("/")
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(word, target)

    def dpkg(self, *words):
        names = ["fakeroot"] if os.getuid() != 0 and shutil.which("fakeroot") else []
        return subprocess.run([*names, "dpkg", f"--root={self.path}", "--force-not-root", f"--log={self.path}/log", *words],
                              capture_output=True, text=True)

    def run(self, script, uid=0, path="/usr/bin:/bin"):
        """What the shell inside prints, running `script`; errors and all."""
        words = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "bash", "-c", INSIDE, "bash", str(self.path),
                 str(uid), script]
        if os.getuid() != 0:
            words[1:1] = ["--user", "--map-root-user"]
        done = subprocess.run(words, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL,
                              env={"PATH": f"{path}:/usr/sbin:/sbin", "HOME": f"/home/{uid}", "LANG": "C.UTF-8"})
        return done.stdout + done.stderr


@pytest.fixture
def root(tmp_path_factory):
    # Not below pytest's own folder, which other users may not enter.
    path = Path(subprocess.run(["mktemp", "-d", "/tmp/kept-root.XXXXXX"], capture_output=True, text=True,
                               check=True).stdout.strip())
    yield Root(path)
    shutil.rmtree(path)


USERS = [0, NOBODY] if os.getuid() == 0 else [0]
