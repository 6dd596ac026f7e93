"""Rows survive every exit: what other programs read is what the article says.

    python3 tests/exits.py target/release/guillemet [ARTICLES]

Makes ARTICLES articles (100 unless told) with everything that breaks offsets and formats: characters beyond the BMP, accents
apart from their letters, CRLF, NUL, separators, formulas, markup. Extracts them in every form, reads the rows back with Python's
csv and json, pyarrow (if it is there), Python's XML and Node (if it is there: UTF-16), and compares each row with the text.
Says how many rows were read and how many are wrong; the exit code is 1 if any is.
"""

import csv
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml
from collections import Counter
from pathlib import Path

WORDS = ["le pont", "sera fermé", "mardi", "l’eau", "a monté", "😀", "𝒜𝓁𝑔𝑒̀𝑏𝓇𝑒", "e\u0301te\u0301", "cafe\u0301", "👩‍👩‍👧", "a\0b", "x\ty", "ligne\r\nsuivante",
         "a\nb", "a\u2028b", "12\u202f000", "\u200bfin", "<b>gras</b>", "]]>", "&amp;", "R&D", "a;b", "a,b", "100 %", "\u202edroite\u202c", "\ufffe", "\x0c", "\x1b[31m",
         "\"si\"", "c'est", "œuvre", "ŒUVRE", "\ud7ff", "\U0010ffff", "ﬁn", "ÅNGSTRÖM", "A\u030angström"]
STARTS = ["", "", "", "", "=1+1 ", "- ", "+33 ", "@ ", "'", "|", "\t=1 ", "\u200b=2 ", "＝3 ", "\0"]
NAMES = ["Ana Diop", "Élise Le Goff", "E\u0301lise Morvan", "Jean-Noël Œstrich", "Luc d’Aubigné", "Zoé 𝒵elter", "la maire", "un pêcheur"]


def articles(count):
    chance = random.Random(1)
    for n in range(count):
        sentences = []
        for _ in range(chance.randint(3, 9)):
            said = chance.choice(STARTS) + " ".join(chance.choices(WORDS, k=chance.randint(1, 12)))
            who = chance.choice(NAMES)
            sentences.append(chance.choice([
                f"« {said} », a déclaré {who}.", f"«\u00a0{said}\u00a0», dit {who}.", f"“{said}”, explique {who}.", f"Selon {who}, {said}.",
                f"{who} a dit que {said}.", f"{who} : « {said} »", f"« {said}, a indiqué {who}, {said} ».", f"« {said}\n\n« {said} », dit {who}.",
                f"La loi « {said} » divise."]))
        text = chance.choice(["\n", "\r\n", " ", "\n\n", "\u2029"]).join(sentences)
        article = {"id": chance.choice(["", "=", "a b#", "é/", "\"", "\t"]) + str(n), "text": text}
        if n % 2:
            article["url"] = f"https://exemple.fr/{n}?q=é&r=%zz#ici"
        yield article


def run(binary, form, folder):
    name = {"excel": "rows-excel.csv", "csv": "rows.csv", "jsonl": "rows.jsonl", "parquet": "rows.parquet", "tei": "rows.xml"}.get(form, f"rows.{form}")
    options = ["-f", "csv", "--excel"] if form == "excel" else ["-f", form]
    subprocess.run([binary, "extract", "--all", *options, "-o", folder / name, folder / "archive.jsonl"], check=True, stdout=subprocess.DEVNULL)
    return folder / name


def shown(value):
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def legal(text):
    return re.sub("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "\ufffd", text)


def same(one, other):
    """How many of two lists of rows differ, rows missing or too many among them."""
    return abs(len(one) - len(other)) + sum(a != b for a, b in zip(one, other))


NODE = r"""
const fs = require('fs'), lines = name => fs.readFileSync(name, 'utf8').split('\n').filter(line => line).map(line => JSON.parse(line));
const rows = lines('rows.jsonl'), texts = new Map(lines('archive.jsonl').map(article => [article.id, article.text]));
let wrong = 0, several = 0, count = 0;
for (const annotation of lines('rows.annotations')) {
  const row = rows[count++], text = texts.get(row.source), [quote, place] = annotation.target.selector;
  const around = quote.prefix + quote.exact + quote.suffix, at = text.indexOf(around);
  const fits = quote.exact === row.quote && text.slice(place.startUtf16, place.endUtf16) === row.quote
    && [...text].slice(place.start, place.end).join('') === row.quote && text.startsWith(around, place.startUtf16 - quote.prefix.length)
    && (annotation.body ? annotation.body.value : '') === (row.kind === 'none' ? '' : row.speaker);
  wrong += !fits;
  several += text.indexOf(around, at + 1) >= 0;
}
console.log(count, wrong + Math.abs(count - rows.length), several);
"""


def main():
    binary, count = Path(sys.argv[1]).resolve(), int(sys.argv[2]) if len(sys.argv) > 2 else 100
    folder = Path(tempfile.mkdtemp())
    texts = {}
    with open(folder / "archive.jsonl", "w", encoding="utf-8") as out:
        for article in articles(count):
            texts[article["id"]] = article["text"]
            out.write(json.dumps(article) + "\n")
    wrong = {}

    with open(run(binary, "jsonl", folder), encoding="utf-8", newline="\n") as lines:
        rows = [json.loads(line) for line in lines]
    wrong["JSON Lines"] = sum(texts[row["source"]][row["start"]:row["end"]] != row["quote"] for row in rows)
    columns = list(rows[0])[:14]
    plain = [[shown(row[column]) for column in columns] for row in rows]

    with open(run(binary, "csv", folder), encoding="utf-8", newline="") as lines:
        header, *read = csv.reader(lines)
    wrong["CSV"] = same(read, plain) + (header != columns)

    with open(run(binary, "excel", folder), encoding="utf-8-sig", newline="") as lines:
        header, *read = csv.reader(lines, delimiter=";")
    guarded = sum(any(cell.startswith("'") for cell in row) for row in read)
    read = [[cell.replace(",", ".") if i == 9 else cell.removeprefix("'") for i, cell in enumerate(row)] for row in read]
    wrong["CSV for Excel"] = same(read, plain) + (header != columns)

    try:
        from pyarrow import parquet
        wrong["Parquet"] = same(parquet.read_table(run(binary, "parquet", folder)).to_pylist(), rows)
    except ImportError:
        print("Parquet: not read, for there is no pyarrow")

    with open(run(binary, "quotation", folder), encoding="utf-8", newline="\n") as lines:
        read = [json.loads(line) for line in lines]
    said = [row for row in rows if row["kind"] != "none"]
    wrong["schema.org"] = same([q["text"] for q in read], [row["quote"] for row in said])

    run(binary, "annotations", folder)
    if shutil.which("node"):
        done = subprocess.run(["node", "-e", NODE], cwd=folder, check=True, capture_output=True, text=True).stdout.split()
        wrong["Web Annotation"] = int(done[1]) + (int(done[0]) != len(rows))
        print(f"Web Annotation: {done[2]} rows whose words and context stand in the text more than once")
    else:
        print("Web Annotation: not read, for there is no node")

    wrong["TEI"] = tei(run(binary, "tei", folder), texts, rows)
    shutil.rmtree(folder)
    print(f"{len(rows)} rows of {count} articles, {guarded} of them with a guarded cell")
    for form, number in wrong.items():
        print(f"{form}: {number} wrong")
    sys.exit(any(wrong.values()))


def tei(path, texts, rows):
    ns, own = "{http://www.tei-c.org/ns/1.0}", "{http://www.w3.org/XML/1998/namespace}id"
    wanted = {}
    for row in rows:
        speaker = "" if row["kind"] == "none" else row["speaker"]
        wanted.setdefault(legal(row["source"]), []).append((row["kind"], legal(speaker), row["rule"], legal(row["quote"])))
    wrong, bodies = 0, {legal(source): legal(text) for source, text in texts.items()}
    for _, element in xml.iterparse(path):
        if element.tag != ns + "TEI":
            continue
        source = element.find(f".//{ns}idno").text
        names = {"#" + person.get(own): person[0].text for person in element.iter(ns + "person")}
        found = {}
        for i, part in enumerate(e for e in element.find(f".//{ns}body").iter() if e.tag in (ns + "said", ns + "q")):
            row = part.get(own, str(i)).partition(".")[0]
            found.setdefault(row, []).append(part)
        read = []
        for parts in found.values():
            first = parts[0]
            # Between the parts of a row stand only the spaces between paragraphs, and what other rows hold open is the same.
            words = [part for part in ("".join(part.itertext()) for part in parts)]
            read.append((first.get("ana")[1:], names.get(first.get("who"), ""), first.get("n"), words))
        body = "".join(element.find(f".//{ns}body").itertext())
        wrong += body != bodies.pop(source)
        own_rows = Counter((kind, who, rule, re.sub(r"\s", "", quote)) for kind, who, rule, quote in wanted.pop(source, []))
        read = Counter((kind, who, rule, re.sub(r"\s", "", "".join(words))) for kind, who, rule, words in read)
        wrong += (own_rows - read).total() + (read - own_rows).total()
        element.clear()
    return wrong + len(bodies) + sum(map(len, wanted.values()))


main()
