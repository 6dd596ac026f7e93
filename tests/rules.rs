//! Every rule against the sentences that stand beside it in `data/grammar/*.toml`.
//!
//! A `yes` sentence is marked up as `explain` prints it. It is stripped, read like any article, and what is found must be
//! found by that rule and lie where the tags lie: an earlier rule that steals the sentence fails the test by its name.
//! A `no` sentence must not be found by its rule; any other rule may have it.

use guillemet::attribution::{Attribution, Speaker, ASCRIBING};
use guillemet::cue::Cue;
use guillemet::grammar::{Grammar, Rule};
use guillemet::line::What;
use guillemet::row::{rows_of, Article};
use guillemet::text::Span;
use guillemet::{extract, Analysis};
use std::fmt::Write as _;

/// What a sentence may tag.
const TAGS: [&str; 6] = ["content", "cue", "speaker", "via", "mention", "word"];

/// A sentence without its markup, and where its tags stood.
struct Sentence {
    text: String,
    tags: Vec<(&'static str, Span)>,
}

impl Sentence {
    fn parse(markup: &str) -> Result<Sentence, String> {
        let mut sentence = Sentence { text: String::new(), tags: Vec::new() };
        let mut open: Vec<(&'static str, usize)> = Vec::new();
        let mut rest = markup;
        while let Some(at) = rest.find('<') {
            sentence.text.push_str(&rest[..at]);
            let Some((tag, after)) = rest[at + 1..].split_once('>') else { return Err("a < without its >".to_string()) };
            let name = TAGS.into_iter().find(|t| *t == tag.trim_start_matches('/'));
            let name = name.ok_or_else(|| format!("<{tag}> is no tag: use one of {}", TAGS.join(", ")))?;
            if tag.starts_with('/') {
                let start = open.pop().filter(|(n, _)| *n == name).ok_or_else(|| format!("<{tag}> closes nothing"))?.1;
                sentence.tags.push((name, Span::new(start, sentence.text.len())));
            } else {
                open.push((name, sentence.text.len()));
            }
            rest = after;
        }
        sentence.text.push_str(rest);
        match open.pop() {
            Some((name, _)) => Err(format!("<{name}> is not closed")),
            None => Ok(sentence),
        }
    }

    fn all(&self, name: &str) -> Vec<Span> {
        self.tags.iter().filter(|(n, _)| *n == name).map(|(_, s)| *s).collect()
    }
}

/// One rule and what was read of one of its sentences.
struct Case<'a> {
    page: &'a str,
    index: usize,
    rule: &'a Rule,
    sentence: Sentence,
    analysis: &'a Analysis<'a>,
}

impl Case<'_> {
    /// Says what is wrong with a `yes` sentence.
    fn yes(&self) -> Result<(), String> {
        match self.page {
            // Whether the noun or the verb was right shows in the pages that come after.
            "homographs" => Ok(()),
            // What is no cue leaves none.
            "cues" if self.rule.is == "time" && self.cues().next().is_none() => Ok(()),
            "cues" => self.cue(),
            "mentions" => self.mentions(&["mention", "speaker"]),
            "labels" => self.label(),
            "subjects" => self.subject(),
            _ if self.rule.is == "none" => self.nobody(),
            _ if self.rule.is == ASCRIBING => self.ascribing(),
            _ => self.attribution(),
        }
    }

    /// Says what a `no` sentence was found by.
    fn no(&self) -> Result<(), String> {
        let found = match self.page {
            "cues" => self.cues().any(|(_, rule)| rule == self.index),
            "labels" => self.analysis.labels.contains(&Some(self.index)),
            "subjects" => self.cues_of_mine().next().is_some(),
            // Mentions do not tell their rule, homographs leave no trace.
            "mentions" | "homographs" => false,
            _ if self.rule.is == "none" => self.rows().any(|(rule, _)| rule == self.rule.id),
            _ => self.analysis.attributions.iter().any(|a| self.is_mine(a)),
        };
        if found {
            Err("is found all the same".to_string())
        } else {
            Ok(())
        }
    }

    fn words(&self, span: Span) -> &str {
        span.of(&self.sentence.text)
    }

    /// The same words, whatever marks and spaces stand at the ends.
    fn same(&self, a: Span, b: Span) -> bool {
        a.trimmed(&self.sentence.text) == b.trimmed(&self.sentence.text)
    }

    fn cues(&self) -> impl Iterator<Item = (Span, usize)> + '_ {
        self.analysis.lines.cues().iter().map(|c| (c.span, c.rule))
    }

    fn cue(&self) -> Result<(), String> {
        let tagged = self.sentence.all("cue");
        let hit = self.cues().any(|(span, rule)| rule == self.index && (tagged.is_empty() || tagged.iter().any(|t| self.same(*t, span))));
        if !hit {
            let rules = &self.analysis.grammar.page("cues").rules;
            return Err(format!(
                "cues found: {}",
                list(self.cues().map(|(span, rule)| format!("{} by `{}`", self.words(span), rules[rule].id)))
            ));
        }
        self.mentions(&["speaker"])
    }

    fn mentions(&self, names: &[&str]) -> Result<(), String> {
        let mentions: Vec<Span> = self.analysis.lines.mentions().iter().map(|m| m.span).collect();
        for tagged in names.iter().flat_map(|n| self.sentence.all(n)) {
            if !mentions.iter().any(|m| self.same(*m, tagged)) {
                return Err(format!(
                    "no mention reads «{}»; found: {}",
                    self.words(tagged),
                    list(mentions.iter().map(|m| self.words(*m).to_string()))
                ));
            }
        }
        Ok(())
    }

    /// The cues whose subject this rule tells, with the words of the subject.
    fn cues_of_mine(&self) -> impl Iterator<Item = (Span, Span)> + '_ {
        self.analysis.lines.iter().enumerate().flat_map(move |(l, line)| {
            let mine =
                move |c: &Cue| c.subject.filter(|(_, rule)| *rule == self.index).map(|(subject, _)| (c.span, Speaker::of(l, subject)));
            line.cues.iter().filter_map(mine).map(|(cue, subject)| (cue, self.span_of(subject)))
        })
    }

    fn subject(&self) -> Result<(), String> {
        let (cues, speakers) = (self.sentence.all("cue"), self.sentence.all("speaker"));
        let fits =
            |(cue, subject): (Span, Span)| cues.iter().all(|c| self.same(*c, cue)) && speakers.iter().all(|s| self.same(*s, subject));
        if self.cues_of_mine().any(fits) {
            return Ok(());
        }
        let rules = &self.analysis.grammar.page("subjects").rules;
        let told = self.analysis.lines.cues().iter();
        Err(format!(
            "subjects found: {}",
            list(told.map(|c| format!("of {} by {}", self.words(c.span), c.subject.map_or("no rule", |(_, rule)| &rules[rule].id))))
        ))
    }

    fn label(&self) -> Result<(), String> {
        let quotations = &self.analysis.quotations.list;
        let tagged = self.sentence.all("content");
        let of = |q: usize| tagged.is_empty() || tagged.iter().any(|t| self.same(*t, quotations[q].inner));
        if (0..quotations.len()).any(|q| self.analysis.labels[q] == Some(self.index) && of(q)) {
            return Ok(());
        }
        let rules = &self.analysis.grammar.page("labels").rules;
        let found = (0..quotations.len()).map(|q| {
            let by = self.analysis.labels[q].map_or("no rule", |r| &rules[r].id);
            format!("{} by `{by}`", self.words(quotations[q].inner))
        });
        Err(format!("labels found: {}", list(found)))
    }

    /// Rules that tell whose the words of the sentence before are leave a row by the rule of the discourse.
    fn ascribing(&self) -> Result<(), String> {
        let page = self.analysis.grammar.page(self.page);
        let mut reader = page.reader();
        let mine = self.analysis.lines.iter().any(|line| {
            line.spell(None, &mut reader, self.analysis.grammar);
            reader.first(|r| page.rules[r].is == ASCRIBING).is_some_and(|found| found.rule == self.index)
        });
        match (mine, self.rows().any(|(rule, _)| rule == "ascribed")) {
            (true, true) => self.mentions(&["speaker"]),
            (mine, _) => Err(format!("the rule {} a sentence, and no row is ascribed", if mine { "finds" } else { "does not find" })),
        }
    }

    /// Rules that name nobody leave no attribution. A row tells their name, or else the first pattern that matches the line.
    fn nobody(&self) -> Result<(), String> {
        let tagged = self.sentence.all("content");
        let of = |span: Span| tagged.is_empty() || tagged.iter().any(|t| self.same(*t, span));
        if self.rows().any(|(rule, span)| rule == self.rule.id && of(span)) {
            return Ok(());
        }
        if self.rule.pattern.is_empty() {
            return Err(format!("rows found: {}", list(self.rows().map(|(rule, span)| format!("{} by `{rule}`", self.words(span))))));
        }
        let grammar = self.analysis.grammar;
        let mut reader = grammar.page(self.page).reader();
        let mut winners = Vec::new();
        for line in self.analysis.lines.iter() {
            for (i, chunk) in line.chunks.iter().enumerate() {
                let asked = match chunk.what {
                    What::Quotation(_) => matches!(self.page, "attributions" | "woven") && of(chunk.span),
                    What::Cue(_) => self.page == "indirect",
                    _ => false,
                };
                if asked {
                    line.spell(Some(i), &mut reader, grammar);
                    winners.extend(reader.first(|_| true).map(|m| m.rule));
                }
            }
        }
        if winners.contains(&self.index) {
            return Ok(());
        }
        Err(format!("found by {}", list(winners.iter().map(|w| format!("`{}`", reader.page().rules[*w].id)))))
    }

    fn rows(&self) -> impl Iterator<Item = (String, Span)> {
        let article = Article { text: self.sentence.text.clone(), ..Article::default() };
        let byte = |n: usize| self.sentence.text.char_indices().map(|(b, _)| b).chain([self.sentence.text.len()]).nth(n).unwrap();
        rows_of(&article, self.analysis, None)
            .into_iter()
            .map(|r| (r.rule, Span::new(byte(r.start), byte(r.end))))
            .collect::<Vec<_>>()
            .into_iter()
    }

    fn is_mine(&self, attribution: &Attribution) -> bool {
        let mine = (self.page, self.index);
        attribution.rule == mine || attribution.via.is_some_and(|(_, rule)| rule == mine)
    }

    fn span_of(&self, speaker: Speaker) -> Span {
        match speaker {
            Speaker::Mention(l, m) => self.analysis.lines.mention(l, m).span,
            Speaker::Inverted(l, c) => {
                // A row says *il* where the text says *a-t-il*.
                let span = self.analysis.inverted(l, c);
                let bare = self.words(span).trim_start_matches(['-', '\u{2011}']).trim_start_matches("t-");
                Span::new(span.end - bare.len(), span.end)
            }
        }
    }

    fn attribution(&self) -> Result<(), String> {
        let contents = self.sentence.all("content");
        // Two contents stand for two rows of one rule: an incise may cut a quotation in two.
        for content in contents.iter().copied().map(Some).chain(contents.is_empty().then_some(None)) {
            let mut found: Vec<&Attribution> = self.analysis.attributions.iter().collect();
            found.retain(|a| content.is_none_or(|c| self.same(a.content, c)));
            if !found.iter().any(|a| self.is_mine(a) && self.fits(a)) {
                return Err(self.accuse(content, &found));
            }
        }
        Ok(())
    }

    fn fits(&self, attribution: &Attribution) -> bool {
        let parts = [
            ("cue", attribution.cue),
            ("speaker", attribution.speaker.map(|s| self.span_of(s))),
            ("via", attribution.via.map(|(s, _)| self.span_of(s))),
        ];
        parts.into_iter().all(|(name, span)| self.sentence.all(name).iter().all(|t| span.is_some_and(|s| self.same(s, *t))))
    }

    fn accuse(&self, content: Option<Span>, found: &[&Attribution]) -> String {
        if let Some(thief) = found.iter().find(|a| !self.is_mine(a)).filter(|_| !found.iter().any(|a| self.is_mine(a))) {
            return format!("stolen by another rule: {}", self.describe(thief));
        }
        let near = if found.is_empty() { self.analysis.attributions.iter().collect() } else { found.to_vec() };
        let what = content.map_or("nothing", |c| if found.is_empty() { self.words(c) } else { "these cue and speaker" });
        let labels =
            self.analysis.labels.iter().flatten().map(|r| format!("a label by `{}`", self.analysis.grammar.page("labels").rules[*r].id));
        format!("«{what}» is not found; found: {}", list(near.into_iter().map(|a| self.describe(a)).chain(labels)))
    }

    fn describe(&self, attribution: &Attribution) -> String {
        let (page, rule) = attribution.rule;
        let mut out =
            format!("`{}` of {page} (content «{}»", self.analysis.grammar.page(page).rules[rule].id, self.words(attribution.content));
        for (name, span) in [("cue", attribution.cue), ("speaker", attribution.speaker.map(|s| self.span_of(s)))] {
            let _ = match span {
                Some(span) => write!(out, ", {name} «{}»", self.words(span)),
                None => write!(out, ", no {name}"),
            };
        }
        out.push(')');
        out
    }
}

fn list(found: impl Iterator<Item = String>) -> String {
    let found: Vec<String> = found.collect();
    if found.is_empty() {
        "nothing".to_string()
    } else {
        found.join("; ")
    }
}

/// Runs a check over the sentences of every rule and fails with all complaints at once.
fn check(which: &str, sentences: impl Fn(&Rule) -> &Vec<String>, verdict: impl Fn(&Case<'_>) -> Result<(), String>) {
    let grammar = Grammar::builtin();
    let mut complaints = String::new();
    for page in grammar.pages() {
        for (index, rule) in page.rules.iter().enumerate() {
            for markup in sentences(rule) {
                let result = Sentence::parse(markup).and_then(|sentence| {
                    let text = sentence.text.clone();
                    let analysis = extract(&text, grammar);
                    verdict(&Case { page: &page.name, index, rule, sentence, analysis: &analysis })
                });
                if let Err(complaint) = result {
                    let _ = write!(complaints, "\n\n{}.toml, `{}`, {which}: {markup}\n    {complaint}", page.name, rule.id);
                }
            }
        }
    }
    assert!(complaints.is_empty(), "{complaints}\n");
}

#[test]
fn every_rule_finds_its_sentences() {
    check("yes", |rule| &rule.yes, |case| case.yes());
}

#[test]
fn no_rule_finds_what_it_leaves_alone() {
    check("no", |rule| &rule.no, |case| case.no());
}

#[test]
fn every_rule_shows_a_sentence() {
    let bare: Vec<String> = Grammar::builtin()
        .pages()
        .iter()
        .filter(|page| page.name != "homographs")
        .flat_map(|page| page.rules.iter().map(move |rule| (page, rule)))
        // Without a pattern, the stage itself decides: often no single sentence can show it.
        .filter(|(_, rule)| !rule.pattern.is_empty() && rule.yes.is_empty())
        .map(|(page, rule)| format!("{}.toml: {}", page.name, rule.id))
        .collect();
    assert!(bare.is_empty(), "rules without a `yes` sentence:\n{}\n", bare.join("\n"));
}

#[test]
fn markup_is_read() {
    let sentence = Sentence::parse("<content>« Oui »</content>, <cue>a-t-<speaker>il</speaker></cue>.").unwrap();
    assert_eq!(sentence.text, "« Oui », a-t-il.");
    assert_eq!(sentence.all("speaker")[0].of(&sentence.text), "il");
    assert_eq!(sentence.all("cue")[0].of(&sentence.text), "a-t-il");
    for wrong in ["<contents>a</contents>", "<cue>a", "a</cue>", "<cue>a</speaker>", "a < b"] {
        assert!(Sentence::parse(wrong).is_err(), "{wrong}");
    }
}

/// The longest counted repetition: `{0,6}` is a gap, `{0,2000}` costs its length at every place.
const COUNTED: usize = 64;

#[test]
fn no_repetition_counts_far() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/data/grammar");
    let mut seen = 0;
    let mut complaints = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        for (n, line) in std::fs::read_to_string(&path).unwrap().lines().enumerate() {
            for piece in line.split('{').skip(1).filter_map(|after| after.split_once('}')).map(|(inside, _)| inside) {
                if !piece.starts_with(|c: char| c.is_ascii_digit()) {
                    continue;
                }
                seen += 1;
                let fits = |count: &str| count.is_empty() || count.parse().is_ok_and(|count: usize| count <= COUNTED);
                if !piece.split(',').all(fits) {
                    complaints.push(format!("{}:{}: {{{piece}}}: at most {COUNTED}", path.display(), n + 1));
                }
            }
        }
    }
    assert!(seen > 50, "the pages have repetitions: {seen} found");
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}
