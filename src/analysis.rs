//! The flow: the stages in their order, each taking only what came before.
//!
//! In: a text and a grammar. Out: an [`Analysis`], of which rows and explanations are two views.

use crate::attribution::{attributions, Attribution, Kind};
use crate::class;
use crate::coreference::coreference;
use crate::discourse::discourse;
use crate::entity::Entity;
use crate::grammar::Grammar;
use crate::label::labels;
use crate::line::{lines, Line};
use crate::quotation::{quotations, Quotations};
use crate::sentence::{decide, sentences, shape};
use crate::subject::subjects;
use crate::text::Span;
use crate::turn::turns;
use crate::words::{words, Word};

/// Everything the stages found in a text.
#[derive(Debug)]
pub struct Analysis<'t> {
    /// The text.
    pub text: &'t str,
    /// The grammar it was read with.
    pub grammar: &'t Grammar,
    /// Its tokens.
    pub words: Vec<Word>,
    /// Its quotations.
    pub quotations: Quotations,
    /// Which quotations are labels, by the number of the rule.
    pub labels: Vec<Option<usize>>,
    /// Its sentences as rules see them.
    pub lines: Vec<Line>,
    /// Who is said to say what.
    pub attributions: Vec<Attribution>,
    /// Who each speaker is, one for each attribution.
    pub entities: Vec<Entity>,
}

/// Reads a text: the stages in their order.
pub fn extract<'t>(text: &'t str, grammar: &'t Grammar) -> Analysis<'t> {
    let words = words(text, grammar);
    let quotations = quotations(text, &words, grammar);
    let quotations = turns(text, &words, quotations, grammar);
    let mut sentences = sentences(text, &words, &quotations, grammar);
    decide(&mut sentences, grammar);
    let labels = labels(text, &mut sentences, &words, &quotations, grammar);
    let mut lines = lines(text, &sentences, &words, &quotations, grammar);
    subjects(&mut lines, grammar);
    let mut attributions = attributions(text, &lines, &quotations, grammar);
    discourse(text, &lines, &quotations, &labels, &mut attributions, grammar);
    let entities = coreference(text, &lines, &attributions, grammar);
    Analysis { text, grammar, words, quotations, labels, lines, attributions, entities }
}

impl Analysis<'_> {
    /// What a quotation is that no rule attributes: speech where it stands as a clause or is longer than names and terms are.
    pub fn unattributed(&self, quotation: usize) -> Kind {
        let set = shape(self.text, &self.words, &self.quotations, quotation, self.grammar);
        let clause = set & class::CLAUSE != 0;
        if clause && set & class::CAPITAL != 0 {
            Kind::Direct
        } else if clause || set & class::SHORT == 0 {
            Kind::Mixed
        } else {
            Kind::None
        }
    }

    /// The inverted pronoun of a cue: the *il* of *a-t-il ajouté*.
    pub fn inverted(&self, line: usize, cue: usize) -> Span {
        let cue = &self.lines[line].cues[cue];
        cue.pronoun_span.unwrap_or(cue.span)
    }
}
