#!/usr/bin/env bash
# The first process of the test's machine: lays out its network and its folders, then runs the test. See run.sh.
#
#   machine.sh WORK PROGRAM
set -euo pipefail
work=$1 program=$2
trap 'exit 143' INT TERM

# Seen by every process here and by nobody else, as a container runtime needs it.
mount --make-rshared /
# Memory for everything but the logs; it goes with the machine.
mount -t tmpfs -o mode=0755 mailward-e2e "$work/state"
mkdir -p "$work"/state/{var,var-work,etc}
# kubelet, containerd and the CNI plugins write to fixed places as well.
mount -t tmpfs -o mode=0755 mailward-e2e /run
mount -t overlay -o "lowerdir=/var,upperdir=$work/state/var,workdir=$work/state/var-work" mailward-e2e /var

# kubelet sets these for the whole computer unless they are so already.
pretend() {
  echo "$2" >"$work/state/etc/$1"
  mount --bind "$work/state/etc/$1" "/proc/sys/${1//.//}"
}
pretend vm.overcommit_memory 1
pretend kernel.panic 10
pretend kernel.panic_on_oops 1

# The way to the rest of the world, at the end of which nobody is. The node has an address of its own, the DNS server one that the
# Internet would see.
ip link set lo up
ip link add uplink type veth peer name nowhere
ip address add 10.89.0.2/24 dev uplink
ip address add 203.0.113.53/24 dev uplink
ip link set nowhere up
ip link set uplink up
ip route add default via 10.89.0.1 dev uplink
echo 1 >/proc/sys/net/ipv4/ip_forward
echo 1 >/proc/sys/net/bridge/bridge-nf-call-iptables

# Not by exec: who comes first has to bury the others.
MAILWARD_E2E_WORK=$work "$program" &
wait $!
