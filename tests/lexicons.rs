//! The lexicons in `data/lexicons`: in the order and the form that a diff can be read in, large enough, and conjugated right.

use guillemet::builtin::BUILTIN_LEXICONS;
use guillemet::class::{self, Set};
use guillemet::grammar::Grammar;
use guillemet::row::{rows, Article};
use std::collections::HashSet;
use std::fmt::Write as _;
use std::io::Write as _;

/// The columns of each file.
const HEADERS: &[(&str, &str)] = &[
    ("abbreviations.csv", "abbreviation,class,gender,number"),
    ("adjectives.csv", "adjective,feminine"),
    ("conjugations.csv", "model,strip,present,imperfect,past,future,conditional,subjunctive,gerund,participle"),
    ("forenames.csv", "forename,gender"),
    ("kin.csv", "general,special"),
    ("nouns.csv", "noun,gender,class"),
    ("places.csv", "place,gender,plural,people_m,people_f,adjective_m,adjective_f,kind"),
    ("roles.csv", "masculine,feminine,class"),
    ("suffixes.csv", "suffix,class"),
    ("verbs.csv", "lemma,model,class"),
    ("words.csv", "form,class,gender,number"),
];

/// A form, its verb for the reader, and the classes it must have.
const FORMS: &[(&str, &str, Set)] = &[
    ("indiqua", "indiquer", class::DIRE | class::FINITE),
    ("soulignaient", "souligner", class::DIRE | class::FINITE),
    ("dit", "dire, present", class::DIRE | class::FINITE),
    ("dit", "dire, participle", class::DIRE | class::PARTICIPLE),
    ("répètera", "répéter, spelling of 1990", class::FINITE),
    ("répétera", "répéter, spelling before", class::FINITE),
    ("prévient", "prévenir", class::FINITE),
    ("reconnaît", "reconnaître", class::FINITE),
    ("reconnait", "reconnaître, spelling of 1990", class::FINITE),
    ("écrivit", "écrire", class::FINITE),
    ("jugée", "juger", class::PARTICIPLE),
    ("insistant", "insister", class::GERUND),
    ("promet", "promettre", class::FINITE),
    ("appelle", "appeler", class::FINITE),
    ("jette", "jeter", class::FINITE),
    ("protège", "protéger", class::FINITE),
    ("poursuit", "poursuivre", class::FINITE),
    ("conclut", "conclure", class::FINITE),
    ("lança", "lancer", class::FINITE),
    ("jugeait", "juger", class::FINITE),
    ("préciser", "préciser", class::DIRE | class::INFINITIVE),
];

fn records(name: &str) -> Vec<Vec<String>> {
    let text = BUILTIN_LEXICONS.iter().find(|(n, _)| *n == name).unwrap().1;
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    reader.records().map(|r| r.unwrap().iter().map(str::to_string).collect()).collect()
}

#[test]
fn every_file_is_compiled_in_and_its_header_known() {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/data/lexicons");
    let mut files: Vec<String> = std::fs::read_dir(dir).unwrap().map(|f| f.unwrap().file_name().into_string().unwrap()).collect();
    files.sort_unstable();
    assert_eq!(files, BUILTIN_LEXICONS.iter().map(|(name, _)| *name).collect::<Vec<_>>(), "files of data/lexicons and of builtin.rs");
    for (name, text) in BUILTIN_LEXICONS {
        let known = HEADERS.iter().find(|(n, _)| n == name).unwrap_or_else(|| panic!("{name}: add its header here")).1;
        assert_eq!(text.lines().next(), Some(known), "{name}");
    }
}

#[test]
fn lines_are_sorted_single_and_clean() {
    let mut complaints = String::new();
    for (name, text) in BUILTIN_LEXICONS {
        // A combining mark looks like the letter it makes but is not found in a text that writes the letter.
        if let Some(c) = text.chars().find(|c| ('\u{300}'..='\u{36f}').contains(c) || matches!(c, '\r' | '\t' | '\u{a0}' | '\u{feff}')) {
            let _ = writeln!(complaints, "{name}: holds {c:?}");
        }
        if !text.ends_with('\n') || text.ends_with("\n\n") {
            let _ = writeln!(complaints, "{name}: ends in one line break");
        }
        let records = records(name);
        for pair in records.windows(2) {
            if pair[0][0] >= pair[1][0] {
                let _ = writeln!(complaints, "{name}: {:?} stands before {:?}: sort by code points, one line each", pair[0][0], pair[1][0]);
            }
        }
        for cell in records.iter().flatten().filter(|c| c.trim() != c.as_str()) {
            let _ = writeln!(complaints, "{name}: spaces around {cell:?}");
        }
    }
    assert!(complaints.is_empty(), "\n{complaints}");
}

#[test]
fn lexicons_are_large_enough() {
    let reporting = records("verbs.csv").iter().filter(|r| !r[2].starts_with("autre")).count();
    assert!(reporting >= 300, "{reporting} reporting verbs");
    for (name, least) in [("roles.csv", 400), ("forenames.csv", 9000), ("places.csv", 400)] {
        let found = records(name).len();
        assert!(found >= least, "{name}: {found} of {least}");
    }
}

#[test]
fn kin_are_people_that_the_lexicon_knows() {
    let lexicon = &Grammar::builtin().lexicon;
    let unknown: Vec<String> = records("kin.csv")
        .into_iter()
        .flat_map(|r| std::iter::once(r[0].clone()).chain(r[1].split_whitespace().map(str::to_string)).collect::<Vec<_>>())
        .filter(|word| lexicon.word(word).is_none_or(|e| e.set & class::ROLE == 0))
        .collect();
    assert!(unknown.is_empty(), "no nouns for people: {unknown:?}");
}

#[test]
fn verbs_are_conjugated() {
    let lexicon = &Grammar::builtin().lexicon;
    let wrong: Vec<_> = FORMS
        .iter()
        .filter(|(form, _, set)| lexicon.word(form).is_none_or(|e| e.set & set != *set))
        .map(|(form, verb, _)| (form, verb))
        .collect();
    assert!(wrong.is_empty(), "forms without their classes: {wrong:?}");
    let none: Vec<_> = ["indiqa", "répètéra", "jetta", "conclua", "disa"].into_iter().filter(|f| lexicon.word(f).is_some()).collect();
    assert!(none.is_empty(), "forms that no verb has: {none:?}");
}

#[test]
fn every_verb_has_its_model_and_every_model_its_verb() {
    let models: HashSet<String> = records("conjugations.csv").into_iter().map(|r| r[0].clone()).collect();
    let used: HashSet<String> = records("verbs.csv").into_iter().map(|r| r[1].clone()).collect();
    assert_eq!(
        used.difference(&models).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "models that verbs.csv names and conjugations.csv lacks"
    );
    assert_eq!(models.difference(&used).collect::<Vec<_>>(), Vec::<&String>::new(), "models that no verb has");
}

#[test]
fn a_line_in_a_lexicon_makes_a_verb_report() {
    let article = Article { text: "« Le port rouvrira mardi », guillemeta Solveig Mahé.".to_string(), ..Article::default() };
    let before = rows(&article, Grammar::builtin());
    assert_eq!((before.len(), before[0].speaker.as_str()), (1, ""), "a verb of no lexicon reports nothing");

    let mut file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
    file.write_all("lemma,model,class\nguillemeter,aimer,dire\n".as_bytes()).unwrap();
    let grammar = Grammar::load(None, &[file.path().to_path_buf()]).unwrap();
    let after = rows(&article, &grammar);
    assert_eq!((after.len(), after[0].speaker.as_str(), after[0].cue.as_str()), (1, "Solveig Mahé", "guillemeta"));
}
