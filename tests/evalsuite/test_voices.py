import json
import shutil
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from evalsuite import voices  # noqa: E402
from evalsuite.candidates import Candidate, base_of, mismatches, of_address, of_run  # noqa: E402
from evalsuite.voices import PROBES, open_voices  # noqa: E402
from schemas.artifacts import Layout  # noqa: E402
from schemas.errors import UserError  # noqa: E402
from tests.evalsuite.world import make_world  # noqa: E402
from tests.train.small_runs import make_run  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::UserWarning")


def logits(model: Any, chat: Any) -> list[Any]:
    with torch.inference_mode():
        ids = [chat.tokenizer(text, add_special_tokens=False, return_tensors="pt")["input_ids"] for text in PROBES]
        return [model(input_ids=one).logits.clone() for one in ids]


def heard(base: Candidate, tuned: list[Candidate]) -> dict[str, tuple[list[Any], dict[str, Any], list[str]]]:
    found = {}
    for opened in open_voices(base, tuned, device="cpu"):
        with opened as voice:
            found[voice.name] = (logits(voice.model, voice.chat), voice.identity, list(voice.notes))
    return found


def alone(place: Path | str, adapter: Path | None = None) -> list[Any]:
    from peft import PeftModel
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from schemas.chat import Chat

    model = AutoModelForCausalLM.from_pretrained(place, dtype=torch.float32).eval()
    if adapter:
        model = PeftModel.from_pretrained(model, adapter).eval()
    return logits(model, Chat(AutoTokenizer.from_pretrained(place)))


def equal(one: list[Any], other: list[Any]) -> bool:
    return all(torch.equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_world(tmp_path_factory.mktemp("voices"))


def run_of(root: Path, name: str = "tiny") -> Candidate:
    return of_run(Layout(root / "runs" / name), cache=root / "cache")


def test_two_adapters_and_their_base_from_one_load(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = world / "runs" / "other.2"
    shutil.copytree(world / "runs" / "tiny", other)
    from safetensors.torch import load_file, save_file

    weights = other / "model" / "adapter" / "adapter_model.safetensors"
    save_file({name: 2 * value for name, value in load_file(weights).items()}, weights)
    loads, real = [], voices._load
    monkeypatch.setattr(voices, "_load", lambda *parts: loads.append(1) or real(*parts))
    first = run_of(world)
    found = heard(base_of(first), [first, run_of(world, "other.2")])
    assert len(loads) == 1
    assert list(found) == ["base", "tiny", "other.2"]
    assert equal(found["base"][0], alone(world / "base"))
    assert equal(found["tiny"][0], alone(world / "base", first.weights))
    assert equal(found["other.2"][0], alone(world / "base", other / "model" / "adapter"))
    assert not equal(found["tiny"][0], found["base"][0])
    assert found["base"][1]["adapter"] is None
    assert len({json.dumps(one[1]) for one in found.values()}) == 3
    assert [one[2] for one in found.values()] == [[], [], []]


def test_a_base_that_changed_under_the_adapter_is_loaded_for_itself(
    world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = voices._logits
    monkeypatch.setattr(
        voices, "_logits", lambda model, one: [x + hasattr(model, "peft_config") for x in real(model, one)]
    )
    first = run_of(world)
    found = heard(base_of(first), [first])
    assert found["tiny"][2] == ["two_loads", "self_check_failed"]
    assert equal(found["base"][0], alone(world / "base"))
    assert equal(found["tiny"][0], alone(world / "base", first.weights))


def test_trained_biases_are_no_shared_load(world: Path, tmp_path: Path) -> None:
    copy = tmp_path / "adapter"
    first = run_of(world)
    shutil.copytree(str(first.weights), copy)
    settings = json.loads((copy / "adapter_config.json").read_text())
    assert first.shares
    for part in ({"bias": "lora_only"}, {"modules_to_save": ["lm_head"]}):
        (copy / "adapter_config.json").write_text(json.dumps({**settings, **part}))
        told = of_address(str(copy), name="x", base=str(world / "base"), bits=16, dtype="float32", cache=tmp_path)
        assert told.adapter
        assert not told.shares


def test_fully_tuned_weights_come_one_after_the_other(tmp_path: Path) -> None:
    make_run(tmp_path, "full")
    first = run_of(tmp_path)
    found = heard(base_of(first), [first])
    assert equal(found["base"][0], alone(tmp_path / "base"))
    assert equal(found["tiny"][0], alone(str(first.weights)))
    assert not equal(found["tiny"][0], found["base"][0])
    assert found["tiny"][2] == ["two_loads"]


def test_a_folder_without_a_run(world: Path, tmp_path: Path) -> None:
    parts: dict[str, Any] = {"bits": 16, "dtype": "float32", "cache": tmp_path}
    told = of_address(str(world / "runs" / "tiny" / "model" / "adapter"), name="mine", base=None, **parts)
    assert (told.adapter, told.place, told.base) == (True, str(world / "base"), str(world / "base"))
    whole = of_address(str(world / "base"), name="mine", base=None, **parts)
    assert (whole.adapter, whole.weights, whole.place) == (False, None, str(world / "base"))
    assert whole.digest != of_address(str(world / "base"), name="base", base=None, **parts).digest


def test_an_adapter_that_doesnt_fit_is_named(tmp_path: Path) -> None:
    make_run(tmp_path)
    from tests.train.gguf_models import make_model
    from tests.train.small_runs import chat_tokenizer

    make_model(tmp_path / "base", tokenizer=chat_tokenizer(), hidden_size=32)
    first = run_of(tmp_path)
    with pytest.raises(UserError, match="the adapter of 'tiny' doesn't fit its base") as told:
        heard(base_of(first), [first])
    assert "--fresh" in told.value.hint


@pytest.mark.parametrize(("layers", "told"), [(3, "nothing for 6 layers"), (1, "no place for 6 of its tensors")])
def test_an_adapter_of_other_layers_is_named(tmp_path: Path, layers: int, told: str) -> None:
    make_run(tmp_path)
    from tests.train.gguf_models import make_model
    from tests.train.small_runs import chat_tokenizer

    make_model(tmp_path / "base", tokenizer=chat_tokenizer(), num_hidden_layers=layers)
    first = run_of(tmp_path)
    with pytest.raises(UserError, match=told):
        heard(base_of(first), [first])


def test_a_model_that_cant_be_loaded_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)  # it was read from the environment long ago
    (tmp_path / "empty").mkdir()
    for address in (str(tmp_path / "empty"), "nobody/nothing"):
        with pytest.raises(UserError, match="can't be loaded"):
            of_address(address, name="x", base=None, bits=16, dtype="float32", cache=tmp_path)


def test_mismatches(world: Path) -> None:
    first = run_of(world)
    other = Candidate(**{**vars(first), "bits": 4, "dtype": "bfloat16"})
    assert mismatches([first, base_of(first)]) == {}
    assert mismatches([first, other]) == {"bits": ["16", "4"], "dtype": ["float32", "bfloat16"]}
