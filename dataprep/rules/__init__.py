"""Quality rules: measured signals, and named expressions over them that are true for a good row."""

from dataprep.rules.rule import Rule, Thresholds
from dataprep.rules.signals import measure
from dataprep.rules.table import RULES
from dataprep.rules.verdicts import check, judge

__all__ = ["RULES", "Rule", "Thresholds", "check", "judge", "measure"]
