#!/usr/bin/env bash
# `make e2e`: builds what is missing, gives the test a machine of its own, and takes that away afterwards.
#
# The machine is a set of namespaces (network, mounts, processes) without any way out. When its first process ends, however that
# comes about, the kernel ends every other one and drops every mount, route and firewall rule. What namespaces do not cover is
# taken away here, also what a killed run has left: cgroups, and an empty folder.
#
#   MAILWARD_REGENERATE=1  keep the output in docs/e2e.md if the test succeeds
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
work=$(realpath --canonicalize-missing "${CARGO_TARGET_DIR:-target}/e2e")
export MAILWARD_E2E_CGROUP=mailward-e2e

say() { printf '%s\n' "$*" >&2; }

# Each hierarchy of cgroup v1, or the only one of v2.
hierarchies() { if [ -e /sys/fs/cgroup/cgroup.controllers ]; then echo /sys/fs/cgroup; else find /sys/fs/cgroup -mindepth 1 -maxdepth 1 -type d; fi; }

# Processes that were killed leave their cgroups one by one.
remove_cgroups() {
  local hierarchy
  for hierarchy in $(hierarchies); do
    for _ in $(seq 100); do
      [ -d "$hierarchy/$MAILWARD_E2E_CGROUP" ] || break
      find "$hierarchy/$MAILWARD_E2E_CGROUP" -depth -type d -exec rmdir {} + 2>/dev/null && break
      sleep 0.1
    done
  done
}

prepare() {
  if [ "$(uname -s)" != Linux ] || [ "$(id -u)" != 0 ]; then
    say "make e2e starts a kubelet and containerd: it needs root on a Linux machine that nothing else depends on"
    exit 1
  fi
  case $work in
    /var/* | /run/*)
      # Both are laid over with memory.
      say "make e2e cannot work below ${work%"${work#/*/}"}: set CARGO_TARGET_DIR to a folder elsewhere"
      exit 1
      ;;
  esac
  if pgrep -f "[e]2e/machine.sh $work" >/dev/null; then
    say "another make e2e is running here"
    exit 1
  fi
  command -v containerd >/dev/null || tools/install-node.sh >&2
  say "building what runs on the node; minutes the first time"
  tools/kube/build.sh >/dev/null
  tools/helm/build.sh >/dev/null
  for program in $(tools/node/build.sh --list); do tools/node/build.sh "$program" >/dev/null; done
  for program in pause coredns pebble cert-manager-controller cert-manager-solver traefik; do tools/node/image.sh "$program" >/dev/null; done
  tools/node/definitions.sh >/dev/null
  tools/gateway-api/crds.sh >/dev/null
  tests/readers/setup.sh >/dev/null
  MAILWARD_E2E_IMAGE=$(tools/image/build.sh | tail -n 1)
  MAILWARD_E2E_IMAGE=$(realpath "$MAILWARD_E2E_IMAGE")
  export MAILWARD_E2E_IMAGE
  program=$(cargo test --test e2e --no-run 2>&1 | tee /dev/stderr | sed -n 's/^ *Executable .*(\(.*\))$/\1/p')
  program=$(realpath "$program")
}

machine= program=
leave() {
  # It ignores everything else while its child runs, and takes that with it.
  [ -z "$machine" ] || kill -KILL "$machine" 2>/dev/null || true
  remove_cgroups
  rmdir "$work/state" 2>/dev/null || true
}

prepare
remove_cgroups
rm -rf "$work/log"
mkdir -p "$work/state" "$work/log"
trap leave EXIT
trap 'exit 130' INT TERM HUP
for hierarchy in $(hierarchies); do mkdir -p "$hierarchy/$MAILWARD_E2E_CGROUP"; done

# In the background, so that a signal reaches us while it runs.
unshare --net --mount --pid --fork --kill-child --mount-proc tests/e2e/machine.sh "$work" "$program" </dev/null >"$work/output" 2>&1 &
machine=$!
tail --lines=+1 --follow --sleep-interval=0.2 --pid="$machine" "$work/output" &
status=0
wait "$machine" || status=$?
machine=
wait
if [ "$status" != 0 ]; then
  say "make e2e failed; the logs of all processes and pods are in $work/log"
elif [ "${MAILWARD_REGENERATE:-}" = 1 ]; then
  tests/e2e/keep.sh "$work/output" docs/e2e.md
fi
exit "$status"
