#!/bin/sh
# Makes a Python environment once per requirements.txt, outside the repository.
# Standard output is one line: the path of its python.
#
#   tools/python-environment.sh FOLDER NAME WHAT     FOLDER holds requirements.txt; NAME is for the cache, WHAT for people
#
#   MAILWARD_CACHE  where to keep it  (default: $XDG_CACHE_HOME/mailward, then ~/.cache/mailward)
set -eu

folder=$1 name=$2 what=$3
cache=${MAILWARD_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/mailward}
digest=$(cksum <"$folder/requirements.txt" | cut -d' ' -f1)
dir=$cache/$name-$digest

if [ ! -e "$dir/complete" ]; then
    command -v python3 >/dev/null || { echo "$what need python3 with venv (Debian: apt-get install python3-venv)" >&2; exit 1; }
    echo "installing $what, the first time: about half a minute" >&2
    rm -rf "$dir"
    # A venv holds its own path, so it cannot be built elsewhere and renamed: a mark says that it is whole.
    python3 -m venv "$dir" >&2
    "$dir/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --requirement "$folder/requirements.txt" >&2
    touch "$dir/complete"
fi
echo "$dir/bin/python"
