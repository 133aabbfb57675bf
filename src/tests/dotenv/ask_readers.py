"""Asks the real readers what they make of env files.

Reads a JSON list of texts; writes, for each, an object of reader to variables, or to "refused".
"""
import io
import json
import os
import subprocess
import sys
import tempfile

import decouple
import dotenv
import environ
from honcho import environ as honcho

COMPOSE = sys.argv[1]
NAMES = ["A", "K", "L"]
CALLER = {"HOSTV": "from-host", "HOME": "/home/u", "PATH": "/usr/bin:/bin"}


def only(found):
    return {name: found.get(name) for name in NAMES}


def python_dotenv(path):
    os.environ.clear()
    os.environ.update(CALLER)
    dotenv.load_dotenv(path)
    return only(os.environ)


def python_dotenv_override(path):
    os.environ.clear()
    os.environ.update(CALLER)
    return only(dotenv.dotenv_values(path))


def django_environ(path):
    os.environ.clear()
    os.environ.update(CALLER)
    environ.Env.read_env(path)
    return only(os.environ)


def python_decouple(path):
    return only(decouple.RepositoryEnv(path).data)


def by_honcho(path):
    with open(path) as file:
        return only(honcho.parse(file.read()))


def run(argv, **more):
    return subprocess.run(argv, capture_output=True, env=CALLER, timeout=30, **more)


def environment(argv, folder):
    """What `env -0` prints at the end; nothing if the shell gave up before."""
    ran = run(argv, cwd=folder)
    entries = ran.stdout.decode(errors="replace").split("\0")
    if "KILTER=1" not in entries:
        return "refused"
    return only(dict(entry.split("=", 1) for entry in entries if "=" in entry))


def shell(name):
    script = "set -a; . ./f >/dev/null; set +a; export KILTER=1; env -0"
    return lambda path: environment([name, "-c", script], os.path.dirname(path))


def xargs(path):
    script = "export $(grep -v '^#' f | xargs); export KILTER=1; env -0"
    return environment(["bash", "-c", script], os.path.dirname(path))


def uv(path):
    argv = [os.path.join(os.path.dirname(sys.executable), "uv"), "run", "--no-project",
            "--no-python-downloads", "--python", sys.executable, "--env-file", "f", "env", "-0"]
    ran = run(argv, cwd=os.path.dirname(path))
    entries = ran.stdout.decode(errors="replace").split("\0")
    return only(dict(entry.split("=", 1) for entry in entries if "=" in entry))


def compose(path):
    folder = os.path.dirname(path)
    project = os.path.join(folder, "compose.yml")
    with open(project, "w") as file:
        json.dump({"name": "p", "services": {"s": {"image": "i", "env_file": ["f"]}}}, file)
    ran = run([COMPOSE, "-f", project, "config", "--format", "json"], cwd=folder)
    if ran.returncode:
        return "refused"
    found = json.loads(ran.stdout)["services"]["s"].get("environment", {})
    # `config` escapes what it would interpolate again.
    return only({name: value if value is None else value.replace("$$", "$") for name, value in found.items()})


READERS = {
    "python-dotenv": python_dotenv,
    "python-dotenv-override": python_dotenv_override,
    "django-environ": django_environ,
    "decouple": python_decouple,
    "honcho": by_honcho,
    "bash": shell("bash"),
    "dash": shell("dash"),
    "xargs": xargs,
    "uv": uv,
    "compose-env-file": compose,
}


def ask(reader, path):
    try:
        return reader(path)
    except (ValueError, UnicodeDecodeError):
        return "refused"


def main():
    answers = []
    outer = dict(os.environ)
    for text in json.load(sys.stdin):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "f")
            with io.open(path, "w", newline="") as file:
                file.write(text)
            answers.append({name: ask(reader, path) for name, reader in READERS.items()})
            os.environ.clear()
            os.environ.update(outer)
    json.dump(answers, sys.stdout)


main()
