//! The flow: the stages in their order, each taking only what came before.
//!
//! In: a text and a grammar. Out: an [`Analysis`], of which rows and explanations are two views.

use crate::attribution::{attributions, Attribution, Kind};
use crate::class;
use crate::coreference::coreference;
use crate::discourse::{discourse, is_open};
use crate::entity::Entity;
use crate::grammar::Grammar;
use crate::label::labels;
use crate::line::{fill, lines, Lines};
use crate::quotation::{quotations, Quotations};
use crate::sentence::{decide, sentences, shape};
use crate::subject::subjects;
use crate::text::Span;
use crate::turn::turns;
use crate::words::{words, Word};

/// How many of a list of quotations are walked back through.
const LISTED: usize = 24;

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
    pub lines: Lines,
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
    if is_open(&quotations, &labels, &attributions) {
        fill(&mut lines, text, &sentences, &words, &quotations, grammar);
        discourse(text, &lines, &quotations, &labels, &mut attributions, grammar);
    }
    let entities = coreference(text, &lines, &attributions, grammar);
    Analysis { text, grammar, words, quotations, labels, lines, attributions, entities }
}

impl Analysis<'_> {
    /// What a quotation is that no rule attributes: speech where it stands as a clause or is longer than names and terms
    /// are, and a few words where they are no name: *« dans l'urgence »*, *décrit comme « distant »*.
    pub fn unattributed(&self, quotation: usize) -> Kind {
        let set = shape(self.text, &self.words, &self.quotations, quotation, self.grammar);
        if class::utters(set) {
            Kind::Direct
        } else if set & class::CLAUSE != 0 || set & class::SHORT == 0 || self.no_name(quotation) {
            Kind::Mixed
        } else {
            Kind::None
        }
    }

    /// Whether a few marked words are no name: an infinitive, a circumstance, what something is described as, one of a
    /// list that opens the sentence.
    fn no_name(&self, quotation: usize) -> bool {
        let of = |i: usize| self.words.get(i).map_or(class::BREAK, |w| self.grammar.set(w.letter));
        let whole = &self.quotations.list[quotation];
        let opening = whole.opening();
        let first = of(whole.first);
        let before = opening.checked_sub(1).map_or(class::BREAK, of);
        if first & (class::INFINITIVE | class::PREPOSITION) != 0 && first & (class::NAME | class::ROLE) == 0 || before & class::AS != 0 {
            return true;
        }
        let joins = |mut at: usize| {
            while at > 0 && of(at - 1) & (class::COMMA | class::ET) != 0 {
                at -= 1;
            }
            at
        };
        let mut at = joins(opening);
        for other in self.quotations.list[..quotation].iter().rev().take(LISTED) {
            if other.last + 1 != at {
                break;
            }
            at = joins(other.opening());
        }
        let listed = at + 1 < opening || of(whole.last + 1) & (class::COMMA | class::ET) != 0 && of(whole.last + 2) & class::MARK != 0;
        listed && (at == 0 || of(at - 1) & (class::BREAK | class::STOP) != 0)
    }

    /// The inverted pronoun of a cue: the *il* of *a-t-il ajouté*.
    pub fn inverted(&self, line: usize, cue: usize) -> Span {
        let cue = self.lines.cue(line, cue);
        cue.pronoun_span.unwrap_or(cue.span)
    }
}
