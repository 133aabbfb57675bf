from _kilter import Path

PosixPath = Path
PurePath = Path
PurePosixPath = Path
