"""What the scripts of this folder share: the command, inputs of any size, and one line of verdict for each goal.

The articles are those of data/articles, over and over, each with an id of its own."""
import hashlib, itertools, json, os, pathlib, resource, shutil, subprocess, sys, tempfile

PROJECT = pathlib.Path(__file__).resolve().parents[2]
BIN = os.environ.get("GUILLEMET", str(PROJECT / "target/release/guillemet"))
ROOM = pathlib.Path(os.environ.get("GUILLEMET_ROOM") or tempfile.mkdtemp(prefix="guillemet-release-"))
missed = 0


def verdict(goal, met, what):
    """Prints the line of a goal, `R18 pass 61 MB …`, and remembers a miss for the exit code."""
    global missed
    missed += not met
    print(f"{goal} {'pass' if met else 'FAIL'} {what}", flush=True)


def end():
    if "GUILLEMET_ROOM" not in os.environ and not missed:
        shutil.rmtree(ROOM, ignore_errors=True)
    sys.exit(1 if missed else 0)


def knows(option, command="extract"):
    return option in subprocess.run([BIN, command, "--help"], capture_output=True, text=True).stdout


def articles():
    texts = [path.read_text(encoding="utf-8") for path in sorted((PROJECT / "data/articles").glob("*.txt"))]
    return itertools.cycle(texts)


def archive(path, count):
    """Writes `count` articles as JSON Lines."""
    with open(path, "w", encoding="utf-8") as lines:
        for n, text in zip(range(count), articles()):
            lines.write(json.dumps({"id": f"article-{n:07}", "text": text}, ensure_ascii=False) + "\n")
    return path


def run(*arguments, limit=None, **more):
    """Runs the command; gives its exit code, standard error, peak memory in MB and seconds of wall clock."""
    timed = ["/usr/bin/time", "-q", "-o", str(ROOM / "time"), "-f", "%M %e"]
    before = ["timeout", "-k", "5", str(limit)] if limit else []
    done = subprocess.run([*timed, *before, BIN, *map(str, arguments)], stderr=subprocess.PIPE, stdin=more.pop("stdin", subprocess.DEVNULL), **more)
    memory, seconds = (ROOM / "time").read_text().split()[-2:]
    return done.returncode, done.stderr.decode(errors="replace"), int(memory) / 1024, float(seconds)


def digest(path):
    """The sha256 of a file, or why there is none."""
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return f"no output: {error.strerror}"
