"""R29, R30: the same bytes, whatever the threads, the order of the inputs, the build and the surroundings.

same.py ARCHIVE.jsonl…     over archives of your own; without, over the articles of the project
A hash that changes from one version to the next is looked into with `guillemet compare`, row by row."""
import csv, hashlib, json, os, pathlib, random, subprocess, sys
from goals import BIN, PROJECT, ROOM, archive, digest, end, knows, verdict

csv.field_size_limit(sys.maxsize)
archives = [pathlib.Path(path).resolve() for path in sys.argv[1:]] or [archive(ROOM / "same.jsonl", 2000)]
DEBUG = PROJECT / "target/debug/guillemet"
bad, hashes = [], {}


def rows(binary, paths, threads=None, **surroundings):
    output = ROOM / "same.csv"
    many = ["--threads", str(threads)] if threads and knows("--threads") else []
    subprocess.run([binary, "extract", "--all", *map(str, paths), "-o", str(output), *many], env={**os.environ, **surroundings}, stderr=subprocess.DEVNULL)
    return output


def by_document(path):
    """The hash of the rows of each source."""
    found = {}
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["source"], hashlib.sha256()).update(repr(row).encode())
    return {source: rows.hexdigest() for source, rows in found.items()}


golden = digest(rows(BIN, archives))
for threads in (1, 2, 3, 8, 16):
    hashes[f"{threads} threads"] = digest(rows(BIN, archives, threads))
for name, surroundings in {"TZ": {"TZ": "Pacific/Auckland"}, "LANG": {"LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8"}, "C": {"LC_ALL": "C", "LANG": "C"}, "HOME": {"HOME": "/nonexistent"},
                           "COLUMNS": {"COLUMNS": "20", "NO_COLOR": "1", "TERM": "dumb"}}.items():
    hashes[name] = digest(rows(BIN, archives, **surroundings))
if DEBUG.exists():
    hashes["debug build"] = digest(rows(DEBUG, archives))
bad += [name for name, found in hashes.items() if found != golden]
# Shuffled: the rows of each article are the same, and come in the order of the inputs.
lines = [line for path in archives for line in open(path, encoding="utf-8").read().splitlines() if line]
names = [json.loads(line).get("id") for line in lines]
plain = by_document(rows(BIN, archives)) if len(set(names)) == len(names) else None
for n in range(20 if plain is not None else 0):
    random.Random(n).shuffle(lines)
    shuffled = ROOM / "shuffled.jsonl"
    shuffled.write_text("\n".join(lines) + "\n", encoding="utf-8")
    if by_document(rows(BIN, [shuffled])) != plain:
        bad.append(f"shuffled {n}")
verdict("R29", not bad, f"{len(hashes)} surroundings{', 20 orders' if plain is not None else ' (ids are not unique: not shuffled)'}{'' if DEBUG.exists() else ' (no debug build to compare with)'}; {len(bad)} bad: {bad}")
verdict("R30", True, f"golden hash {golden} over {len(lines)} articles")
end()
