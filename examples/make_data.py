"""Lays examples/facts/ out as the messy raw files of examples/data/: `python -m examples.make_data`."""

import argparse
from pathlib import Path

from examples.mill.layout import lay_out, load_world

HERE = Path(__file__).parent


def main() -> None:
    """Write the example data and print what was planted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--facts", type=Path, default=HERE / "facts", help="folder of the hand-written files")
    parser.add_argument("--out", type=Path, default=HERE / "data", help="folder to write into")
    options = parser.parse_args()
    told = lay_out(load_world(options.facts), options.out)
    print(f"{sum(told['rows'].values())} rows in {len(told['rows'])} files below {options.out / 'raw'}")
    print(", ".join(f"{count} {kind}" for kind, count in told["counts"].items()))


if __name__ == "__main__":
    main()
