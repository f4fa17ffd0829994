"""Translation models in folders: what is loaded, how texts are cut, and what comes back."""

import json
from pathlib import Path
from typing import Any

import pytest

from dataprep.augment.seq2seq import translate
from schemas.errors import UserError
from tests.dataprep.augment.translation_models import make_marian, make_nllb


@pytest.fixture(scope="module")
def marian(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_marian(tmp_path_factory.mktemp("models") / "ends")


@pytest.mark.parametrize("text", ["", " ", "\n", "XQ1", "XQ1\n\n12 - 30!", "👍 👍"])
def test_what_no_model_must_see_stays(marian: Path, text: str) -> None:
    [told] = translate([text], marian, source="zh", target="en")
    assert told is not None
    assert told.replace(" ", "") == text.replace(" ", "")


def test_a_model_that_ends_at_once_leaves_the_lines(marian: Path) -> None:
    assert translate(["今天很好。\nXQ1\n请清洗"], marian, source="zh", target="en") == ["\nXQ1\n"]


def test_a_model_that_does_not_end_has_no_translation(tmp_path: Path) -> None:
    folder = make_marian(tmp_path / "m", says="b")
    assert translate(["今天", "", "a b c"], folder, source="zh", target="en") == [None, "", None]


def test_answers_are_decoded_and_do_not_depend_on_neighbours(tmp_path: Path) -> None:
    folder = make_marian(tmp_path / "m", says="b", bias=0.0)
    texts = ["今天很好", "机器", "abc def. ghi"]
    alone = [translate([text], folder, source="zh", target="en")[0] for text in texts]
    assert translate(texts, folder, source="zh", target="en", batch_tokens=8) == alone
    assert translate(texts, folder, source="zh", target="en") == alone


def test_nllb_begins_with_the_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import transformers

    folder, seen = make_nllb(tmp_path / "m"), []
    generate = transformers.M2M100ForConditionalGeneration.generate

    def spy(model: object, **told: object) -> object:
        seen.append((told["input_ids"].tolist(), told["forced_bos_token_id"]))  # type: ignore[attr-defined]
        return generate(model, **told)

    monkeypatch.setattr(transformers.M2M100ForConditionalGeneration, "generate", spy)
    [told] = translate(["今天"], folder, source="zh", target="fr")
    assert told is None or "fra_Latn" not in told
    tokenizer: Any = transformers.AutoTokenizer.from_pretrained(folder)
    [([ids], forced)] = seen
    assert (ids[0], ids[-1], forced) == tuple(tokenizer.convert_tokens_to_ids(["zho_Hans", "</s>", "fra_Latn"]))
    tokenizer.src_lang = "zho_Hans"
    assert ids == tokenizer("今天")["input_ids"]


def test_a_multilingual_marian_is_told_its_target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import transformers

    folder, seen = make_marian(tmp_path / "m", marks=(">>fra<<", ">>cmn_Hans<<")), []
    generate = transformers.MarianMTModel.generate

    def spy(model: object, **told: object) -> object:
        seen.append(told["input_ids"].tolist())  # type: ignore[attr-defined]
        return generate(model, **told)

    monkeypatch.setattr(transformers.MarianMTModel, "generate", spy)
    translate(["good"], folder, source="en", target="zh")
    assert seen[0][0][0] == 4
    assert len(seen[0][0]) == 6
    with pytest.raises(UserError, match="doesn't translate into 'de', but into >>cmn_Hans<<, >>fra<<"):
        translate(["good"], folder, source="en", target="de")


def test_long_texts_are_cut_and_none_of_them_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import transformers

    folder, seen = make_marian(tmp_path / "m"), []
    generate = transformers.MarianMTModel.generate

    def spy(model: object, **told: object) -> object:
        seen.extend(told["input_ids"].tolist())  # type: ignore[attr-defined]
        return generate(model, **told)

    monkeypatch.setattr(transformers.MarianMTModel, "generate", spy)
    texts = [
        "请把水箱清洗一下，" * 9,
        "今天" * 40,
        "very good machine " * 9,
        "Wash it. Then go on. Good!",
        "好。今天。",
    ]
    translate(texts, folder, source="zh", target="en")
    tokenizer: Any = transformers.AutoTokenizer.from_pretrained(folder)
    read = [tokenizer.decode([token for token in ids if token > 1]) for ids in seen]
    assert max(len(text) for text in read) <= 30
    assert {"好。", "今天。", "Wash it.", "Then go on.", "Good!"} <= set(read)
    assert sum("水箱" in piece for piece in read) >= 1
    assert set("verygoodmachine") <= set("".join(read))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("nothing", "no such folder"),
        ("weights", "no safetensors in it"),
        ("kind", "llama is no translation model"),
        ("config", "no config.json in it"),
        ("tokenizer", "can't be loaded"),
    ],
)
def test_folders_that_are_no_model(tmp_path: Path, change: str, said: str) -> None:
    folder = tmp_path / "m"
    if change != "nothing":
        make_marian(folder)
    if change == "weights":
        (folder / "model.safetensors").unlink()
    if change == "config":
        (folder / "config.json").unlink()
    if change == "kind":
        told = json.loads((folder / "config.json").read_text())
        (folder / "config.json").write_text(json.dumps({**told, "model_type": "llama"}))
    if change == "tokenizer":
        (folder / "tokenizer.json").unlink()
    with pytest.raises(UserError, match=said):
        translate(["好"], folder, source="zh", target="en")


def test_a_language_that_nobody_knows(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="not 'sw'"):
        translate(["好"], make_nllb(tmp_path / "m"), source="zh", target="sw")
    with pytest.raises(UserError, match="no code for 'zh' or 'de'"):
        translate(["好"], tmp_path / "m", source="zh", target="de")
