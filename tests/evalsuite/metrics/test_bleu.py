import sys

import numpy as np
import pytest
import sacrebleu

from evalsuite.metrics.bleu import bleu
from evalsuite.metrics.metric import Sample
from schemas.errors import MissingExtra

CAT = ("The cat sat on the mat.", "The cat is sitting on the mat.")
BRIDGE = ("南京长江大桥于1968年建成。", "南京长江大桥在1968年建成了。")


def sample(reference: str | None, answer: str, language: str = "en") -> Sample:
    return Sample("1", "", "", reference, answer, language)


@pytest.mark.parametrize(
    ("language", "tokenizer", "reference", "answer"),
    [
        ("en", "13a", "a", ""),
        ("en", "13a", "a", "a"),
        ("en", "13a", *CAT),
        ("en", "13a", "It costs 3.14 dollars.", "It cost 3.14 dollars ."),
        ("zh", "zh", *BRIDGE),
        ("zh", "zh", "用Transformer模型", "使用 Transformer 模型"),
        ("ja", "char", "水はとても柔らかい", "水が柔らかい"),
        ("ko", "char", "물은 부드럽다", "물이 부드럽다"),
        ("und", "13a", "Съешь ещё булок", "Съешь же ещё булок"),
        ("zh", "zh", "👍", "👍"),
    ],
)
def test_equals_sacrebleu(language: str, tokenizer: str, reference: str, answer: str) -> None:
    told = bleu().score([sample(reference, answer, language)])
    expected = sacrebleu.sentence_bleu(answer, [reference], tokenize=tokenizer).score
    assert told["bleu"].values == pytest.approx([expected], abs=1e-12)
    assert told["chrf"].values == pytest.approx([sacrebleu.sentence_chrf(answer, [reference]).score], abs=1e-12)


def test_by_hand() -> None:
    # 南 京 大 桥 against 南 京 长 江 大 桥: precisions 4/4, 2/3, smoothed 1/(2*2), 1/(4*1); brevity exp(1 - 6/4).
    told = bleu().score([sample("南京长江大桥", "南京大桥", "zh")])["bleu"].values[0]
    assert told == pytest.approx(100 * np.exp(1 - 6 / 4) * (1 * 2 / 3 * 1 / 4 * 1 / 4) ** 0.25, abs=1e-9)


def test_chinese_needs_its_tokenizer() -> None:
    as_english = bleu().score([sample(*BRIDGE, "en")])["bleu"].values[0]
    as_chinese = bleu().score([sample(*BRIDGE, "zh")])["bleu"].values[0]
    assert as_english < 10
    assert as_chinese > 50


def test_family() -> None:
    family = bleu()
    told = family.score(
        [sample(None, "a"), sample(" \n", "a"), sample("水", " ", "zh"), sample("水很软。", "水很软。", "zh")]
    )
    for name in ("bleu", "chrf"):
        np.testing.assert_allclose(told[name].values, [np.nan, np.nan, 0.0, 100.0])
        assert told[name].reasons == {0: "no_reference", 1: "no_tokens"}
    version = sacrebleu.__version__
    assert [(metric.name, metric.unit, metric.margin) for metric in family.metrics] == [
        ("bleu", "points", 2.0),
        ("chrf", "points", 2.0),
    ]
    tokenizers = "tok:zh=zh,ja=char,ko=char,else=13a"
    assert family.metrics[0].signature == f"bleu|nrefs:1|case:mixed|eff:yes|{tokenizers}|smooth:exp|version:{version}"
    assert family.metrics[1].signature == f"chrf|nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no|version:{version}"


def test_without_sacrebleu(monkeypatch: pytest.MonkeyPatch) -> None:
    from evalsuite.metrics import bleu as module

    module._bleu.cache_clear()
    monkeypatch.setitem(sys.modules, "sacrebleu", None)
    with pytest.raises(MissingExtra, match="sacrebleu"):
        bleu()
