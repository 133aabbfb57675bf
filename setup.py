"""What pre-commit installs: the wheel of the same version, instead of a build of minutes.

The wheel itself is made by packages/wheel.
"""

import pathlib
import re

from setuptools import setup

cargo = (pathlib.Path(__file__).parent / "Cargo.toml").read_text(encoding="utf-8")
version = re.search(r'^version = "([^"]+)"$', cargo, re.MULTILINE).group(1)

setup(
    name="kilter-pre-commit",
    version=version,
    packages=[],
    py_modules=[],
    install_requires=[f"kilter=={version}"],
)
