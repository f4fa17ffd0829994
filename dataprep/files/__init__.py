"""The doors in: every file, folder or hub data set becomes batches of one schema, and nothing is lost on the way."""

from dataprep.files.batches import Batch
from dataprep.files.discovery import Discovery, discover
from dataprep.files.door import read
from dataprep.files.faults import FAULTS, sentence
from dataprep.files.inputs import Input

__all__ = ["FAULTS", "Batch", "Discovery", "Input", "discover", "read", "sentence"]
