"""datasketch: MinHash and MinHashLSH, the first row of every match kept. CORPUS THRESHOLD SIZE OUT [BANDS ROWS]."""

import sys

from datasketch import MinHash, MinHashLSH
from tokens import rows, shingles, write

corpus, threshold, size, out = sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
bands, length = (int(sys.argv[5]), int(sys.argv[6])) if len(sys.argv) > 5 else (14, 9)
count = bands * length
lsh = MinHashLSH(threshold=threshold, num_perm=count, params=(bands, length))
kept = []
for name, text in rows(corpus):
    tokens = shingles(text, size)
    if not tokens:
        kept.append(name)
        continue
    sketch = MinHash(num_perm=count)
    sketch.update_batch([token.encode() for token in tokens])
    if not lsh.query(sketch):
        lsh.insert(name, sketch)
        kept.append(name)
write(out, kept)
