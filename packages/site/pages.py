"""Lays out what the site is built of: pages.py REPOSITORY FOLDER

Rule pages are made for the terminal: their examples name files in the fence's info string, which
becomes the title of the listing here.
"""

import json
import pathlib
import re
import sys

GUIDES = {
    "guide.md": "Guide",
    "configuration.md": "Configuration",
    "ci.md": "Where it runs",
    "doctor.md": "On the server",
    "trace.md": "Requests",
    "comparison.md": "Beside other tools",
}

CONFIG = """\
site_name: kilter
site_url: https://kilter.dev/
site_description: Finds what is out of kilter between a Django deployment's files
repo_url: https://github.com/kilter-dev/kilter
docs_dir: docs
use_directory_urls: true
theme:
  name: material
  font: false
  features: [navigation.sections, navigation.indexes, search.highlight, content.code.copy]
  palette:
    - media: "(prefers-color-scheme: light)"
      scheme: default
      primary: teal
      toggle: {icon: material/weather-night, name: Dark}
    - media: "(prefers-color-scheme: dark)"
      scheme: slate
      primary: teal
      toggle: {icon: material/weather-sunny, name: Light}
plugins: [search]
markdown_extensions:
  - admonition
  - tables
  - toc: {permalink: true}
  - pymdownx.superfences
  - pymdownx.highlight
validation:
  omitted_files: warn
  absolute_links: warn
  unrecognized_links: warn
  anchors: warn
"""


def titled(text):
    """Fences as mkdocs takes them: ```nginx file=a.conf is a listing with that title."""

    def fence(match):
        language, rest = match["language"], match["rest"].strip()
        name = re.search(r"file=(\S+)", rest)
        return f'```{language} title="{name[1]}"' if name else f"```{language}"

    return re.sub(r"^```(?P<language>\w+)(?P<rest>[^\n`]*)$", fence, text, flags=re.M)


def linked(text, rules, above):
    """Names of rules lead to their pages, in prose; what stands in a fence is left alone."""
    parts = re.split(r"(^```.*?^```$)", text, flags=re.M | re.S)
    link = lambda match: f"[`{match[1]}`]({above}{match[1]}.md)" if match[1] in rules else match[0]
    return "".join(
        part if part.startswith("```") else re.sub(r"(?<![\[`])`([a-z]+/[a-z0-9-]+)`", link, part)
        for part in parts
    )


def reference(schema):
    """What the schema says of each key."""
    rows = ["# Every key", "", "Of `kilter.toml`, or `[tool.kilter]` in `pyproject.toml`.", ""]

    def table(properties, prefix):
        nested = []
        rows.extend(["| key | what it is for |", "|---|---|"])
        for name, value in properties.items():
            rows.append(f"| `{prefix}{name}` | {value.get('description', '').replace('|', '/')} |")
            for inner in (value, value.get("items", {}), value.get("additionalProperties", {})):
                if isinstance(inner, dict) and inner.get("properties"):
                    nested.append((name, inner["properties"]))
        rows.append("")
        for name, inner in nested:
            rows.extend([f"## {prefix}{name}", ""])
            table(inner, f"{prefix}{name}.")

    table(schema["properties"], "")
    return "\n".join(rows)


def main(repository, folder):
    docs = folder / "docs"
    (docs / "rules").mkdir(parents=True)
    pages = sorted((repository / "rules").glob("*/*.md"))
    rules = {f"{page.parent.name}/{page.stem}" for page in pages}
    navigation = ["nav:"]
    for name, title in GUIDES.items():
        text = linked((repository / "docs" / name).read_text(encoding="utf-8"), rules, "rules/")
        target = "index.md" if name == "guide.md" else name
        (docs / target).write_text(text.replace("](guide.md", "](index.md"), encoding="utf-8")
        navigation.append(f"  - {title}: {target}")
    schema = json.loads((repository / "docs/kilter.schema.json").read_text(encoding="utf-8"))
    (docs / "keys.md").write_text(reference(schema), encoding="utf-8")
    navigation += ["  - Every key: keys.md", "  - Rules:", "    - rules/index.md"]
    index = ["# Rules", ""]
    for group in sorted({page.parent.name for page in pages}):
        (docs / "rules" / group).mkdir()
        navigation.append(f"    - {group}:")
        index += [f"## {group}", "", "| rule | |", "|---|---|"]
        for page in (page for page in pages if page.parent.name == group):
            text = page.read_text(encoding="utf-8")
            summary = next(line for line in text.splitlines()[1:] if line)
            index.append(f"| [`{group}/{page.stem}`]({group}/{page.name}) | {summary.replace('|', chr(92) + '|')} |")
            shown = linked(titled(text), rules - {f"{group}/{page.stem}"}, "../")
            (docs / "rules" / group / page.name).write_text(shown, encoding="utf-8")
            navigation.append(f"      - {page.stem}: rules/{group}/{page.name}")
        index.append("")
    (docs / "rules/index.md").write_text("\n".join(index), encoding="utf-8")
    (folder / "mkdocs.yml").write_text(CONFIG + "\n".join(navigation) + "\n", encoding="utf-8")
    print(f"{len(pages)} rules, {len(GUIDES)} guides")


main(*map(pathlib.Path, sys.argv[1:]))
