#!/usr/bin/env bash
# What a Kubernetes node needs from the system, from Debian's packages: the end-to-end test starts its own containerd.
set -euo pipefail
command -v apt-get >/dev/null || { echo "install-node: no apt-get here: install containerd, runc, the CNI plugins, iptables and iproute2 yourself" >&2; exit 1; }
sudo=$([ "$(id -u)" = 0 ] || echo sudo)
echo "installing containerd, runc, containernetworking-plugins, iptables and iproute2"
$sudo apt-get update -qq
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends containerd runc containernetworking-plugins iptables iproute2 >/dev/null
command -v containerd
