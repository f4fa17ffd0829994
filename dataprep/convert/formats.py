"""Every format by its name: the one list that detection, recipes and the command line read."""

from dataprep.convert.alpaca import ALPACA
from dataprep.convert.chatml import CHATML
from dataprep.convert.firefly import FIREFLY
from dataprep.convert.format import Format
from dataprep.convert.guanaco import GUANACO
from dataprep.convert.hh import HH
from dataprep.convert.implicit import DISTILABEL, TRL_IMPLICIT_PREFERENCE
from dataprep.convert.kto import KTO, TRL_KTO_MESSAGES
from dataprep.convert.kto_messages import KTO_MESSAGES
from dataprep.convert.openai_preference import OPENAI_PREFERENCE
from dataprep.convert.preference import TRL_PREFERENCE, TRL_PREFERENCE_MESSAGES
from dataprep.convert.prompt_completion import PROMPT_COMPLETION
from dataprep.convert.query_response import QUERY_RESPONSE
from dataprep.convert.ranking import LLAMAFACTORY_RANKING, SHAREGPT_RANKING
from dataprep.convert.sharegpt import SHAREGPT
from dataprep.convert.swift_preference import SWIFT_PREFERENCE
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
    "trl_preference": TRL_PREFERENCE,
    "trl_preference_messages": TRL_PREFERENCE_MESSAGES,
    "trl_implicit_preference": TRL_IMPLICIT_PREFERENCE,
    "llamafactory_ranking": LLAMAFACTORY_RANKING,
    "sharegpt_ranking": SHAREGPT_RANKING,
    "swift_preference": SWIFT_PREFERENCE,
    "openai_preference": OPENAI_PREFERENCE,
    "distilabel": DISTILABEL,
    "hh": HH,
    "kto": KTO,
    "kto_messages": KTO_MESSAGES,
    "trl_kto_messages": TRL_KTO_MESSAGES,
    "text": TEXT_FORMAT,
}
"""Name -> format. Where two are equally sure of a sample, the earlier one is taken."""
