"""Says of each line, a requirement, what `packaging` reads: name, extras, and for which Pythons it holds on Linux."""

import sys

from packaging.requirements import InvalidRequirement, Requirement

for line in sys.stdin:
    try:
        it = Requirement(line.rstrip("\n"))
    except InvalidRequirement:
        print("refused")
        continue
    holds = []
    for version in ("3.8.10", "3.11.4", "3.12.0", "3.13.1"):
        environment = {
            "implementation_name": "cpython",
            "os_name": "posix",
            "platform_python_implementation": "CPython",
            "platform_system": "Linux",
            "python_full_version": version,
            "python_version": version.rpartition(".")[0],
            "sys_platform": "linux",
        }
        holds.append(str(it.marker is None or it.marker.evaluate(environment)))
    print(it.name, ",".join(sorted(it.extras)), *holds, sep="|")
