"""Which numbers an evaluation will give, before a model is loaded: a wrong name in a recipe is found in seconds."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

from evalsuite.config import EvalRecipe
from evalsuite.items import Item
from evalsuite.metrics.catalogue import METRICS, Options
from evalsuite.metrics.likelihood import METRICS as LIKELIHOOD
from evalsuite.metrics.metric import Family, Metric
from evalsuite.policy import matching
from evalsuite.recall_of_training import VERBATIM
from evalsuite.score import SELFCHECK
from schemas.errors import UserError


def check_policy(
    recipe: EvalRecipe, items: Sequence[Item], answered: Sequence[Item], chosen: Mapping[str, Family]
) -> None:
    """Refuse a policy that names what won't be measured, and measures that can't be taken.

    Args:
        recipe: The `eval:` section.
        items: Of all sets.
        answered: Those that are answered in full.
        chosen: The families of metrics on answers.

    Raises:
        UserError: If a primary number won't be there, a margin's metric doesn't exist, or the NLI model is absent.
    """
    if recipe.nli and not (Path(recipe.nli) / "config.json").is_file():
        raise UserError(f"eval.nli: no model at {recipe.nli}", hint="a folder with config.json, weights and tokenizer")
    policy = recipe.policy
    matching([*(policy.primary or ()), *policy.must_improve], numbers(recipe, items, answered, chosen))
    known = {metric.name for family in METRICS.values() for metric in family(Options()).metrics}
    known |= {metric.name for metric in (*_of(chosen), *LIKELIHOOD, SELFCHECK, VERBATIM)} | {"entailed"}
    for name in policy.margins:
        if name not in known:
            near = get_close_matches(name, sorted(known), n=1, cutoff=0.6)
            told = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(sorted(known))}"
            raise UserError(f"eval.policy.margins: there is no metric {name!r}; {told}", hint="mend it in the recipe")


def numbers(
    recipe: EvalRecipe, items: Sequence[Item], answered: Sequence[Item], chosen: Mapping[str, Family]
) -> list[str]:
    """`METRIC@SET/LANGUAGE` of all that may be measured and has a better direction."""
    likely = LIKELIHOOD if "likelihood" in recipe.metrics and not recipe.endpoint else ()
    spoken = [*_of(chosen), *([SELFCHECK] if recipe.selfcheck and not recipe.endpoint else [])]
    return list(dict.fromkeys([*_named(likely, items), *_named(spoken, answered)]))


def _of(chosen: Mapping[str, Family]) -> list[Metric]:
    return [metric for family in chosen.values() for metric in family.metrics]


def _named(metrics: Sequence[Metric], items: Sequence[Item]) -> list[str]:
    places = dict.fromkeys((item.set, item.language) for item in items)
    return [f"{one.name}@{part}/{language}" for one in metrics if one.better != "neither" for part, language in places]
