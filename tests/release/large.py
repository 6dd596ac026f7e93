"""R18, R19, R20: memory that does not grow with the archive; files without an end; bombs.

large.py                a million articles, 10 GB without a line end
large.py --small        a hundred thousand, 1 GB"""
import argparse, gzip, json, os, shutil, subprocess
from goals import BIN, ROOM, archive, end, knows, run, verdict

options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
options.add_argument("--small", action="store_true")
options.add_argument("--only", default="")
options = options.parse_args()
MANY, HUGE = (100_000, 10**9) if options.small else (1_000_000, 10**10)
GOOD = "« La digue a tenu », a dit Solveig Mahé."
THREADS = ["--threads", 2] if knows("--threads") else []


def memory():
    few = run("extract", archive(ROOM / "few.jsonl", 1000), "-o", ROOM / "few.csv", *THREADS)
    path = archive(ROOM / "many.jsonl", MANY)
    many = run("extract", path, "-o", ROOM / "many.csv", *THREADS)
    bound = subprocess.run(["prlimit", f"--as={2**30}", BIN, "extract", str(path), "-o", "/dev/null", *map(str, THREADS)], capture_output=True, text=True)
    met = few[0] == many[0] == bound.returncode == 0 and many[2] <= few[2] * 1.1 and many[2] <= 256
    verdict("R18", met, f"{few[2]:.0f} MB for 1000 articles, {many[2]:.0f} MB for {MANY} ({os.path.getsize(path) / 1e6:.0f} MB in {many[3]:.1f} s); in 1 GB of address space: exit {bound.returncode} {bound.stderr.strip()[-80:]}")
    for name in ("few.jsonl", "few.csv", "many.jsonl", "many.csv"):
        (ROOM / name).unlink(missing_ok=True)


def hole(name, before=b"", after=b""):
    """A file whose middle is a hole: it takes no room on the disk."""
    with open(ROOM / "endless" / name, "wb") as file:
        file.write(before)
        file.truncate(HUGE)
        file.seek(0, os.SEEK_END)
        file.write(after)


def endless():
    """Each between two good articles of a folder; the good ones must come through, and it must be named."""
    shutil.rmtree(ROOM / "endless", ignore_errors=True)
    os.makedirs(ROOM / "endless")
    kinds = {
        "line.jsonl": lambda name: hole(name, b'{"text": "', b'\n{"id": "after", "text": "' + GOOD.encode() + b'"}\n'),
        "sparse.txt": lambda name: hole(name, GOOD.encode()),
        "sparse.html": lambda name: hole(name, b"<html><body><p>" + GOOD.encode()),
        "quote.csv": lambda name: hole(name, b'id,text\n1,"'),
        "zero.txt": lambda name: os.symlink("/dev/zero", ROOM / "endless" / name),
        "page.warc": lambda name: hole(name, b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: %d\r\n\r\n" % HUGE),
    }
    bad, most, longest = [], 0, 0
    for name, make in kinds.items():
        if not knows(name.rsplit(".", 1)[1]) and not name.endswith((".txt", ".jsonl")):
            bad.append(f"{name}: this build does not read it")
            continue
        make(name)
        for good in ("a.txt", "z.txt"):
            (ROOM / "endless" / good).write_text(GOOD, encoding="utf-8")
        output = ROOM / "endless.csv"
        # Named by itself, as nobody follows a link to a device in a folder.
        paths = [ROOM / "endless/a.txt", ROOM / "endless" / name, ROOM / "endless/z.txt"]
        code, said, megabytes, seconds = run("extract", *paths, "-o", output, limit=120)
        rows = output.read_text(encoding="utf-8") if output.exists() else ""
        most, longest = max(most, megabytes), max(longest, seconds)
        wanted = ["endless/a.txt", "endless/z.txt"] + (["after"] if name == "line.jsonl" else [])
        lost = [source for source in wanted if source not in rows]
        if code != 3 or lost or name not in said or megabytes > 256 or seconds > 60:
            bad.append(f"{name}: exit {code}, {megabytes:.0f} MB, {seconds:.0f} s, lost {lost}, {said.strip()[-120:]!r}")
        output.unlink(missing_ok=True)
        (ROOM / "endless" / name).unlink()
    verdict("R19", not bad, f"{len(kinds)} endless files of {HUGE / 1e9:.0f} GB: at most {most:.0f} MB and {longest:.1f} s; {len(bad)} bad{': ' + '; '.join(bad) if bad else ''}")


def bombs():
    """Zeros, packed a thousand times smaller, in one member of gzip, one frame of zstd, a WARC payload."""
    folder = ROOM / "bombs"
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    for ending, pack in (("gz", ["gzip", "-9c"]), ("zst", ["zstd", "-19", "--long=27", "-qc"])):
        for name, before in (("note.txt", GOOD), ("lines.jsonl", '{"text": "'), ("table.csv", 'id,text\n1,"'), ("page.html", "<p>")):
            with open(folder / f"{name}.{ending}", "wb") as file:
                begin = f"printf '%s' '{before}'; head -c {HUGE} /dev/zero"
                if name == "note.txt":
                    subprocess.run(["bash", "-c", f"({begin}) | {' '.join(pack)}"], stdout=file, check=True)
                else:
                    # The zeros are packed once: members and frames follow each other.
                    packed = subprocess.run(pack, input=before.encode(), stdout=subprocess.PIPE, check=True).stdout
                    file.write(packed + open(folder / f"note.txt.{ending}", "rb").read())
    body = gzip.compress(b"<html><p>" + b"0" * 200_000_000, 9)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n"
    record = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.fr/\r\nContent-Type: application/http;msgtype=response\r\nContent-Length: %d\r\n\r\n" % len(head + body)
    (folder / "crawl.warc.gz").write_bytes(gzip.compress(record + head + body + b"\r\n\r\n"))
    bad, slowest, most = [], 0, 0
    for path in sorted(folder.iterdir()):
        code, said, megabytes, seconds = run("extract", path, "-o", ROOM / "bomb.csv", limit=120)
        slowest, most = max(slowest, seconds), max(most, megabytes)
        # Lines are looked through to the next line end, which costs the time of unpacking; what is one document is stopped.
        limit = 120 if path.name.startswith(("lines", "table")) else 2
        if code not in (2, 3) or path.name not in said or megabytes > 256 or seconds > limit:
            bad.append(f"{path.name}: exit {code}, {megabytes:.0f} MB, {seconds:.1f} s, {said.strip()[-120:]!r}")
    verdict("R20", not bad, f"{len(list(folder.iterdir()))} bombs of {HUGE / 1e9:.0f} GB: at most {most:.0f} MB and {slowest:.1f} s; {len(bad)} bad{': ' + '; '.join(bad) if bad else ''}")
    shutil.rmtree(folder)


for goal, check in (("R18", memory), ("R19", endless), ("R20", bombs)):
    if options.only in ("", goal):
        check()
end()
