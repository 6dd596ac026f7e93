//! The HTML export of Europresse: one file, many articles.
//!
//! In: the file, known by the names that its elements have. Out: a document for each `<article>`, with its title, date,
//! newspaper and document id (`news·20260314·LM·0001`), which is its source.
//! Deliberately not done: the summary at the start of the file and the legal notices are not read.

use dom_query::{Document as Dom, Selection};
use memchr::memmem;

use super::columns::Fields;
use super::encoding::{declared_in, decode};
use super::feed::Feed;
use super::{Body, Document, Options, Outcome, Place};

/// Whether a page is such an export: by the start of it.
pub(super) fn is_europresse(start: &[u8]) -> bool {
    let has = |name: &[u8]| memmem::find(start, name).is_some();
    let names: [&[u8]; 5] = [b"docOcurrContainer", b"DocPublicationName", b"publiC-lblNodoc", b"titreArticle", b"rdp__articletitle"];
    has(b"<article") && names.into_iter().filter(|name| has(name)).count() >= 2
}

/// The articles of a file, cut.
pub(super) struct Articles<'o> {
    place: Place,
    feed: Feed,
    options: &'o Options,
    /// What stands before the first article: it says the encoding.
    head: Vec<u8>,
    any: bool,
}

impl<'o> Articles<'o> {
    pub(super) fn new(place: Place, feed: Feed, options: &'o Options) -> Articles<'o> {
        Articles { place, feed, options, head: Vec::new(), any: false }
    }

    /// Passes over everything up to the next start; `false` where there is none.
    fn seek(&mut self) -> std::io::Result<bool> {
        loop {
            let held = self.feed.held();
            let found = memmem::find(held, b"<article");
            // The start may be cut in two.
            let passed = found.unwrap_or_else(|| held.len().saturating_sub(b"<article".len() - 1));
            if self.head.len() < 4096 && !self.any {
                self.head.extend_from_slice(&held[..passed.min(4096)]);
            }
            self.feed.pass(passed);
            if found.is_some() {
                return Ok(true);
            }
            if !self.feed.more()? {
                return Ok(false);
            }
        }
    }

    /// Holds the article that begins here; gives its length: to its end, or to the start of the next.
    fn hold(&mut self) -> std::io::Result<Option<usize>> {
        let mut from = 1;
        loop {
            let held = self.feed.held();
            let end = memmem::find(&held[from..], b"</article").map(|place| from + place + b"</article>".len());
            let next = memmem::find(&held[from..], b"<article").map(|place| from + place);
            if let Some(length) = end.into_iter().chain(next).min() {
                if length <= held.len() || self.feed.held().len() as u64 > self.options.max_bytes {
                    return Ok(Some(length));
                }
            }
            if held.len() as u64 > self.options.max_bytes {
                return Ok(None);
            }
            from = held.len().saturating_sub(b"</article>".len()).max(1);
            if !self.feed.more()? {
                return Ok(Some(self.feed.held().len()));
            }
        }
    }
}

impl Iterator for Articles<'_> {
    type Item = Document;

    fn next(&mut self) -> Option<Document> {
        let found = self.seek();
        let place = self.place.here(1, self.feed.offset());
        match found {
            Ok(true) => {}
            Ok(false) if !std::mem::replace(&mut self.any, true) => {
                let advice = "export from Europresse as HTML, or give --input-format html for a page";
                return Some(Document::failed(Place::error(&self.place, "no article of Europresse in it", advice)));
            }
            Ok(false) => return None,
            Err(cause) => return Some(Document::failed(place.io(&cause))),
        }
        self.any = true;
        self.place.number = place.number;
        match self.hold() {
            Ok(Some(length)) if length as u64 <= self.options.max_bytes => {
                let declared = declared_in(&self.head).first().copied();
                Some(Document::new(place, Body::Europresse(self.feed.take(length), declared)))
            }
            Ok(_) => {
                // The next one is looked for behind this start.
                self.feed.pass(1);
                Some(Document::failed(place.too_long(self.options.max_bytes)))
            }
            Err(cause) => {
                self.feed.pass(self.feed.held().len());
                Some(Document::failed(place.io(&cause)))
            }
        }
    }
}

/// The article of one `<article>`.
pub(super) fn read(bytes: Vec<u8>, declared: Option<&'static encoding_rs::Encoding>, place: &Place, options: &Options) -> Outcome {
    let declared: Vec<_> = declared.into_iter().collect();
    let decoded = decode(bytes, options.encoding, &declared);
    let (html, doubt) = super::html::flat(&decoded.text);
    let dom = Dom::from(html.as_ref());
    let text = |query: &str| squeezed(&dom.select(query).first().text());
    let first = |queries: &[&str]| queries.iter().map(|query| text(query)).find(|words| !words.is_empty()).unwrap_or_default();

    let container = [".docOcurrContainer", ".DocText"].into_iter().map(|query| dom.select(query)).find(Selection::exists);
    let words = container.as_ref().map(|container| {
        let shown = container.formatted_text();
        let shown = shown.trim();
        // Some exports hold the page as text: its tags are then tags once more.
        if shown.contains("</p>") || shown.contains("<p>") {
            Dom::from(shown).select("body").formatted_text().trim().to_string()
        } else {
            shown.to_string()
        }
    });
    let id = first(&[".publiC-lblNodoc", ".PubliC_lblNodoc"]);
    let is_date = |part: &&str| part.len() == 8 && part.bytes().all(|byte| byte.is_ascii_digit());
    let date = id.split('·').find(is_date).map(|day| format!("{}-{}-{}", &day[..4], &day[4..6], &day[6..]));
    let here = |link: &Selection<'_>| link.text().contains("Cet article est paru dans");
    let url = container.and_then(|container| {
        let links = container.select("a[href]");
        let found = links.iter().find(here).map(|link| link.attr_or("href", "").to_string());
        found
    });
    let newspaper = dom.select(".DocPublicationName").first().text();
    let newspaper = newspaper.trim().split(['\n', ',']).next().unwrap_or_default();
    let fields = Fields {
        text: words,
        id,
        url: url.unwrap_or_default(),
        title: first(&[".titreArticle", ".titreArticleVisu", ".rdp__articletitle"]),
        date: date.unwrap_or_else(|| first(&[".DocHeader"])),
        publication: squeezed(newspaper.split("   ").next().unwrap_or_default()),
        ..Fields::default()
    };
    fields.article(place, options, decoded.doubts.into_iter().chain(doubt).collect())
}

/// Words with one space between them.
fn squeezed(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::tests::{read, told};
    use super::*;

    const EXPORT: &str = r#"<!DOCTYPE html><html><head><meta charset="utf-8"><title>Europresse</title></head><body>
        <article><header><div class="rdp__DocPublicationName"><span class="DocPublicationName"> Gazette de Brécey,
              no. 1204 </span></div><div class="rdp__DocHeader"><span class="DocHeader">samedi 14 mars 2026</span></div>
        <div class="titreArticle"><p class="sm-margin-TopNews titreArticleVisu rdp__articletitle">Le pont
           rouvre</p></div></header><section><div class="DocText clearfix"><div class="docOcurrContainer">
        <p>Le pont rouvrira mardi.</p><p>« Nous y sommes », a déclaré Solveig Mahé.</p>
        <p>Cet article est paru dans <a href="https://exemple.fr/pont">Cet article est paru dans la Gazette</a></p></div></div></section>
        <footer><div class="publiC-lblNodoc">news·20260314·GB·0001</div></footer></article>
        <article><header><span class="DocPublicationName">L'Écho (site web)</span><p class="titreArticleVisu">Sans suite</p></header>
        <div class="DocText clearfix"><p>Rien de plus.</p></div><div class="publiC-lblNodoc">news·20260315·EC·0002</div></article>
        <article><header><div class="titreArticle">Une photo</div></header><div class="publiC-lblNodoc">news·20260316·EC·0003</div></article>
        </body></html>"#;

    #[test]
    fn every_article_of_an_export_is_one() {
        let options = Options { keep: vec!["publication".into()], ..Options::default() };
        let outcomes = read("export.HTML", EXPORT.as_bytes(), &options);
        let [(Outcome::Article { article: first, .. }, _), (Outcome::Article { article: second, .. }, _), (Outcome::Skipped { place, why }, _)] =
            &outcomes[..]
        else {
            panic!("{outcomes:?}")
        };
        assert_eq!(
            (first.source.as_str(), first.date.as_str(), first.title.as_str()),
            ("news·20260314·GB·0001", "2026-03-14", "Le pont rouvre")
        );
        assert!(first.text.starts_with("Le pont rouvrira mardi.\n\n« Nous y sommes », a déclaré Solveig Mahé."), "{:?}", first.text);
        assert_eq!((first.url.as_str(), &first.kept[..]), ("https://exemple.fr/pont", &["Gazette de Brécey".to_string()][..]));
        assert_eq!((second.text.as_str(), second.kept[0].as_str()), ("Rien de plus.", "L'Écho (site web)"));
        assert_eq!((place.as_str(), *why), ("export.HTML:3", "no text"));
    }

    #[test]
    fn another_page_is_none() {
        assert!(!is_europresse(b"<html><body><article><p>Un.</p></article></body></html>"));
        let options = Options { format: super::super::Format::Europresse, ..Options::default() };
        let shown = told(&read("a.html", b"<p>Un.</p>", &options));
        assert_eq!(
            shown,
            ["! a.html: no article of Europresse in it: export from Europresse as HTML, or give --input-format html for a page"]
        );
    }

    #[test]
    fn an_article_without_end_ends_where_the_next_begins() {
        let options = Options { max_bytes: 2_000, ..Options::default() };
        let open = EXPORT.replace("</article>", "");
        assert_eq!(told(&read("a.html", open.as_bytes(), &options)).len(), 3);
        let long = EXPORT.replace("Rien de plus.", &"Rien de plus. ".repeat(1_000));
        let shown = told(&read("a.html", long.as_bytes(), &options));
        assert!(shown[1].starts_with("! a.html:2: longer than 2000 bytes"), "{}", shown[1]);
        assert_eq!(shown[2], "- a.html:3: no text");
    }
}
