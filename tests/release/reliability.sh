#!/usr/bin/env bash
# The goals that no cargo test can show, in full: one line each, `R18 pass …` or `R18 FAIL …`. Hours, not minutes.
#   tests/release/reliability.sh            all
#   tests/release/reliability.sh quick      each with fewer trials, some minutes
# Needs python3, valgrind, strace, zstd, cargo-deny. GUILLEMET is the command to try, target/release/guillemet where not set.
set -uo pipefail
cd "$(dirname "$0")"
export PYTHONDONTWRITEBYTECODE=1
quick=${1:-}
table=$(mktemp)
{
    python3 linear.py ${quick:+--only quote}
    python3 linear.py --clock ${quick:+--only quote}
    python3 crash.py ${quick:+--kills 20 --calls 20}
    python3 large.py ${quick:+--small}
    python3 same.py
    bash offline.sh
} 2>&1 | tee "$table"
echo; echo "The table:"; grep -E '^R[0-9]+ (pass|FAIL)' "$table" | sort -t R -k 2 -n
if grep -qE '^R[0-9]+ FAIL' "$table"; then exit 1; fi
