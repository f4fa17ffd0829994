"""The signals of rows, and the rules that they break."""

from typing import Any

from dataprep.recipe import DataRecipe, Rules
from dataprep.rules import RULES, judge, measure
from dataprep.rules.table import NEEDS
from schemas.records import Record
from tests.dataprep.rows import framed

RECIPE = DataRecipe.model_validate({"sources": [{"path": "raw"}]})


def values(name: str, *records: Record) -> list[Any]:
    """One signal of every row."""
    return measure(framed(*records), RECIPE)[name].to_list()


def signal(record: Record, name: str) -> Any:
    return values(name, record)[0]


def breaks(rule: str, *records: Record, **rules: Any) -> list[bool]:
    """Whether each row breaks a rule, whatever would happen to it."""
    frame = framed(*records)
    all_flagged = Rules.model_validate({"verdicts": dict.fromkeys(RULES.keys() - NEEDS, "flag"), **rules})
    bad = judge(frame, measure(frame, RECIPE), all_flagged).events.filter(reason=rule)["row"]
    return [row in bad for row in frame["row"]]
