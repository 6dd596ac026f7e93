//! A page is one article: its main words without menus and advertisements, its title, date, address and language.
//!
//! In: HTML, with the encoding that a server declared. Out: the main text, paragraphs apart, as `dom_smoothie` finds it (a port
//! of the reader view of Firefox), and what the page says of itself. Offsets are those of that text.
//! The parser takes time that grows with the square of the depth, and the search for the main words with more than that, so a
//! page is made flat before: tags deeper than 256 do not count (in browsers 512), nor do attributes without end.
//! Deliberately not done: nothing hidden, scripted or loaded later is read.

use std::borrow::Cow;
use std::collections::HashMap;

use dom_query::Document as Dom;
use dom_smoothie::{Config, Readability, TextMode};
use encoding_rs::Encoding;
use memchr::{memchr, memmem};
use once_cell::sync::Lazy;

use super::columns::Fields;
use super::encoding::{charset, declared_in, decode, no_text};
use super::{Options, Outcome, Place};

/// How deep elements may stand within each other.
const DEEPEST: usize = 256;

/// How many elements a page may have, and how many attributes an element.
const ELEMENTS: usize = 200_000;
const ATTRIBUTES: usize = 256;

/// The longest tag with its attributes, and the longest text between tags, in bytes: writing one out takes the parser time
/// that grows with its square. A longer text is parted by a comment.
const LONGEST_TAG: usize = 1 << 14;
const LONGEST_TEXT: usize = 1 << 15;

pub(super) const ADVICE: &str = "give its words as text";

const VOID: &str = "area base br col embed hr img input link meta param source track wbr";
/// Elements that end where the next one begins.
const OPEN_ENDED: &str = "html head body p li dd dt option optgroup rb rp rt rtc tr td th thead tbody tfoot colgroup caption";
/// Elements that go on where the one around them ends.
const FORMATTING: &str = "a b big code em font i nobr s small strike strong tt u";
/// Elements that hold no tags.
const RAW: &str = "script style textarea title xmp iframe noembed noframes";

/// What a page says: the words and what is known of them, and what is doubtful.
pub(super) struct Page {
    pub fields: Fields,
    pub doubts: Vec<String>,
}

/// Whether words are markup.
pub(super) fn is_page(words: &str) -> bool {
    let start = words.trim_start();
    let tag = start.strip_prefix('<').unwrap_or("");
    tag.starts_with(|letter: char| letter == '!' || letter == '?' || letter.is_ascii_alphabetic()) && start.contains('>')
}

/// The article of a file or an answer. `header` is what the server said its type is, and `known` what is known around it.
pub(super) fn read(bytes: Vec<u8>, header: Option<&str>, mut known: Fields, place: &Place, options: &Options) -> Outcome {
    if let (Some((what, advice)), None) = (no_text(&bytes), options.encoding) {
        return Outcome::Failed(place.error(&what, advice));
    }
    let declared: Vec<&Encoding> = header.and_then(|header| charset(header.as_bytes())).into_iter().chain(declared_in(&bytes)).collect();
    let decoded = decode(bytes, options.encoding, &declared);
    match page(&decoded.text) {
        Ok(page) => {
            let doubts = decoded.doubts.into_iter().chain(page.doubts).collect();
            known.text = Some(known.complete(page.fields));
            known.article(place, options, doubts)
        }
        Err(what) => Outcome::Failed(place.error(&what, ADVICE)),
    }
}

/// Finds the main words of a page; else says what is wrong.
pub(super) fn page(html: &str) -> Result<Page, String> {
    let (html, doubt) = flat(html);
    let config = Config { text_mode: TextMode::Formatted, ..Config::default() };
    let mut reader = Readability::new(html.as_ref(), None, Some(config)).map_err(|cause| format!("no page ({cause})"))?;
    let mut fields = said_by(&reader.doc);
    match reader.parse() {
        Ok(article) => {
            fields.title = article.title;
            fields.language = article.lang.unwrap_or_default();
            fields.publication = article.site_name.unwrap_or_default();
            fields.date = article.published_time.filter(|date| !date.is_empty()).unwrap_or(fields.date);
            if fields.url.is_empty() {
                fields.url = article.url.unwrap_or_default();
            }
            fields.text = Some(article.text_content.trim().to_string());
        }
        // Too little to tell what the main part is: all of it, then.
        Err(_) => {
            let dom = Dom::from(html.as_ref());
            dom.select("script, style, template, noscript, nav, [hidden], [aria-hidden=true]").remove();
            fields.title = dom.select("title").first().text().trim().to_string();
            fields.language = dom.select("html").attr_or("lang", "").to_string();
            fields.text = Some(dom.select("body").formatted_text().trim().to_string());
        }
    }
    Ok(Page { fields, doubts: doubt.into_iter().collect() })
}

/// The address and the date that a page gives itself.
fn said_by(dom: &Dom) -> Fields {
    let first = |query: &str, name: &str| dom.select_single(query).attr_or(name, "").trim().to_string();
    let known = |queries: [(&str, &str); 4]| {
        queries.into_iter().map(|(query, name)| first(query, name)).find(|value| !value.is_empty()).unwrap_or_default()
    };
    let url = known([
        ("link[rel=canonical]", "href"),
        ("meta[property='og:url']", "content"),
        ("meta[name='og:url']", "content"),
        ("meta[name='twitter:url']", "content"),
    ]);
    let in_script = || {
        let scripts = dom.select("script[type='application/ld+json']").text();
        let after = &scripts[scripts.find("\"datePublished\"")? + "\"datePublished\"".len()..];
        let value = after.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
        value.split_once('"').map(|(date, _)| date.to_string())
    };
    let date = in_script().unwrap_or_else(|| {
        known([
            ("meta[itemprop='datePublished']", "content"),
            ("meta[name='date']", "content"),
            ("meta[property='og:published_time']", "content"),
            ("time[datetime]", "datetime"),
        ])
    });
    // An address that says nothing about the place is none.
    let url = if url.starts_with("http") { url } else { String::new() };
    Fields { url, date, ..Fields::default() }
}

/// An element that is open.
struct Open {
    name: String,
    sort: Sort,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    /// It ends where its end tag stands, or that of an element around it.
    Plain,
    OpenEnded,
    Formatting,
    Void,
    Raw,
}

static SORTS: Lazy<HashMap<&str, Sort>> = Lazy::new(|| {
    let lists = [(VOID, Sort::Void), (OPEN_ENDED, Sort::OpenEnded), (FORMATTING, Sort::Formatting), (RAW, Sort::Raw)];
    lists.into_iter().flat_map(|(list, sort)| list.split(' ').map(move |name| (name, sort))).collect()
});

/// The page without what would make the parser slow, and what was left out.
pub(super) fn flat(html: &str) -> (Cow<'_, str>, Option<String>) {
    let bytes = html.as_bytes();
    let mut kept = String::new();
    // What is before is in `kept`, or left out.
    let mut done = 0;
    let mut open: Vec<Open> = Vec::new();
    // Elements that were too deep, until their end tags come.
    let mut left_out: HashMap<String, usize> = HashMap::new();
    let mut deeper = 0;
    let (mut elements, mut foreign, mut dropped) = (0, 0, 0);
    let mut at = 0;
    let mut parted = false;
    loop {
        let found = memchr(b'<', &bytes[at..]).map(|place| at + place);
        // Text that is left out is not here: `at` is behind it.
        let upto = found.unwrap_or(bytes.len());
        while upto - at > LONGEST_TEXT {
            let near = &html.as_bytes()[at..at + LONGEST_TEXT];
            let mut end = at + near.iter().rposition(u8::is_ascii_whitespace).map_or(LONGEST_TEXT, |place| place + 1);
            while !html.is_char_boundary(end) {
                end -= 1;
            }
            kept.push_str(&html[done..end]);
            kept.push_str("<!---->");
            (done, at, parted) = (end, end, true);
        }
        let Some(start) = found else { break };
        let rest = &bytes[start + 1..];
        let closing = rest.first() == Some(&b'/');
        let from = usize::from(closing);
        if rest.starts_with(b"!--") {
            // `<!-->` is a whole comment.
            at = memmem::find(&bytes[start + 2..], b"-->").map_or(bytes.len(), |end| start + 2 + end + 3);
            continue;
        }
        if !rest.get(from).is_some_and(u8::is_ascii_alphabetic) {
            at = start + 1;
            continue;
        }
        let length = rest[from..].iter().position(|byte| byte.is_ascii_whitespace() || b"/>".contains(byte)).unwrap_or(rest.len() - from);
        let name = html[start + 1 + from..][..length].to_ascii_lowercase();
        let Some(tag) = Tag::of(&bytes[start + 1 + from + length..]) else {
            // A tag without end swallows what comes after it; the parser would drop it all the same.
            kept.push_str(&html[done..start]);
            done = bytes.len();
            dropped += 1;
            break;
        };
        let end = start + 1 + from + length + tag.length;
        at = end;
        let sort = SORTS.get(name.as_str()).copied().unwrap_or(Sort::Plain);
        let is_foreign = name == "svg" || name == "math";
        let mut drop = false;
        if closing {
            foreign -= usize::from(is_foreign && foreign > 0);
            if let Some(count) = left_out.get_mut(&name).filter(|count| **count > 0) {
                *count -= 1;
                deeper -= usize::from(sort != Sort::OpenEnded && deeper > 0);
                drop = true;
            } else if let Some(place) = open.iter().rposition(|element| element.name == name) {
                let element = open.remove(place);
                if element.sort == Sort::Plain {
                    let mut above = open.split_off(place);
                    above.retain(|element| element.sort == Sort::Formatting);
                    open.append(&mut above);
                }
            } else {
                drop = elements > ELEMENTS;
            }
        } else {
            elements += 1;
            let closed = sort == Sort::Void || (foreign > 0 && tag.closed);
            if sort == Sort::Raw && foreign == 0 {
                at = end_of_raw(&bytes[end..], name.as_bytes()).map_or(bytes.len(), |length| end + length);
                drop = elements > ELEMENTS || name == "title" && at - end > LONGEST_TEXT;
            } else if name == "plaintext" {
                // What comes after it are tags all the same.
                drop = true;
            } else if elements > ELEMENTS {
                drop = true;
            } else if !closed {
                if sort == Sort::OpenEnded && deeper == 0 {
                    // It ends those that stand before it in the same list or table.
                    let above = open.iter().rposition(|element| element.sort == Sort::Plain).map_or(0, |place| place + 1);
                    let mut ended = open.split_off(above);
                    ended.retain(|element| element.sort == Sort::Formatting);
                    open.append(&mut ended);
                }
                foreign += usize::from(is_foreign);
                // What stands in an element that is left out is too deep as well.
                drop = deeper > 0 || open.len() >= DEEPEST;
                if drop {
                    *left_out.entry(name.clone()).or_insert(0) += 1;
                    deeper += usize::from(sort != Sort::OpenEnded);
                } else {
                    open.push(Open { name: name.clone(), sort });
                }
            }
        }
        if drop || tag.attributes > ATTRIBUTES || tag.length > LONGEST_TAG {
            kept.push_str(&html[done..start]);
            if !drop {
                kept.extend(["<", if closing { "/" } else { "" }, &name, ">"]);
                (done, parted) = (end, true);
            } else {
                if sort != Sort::Formatting && !kept.ends_with(' ') {
                    kept.push(' ');
                }
                done = at;
                dropped += 1;
            }
        }
    }
    if dropped == 0 && !parted {
        return (Cow::Borrowed(html), None);
    }
    kept.push_str(&html[done..]);
    if dropped == 0 {
        return (Cow::Owned(kept), None);
    }
    let what = format!("{dropped} tags of the page left out: deeper than {DEEPEST}, without end, or more than a page has");
    (Cow::Owned(kept), Some(format!("{what}; if words are missing, give them as text")))
}

/// What stands in a tag behind its name.
struct Tag {
    /// With its `>`.
    length: usize,
    /// Whether it ends in `/>`.
    closed: bool,
    attributes: usize,
}

impl Tag {
    /// `None` where the tag has no end.
    fn of(bytes: &[u8]) -> Option<Tag> {
        let (mut at, mut before, mut attributes) = (0, b' ', 0);
        loop {
            let byte = *bytes.get(at)?;
            match byte {
                b'>' => return Some(Tag { length: at + 1, closed: before == b'/', attributes }),
                b'"' | b'\'' if before == b'=' => {
                    at += 1 + memchr(byte, bytes.get(at + 1..)?)?;
                    attributes += 1;
                }
                byte if byte.is_ascii_whitespace() || byte == b'/' => attributes += 1,
                _ => {}
            }
            if !byte.is_ascii_whitespace() {
                before = byte;
            }
            at += 1;
        }
    }
}

/// Where the end tag of an element that holds no tags begins.
fn end_of_raw(bytes: &[u8], name: &[u8]) -> Option<usize> {
    memmem::find_iter(bytes, b"</").find(|&place| {
        let rest = &bytes[place + 2..];
        rest.len() >= name.len()
            && rest[..name.len()].eq_ignore_ascii_case(name)
            && !rest.get(name.len()).is_some_and(u8::is_ascii_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{read, told};
    use super::*;

    #[test]
    fn a_page_is_its_words_and_what_it_says_of_itself() {
        let html = r#"<!DOCTYPE html><html lang="fr-FR"><head><title>Le pont rouvre | Gazette</title>
            <link rel="canonical" href="https://exemple.fr/pont"><meta property="og:title" content="Le pont rouvre">
            <meta property="og:site_name" content="Gazette de Brécey">
            <script type="application/ld+json">{"@graph": [{"@type": "NewsArticle", "datePublished": "2026-03-14T08:00:00+01:00"}]}</script></head>
            <body><nav><a href="/">Accueil</a> <a href="/sport">Sport</a></nav><article><h1>Le pont rouvre</h1>
            <p>Le pont de Brécey rouvrira mardi, après deux ans de travaux, a annoncé la mairie dans un communiqué.</p>
            <p>« Nous&nbsp;y <b>sommes</b> », a déclaré Solveig Mahé, devant une centaine d'habitants venus voir le pont.</p>
            </article><footer>Mentions légales</footer></body></html>"#;
        let options = Options { keep: vec!["publication".into(), "title".into()], ..Options::default() };
        let outcomes = read("pont.html", html.as_bytes(), &options);
        let [(Outcome::Article { article, warnings }, None)] = &outcomes[..] else { panic!("{outcomes:?}") };
        assert_eq!(article.source, "pont.html");
        assert!(article.text.contains("dans un communiqué.\n\n« Nous y sommes », a déclaré"), "{:?}", article.text);
        assert!(!article.text.contains("Accueil") && !article.text.contains("Mentions"), "{:?}", article.text);
        assert_eq!(article.url, "https://exemple.fr/pont");
        assert_eq!(article.date, "2026-03-14T08:00:00+01:00");
        assert_eq!(article.language, "fr-FR");
        assert_eq!(article.kept, ["Gazette de Brécey", "Le pont rouvre"]);
        assert!(warnings.is_empty());
    }

    #[test]
    fn what_hardly_is_a_page_is_read_too() {
        let lines = |html: &[u8]| told(&read("a.html", html, &Options::default()));
        assert_eq!(lines(b"<meta charset=iso-8859-1><p>\xAB Oui \xBB, dit Ana."), ["a.html: « Oui », dit Ana."]);
        assert_eq!(lines("« Oui », dit Ana.".as_bytes()), ["a.html: « Oui », dit Ana."]);
        assert_eq!(lines(b"<html><body></body></html>"), ["- a.html: no text"]);
        assert_eq!(lines(b""), ["- a.html: no text"]);
    }

    #[test]
    fn depth_and_endless_tags_are_taken_off() {
        let words = "« Nous irons jusqu’au bout », a déclaré Solveig Mahé.";
        for tag in ["<div>", "<ul><li>", "<table><tr><td>", "<b id=1>", "<a>", "<svg><g>", "<select><option>", "<p><b>", "<div><b>x</div>"]
        {
            let html = tag.repeat(6_000) + words;
            let shown = told(&read("a.html", html.as_bytes(), &Options::default()));
            assert!(shown[0].contains("jusqu’au bout"), "{tag}: {shown:?}");
            // With them, the parser takes minutes.
            assert!(shown[1].contains("tags of the page left out"), "{tag}: {shown:?}");
        }
        for html in [
            format!("<p>{words}</p><p {}>fin</p>", "a=1 b ".repeat(100_000)),
            format!("<p>{words}</p><p {}", "a=1 b ".repeat(100_000)),
            format!("<p>{words}</p><p title=\"{}", "a=1 b> ".repeat(100_000)),
        ] {
            assert!(told(&read("a.html", html.as_bytes(), &Options::default()))[0].contains("jusqu’au bout"));
        }
    }

    #[test]
    fn an_ordinary_page_is_left_as_it_is() {
        for html in [
            "<p>Un.<p>Deux.<ul><li>Trois<li>Quatre</ul><!-- <b> --><script>if (a <b) { '</p>' }</script><br/><img src='a>b'>".repeat(600),
            "<svg><path d='M 0'/><g/></svg>".repeat(2_000),
            "<table><tr><td>Un<td>Deux<tr><td>Trois</table>".repeat(2_000),
            "a < b, 3 <4 & <3".repeat(2_000),
        ] {
            assert!(matches!(flat(&html), (Cow::Borrowed(_), None)), "{:?}", flat(&html).1);
        }
    }
}
