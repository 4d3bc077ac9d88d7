#!/bin/sh
# Makes the Python environment of the vendors' own clients.
# Standard output is one line: the path of its python.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
exec "$here/../../../../tools/python-environment.sh" "$here" clients "the vendors' clients"
