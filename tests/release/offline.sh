#!/usr/bin/env bash
# R44, R45: nothing goes over the network, and nothing in the build could; licences, sources, and the number of crates.
set -uo pipefail
cd "$(dirname "$0")/../.."
BIN=${GUILLEMET:-target/release/guillemet}
missed=0
verdict() { echo "$1 $2 $3"; [ "$2" = pass ] || missed=1; }

log=$(mktemp)
strace -f -qq -o "$log" -e trace=network "$BIN" extract data/articles -o "$log.csv" 2> "$log.said"
sockets=$(grep -c 'AF_INET' "$log")
"$BIN" explain data/articles > /dev/null && "$BIN" score data/gold --articles data/articles > /dev/null
# Without any network but its own loopback: as root, or as anybody where the system lets users make namespaces.
unshare=(unshare -n); "${unshare[@]}" true 2> "$log.said" || unshare=(unshare -rn)
if "${unshare[@]}" cargo test --offline --release -q --test cli --test articles --test invariants > "$log.tests" 2>&1; then suites=pass; else suites=FAIL; tail -20 "$log.tests" >&2; fi
if [ "$sockets" = 0 ] && [ $suites = pass ]; then verdict R44 pass "0 sockets of AF_INET; the suites pass without a network"
else verdict R44 FAIL "$sockets sockets of AF_INET; suites without a network: $suites"; fi

tree=$(cargo tree --offline --locked -e normal,build --prefix none --no-dedupe | sed 's/ (.*//' | sort -u | wc -l)
if ! command -v cargo-deny > "$log.said"; then verdict R45 FAIL "cargo-deny is not installed: cargo install cargo-deny --locked"
elif cargo deny --offline check licenses bans sources > "$log.deny" 2>&1; then verdict R45 pass "licences, bans and sources as in deny.toml; $tree crates; advisories: run cargo deny check advisories where there is a network"
else tail -30 "$log.deny" >&2; verdict R45 FAIL "see above; $tree crates"; fi
rm -f "$log" "$log".*
exit $missed
