//! Subjects: whose each cue is.
//!
//! In: the lines. Out: for each cue the mention that is its subject, by the first rule of `subjects.toml` that matches:
//! beside it, before an aside, before *qui*, or taken over from an earlier cue: *il a salué … et déploré …*.
//! A cue whose subject is known has the class `subject`, so that other pages need not look for it.
//! Deliberately not done: a quotation's incise names its speaker after it, which the attribution reads.

use crate::class;
use crate::cue::Subject;
use crate::grammar::{Grammar, Group};
use crate::line::{Lines, What};

/// The kinds of cues that have a subject.
const VERBS: class::Set = class::CUE | class::DENIED | class::GERUND | class::INFINITIVE | class::PASSIVE;

/// Finds the subject of every cue of the running text, from left to right.
pub fn subjects(lines: &mut Lines, grammar: &Grammar) {
    let page = grammar.page("subjects");
    let mut reader = page.reader();
    let inverted = page.decided("inverted");
    let mut places: Vec<(usize, usize)> = Vec::new();
    for l in 0..lines.len() {
        if lines.cues_of(l).is_empty() {
            continue;
        }
        places.clear();
        places.extend(lines.at(l).chunks.iter().enumerate().filter_map(|(i, chunk)| match chunk.what {
            What::Cue(c) => Some((i, c)),
            _ => None,
        }));
        for &(i, c) in &places {
            let line = lines.at(l);
            let subject = if line.cues[c].pronoun.is_some() {
                inverted.map(|rule| (Subject::Inverted(c), rule))
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
            if let Some(subject) = subject {
                lines.give_subject(l, i, c, subject, grammar);
            }
        }
    }
}
