"""rensa, as its README has it: sketch, ask, add. CORPUS THRESHOLD SIZE OUT [BANDS ROWS]."""

import sys

from rensa import RMinHash, RMinHashDeduplicator
from tokens import rows, shingles, write

corpus, threshold, size, out = sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
bands, length = (int(sys.argv[5]), int(sys.argv[6])) if len(sys.argv) > 5 else (14, 9)
count = bands * length
deduplicator = RMinHashDeduplicator(threshold, count, True, bands)
kept = []
for name, text in rows(corpus):
    tokens = shingles(text, size)
    if not tokens:
        kept.append(name)
        continue
    sketch = RMinHash(count, 42)
    sketch.update(list(tokens))
    if deduplicator.add(name, sketch):
        kept.append(name)
write(out, kept)
