"""The same doors for a terminal."""


def main() -> int:
    raise SystemExit("skinproof: the terminal comes with the next slice")
