"""Every format by its name: the one list that detection, recipes and the command line read."""

from dataprep.convert.alpaca import ALPACA
from dataprep.convert.chatml import CHATML
from dataprep.convert.firefly import FIREFLY
from dataprep.convert.format import Format
from dataprep.convert.guanaco import GUANACO
from dataprep.convert.prompt_completion import PROMPT_COMPLETION
from dataprep.convert.query_response import QUERY_RESPONSE
from dataprep.convert.sharegpt import SHAREGPT
from dataprep.convert.text import TEXT_FORMAT
from dataprep.convert.xtuner import XTUNER

FORMATS: dict[str, Format] = {
    "alpaca": ALPACA,
    "sharegpt": SHAREGPT,
    "chatml": CHATML,
    "xtuner": XTUNER,
    "firefly": FIREFLY,
    "query_response": QUERY_RESPONSE,
    "prompt_completion": PROMPT_COMPLETION,
    "guanaco": GUANACO,
    "text": TEXT_FORMAT,
}
"""Name -> format. Where two are equally sure of a sample, the earlier one is taken."""
