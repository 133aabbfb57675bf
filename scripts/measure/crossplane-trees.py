"""Prints crossplane's tree of each file named on standard input, a line of JSON for each.

A tree is a list of `[name, [arguments], block]`; the block is null for a simple directive. A file
that crossplane refuses has its complaint instead.
"""

import json
import sys

import crossplane


def directives(block):
    return [
        [it["directive"], it["args"], directives(it["block"]) if "block" in it else None]
        for it in block
        if it["directive"] != "#"
    ]


for path in sys.stdin.read().splitlines():
    try:
        parsed = crossplane.parse(
            path, single=True, catch_errors=False, check_ctx=False, check_args=False, strict=False
        )
        print(json.dumps({"tree": directives(parsed["config"][0]["parsed"])}))
    except Exception as error:
        print(json.dumps({"refused": f"{type(error).__name__}: {error}"}))
