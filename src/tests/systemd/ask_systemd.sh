#!/bin/bash
# Starts a systemd as the first process of its own namespaces, lets it run the units of a folder,
# and waits until it has. What they write to /run/out is left in the folder `out`.
# Below the folder may lie etc/systemd/system and its kin, with units that are stronger.
# usage: ask_systemd.sh UNITS OUT
set -euo pipefail
units=$(realpath "$1") out=$(realpath "$2")
path=$units
for folder in usr/lib usr/local/lib run etc; do
    path=$units/$folder/systemd/system:$path
done
unshare --mount --pid --fork --uts --ipc --net --kill-child bash -c "
    mount -t proc proc /proc
    mount -t tmpfs tmpfs /run
    mkdir -p /run/lock /run/out
    mount --bind '$out' /run/out
    if ! grep -q cgroup2 /proc/filesystems || [ -d /sys/fs/cgroup/cpu ]; then
        mount -t tmpfs tmpfs /sys/fs/cgroup
        mkdir -p /sys/fs/cgroup/systemd
        mount -t cgroup -o none,name=systemd cgroup /sys/fs/cgroup/systemd
    fi
    export container=lxc SYSTEMD_UNIT_PATH='$path' SYSTEMD_LOG_TARGET=console
    exec /lib/systemd/systemd --system --show-status=no
" >"$out/systemd.log" 2>&1 &
outer=$!
# unshare passes over the gentler signals; its child dies with it.
trap 'kill -KILL "$outer" 2>/dev/null || true' EXIT
for _ in $(seq 600); do
    [ -e "$out/finished" ] && exit 0
    kill -0 "$outer" 2>/dev/null || break
    sleep 0.1
done
cat "$out/systemd.log" >&2
exit 1
