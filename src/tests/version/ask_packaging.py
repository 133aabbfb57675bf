"""Says of each line `constraint TAB version` whether `packaging` admits it, and how two versions compare."""

import sys

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

for line in sys.stdin:
    constraint, version = line.rstrip("\n").split("\t")
    try:
        print(SpecifierSet(constraint).contains(Version(version), prereleases=True))
    except InvalidSpecifier:
        print("refused")
