"""Drafts: every rewrite that was asked for, with what became of it; `augmented.parquet` of an artifact."""

import polars as pl

SUFFIX = "#augmented"
"""What the name of a file gets for the rows that were made of its rows; the row is the draft's number."""

PLAN = pl.Schema(
    {
        "number": pl.Int64(),
        "parent_id": pl.String(),
        "source": pl.String(),
        "row": pl.Int64(),
        "family": pl.String(),
        "language": pl.String(),
        "slice": pl.String(),
        "origin": pl.String(),
        "target": pl.String(),
        "style": pl.String(),
        "pivots": pl.String(),
        "sample": pl.Int64(),
        "seeds": pl.List(pl.String()),
    }
)
"""What is asked for. `number` counts from 1 in the order of the parents' ids; `source, row, family` are the parent's;
`language` is that of its prompt, of its answer where `target` is `answer`; `slice` is what `balance` aimed at, ""
without it; `origin` is `paraphrase`, `back_translation` or `self_instruct`; `pivots` such as `fr+de`, null but for
back-translations; `sample` tells equal wishes apart; `seeds` are the ids that a new question is shown, null but for
those, the parent first."""

DRAFTS = pl.Schema(
    {
        **PLAN,
        "prompt_before": pl.String(),
        "prompt_after": pl.String(),
        "answer_before": pl.String(),
        "answer_after": pl.String(),
        "finish": pl.String(),
        "fault": pl.String(),
        "model": pl.String(),
        "prompt_version": pl.String(),
        "key": pl.String(),
        "tokens_in": pl.Int64(),
        "tokens_out": pl.Int64(),
        "score": pl.Int64(),
        "judge_in": pl.Int64(),
        "judge_out": pl.Int64(),
        "reasons": pl.List(pl.String()),
        "detail": pl.String(),
        "id": pl.String(),
    }
)
"""What came of it. The texts are null where the draft leaves them as they are; a new question has no `_before`.
`finish` is `stop`, `length` or `error` (then `fault` tells why); `key` is the cache's, of the last request; `score` is
the judge's, `judge_in` and `judge_out` its tokens, null where no judge looked; `reasons` are the rules that it broke,
none for an accepted one; `id` is the row that it became, null for a rejected one."""

PARTS = ("prompt", "answer")
"""What of a row a draft may rewrite; its `target` is one of them, or `both`."""

UNJUDGED = ("score", "judge_in", "judge_out", "detail", "id")
"""What is null until somebody has looked."""
