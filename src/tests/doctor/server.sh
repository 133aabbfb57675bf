#!/bin/bash
# Starts a server in namespaces of its own: systemd as its first process, its own network with
# loopback alone, and the folders of STAGE laid over /etc/systemd/system, /etc/nginx,
# /var/lib/postgresql and /srv.
# Prints the process to enter, and runs until it is killed.
# usage: server.sh STAGE
set -euo pipefail
stage=$(realpath "$1")
unshare --mount --pid --fork --uts --ipc --net --kill-child bash -c "
    mount -t proc proc /proc
    mount -t tmpfs tmpfs /run
    mkdir -p /run/lock
    if ! grep -q cgroup2 /proc/filesystems || [ -d /sys/fs/cgroup/cpu ]; then
        mount -t tmpfs tmpfs /sys/fs/cgroup
        mkdir -p /sys/fs/cgroup/systemd
        mount -t cgroup -o none,name=systemd cgroup /sys/fs/cgroup/systemd
        # All servers share this tree, and each systemd clears away what it does not know.
        mkdir /sys/fs/cgroup/systemd/$(basename "$stage")
        echo 0 >/sys/fs/cgroup/systemd/$(basename "$stage")/cgroup.procs
    fi
    mount --bind '$stage/units' /etc/systemd/system
    mount --bind '$stage/nginx' /etc/nginx
    mount --bind '$stage/postgresql' /var/lib/postgresql
    mount --bind '$stage/srv' /srv
    mount --bind '$stage/passwd' /etc/passwd
    mount --bind '$stage/group' /etc/group
    mount -t tmpfs tmpfs /var/log
    mkdir /var/log/nginx
    ip link set lo up
    export container=lxc SYSTEMD_UNIT_PATH=/etc/systemd/system SYSTEMD_LOG_TARGET=console
    exec /lib/systemd/systemd --system --show-status=no
" >"$stage/systemd.log" 2>&1 &
outer=$!
end() {
    kill -KILL "$outer" || true
    wait "$outer" || true
    # What ran inside dies a moment later.
    groups=/sys/fs/cgroup/systemd/$(basename "$stage")
    for _ in $(seq 20); do
        [ -d "$groups" ] || break
        find "$groups" -depth -type d -exec rmdir {} + || sleep 0.1
    done
}
trap 'end 2>/dev/null' EXIT
for _ in $(seq 600); do
    for inner in $(cat "/proc/$outer/task/$outer/children" 2>/dev/null); do
        if nsenter -t "$inner" -m -p -n systemctl is-active --quiet ready.target 2>/dev/null; then
            echo "$inner"
            wait "$outer"
            exit 0
        fi
    done
    sleep 0.1
done
cat "$stage/systemd.log" >&2
exit 1
