"""Compares `kilter settings` with Python and Django themselves, over checkouts.

See ../settings-checkouts, which has the interpreter that this asks.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import subprocess
import tempfile

from cases import cases
from compared import CLASSES, compare, is_relevant, raised
from sandbox import Oracle


def told(kilter, case, installed):
    """What kilter says."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(case.env, file)
        file.flush()
        command = [
            kilter, "settings", case.root, "--project", case.project, "--settings", case.settings,
            "--configuration", case.env.get("DJANGO_CONFIGURATION", ""), "--env-json", file.name,
            "--cwd", case.project, "--installed", ",".join(sorted(installed)), "--python", "3.12",
            "--show-secrets", "--format", "json",
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    try:
        return json.loads(done.stdout)
    except ValueError:
        raise SystemExit(f"{' '.join(command)}: {done.stderr[-500:]}") from None


def answered(oracle, folder, store):
    """The cases of a checkout with Python's answers, kept for the next time."""
    kept = os.path.join(store, os.path.basename(folder) + ".json") if store else None
    known = {}
    if kept and os.path.exists(kept):
        with open(kept, encoding="utf-8") as file:
            known = json.load(file)
    answers, stubs = [], set()
    for case in cases(folder):
        if case.name in known and known[case.name]["env"] == case.env:
            it = known[case.name]
        else:
            truth = oracle.ask(case, stubs)
            it = {"env": case.env, "truth": truth, "stubs": sorted(stubs)}
        known[case.name] = it
        answers.append((case, it["truth"], set(it["stubs"])))
    if kept:
        os.makedirs(store, exist_ok=True)
        with open(kept, "w", encoding="utf-8") as file:
            json.dump(known, file)
    return answers


def judged(oracle, kilter, folder, store):
    rows = []
    for case, truth, stubs in answered(oracle, folder, store):
        error = raised(truth)
        if error and error.get("excluded"):
            continue
        answer = told(kilter, case, oracle.installed | stubs)
        how, classes = compare(truth, answer)
        rows.append((case, how, classes, truth, answer))
    return rows


def line(title, counts):
    total = sum(counts.values())
    shares = (f"{it} {counts[it]} ({counts[it] / total:.1%})" for it in CLASSES if counts[it])
    return f"{title}: {total}; {', '.join(shares)}"


def shown(value):
    text = json.dumps(value)
    return text if len(text) < 160 else text[:160] + " …"


def main():
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("kilter")
    asked.add_argument("folders", nargs="+", help="checkouts")
    asked.add_argument("--python", required=True)
    asked.add_argument("--store", help="a folder that keeps what Python said")
    asked.add_argument("--list", default="wrong", help="classes of settings to list")
    asked.add_argument("--jobs", type=int, default=2)
    asked = asked.parse_args()
    oracle = Oracle(asked.python)
    kilter = os.path.abspath(asked.kilter)
    every, relevant, raises = (collections.Counter() for _ in range(3))
    checkouts = number = 0
    with concurrent.futures.ThreadPoolExecutor(asked.jobs) as pool:
        work = [pool.submit(judged, oracle, kilter, it.rstrip("/"), asked.store) for it in asked.folders]
        for folder, future in zip(asked.folders, work):
            rows = future.result()
            checkouts += bool(rows)
            number += len(rows)
            for case, how, classes, truth, answer in rows:
                place = f"{os.path.basename(folder.rstrip('/'))} {case.name}"
                raises[how] += 1
                if "MISSED" in how or "FALSE" in how or "another" in how:
                    print(f"{how}: {place}: {shown(raised(truth))} / {shown(raised(answer))}")
                for name, it in classes.items():
                    every[it] += 1
                    relevant[it] += is_relevant(name)
                    if it in asked.list.split(","):
                        mark = "*" if is_relevant(name) else " "
                        print(f"{it}{mark} {place} {name}: {shown(truth.get(name))} / {shown(answer.get(name))}")
    print(f"{number} cases of {checkouts} checkouts")
    print("; ".join(f"{how}: {count}" for how, count in sorted(raises.items())))
    print(line("all settings", every))
    print(line("of deployments", relevant))
    if every["wrong"] or raises["raise MISSED"] or raises["FALSE raise"]:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
