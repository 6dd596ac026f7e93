"""R12, R13, R14: time grows as the text does.

linear.py                  instructions under valgrind, 64 KB against 128 KB: no clock, no noise (R13)
linear.py --few            the shapes that have once been slow, 16 KB against 32 KB: for every change, also of a debug build
linear.py --clock          seconds, 128 KB to 4 MB, and 10 MB of the worst shapes (R12); 20 000 names and pronouns (R14)
linear.py --only incise    the shapes whose name holds this"""
import argparse, math, os, re, resource, subprocess
from goals import BIN, ROOM, end, verdict

# A piece of each sort that makes a careless reader begin again at every byte: marks that open and never close, cues without
# words, words without cues, names without end, signs that join.
SHAPES = {
    "guillemet": "«", "guillemet and word": "« or ", "closing": "»", "closing first": "» «", "pairs": "«»", "empty pairs": "« » ", "low and high": "„”",
    "straight": '"', "straight and word": '"or ', "curly": "“", "single": "‹", "three sorts": "« ‹ “ ", "crossed": "«“»”", "nested": "« a “b ",
    "apostrophes": "d’", "apostrophe marks": "'", "inverted": "a-t-elle ", "incise": ", a-t-il lancé, ", "dangling incise": "», dit-il, «",
    "dialogue": "— Non.\n", "lines": "\n", "openings of lines": "\n«", "spaces": " ", "hard spaces": "\u00a0\u202f", "hyphens": "-", "dots": ".", "ellipses": "…",
    "says": "affirme ", "said that": "a affirmé que ", "that that": "elle dit qu’il dit qu’", "according to": "d’après ", "say colon": "lance : « ",
    "almost a cue": "« ici », a affirm ", "colons": "a lancé : ", "titles": "Mme ", "the mayor": "la maire ", "names": "Solveig ", "full names": "Solveig Mahé, ",
    "and": "Solveig et ", "long word": "e", "capitals": "E", "commas": ",", "brackets": "(", "square brackets": "[", "pronouns": "Il répond « non ». ",
    "quotes": "« La digue a tenu », a lancé Solveig Mahé. ", "one sentence": "« La digue a tenu », a lancé Solveig Mahé, ", "accents apart": "e\u0301",
    "repeated": "« La digue a tenu toute la nuit ». ", "continued": "« La digue tient.\n\n", "asked": "Q. : Tient-elle ?\nR. : Oui.\n", "headings": "La digue\n\n",
    "bodies": "La mairie de Brest a dit non. ", "said by both": "« Non », ont dit Ana et Luc. ", "joined signs": "🏴\u200d☠️", "address": "https://a.fr/?q=«b»&", "acronyms": "la SNCF (SNCF) ", "numbers": "12 ", "semicolons": "dit-il ; ",
}

# Pieces that differ from each other by a number, so that what is looked up by its words is not found at once.
NUMBERED = {
    "people": "Solveig{n} Mahé{n} arrive. ", "one surname": "Solveig{n} Mahé arrive. Mahé part. ", "one forename": "Solveig Mahé{n} arrive. Solveig part. ",
    "speakers": "« La digue {n} a tenu », a lancé Solveig{n} Mahé{n}. ", "speakers and pronouns": "« La digue {n} a tenu », a lancé Solveig{n} Mahé{n}. « Non », a-t-elle dit. ",
    "roles": "Le maire de Brest{n} a nié. Le maire a nié. ", "acronyms of many": "la Société Nationale du Port{n} (SNP{n}) a nié. La SNP{n} a nié. ",
    "many bodies": "L’association Port{n} a dit non. L’association a nié. ", "bodies and texts": "Un rapport de l’association Port{n} dit non. Le rapport dit oui. ",
    "many labels": "« Projet{n} » avance. « Projet{n} » recule. ", "turns": "L{n} : Tient-elle ?\nM{n} : Oui, elle tient.\n",
    "places": "Ana{n} vit à Brest{n}. Il part. ", "texts": "Le rapport {n} dit que la digue tient. Il ajoute que non. ",
}
# What stands once before the pieces: the words that all of them are looked up among.
ONCE = {
    "headlines": ("« La digue a tenu toute la nuit », a lancé Solveig Mahé. ", "« La digue a tenu toute la nuit ». "),
    "silence": ("« Non », a dit Ana Diop. ", "Le maire de Brest part. "), "silent texts": ("« Non », a dit Ana Diop. ", "Le rapport part. Il part. "),
    "endless pronouns": ("« Non », a dit Ana Diop. ", "il, "), "endless ranks": ("« Non », a dit Ana Diop. ", "les maires, le premier, "),
    "endless on": ("« Non », a dit Ana Diop. ", "à la mairie, on, "), "endless people": ("« Non », a dit Ana Diop. ", "Luc Oriol, la maire, elle, "),
    "initials": ("« Non », a dit Ana Diop. ", "J. D. part. "), "parts": ("« La digue a tenu toute la nuit sans faillir », a lancé Solveig Mahé. ", "« digue a tenu toute la ». "),
}


def halves(size):
    """Half of it is said by somebody, in words that only a number tells apart; the other half asks which of them it was."""
    said, asks = "« Hier {n} la digue a tenu toute la nuit », a lancé Solveig Mahé. ", "« pas la digue a tenu toute là ». "
    said = "".join(said.format(n=n) for n in range(size // 2 // len(said.encode())))
    return said + asks * (size // 2 // len(asks.encode()))


def shape(name, size):
    if name == "halves":
        return halves(size)
    once, piece = ONCE.get(name, ("", None))
    piece = piece or SHAPES.get(name) or NUMBERED[name]
    count = size // len(piece.encode()) + 1
    return once + ("".join(piece.format(n=n) for n in range(count)) if name in NUMBERED else piece * count)


# What was once quadratic here. Not "texts": as many of them as are looked back through fill 16 KB, so that it grows up to there.
FEW = ["headlines", "parts", "halves", "turns", "speakers", "silence", "silent texts", "endless ranks", "endless on", "initials", "quotes"]


def text(name, size):
    path = ROOM / "shape.txt"
    path.write_text(shape(name, size) if name else " ", encoding="utf-8")
    return path


def instructions(path):
    done = subprocess.run(["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null", BIN, "extract", str(path)],
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    return int(re.search(r"I *refs: *([\d,]+)", done.stderr)[1].replace(",", ""))


def seconds(path, limit=120):
    """The least of three, of processor time."""
    best = math.inf
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        try:
            subprocess.run([BIN, "extract", str(path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=limit)
        except subprocess.TimeoutExpired:
            return math.inf
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        best = min(best, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return best


def counted(shapes, size):
    start = instructions(text("", 1))
    growth = {}
    for name in shapes:
        # A shape for which next to nothing is done is linear enough: below this, loading is all there is to see.
        once, twice = (max(instructions(text(name, many)) - start, 2_000_000) for many in (size, 2 * size))
        growth[name] = twice / once
        print(f"    {name:20} x {twice / once:.2f}  {once / size:8.0f} instructions a byte", flush=True)
    worst = max(growth, key=growth.get)
    bad = [name for name, factor in growth.items() if factor > 2.1]
    verdict("R13", not bad, f"{len(growth)} shapes; twice the text takes at most {growth[worst]:.2f} times the instructions ({worst}); over 2.1: {', '.join(bad) or 'none'}")


def clocked(shapes):
    start = seconds(text("", 1))
    bad, worst = [], (0, "")
    for name in shapes:
        points = [(size, max(seconds(text(name, size)) - start, 1e-4)) for size in (2**17, 2**18, 2**19, 2**20, 2**21, 2**22)]
        seen = [(math.log(size), math.log(time)) for size, time in points if time > 0.02]
        slope = 0.0
        if len(seen) > 2:
            x, y = (sum(column) / len(seen) for column in zip(*seen))
            slope = sum((a - x) * (b - y) for a, b in seen) / sum((a - x) ** 2 for a, _ in seen)
        micro = points[-1][1] / points[-1][0] * 1e6
        worst = max(worst, (slope, name))
        if slope > 1.15 or micro > 1:
            bad.append(name)
        print(f"    {name:20} slope {slope:.2f}  {micro:.3f} µs a byte", flush=True)
    tens = {name: seconds(text(name, 10_000_000)) for name in ("guillemet", "inverted")}
    verdict("R12", not bad and max(tens.values()) <= 10,
            f"{len(shapes)} shapes to 4 MB; steepest slope {worst[0]:.2f} ({worst[1]}); over 1.15 or 1 µs a byte: {', '.join(bad) or 'none'}; "
            f"10 MB in {', '.join(f'{time:.2f} s' for time in tens.values())}")


def crowd():
    path = ROOM / "crowd.txt"
    path.write_text("".join(f"Solveig{n:x} Mahé{n:x} arrive. " for n in range(20_000)) + "Elle répond « non ». " * 20_000, encoding="utf-8")
    time = seconds(path)
    verdict("R14", time <= 5, f"20 000 names and 20 000 pronouns in {time:.2f} s")


wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
wanted.add_argument("--clock", action="store_true")
wanted.add_argument("--few", action="store_true")
wanted.add_argument("--only", default="")
wanted = wanted.parse_args()
shapes = [name for name in [*SHAPES, *NUMBERED, *ONCE, "halves"] if wanted.only in name and (name in FEW or not wanted.few)]
if wanted.clock:
    clocked(shapes)
    crowd()
else:
    counted(shapes, 16384 if wanted.few else 65536)
end()
