#!/bin/sh
# Makes .venv with livekit-agents beside this file, or in the directory given. Says so and exits 77
# (skip) when the package index cannot be reached.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
venv=${1:-$here/.venv}
python=${PYTHON:-python3}
# The interpreter that runs the tests may be a shim of a version manager; Debian's own is sure.
[ -x /usr/bin/python3 ] && python=${PYTHON:-/usr/bin/python3}

if [ -x "$venv/bin/python" ] && cmp -s "$here/requirements.txt" "$venv/requirements.txt"; then
    exit 0
fi
"$python" -m venv "$venv"
if ! "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"; then
    echo "skip: livekit-agents cannot be installed here (package index unreachable?)" >&2
    exit 77
fi
cp "$here/requirements.txt" "$venv/requirements.txt"
