"""The packages: what is in them, that they work where nothing else is, and that they are the same whoever builds them."""

import fnmatch
import hashlib
import json
import os
import re
import shutil
import subprocess
import tarfile

import pytest
from conftest import REPO, USERS

# A session from its beginning to its end, with nothing but a shell at hand.
SMOKE = """
set -e
k --version
k new s
k run s 'x=42'
k run s 'echo "the answer is $x"'
k run -e s 'exit_with() { return 7; }; exit_with' || echo "code $?"
cell=$(k fire s 'read -p "name? " n; echo "hello $n"')
cell=${cell#*': "'}
cell=${cell%%'"'*}
k wait s --waiting
k send s world
km s $cell -1 >/tmp/events
k poll s $cell
k screen s --region 0,0,0,1 --json >/dev/null && echo screen fine
kept ls
k kill s
k ls
"""
EXPECTED = [r"kept \d+\.\d+\.\d+ \(.*\)", r"OK s", r"", r"the answer is 42", r"code 7", r"name\? ", r"OK",
            r'\{"cell_id": "[0-9a-f]{12}", "status": "done", "output": "name\? world\\nhello world", "exit_code": 0, .*',
            r"screen fine", r"s", r"OK killed s", r"no sessions"]


def check_smoke(text):
    lines = [line for line in text.splitlines() if line]
    expected = [line for line in EXPECTED if line]
    assert len(lines) == len(expected), text
    for line, pattern in zip(lines, expected):
        assert re.fullmatch(pattern, line), text


def field(deb, name):
    return subprocess.run(["dpkg-deb", "-f", deb, name], capture_output=True, text=True, check=True).stdout.strip()


def listing(deb):
    """Of each file in the archive: its rights, owner and path."""
    text = subprocess.run(["dpkg-deb", "-c", deb], capture_output=True, text=True, check=True).stdout
    return [(line.split()[0], line.split()[1], " ".join(line.split()[5:])) for line in text.splitlines()]


# What is in them


def test_the_deb_needs_nothing(deb):
    assert field(deb, "Depends") == "" and field(deb, "Pre-Depends") == ""
    assert field(deb, "Suggests") == "kept-png"
    if "KEPT_MAINTAINER" not in os.environ:
        assert field(deb, "Maintainer").endswith("@kept.invalid>"), "an address that nobody has"
    assert field(deb, "Architecture") == subprocess.run(["dpkg", "--print-architecture"], capture_output=True,
                                                        text=True).stdout.strip()


def test_the_deb_has_all_that_is_promised(deb):
    paths = {path for _, _, path in listing(deb)}
    for wanted in ["usr/bin/kept", "usr/bin/k -> kept", "usr/bin/km -> kept", "usr/share/doc/kept/copyright",
                   "usr/share/doc/kept/changelog.gz", "usr/share/doc/kept/NOTICES.gz",
                   "usr/share/doc/kept/kept.spdx.json", "usr/share/man/man1/k.1.gz", "usr/share/man/man1/km.1.gz",
                   "usr/share/man/man1/kept.1.gz", "usr/share/bash-completion/completions/k",
                   "usr/share/bash-completion/completions/km -> k", "usr/share/zsh/site-functions/_k",
                   "usr/share/fish/vendor_completions.d/k.fish", "usr/share/fish/vendor_completions.d/km.fish"]:
        assert f"./{wanted}" in paths, wanted


def test_rights_and_owners(deb, deb_png):
    for package in (deb, deb_png):
        for rights, owner, path in listing(package):
            assert owner == "root/root", path
            program = path.startswith("./usr/bin/") and not path.endswith("/")
            assert rights in ("drwxr-xr-x", "lrwxrwxrwx", "-rwxr-xr-x" if program else "-rw-r--r--"), (rights, path)


def test_the_program_is_static_and_says_nothing_about_the_builder(deb, deb_png, tmp_path):
    for package in (deb, deb_png):
        subprocess.run(["dpkg-deb", "-x", package, tmp_path], check=True)
    kept = (tmp_path / "usr/bin/kept").read_bytes()
    assert b"/ld-linux" not in kept[:4096], "the program wants a dynamic linker"
    sections = subprocess.run(["readelf", "-S", "-W", tmp_path / "usr/bin/kept"], capture_output=True, text=True).stdout
    assert ".text" in sections and ".debug_info" not in sections and ".symtab" not in sections
    for program in (tmp_path / "usr/bin").iterdir():
        assert str(REPO).encode() not in program.read_bytes(), f"{program.name} names the place where it was built"
    version = json.loads(subprocess.run([tmp_path / "usr/bin/k", "--version", "--json"], capture_output=True).stdout)
    assert version["static"] and version["build"] == "Release" and version["sanitizers"] == ""
    assert field(deb, "Version").split("~")[0] == version["version"]


def test_checksums(packages):
    done = subprocess.run(["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=packages, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert {line.split()[1] for line in (packages / "SHA256SUMS").read_text().splitlines()} == {
        path.name for path in packages.iterdir() if path.name != "SHA256SUMS"}


def test_the_changelog_knows_this_version(deb, tmp_path):
    version = field(deb, "Version").split("~")[0]
    assert re.search(rf"^## {re.escape(version)}\b", (REPO / "CHANGELOG.md").read_text(), re.M)
    subprocess.run(["dpkg-deb", "-x", deb, tmp_path], check=True)
    shutil.copy(tmp_path / "usr/share/doc/kept/changelog.gz", tmp_path)
    subprocess.run(["gunzip", tmp_path / "changelog.gz"], check=True)
    done = subprocess.run(["dpkg-parsechangelog", "-l", tmp_path / "changelog"], capture_output=True, text=True)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    assert f"Version: {field(deb, 'Version')}\n" in done.stdout and "k new" in done.stdout


# The list of what is in it


def test_the_list_of_contents(packages, deb, tmp_path):
    document = json.loads((packages / "kept.spdx.json").read_text())
    assert document["spdxVersion"] == "SPDX-2.3" and document["dataLicense"] == "CC0-1.0"
    elements = {element["SPDXID"]: element for element in document["packages"]}
    installed = dict(line.split("\t") for line in subprocess.run(
        ["dpkg-query", "-W", "-f", r"${Package}\t${Version}\n"], capture_output=True, text=True).stdout.splitlines())
    for identity, element in elements.items():
        assert re.fullmatch(r"SPDXRef-[A-Za-z0-9.-]+", identity)
        assert element["licenseDeclared"] not in ("", "NOASSERTION"), identity
        if identity != "SPDXRef-kept":
            assert element["versionInfo"] == installed[element["name"]]
    extracted = {licence["licenseId"] for licence in document["hasExtractedLicensingInfos"] if licence["extractedText"]}
    used = " ".join(element["licenseDeclared"] for element in elements.values())
    assert set(re.findall(r"LicenseRef-\w+", used)) == extracted
    linked = {relation["relatedSpdxElement"] for relation in document["relationships"]
              if relation["relationshipType"] == "STATIC_LINK"}
    assert all(relation["relatedSpdxElement"] in elements for relation in document["relationships"])
    # Some by an archive, some by headers alone.
    assert {"SPDXRef-libc6-dev", "SPDXRef-libre2-dev", "SPDXRef-libfmt-dev", "SPDXRef-libcli11-dev",
            "SPDXRef-libprotobuf-dev"} <= linked
    assert not [name for name in elements if re.search("pango|cairo|gtest|benchmark", name)], "not in the program"
    subprocess.run(["dpkg-deb", "-x", deb, tmp_path], check=True)
    shipped = hashlib.sha256((tmp_path / "usr/bin/kept").read_bytes()).hexdigest()
    assert elements["SPDXRef-kept"]["checksums"][0]["checksumValue"] == shipped


def test_every_archive_that_was_linked_is_in_the_list(packages):
    """Asked of the linker's list by another way: the owner of each archive, one by one."""
    names = {element["name"] for element in json.loads((packages / "kept.spdx.json").read_text())["packages"]}
    text = (REPO / "build/release/kept.inputs").read_text().split("\n\n")[0]
    archives = {os.path.realpath(word) for word in text.split() if word.startswith("/") and word.endswith(".a")}
    assert len(archives) > 6
    for archive in archives:
        owner = subprocess.run(["dpkg", "-S", archive], capture_output=True, text=True).stdout
        assert owner.split(":")[0] in names, archive


def test_what_is_called_every_day_lies_together():
    """Or else scripts/link-order is to be run: the program has changed too much."""
    listed = re.findall(r"^\*\((\S+)\)$", (REPO / "cmake/link_order.ld").read_text(), re.M)
    linked = (REPO / "build/release/kept.map").read_text().partition("Linker script and memory map")[2]
    daily = linked.partition("\n.text.daily ")[2].partition("\n.text ")[0]
    placed = set(re.findall(r"^ (\.text\S+)", daily, re.M))
    found = [pattern for pattern in listed if any(fnmatch.fnmatchcase(name, pattern) for name in placed)]
    assert len(listed) > 1000
    assert len(found) > 0.8 * len(listed)


def test_the_notices_cover_the_list(packages, deb, tmp_path):
    subprocess.run(["dpkg-deb", "-x", deb, tmp_path], check=True)
    notices = subprocess.run(["zcat", tmp_path / "usr/share/doc/kept/NOTICES.gz"], capture_output=True, text=True).stdout
    document = json.loads((packages / "kept.spdx.json").read_text())
    linked = {relation["relatedSpdxElement"] for relation in document["relationships"]
              if relation["relationshipType"] == "STATIC_LINK"}
    for element in document["packages"]:
        if element["SPDXID"] in linked:
            source = element["sourceInfo"].removeprefix("built from the Debian source package ")
            assert f"\n{source}\n" in notices, source


# Installed where nothing else is


def test_installed_and_removed(root, deb):
    done = root.dpkg("-i", str(deb))
    assert done.returncode == 0, done.stderr
    assert root.dpkg("-V", "kept").stdout == ""
    for uid in USERS:
        check_smoke(root.run(SMOKE, uid))
    done = root.dpkg("-r", "kept")
    assert done.returncode == 0, done.stderr
    left = [path for path in root.path.rglob("*") if "kept" in path.name and not {"dpkg", "home"} & set(path.parts)]
    assert not left


def test_the_png_package_asks_for_what_it_lacks(root, deb_png):
    """dpkg does not configure it in a root without the libraries: the list of them is no decoration."""
    done = root.dpkg("-i", str(deb_png))
    assert done.returncode != 0 and "libpango" in done.stderr, done.stderr


def test_unpacked_from_the_tarball(root, tarball):
    opt = root.path / "opt"
    opt.mkdir()
    with tarfile.open(tarball) as archive:
        names = archive.getnames()
        archive.extractall(opt)
    top = names[0]
    assert {name.split("/")[0] for name in names} == {top} and f"{top}/share/doc/kept/LICENSE" in names
    for path in opt.rglob("*"):
        assert path.is_symlink() or path.stat().st_mode & 0o022 == 0, path
    for uid in USERS:
        check_smoke(root.run(SMOKE.replace("set -e\n", f"set -e\nPATH=/opt/{top}/bin:/bin\n"), uid))


# The same whoever builds them


def test_packed_twice_it_is_the_same(packages, tmp_path):
    """In another language, time zone and temporary folder, with other default rights. The whole build from another
    place is `make reproducible`, which takes minutes."""
    place = tmp_path / "else where"
    place.mkdir()
    done = subprocess.run(["bash", "-c", 'umask 077; exec scripts/package "$0"', str(tmp_path / "again")], cwd=REPO,
                          capture_output=True, text=True,
                          env=os.environ | {"LC_ALL": "C", "TZ": "Pacific/Chatham", "TMPDIR": str(place)})
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "again/SHA256SUMS").read_text() == (packages / "SHA256SUMS").read_text()


@pytest.fixture
def elsewhere(tmp_path):
    """The sources in another place, without the history."""
    place = tmp_path / "quite another folder"
    place.mkdir()
    pack = f"git ls-files -z | tar --null -T - -cf - | tar -C '{place}' -xf -"
    subprocess.run(["bash", "-o", "pipefail", "-c", pack], cwd=REPO, check=True)
    return place


def test_objects_do_not_depend_on_the_place(elsewhere):
    """Some rooms built in another folder: the archives are the same bytes, debug information included."""
    rooms = ["base", "integration"]
    done = subprocess.run(["scripts/build", "release", *(f"libkept_{room}.a" for room in rooms)], cwd=elsewhere,
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    for room in rooms:
        here, there = ((root / f"build/release/libkept_{room}.a").read_bytes() for root in (REPO, elsewhere))
        assert here == there, room
