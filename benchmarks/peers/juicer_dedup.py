"""Data-Juicer's document_minhash_deduplicator. CORPUS THRESHOLD SIZE OUT [space|character]."""

import sys
from pathlib import Path

from data_juicer.core.data import NestedDataset
from data_juicer.ops.deduplicator.document_minhash_deduplicator import DocumentMinhashDeduplicator
from datasets import load_dataset


def main() -> None:
    """Hash with two processes, cluster, write the kept ids."""
    corpus, threshold, size, out = sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    tokenization = sys.argv[5] if len(sys.argv) > 5 else "space"
    rows = NestedDataset(load_dataset("json", data_files=corpus, split="train").select_columns(["id", "text"]))
    deduplicator = DocumentMinhashDeduplicator(
        tokenization=tokenization, window_size=size, jaccard_threshold=threshold, num_permutations=128
    )
    hashed = rows.map(deduplicator.compute_hash, num_proc=2)
    kept, _ = deduplicator.process(hashed)
    Path(out).write_text("\n".join(kept["id"]), encoding="utf-8")


if __name__ == "__main__":
    main()
