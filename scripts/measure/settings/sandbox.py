"""Runs `imported.py` with no network, on a checkout whose changes are thrown away.

Needs `unshare`, `mount` with overlayfs and root, or user namespaces that may mount. Without them it
refuses: settings of strangers are run by nothing else.
"""

import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
NOBODY = 65534
PATH = "/usr/local/bin:/usr/bin:/bin"
OWN_NAME = re.compile(r"settings|local|secret|config|private|environment|prod|credential", re.I)


def namespaces():
    for words in (["-n", "-u", "-m"], ["-r", "-n", "-u", "-m"]):
        command = ["unshare", *words]
        if subprocess.run([*command, "true"], stderr=subprocess.DEVNULL, check=False).returncode == 0:
            return command
    sys.exit("there is no way to close settings off: `unshare -r -n -u -m` fails")


def mount(*words):
    subprocess.run(["mount", *words], check=True, stdout=subprocess.DEVNULL)


def visible(prefix, scratch):
    """Shows a Python that lies in a folder that only root may enter."""
    closed, folder = None, prefix
    while folder != "/":
        folder = os.path.dirname(folder)
        if folder != "/" and not os.stat(folder).st_mode & 1:
            closed = folder
    if closed:
        mount("--bind", prefix, f"{scratch}/python")
        mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", closed)
        os.makedirs(prefix)
        mount("--bind", f"{scratch}/python", prefix)


def close_off(task):
    """In the new namespaces: another machine, and a checkout that can be written to."""
    root, scratch = task["root"], task["scratch"]
    subprocess.run(["hostname", task["host"]], check=False)
    mount("--make-rprivate", "/")
    mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", scratch)
    for name in ("upper", "work", "python", "home"):
        os.mkdir(f"{scratch}/{name}", 0o755)
    with open(f"{scratch}/hosts", "w", encoding="utf-8") as hosts:
        hosts.write(f"127.0.0.1 localhost\n{task['address']} {task['host']}\n")
    mount("--bind", f"{scratch}/hosts", "/etc/hosts")
    mount("-t", "tmpfs", "-o", "mode=1777", "tmpfs", "/srv")
    layers = f"lowerdir={root},upperdir={scratch}/upper,workdir={scratch}/work"
    mount("-t", "overlay", "overlay", "-o", layers, root)
    if os.getuid() == 0 and task["drop"]:
        # As the user that owns its checkout would.
        for folder, inner, _ in os.walk(root):
            os.chown(folder, NOBODY, NOBODY)
            inner[:] = [it for it in inner if it not in ("node_modules", ".git")]
        os.chown(f"{scratch}/home", NOBODY, NOBODY)
        visible(task["prefix"], scratch)
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    environment = {"PYTHONHASHSEED": task["seed"], "PYTHONUTF8": "1"}
    command = [task["python"], "-B", os.path.join(HERE, "imported.py")]
    text = json.dumps(task).encode()
    done = subprocess.run(command, input=text, stdout=subprocess.PIPE, env=environment, check=False)
    os.write(1, done.stdout)


class Oracle:
    """Answers what Python says of settings."""

    def __init__(self, python):
        self.python = os.path.abspath(python)
        self.command = namespaces()
        say = "import sys, pkgutil; print(sys.base_prefix); print(*(it.name for it in pkgutil.iter_modules()))"
        told = subprocess.run([python, "-I", "-c", say], capture_output=True, text=True, check=True)
        prefix, modules = told.stdout.splitlines()
        self.prefix = os.path.realpath(prefix)
        self.installed = set(modules.split())

    def once(self, case, stubs, run):
        with tempfile.TemporaryDirectory(prefix="kilter-settings-") as scratch:
            os.chmod(scratch, 0o755)
            task = {
                "root": case.root, "project": case.project, "settings": case.settings,
                "env": {"PATH": PATH, "HOME": f"{scratch}/home", **case.env},
                "stubs": sorted(stubs), "scratch": scratch, "python": self.python,
                "prefix": self.prefix, "host": f"host-{'ab'[run]}", "address": f"10.20.{run + 30}.40",
                "seed": str(run), "drop": "-r" not in self.command,
            }  # fmt: skip
            inside = [sys.executable, "-B", os.path.abspath(__file__)]
            try:
                done = subprocess.run(
                    [*self.command, *inside], input=json.dumps(task), capture_output=True,
                    text=True, timeout=90, check=False,
                )  # fmt: skip
                return json.loads(done.stdout)
            except subprocess.TimeoutExpired:
                return {"error": {"type": "Timeout", "message": "", "excluded": True}}
            except ValueError:
                return {"error": {"type": "Crash", "message": done.stderr[-800:], "excluded": True}}

    def ask(self, case, stubs):
        """What two runs on different hosts agree on. `stubs` gets what is not installed."""
        for _ in range(80):
            answer = self.once(case, stubs, 0)
            error = answer.get("error")
            if not is_error(answer) or error["type"] != "ModuleNotFoundError" or not error.get("name"):
                break
            top = error["name"].split(".")[0]
            if top in stubs or top in self.installed or is_own(top, case):
                break
            stubs.add(top)
        other = self.once(case, stubs, 1)
        if is_error(answer) or is_error(other):
            if is_error(answer) != is_error(other):
                return {"error": {"type": "Varies", "message": "", "excluded": True}}
            if stubs and re.search(r"Stub|subclass of|null byte|NULL without setting|metaclass|Failure|Base\b", error["message"]):
                error["excluded"] = True
            return answer
        return {name: merge(answer.get(name), other.get(name)) for name in {**answer, **other}}


def is_error(answer):
    return isinstance(answer.get("error"), dict) and "type" in answer["error"]


def is_own(top, case):
    """Whether a module is rather the project's than somebody's on PyPI."""
    folders = {case.project, case.root}
    names = {name for folder in folders for name in os.listdir(folder)}
    return bool(OWN_NAME.search(top)) or top in names or f"{top}.py" in names


def merge(one, other):
    """Marks what differs between two runs."""
    if json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True):
        return one
    if isinstance(one, dict) and isinstance(other, dict) and set(one) == set(other):
        tags = [key for key in one if key.startswith("$")]
        if not tags or tags == ["$tuple"]:
            return {key: merge(one[key], other[key]) for key in one}
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return [merge(a, b) for a, b in zip(one, other)]
    return {"$varies": True}


if __name__ == "__main__":
    close_off(json.load(sys.stdin))
