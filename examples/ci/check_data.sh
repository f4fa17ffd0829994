#!/usr/bin/env bash
# Checks data before it leaves this machine. `plan`: every file can be read. `gate`: the dataset holds the gates.
set -euo pipefail
gristmill=${GRISTMILL:-.venv/bin/gristmill}
recipe=${RECIPE:-recipe.yaml}
gates=${GATES:-configs/gates.yaml}

case "${1:-gate}" in
  plan) "$gristmill" data -c "$recipe" --strict --dry-run ;;
  gate) "$gristmill" data -c "$recipe" > /dev/null && "$gristmill" gate -c "$gates" ;;
  *) echo "usage: check_data.sh [plan|gate]" >&2; exit 2 ;;
esac
