//! A row names the rule that made it: replaying that must give the row again, and taking the rule out must not.

use guillemet::analysis::Analysis;
use guillemet::attribution::{Attribution, Speaker};
use guillemet::explain::marked;
use guillemet::extract;
use guillemet::grammar::Grammar;
use guillemet::row::{rows, Article, Row};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

/// Reasons that a stage gives where no rule found anything: there is no rule to take out.
const NO_RULE: [&str; 4] = ["unattributed", "inner", "stray-mark", "cut-off"];

fn articles() -> Vec<Article> {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/data/articles");
    let mut files: Vec<_> = fs::read_dir(dir).unwrap().map(|f| f.unwrap().path()).collect();
    files.sort();
    let article = |path: std::path::PathBuf| Article {
        source: path.file_stem().unwrap().to_str().unwrap().to_string(),
        text: fs::read_to_string(&path).unwrap(),
        ..Article::default()
    };
    files.into_iter().map(article).collect()
}

/// What a row says, but for the rule and how sure it is.
fn said(row: &Row) -> String {
    format!("{}–{} {} by {} ({}), cue {}, via {}", row.start, row.end, row.kind.name(), row.speaker, row.mention, row.cue, row.via)
}

#[test]
fn without_its_rule_no_row_stays_as_it_is() {
    let grammar = Grammar::builtin();
    let articles = articles();
    let with: Vec<Vec<Row>> = articles.iter().map(|a| rows(a, grammar)).collect();
    // By the rule, the rows that name it. An id can stand on two pages: the one of the row's kind is tried.
    let mut named: BTreeMap<(String, String), usize> = BTreeMap::new();
    for row in with.iter().flatten().filter(|r| !NO_RULE.contains(&r.rule.as_str())) {
        let pages =
            grammar.pages().iter().filter(|p| ["labels", "attributions", "woven", "indirect", "discourse"].contains(&p.name.as_str()));
        let page = pages.filter(|p| p.rule(&row.rule).is_some()).map(|p| p.name.clone()).collect::<Vec<_>>();
        assert_eq!(page.len(), 1, "the id {:?} should stand on one page of those that make rows: {page:?}", row.rule);
        *named.entry((page[0].clone(), row.rule.clone())).or_default() += 1;
    }
    assert!(named.len() > 30, "only {} rules have a row in the sample articles", named.len());
    let mut complaints = String::new();
    for (page, rule) in named.keys() {
        let without = grammar.without(page, rule);
        for (article, before) in articles.iter().zip(&with).filter(|(_, rows)| rows.iter().any(|r| r.rule == *rule)) {
            let after = rows(article, &without);
            for row in before.iter().filter(|r| r.rule == *rule) {
                if after.iter().any(|r| r.rule == *rule && said(r) == said(row)) {
                    let _ = writeln!(complaints, "{}: `{rule}` of {page} makes no difference to {}", article.source, said(row));
                }
            }
        }
    }
    assert!(complaints.is_empty(), "\n{complaints}");
}

/// The words of an attribution, for comparing it in one text with itself in another.
fn words(attribution: &Attribution, analysis: &Analysis<'_>) -> String {
    let of = |speaker: Option<Speaker>| match speaker {
        Some(Speaker::Mention(l, m)) => analysis.lines.mention(l, m).span.of(analysis.text),
        Some(Speaker::Inverted(l, c)) => analysis.inverted(l, c).of(analysis.text),
        None => "nobody",
    };
    let (page, rule) = attribution.rule;
    let words = format!(
        "{} of {page}: {} | {} | {} | {}",
        analysis.grammar.page(page).rules[rule].id,
        attribution.content.of(analysis.text),
        attribution.cue.map_or("", |c| c.of(analysis.text)),
        of(attribution.speaker),
        of(attribution.via.map(|v| v.0)),
    );
    words.replace(['\n', '\r'], " ")
}

#[test]
fn an_explained_sentence_gives_its_row_again() {
    let grammar = Grammar::builtin();
    let (mut tried, mut complaints) = (0, String::new());
    for article in articles() {
        let analysis = extract(&article.text, grammar);
        // What one sentence tells: speech inside marks and what another sentence lends are no matter of it.
        for attribution in analysis.attributions.iter().filter(|a| !a.carried && analysis.lines.within(a.line).is_none()) {
            let mut sentence = marked(attribution, &analysis);
            for tag in ["content", "cue", "speaker", "via"] {
                sentence = sentence.replace(&format!("<{tag}>"), "").replace(&format!("</{tag}>"), "");
            }
            let again = extract(&sentence, grammar);
            let want = words(attribution, &analysis);
            tried += 1;
            if !again.attributions.iter().any(|a| words(a, &again) == want) {
                let got: Vec<String> = again.attributions.iter().map(|a| words(a, &again)).collect();
                let _ = writeln!(complaints, "{}: {sentence}\n    want {want}\n    got  {got:?}", article.source);
            }
        }
    }
    assert!(tried > 150, "only {tried} sentences tried");
    assert!(complaints.is_empty(), "\n{complaints}");
}
