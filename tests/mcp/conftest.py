"""The sandbox of tests/e2e, for the clients that `setup` has put into build/mcp."""

import importlib.util
import os
import shutil
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
E2E = HERE.parent / "e2e"
sys.path.insert(0, str(E2E))
pytest.register_assert_rewrite("harness")

# The sandbox fixture and the count of leftovers are the same ones.
_spec = importlib.util.spec_from_file_location("kept_e2e_conftest", E2E / "conftest.py")
_shared = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_shared)
pytest_sessionstart = _shared.pytest_sessionstart
pytest_sessionfinish = _shared.pytest_sessionfinish
box = _shared.box

from harness import K, REPO  # noqa: E402

MCP = Path(os.environ.get("KEPT_MCP_CLIENTS") or REPO / "build" / "mcp")
MODULES = MCP / "node_modules"


def the_node():
    """The one that came with the clients; another machine's own, where there is none for it."""
    for machine in ("x64", "arm64"):
        path = MODULES / f"node-linux-{machine}" / "bin" / "node"
        if path.is_file():
            return str(path)
    return shutil.which("node")


@pytest.fixture
def node(box):
    """Runs a script of build/mcp in the sandbox, which knows where `k` is."""
    if not (MCP / ".installed").is_file():
        pytest.skip("no MCP clients: run tests/mcp/setup with npm in reach")
    box.env["K"] = K

    def call(script, *words, **options):
        return box.call(the_node(), MCP / script, *words, **options)

    call.words = lambda script, *words: (the_node(), MCP / script, *words)
    return call
