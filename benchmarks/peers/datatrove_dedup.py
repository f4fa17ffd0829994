"""datatrove's four steps with two workers. CORPUS THRESHOLD SIZE OUT [LANGUAGE]; its threshold is fixed at 0.72."""

import gzip
import json
import shutil
import sys
import tempfile
from pathlib import Path

from datatrove.executor.local import LocalPipelineExecutor
from datatrove.pipeline.dedup import MinhashDedupBuckets, MinhashDedupCluster, MinhashDedupFilter, MinhashDedupSignature
from datatrove.pipeline.dedup.minhash import MinhashConfig
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers.jsonl import JsonlWriter


def main() -> None:
    """Run the steps and write the kept ids."""
    corpus, size, out = Path(sys.argv[1]), int(sys.argv[3]), Path(sys.argv[4])
    language = sys.argv[5] if len(sys.argv) > 5 else "eng"
    work = Path(tempfile.mkdtemp())
    (work / "in").mkdir()
    (work / "in" / corpus.name).symlink_to(corpus.resolve())
    config = MinhashConfig(n_grams=size)
    read = JsonlReader(str(work / "in"))
    steps = [
        ([read, MinhashDedupSignature(str(work / "sig"), config=config, language=language)], 1),
        ([MinhashDedupBuckets(str(work / "sig"), str(work / "buckets"), config=config)], config.num_buckets),
        ([MinhashDedupCluster(str(work / "buckets"), str(work / "remove"), config=config)], 1),
        ([read, MinhashDedupFilter(str(work / "remove")), JsonlWriter(str(work / "out"))], 1),
    ]
    for number, (pipeline, tasks) in enumerate(steps):
        LocalPipelineExecutor(pipeline, tasks=tasks, workers=2, logging_dir=str(work / f"log{number}")).run()
    kept = []
    for path in sorted((work / "out").glob("*.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            kept += [json.loads(line)["id"] for line in lines]
    out.write_text("\n".join(kept), encoding="utf-8")
    shutil.rmtree(work)


if __name__ == "__main__":
    main()
