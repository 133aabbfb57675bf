"""A version as a tuple, of which only a range may be known."""
from _kilter import version_at_least, version_part, unknown


class Version:
    def __init__(self, name):
        self._name = name
        self._parts = tuple(version_part(name, index) for index in range(3)) + ("final", 0)

    def __ge__(self, release):
        return version_at_least(self._name, release)

    def __gt__(self, release):
        # A longer tuple is greater than its own beginning.
        return version_at_least(self._name, release)

    def __lt__(self, release):
        return not version_at_least(self._name, release)

    def __le__(self, release):
        return not version_at_least(self._name, release)

    def __eq__(self, release):
        return self._parts == release

    def __getitem__(self, index):
        return self._parts[index]

    def __iter__(self):
        return iter(self._parts)

    def __len__(self):
        return 5
