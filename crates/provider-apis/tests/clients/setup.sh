#!/bin/sh
# Makes the Python environment of the vendors' own clients, once per requirements.txt, outside the repository.
# Standard output is one line: the path of its python.
#
#   MAILWARD_CACHE  where to keep it  (default: $XDG_CACHE_HOME/mailward, then ~/.cache/mailward)
set -eu

here=$(cd "$(dirname "$0")" && pwd)
cache=${MAILWARD_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/mailward}
digest=$(cksum <"$here/requirements.txt" | cut -d' ' -f1)
dir=$cache/clients-$digest

if [ ! -e "$dir/complete" ]; then
    command -v python3 >/dev/null || { echo "the vendors' clients need python3 with venv (Debian: apt-get install python3-venv)" >&2; exit 1; }
    echo "installing the vendors' clients, the first time: about half a minute" >&2
    rm -rf "$dir"
    # A venv holds its own path, so it cannot be built elsewhere and renamed: a mark says that it is whole.
    python3 -m venv "$dir" >&2
    "$dir/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --requirement "$here/requirements.txt" >&2
    touch "$dir/complete"
fi
echo "$dir/bin/python"
