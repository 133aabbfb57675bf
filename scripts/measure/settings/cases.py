"""Which settings modules a checkout has, and the environments that they are measured under.

Modules are those that manage.py and its like name, and those beside them that are called after
production or development. Each is loaded with no variables, with those of the project's example
file, and with a made-up value for every name that the settings may ask for.
"""

import dataclasses
import os
import re

SKIPPED = {".git", "node_modules", "site-packages", "venv", ".venv", "env"}
ENTRY = re.compile(r"""DJANGO_SETTINGS_MODULE['"]\s*(?:,|\]\s*=)\s*['"]([\w.]+)['"]""")
CONFIGURATION = re.compile(r"""DJANGO_CONFIGURATION['"]\s*(?:,|\]\s*=)\s*['"](\w+)['"]""")
EXAMPLE = re.compile(r"^(\.?env[._-]?(example|sample|template|dist)|(example|sample)[._]env|\.env\.(example|sample|template|dist|prod|local)\S*)$", re.I)
STAGE = re.compile(r"^(prod|production|live|staging|dev|develop|development|local)$")
ASKED = re.compile(r"""(?:environ|getenv|env|config|Value)\w*(?:\.\w+)*\s*[\[(]\s*['"]([A-Z][A-Z0-9_]+)['"]""")
LINE = re.compile(r"(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*)$")
MOST_PROJECTS, MOST_MODULES = 2, 3

MADE_UP = [
    (r"DATABASE_URL|DB_URL", "postgres://app:pw@db.internal:5432/app"),
    (r"REDIS.*URL|CACHE_URL|BROKER|RESULT_BACKEND", "redis://redis.internal:6379/0"),
    (r"EMAIL_URL", "smtp+tls://mail%40example.com:pw@mail.example.com:587"),
    (r"DEBUG", "False"),
    (r"HOSTS", "www.example.com,example.com"),
    (r"ORIGIN", "https://www.example.com,https://example.com"),
    (r"PORT$|TIMEOUT|SECONDS|_AGE$|MAX_|LIMIT|SIZE$|DAYS|HOURS|MINUTES", "600"),
    (r"^USE_|_USE_|ENABLE|_SECURE|REDIRECT$|PRELOAD|SUBDOMAINS|VERIFY", "True"),
    (r"LEVEL", "INFO"),
    (r"ADMINS|MANAGERS", ""),
    (r"URL|ENDPOINT", "https://app.example.com/path/"),
    (r"ROOT|_DIR$|_PATH$", "/srv/app/data"),
    (r"EMAIL", "app@example.com"),
]  # fmt: skip


@dataclasses.dataclass
class Case:
    root: str
    project: str
    settings: str
    kind: str
    env: dict

    @property
    def name(self):
        folder = os.path.relpath(self.project, self.root)
        return f"{folder}:{self.settings}:{self.kind}"


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def projects(root):
    """The folders with a manage.py, the outermost first."""
    found = []
    for folder, inner, files in os.walk(root):
        inner[:] = sorted(it for it in inner if it not in SKIPPED)
        if folder.count("/") - root.count("/") >= 4:
            inner[:] = []
        if "manage.py" in files and ENTRY.search(read(os.path.join(folder, "manage.py"))):
            found.append(folder)
    return sorted(found, key=lambda it: it.count("/"))[:MOST_PROJECTS]


def file_of(project, module):
    base = os.path.join(project, *module.split("."))
    return next((it for it in (f"{base}.py", f"{base}/__init__.py") if os.path.isfile(it)), None)


def modules(project):
    """Settings modules by name, and the configuration class that goes with the entry points."""
    named, classes = [], []
    for folder in (project, *(it.path for it in os.scandir(project) if it.is_dir())):
        for name in ("manage.py", "wsgi.py", "asgi.py", "celery.py"):
            path = os.path.join(folder, name)
            if os.path.isfile(path):
                named += ENTRY.findall(read(path))
                classes += CONFIGURATION.findall(read(path))
    for module in list(named):
        around = module.rpartition(".")[0]
        path = file_of(project, module)
        package = module if path and path.endswith("__init__.py") else around
        if path and package and "settings" in package:
            for entry in sorted(os.listdir(os.path.dirname(path))):
                if STAGE.match(entry.removesuffix(".py")):
                    named.append(f"{package}.{entry.removesuffix('.py')}")
    unique = [it for it in dict.fromkeys(named) if file_of(project, it)]
    return unique[:MOST_MODULES], classes[0] if classes else None


def example(root, project):
    """The variables of the example file that lies nearest."""
    for folder in dict.fromkeys((project, root)):
        for name in sorted(os.listdir(folder)):
            if EXAMPLE.match(name) and os.path.isfile(os.path.join(folder, name)):
                return dict(variables(read(os.path.join(folder, name))))
    return {}


def variables(text):
    """As systemd and compose take a file's lines, without interpolation."""
    for line in text.splitlines():
        match = LINE.match(line.strip())
        if match:
            value = match[2].strip()
            quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
            yield match[1], value[1:-1] if quoted else re.sub(r"\s+#.*$", "", value)


def asked(project, module):
    """Every name that the module, or what lies beside it, may ask the environment for."""
    path = file_of(project, module)
    files = [path]
    if "settings" in os.path.dirname(path):
        around = os.path.dirname(path)
        files += (os.path.join(around, it) for it in sorted(os.listdir(around)) if it.endswith(".py"))
    for file in files:
        yield from ASKED.findall(read(file))


def made_up(name):
    return next((value for pattern, value in MADE_UP if re.search(pattern, name)), f"a-{name.lower()}")


def cases(root):
    root = os.path.realpath(root)
    for project in projects(root):
        found, configuration = modules(project)
        documented = example(root, project)
        always = {"DJANGO_CONFIGURATION": configuration} if configuration else {}
        for module in found:
            filled = {name: made_up(name) for name in asked(project, module)}
            yield Case(root, project, module, "empty", always)
            if documented:
                yield Case(root, project, module, "example", {**documented, **always})
            if filled:
                yield Case(root, project, module, "filled", {**filled, **always})
