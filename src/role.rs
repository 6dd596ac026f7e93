//! Roles: what an article says its speakers are.
//!
//! In: an analysis and its rows. Out: [`Role`]s, in text order: *le maire de Brécey, Hédi Mabrouki* says that of him.
//! Deliberately not done: only descriptions that stand beside a name are roles; whom *la maire* alone means, the rows say.

use std::collections::HashSet;

use crate::analysis::{extract, Analysis};
use crate::class;
use crate::composed::Composed;
use crate::entity::Cast;
use crate::grammar::Grammar;
use crate::row::{rows_of, Article, Row};

/// What an article says somebody is who speaks in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Role {
    /// Who, as the rows name them: *Hédi Mabrouki*.
    pub speaker: String,
    /// What, without its article: *maire de Brécey*.
    pub role: String,
}

/// The rows of an article, and the roles of their speakers, each once.
///
/// ```
/// use guillemet::grammar::Grammar;
/// use guillemet::role::rows_and_roles;
/// use guillemet::row::Article;
///
/// let text = "« Le port ferme », a dit Ana Diop, la maire de Brécey.".to_string();
/// let article = Article { text, ..Article::default() };
/// let (rows, roles) = rows_and_roles(&article, Grammar::builtin());
/// assert_eq!((rows[0].speaker.as_str(), roles[0].role.as_str()), ("Ana Diop", "maire de Brécey"));
/// ```
pub fn rows_and_roles(article: &Article, grammar: &Grammar) -> (Vec<Row>, Vec<Role>) {
    let composed = Composed::of(&article.text);
    let text = composed.as_ref().map_or(article.text.as_str(), |composed| &composed.text);
    let analysis = extract(text, grammar);
    let rows = rows_of(article, &analysis, composed.as_ref());
    let roles = roles(article, &analysis, composed.as_ref(), &rows);
    (rows, roles)
}

fn roles(article: &Article, analysis: &Analysis<'_>, composed: Option<&Composed>, rows: &[Row]) -> Vec<Role> {
    let speakers: HashSet<&str> = rows.iter().map(|row| row.speaker.as_str()).filter(|speaker| !speaker.is_empty()).collect();
    if speakers.is_empty() {
        return Vec::new();
    }
    let words = |span| composed.map_or(span, |composed| composed.original(span)).of(&article.text);
    let mut roles = Vec::new();
    let mut known = HashSet::new();
    let cast = Cast::new(analysis.text, &analysis.lines, analysis.grammar);
    for (entity, role) in cast.roles(class::ROLE) {
        let (speaker, role) = (words(entity.span), words(role));
        if speakers.contains(speaker) && known.insert((speaker, role)) {
            roles.push(Role { speaker: speaker.to_string(), role: role.to_string() });
        }
    }
    roles
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_what_stands_beside_a_name() {
        let text = "La ministre Solveig Mahé et Hédi Mabrouki, maire de Brécey, se sont vus. « La digue tient », a dit M. Mabrouki. \
                    « Pas sûr », a répondu la ministre. Le préfet Jean Dupont n'a rien dit. Mme Mahé, ancienne préfète, est partie.";
        let article = Article { text: text.to_string(), ..Article::default() };
        let (_, roles) = rows_and_roles(&article, Grammar::builtin());
        let told: Vec<_> = roles.iter().map(|role| (role.speaker.as_str(), role.role.as_str())).collect();
        let want = [("Solveig Mahé", "ministre"), ("Hédi Mabrouki", "maire de Brécey"), ("Solveig Mahé", "ancienne préfète")];
        assert_eq!(told, want);
    }
}
