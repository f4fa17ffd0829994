"""The device that a recipe trains on: this machine's, or a card that isn't here."""

from schemas import device
from schemas.device import Device
from train.config import TrainRecipe
from train.plan import card, parse_memory


def find_device(recipe: TrainRecipe) -> Device:
    """The device, number format and attention that this machine has.

    Raises:
        UserError: If the recipe asks for one that isn't there.
    """
    quantised = any(stage.tuning == "qlora" for stage in recipe.stages)
    return device.find_device(kind=recipe.device, dtype=recipe.dtype, attention=recipe.attention, quantised=quantised)


def imagine(gpu: str) -> Device:
    """A card that isn't here, by its memory (`24GB`) or its name (`RTX 4090`).

    Raises:
        UserError: If it is neither.
    """
    known = card(gpu)
    return Device("cuda", gpu, known[0] if known else parse_memory(gpu), "bfloat16", "sdpa")
