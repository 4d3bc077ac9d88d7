#!/bin/sh
# Makes the Python environment of moto, which serves Route 53 to the tests.
# Standard output is one line: the path of its python.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
exec "$here/../../../tools/python-environment.sh" "$here" moto "moto and what it needs"
