//! Subjects: whose each cue is.
//!
//! In: the lines. Out: for each cue the mention that is its subject, by the first rule of `subjects.toml` that matches:
//! beside it, before an aside, before *qui*, or taken over from an earlier cue: *il a salué … et déploré …*.
//! A cue whose subject is known has the class `subject`, so that other pages need not look for it.
//! Deliberately not done: a quotation's incise names its speaker after it, which the attribution reads.

use crate::class;
use crate::cue::Subject;
use crate::grammar::{Grammar, Group};
use crate::line::{Line, What};

/// The kinds of cues that have a subject.
const VERBS: class::Set = class::CUE | class::DENIED | class::GERUND | class::INFINITIVE | class::PASSIVE;

/// Finds the subject of every cue of the running text, from left to right.
pub fn subjects(lines: &mut [Line], grammar: &Grammar) {
    let page = grammar.page("subjects");
    let mut reader = page.reader();
    for line in lines.iter_mut().filter(|l| !l.cues.is_empty()) {
        for i in 0..line.chunks.len() {
            let What::Cue(c) = line.chunks[i].what else { continue };
            let subject = if line.cues[c].pronoun.is_some() {
                page.decided("inverted").map(|rule| (Subject::Inverted(c), rule))
            } else if line.within.is_none() && line.chunks[i].set & VERBS != 0 {
                line.spell(Some(i), &mut reader, grammar);
                reader.first(|_| true).and_then(|found| {
                    let what = |group: Group| found.group(group).map(|r| line.chunks[r.start].what);
                    match (what(Group::Subject), what(Group::Source)) {
                        (Some(What::Mention(m)), _) => Some((Subject::Mention(m), found.rule)),
                        (None, Some(What::Cue(source))) => line.cues[source].subject.map(|(subject, _)| (subject, found.rule)),
                        _ => None,
                    }
                })
            } else {
                None
            };
            if subject.is_some() {
                line.cues[c].subject = subject;
                line.chunks[i].set |= class::SUBJECT;
                line.letters[i] = grammar.chunk_letter(line.chunks[i].set);
            }
        }
    }
}
