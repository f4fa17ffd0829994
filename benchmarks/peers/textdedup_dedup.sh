#!/usr/bin/env bash
# text-dedup's own command line. PYTHON CORPUS THRESHOLD SIZE OUT
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$1" -m text_dedup.minhash --path json --data_files "$2" --split train --cache_dir "$work/cache" --output "$work/out" \
  --column text --batch_size 10000 --threshold "$3" --ngram "$4" --num_proc 2 --use_auth_token false >"$work/log" 2>&1 \
  || { tail -5 "$work/log" >&2; exit 1; }
"$1" -c "
import sys, datasets
from pathlib import Path
Path(sys.argv[2]).write_text('\n'.join(datasets.load_from_disk(sys.argv[1])['id']), encoding='utf-8')" "$work/out" "$5"
