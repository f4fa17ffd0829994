"""Formats in and out: one file per dialect, each a parser, a renderer and a way to be recognised."""

from dataprep.convert.conversion import convert
from dataprep.convert.formats import FORMATS
from dataprep.convert.planning import Plan, plan

__all__ = ["FORMATS", "Plan", "convert", "plan"]
