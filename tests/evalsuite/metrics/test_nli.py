import sys
from pathlib import Path

import numpy as np
import pytest

from evalsuite.metrics.metric import Sample
from evalsuite.metrics.nli import chunks, entailment, nli, sentences
from schemas.errors import UserError


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", []),
        (" \n ", []),
        ("👍。", []),
        ("重3.5公斤。保修两年!", ["重3.5公斤。", "保修两年!"]),
        ("It is 3.5 kg. Good", ["It is 3.5 kg.", "Good"]),
        ("一行\n二行", ["一行", "二行"]),
    ],
)
def test_sentences(text: str, parts: list[str]) -> None:
    assert sentences(text) == parts


def test_chunks_lose_nothing() -> None:
    text = "茶" * 1000 + "。" + "好。" * 3
    assert "".join(chunks(text)).replace(" ", "") == text
    assert max(len(chunk) for chunk in chunks(text)) <= 400


def model_at(path: Path, labels: list[str]) -> Path:
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    words = Tokenizer(models.WordLevel({"[UNK]": 0, "[PAD]": 1, "tea": 2, "is": 3, "hot": 4}, unk_token="[UNK]"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    PreTrainedTokenizerFast(tokenizer_object=words, unk_token="[UNK]", pad_token="[PAD]").save_pretrained(path)
    size = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 8}
    names = dict(enumerate(labels))
    config = BertConfig(vocab_size=5, max_position_embeddings=64, id2label=names, num_labels=len(labels), **size)
    BertForSequenceClassification(config).save_pretrained(path)
    return path


def test_a_model_directory_gives_probabilities(tmp_path: Path) -> None:
    model = model_at(tmp_path, ["contradiction", "ENTAILMENT", "neutral"])
    found = entailment(["tea is hot", "tea " * 200], ["tea", "is hot"], model=model)
    assert found.shape == (2,)
    assert np.all((found > 0) & (found < 1))
    np.testing.assert_allclose(entailment(["tea is hot"], ["tea"], model=model), found[:1], rtol=1e-5)
    assert entailment([], [], model=model).shape == (0,)


@pytest.mark.parametrize("labels", [["yes", "no"], ["LABEL_0", "LABEL_1", "LABEL_2"]])
def test_labels_must_have_names(tmp_path: Path, labels: list[str]) -> None:
    with pytest.raises(UserError, match="no label called entailment"):
        entailment(["a"], ["b"], model=model_at(tmp_path, labels))


def test_a_missing_directory_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no model at"):
        entailment(["a"], ["b"], model=tmp_path / "none")


def test_the_best_chunk_of_each_sentence_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    def entails(premises: list[str], hypotheses: list[str], *, model: Path) -> np.ndarray:
        return np.array([float(told in premise) for premise, told in zip(premises, hypotheses, strict=True)])

    monkeypatch.setattr(sys.modules["evalsuite.metrics.nli"], "entailment", entails)
    context = "甲" * 399 + "。乙乙乙。"
    samples = [
        Sample("a", "", context, None, "乙乙乙。丙丙丙。", "zh"),
        Sample("b", "", "", None, "乙", "zh"),
        Sample("c", "", context, None, " ", "zh"),
    ]
    scored = nli(Path("m")).score(samples)["entailed"]
    np.testing.assert_array_equal(scored.values, [0.5, np.nan, np.nan])
    assert scored.reasons == {1: "no_grounding", 2: "empty"}
