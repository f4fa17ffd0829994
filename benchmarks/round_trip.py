"""Real files through their own format: parse, render, parse again. How many rows come back the same?

python -m benchmarks.round_trip FILE...
"""

import argparse
from collections import Counter
from pathlib import Path

import orjson
import polars as pl

from dataprep.convert import FORMATS, Plan, convert
from dataprep.convert.format import Style
from dataprep.export import render
from dataprep.files import discover, read
from dataprep.intake import choose_plan, sample
from dataprep.recipe import Source
from schemas.frames import RAW, records_of
from schemas.records import Record, bare


def joined(record: Record) -> dict[str, object]:
    """A record as a format with one prompt knows it: the instruction and its input in one text."""
    slim = bare(record)
    for message in slim.get("messages", []):
        if "context" in message:
            context = message.pop("context")
            message["content"] = "\n".join(part for part in (message["content"], context) if part)
    return slim


def back(row: dict[str, object], plan: Plan) -> Record:
    """A rendered row, parsed again by the names that the format writes."""
    text = orjson.dumps(row).decode()
    raw = pl.DataFrame({"source": ["x"], "row": [1], "raw": [text], "fault": [None]}, schema=RAW)
    return records_of(convert(raw, {"x": Plan(plan.format, {}, None)}).kept)[0]


def trip(path: Path) -> str:
    """One line of the table."""
    item = discover([Source(path=str(path))], root=Path.cwd()).inputs[0]
    batches = read(item)
    first, rows = sample(batches)
    plan = choose_plan(item, rows)
    assert plan is not None, f"{path} has no rows"
    told: Counter[str] = Counter()
    count = same = 0
    for batch in (batch for some in (first, batches) for batch in some):
        result = convert(batch.frame, {item.name: plan})
        count += batch.frame.height
        told.update(result.events.filter(pl.col("verdict") == "dropped")["reason"])
        for place, record in enumerate(records_of(result.kept)):
            piece = result.kept.slice(place, 1)
            rendered, refused = render(piece, FORMATS[plan.format], Style())
            if refused.height:
                told.update(refused["reason"])
                continue
            again = back(rendered[0], plan)
            if bare(again) == bare(record) or joined(again) == joined(record):
                same += 1
            else:
                told["differs"] += 1
    reasons = ", ".join(f"{rows} {reason}" for reason, rows in told.most_common()) or "–"
    return f"| {path.name} | {plan.format} | {count:,} | {same:,} | {reasons} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    print("| file | format | rows | come back the same | others |\n|---|---|---:|---:|---|")
    for path in parser.parse_args().files:
        print(trip(path))


if __name__ == "__main__":
    main()
