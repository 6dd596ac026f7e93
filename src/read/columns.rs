//! Which column of a table, or key of an object, holds which part of an article.
//!
//! In: names, and the columns that the user names. Out: a [`Layout`]: the place of each part. Without a word of the user the
//! usual names are tried, those of minet and trafilatura among them.
//! Deliberately not done: no column is chosen by what its cells hold.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::encoding::{decode, no_text};
use super::feed::{decompressed, Bytes};
use super::{inputs, Options, Outcome, Place};
use crate::row::{Article, COLUMNS};

/// A part of an article that a column may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Text,
    Html,
    Path,
    Id,
    Url,
    Title,
    Date,
    Language,
}

pub(super) const PARTS: [Part; 8] = [Part::Text, Part::Html, Part::Path, Part::Id, Part::Url, Part::Title, Part::Date, Part::Language];

impl Part {
    /// The names that columns of this part usually have, in any case, the likeliest first.
    fn usual(self) -> &'static [&'static str] {
        match self {
            Part::Text => &["text", "texte", "content", "contenu", "article_text", "full_text", "fulltext", "maintext", "raw_text"],
            Part::Html => &["html", "raw_html", "raw_contents", "raw_content", "body"],
            Part::Path => &["path", "file", "filename", "fichier"],
            Part::Id => &["id", "article_id", "doc_id", "stories_id", "_id", "uuid"],
            Part::Url => &["url", "canonical_url", "resolved_url", "link", "lien"],
            Part::Title => &["title", "titre", "headline"],
            Part::Date => &["date", "publish_date", "date_published", "publication_date", "published_at", "published", "datetime"],
            Part::Language => &["language", "lang", "langue"],
        }
    }

    fn name(self) -> &'static str {
        match self {
            Part::Text => "text",
            Part::Html => "html",
            Part::Path => "path",
            Part::Id => "id",
            Part::Url => "url",
            Part::Title => "title",
            Part::Date => "date",
            Part::Language => "language",
        }
    }
}

/// The columns that the user names, for the parts that are not found by the usual names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    /// The words of the article.
    pub text: Option<String>,
    /// The page of the article, as HTML.
    pub html: Option<String>,
    /// The path of a file that holds the article.
    pub path: Option<String>,
    /// What the article is called by: its source.
    pub id: Option<String>,
    /// Its address.
    pub url: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// When it appeared.
    pub date: Option<String>,
    /// Its language.
    pub language: Option<String>,
}

impl Columns {
    fn of(&self, part: Part) -> Option<&str> {
        match part {
            Part::Text => &self.text,
            Part::Html => &self.html,
            Part::Path => &self.path,
            Part::Id => &self.id,
            Part::Url => &self.url,
            Part::Title => &self.title,
            Part::Date => &self.date,
            Part::Language => &self.language,
        }
        .as_deref()
    }

    /// What the user calls a part, or what it is called by itself.
    pub(super) fn named(&self, part: Part) -> &str {
        self.of(part).unwrap_or(part.name())
    }

    /// Whether the user says where the words are, and thereby where not.
    fn tells_words(&self) -> bool {
        self.text.is_some() || self.html.is_some() || self.path.is_some()
    }
}

/// How well a name fits a part: 0 is best.
pub(super) fn fit(part: Part, name: &str, columns: &Columns) -> Option<usize> {
    if let Some(wanted) = columns.of(part) {
        return if wanted == name { Some(0) } else { wanted.eq_ignore_ascii_case(name).then_some(1) };
    }
    if matches!(part, Part::Text | Part::Html | Part::Path) && columns.tells_words() {
        return None;
    }
    part.usual().iter().position(|usual| usual.eq_ignore_ascii_case(name))
}

/// Whether a table or an object is what `extract` itself writes: its columns are those of a row.
pub(super) fn are_rows(names: &[String]) -> bool {
    COLUMNS.iter().all(|column| names.iter().any(|name| name == column))
}

/// Where the parts of an article and the columns to be kept stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Layout {
    places: [Option<usize>; PARTS.len()],
    keep: Vec<usize>,
}

impl Layout {
    /// Finds the parts among the names of a table; else what is wrong and what to do.
    pub(super) fn of(names: &[String], options: &Options) -> Result<Layout, (String, String)> {
        let mut places = [None; PARTS.len()];
        for (place, part) in places.iter_mut().zip(PARTS) {
            let fits = names.iter().enumerate().filter_map(|(column, name)| Some((fit(part, name, &options.columns)?, column)));
            *place = fits.min().map(|(_, column)| column);
            if let (None, Some(wanted)) = (&place, options.columns.of(part)) {
                return Err((format!("no column {wanted:?}"), format!("there are {}", listed(names))));
            }
        }
        let mut layout = Layout { places, keep: Vec::new() };
        if !PARTS[..3].iter().any(|part| layout.place(*part).is_some()) {
            if are_rows(names) {
                return Err(("rows of guillemet, no articles".into(), "write them to a folder of their own".into()));
            }
            let what = if layout.place(Part::Url).is_some() {
                "no column with the words of articles, only addresses"
            } else {
                "no column with the words of articles"
            };
            let fetch = if layout.place(Part::Url).is_some() { ", or fetch the pages first, for instance with minet" } else { "" };
            return Err((what.into(), format!("there are {}: name one with --text-column{fetch}", listed(names))));
        }
        for wanted in &options.keep {
            let same =
                names.iter().position(|name| name == wanted).or_else(|| names.iter().position(|name| name.eq_ignore_ascii_case(wanted)));
            let part = || PARTS.iter().find(|part| part.name() == wanted).and_then(|part| layout.place(*part));
            match same.or_else(part) {
                Some(column) => layout.keep.push(column),
                None => return Err((format!("no column {wanted:?} to keep"), format!("there are {}", listed(names)))),
            }
        }
        Ok(layout)
    }

    pub(super) fn place(&self, part: Part) -> Option<usize> {
        PARTS.iter().position(|own| *own == part).and_then(|place| self.places[place])
    }

    /// The columns that are needed, in their order.
    pub(super) fn needed(&self) -> Vec<usize> {
        let mut needed: Vec<usize> = self.places.iter().flatten().chain(&self.keep).copied().collect();
        needed.sort_unstable();
        needed.dedup();
        needed
    }

    /// The same for a table that has only some of the columns.
    pub(super) fn moved(&self, to: impl Fn(usize) -> usize) -> Layout {
        Layout { places: self.places.map(|place| place.map(&to)), keep: self.keep.iter().map(|&column| to(column)).collect() }
    }

    /// The fields of a row, by a function that takes the cell of a column.
    pub(super) fn fields(&self, mut cell: impl FnMut(usize) -> String) -> Fields {
        let kept = self.keep.iter().map(|&column| cell(column)).collect();
        let mut part = |part| self.place(part).map(&mut cell);
        Fields {
            text: part(Part::Text),
            html: part(Part::Html),
            path: part(Part::Path),
            id: part(Part::Id).unwrap_or_default(),
            url: part(Part::Url).unwrap_or_default(),
            title: part(Part::Title).unwrap_or_default(),
            date: part(Part::Date).unwrap_or_default(),
            language: part(Part::Language).unwrap_or_default(),
            seen: String::new(),
            publication: String::new(),
            kept: Some(kept),
        }
    }
}

/// Names as messages list them: not more than a reader takes in.
pub(super) fn listed(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(20).map(|name| format!("{:?}", name.chars().take(60).collect::<String>())).collect();
    let more = if names.len() > shown.len() { format!(" and {} more", names.len() - shown.len()) } else { String::new() };
    format!("{}{more}", shown.join(", "))
}

/// What a row, an object or a page says of an article.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Fields {
    pub text: Option<String>,
    pub html: Option<String>,
    pub path: Option<String>,
    pub id: String,
    pub url: String,
    pub title: String,
    pub date: String,
    pub language: String,
    /// When it was fetched: its date where nothing tells that it is another.
    pub seen: String,
    /// The newspaper or site.
    pub publication: String,
    /// The kept columns of a table or an object; what has neither keeps what it knows of itself.
    pub kept: Option<Vec<String>>,
}

impl Fields {
    /// The article, whose words are at hand or stand in its page.
    pub(super) fn article(mut self, place: &Place, options: &Options, mut doubts: Vec<String>) -> Outcome {
        let filled = |cell: Option<String>| cell.filter(|words| !words.trim().is_empty());
        let text = match (filled(self.text.take()), filled(self.html.take())) {
            (Some(text), _) => text,
            (None, Some(cell)) => {
                // `body` holds the page for minet and the words for others.
                if options.columns.html.is_none() && !super::html::is_page(&cell) {
                    cell
                } else {
                    match super::html::page(&cell) {
                        Ok(page) => {
                            doubts.extend(page.doubts);
                            self.complete(page.fields)
                        }
                        Err(what) => return Outcome::Failed(place.error(&what, super::html::ADVICE)),
                    }
                }
            }
            (None, None) => match filled(self.path.take()) {
                Some(path) => return self.article_of_file(&path, place, options),
                None => String::new(),
            },
        };
        if text.trim().is_empty() {
            return Outcome::Skipped { place: place.to_string(), why: "no text" };
        }
        if self.date.is_empty() {
            self.date = std::mem::take(&mut self.seen);
        }
        let own = place.number.map_or_else(|| place.path.to_string(), |number| format!("{}#{number}", place.path));
        let kept = self.kept.take().unwrap_or_else(|| options.keep.iter().map(|wanted| self.own(wanted)).collect());
        let article = Article {
            source: if self.id.is_empty() { own } else { self.id },
            text,
            url: self.url,
            title: self.title,
            date: self.date,
            language: self.language,
            kept,
        };
        Outcome::Article { article, warnings: doubts.iter().map(|doubt| format!("{place}: {doubt}")).collect() }
    }

    /// The article whose words stand in a file that the row names.
    fn article_of_file(self, path: &str, place: &Place, options: &Options) -> Outcome {
        let table = Path::new(&*place.path).parent().map(Path::to_path_buf).unwrap_or_default();
        let folder = options.input_dir.clone().unwrap_or(table);
        let folder = if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder };
        let failed = |what: &str, advice: &str| Outcome::Failed(place.error(&format!("{path}: {what}"), advice));
        let file = folder.join(path);
        // A table from elsewhere must not make anybody's private files part of the result.
        let within = match (file.canonicalize(), folder.canonicalize()) {
            (Ok(file), Ok(folder)) => file.starts_with(folder) && file.is_file(),
            _ => return failed("no such file", &format!("say by --input-dir what paths start from; it is {}", inputs::shown(&folder))),
        };
        if !within {
            return failed("not a file below the folder that paths start from", "give that folder by --input-dir");
        }
        let opened = File::open(&file).map(|file| Box::new(file) as Bytes).and_then(decompressed);
        let bytes = opened.and_then(|from| {
            let mut bytes = Vec::new();
            from.take(options.max_bytes + 1).read_to_end(&mut bytes)?;
            Ok(bytes)
        });
        let bytes = match bytes {
            Ok(bytes) if bytes.len() as u64 > options.max_bytes => return Outcome::Failed(place.too_long(options.max_bytes)),
            Ok(bytes) => bytes,
            Err(cause) => return failed(&cause.to_string(), "check that it can be read, then run again"),
        };
        let page = match inputs::ending(&file).as_deref() {
            Some("html" | "htm" | "xhtml") => true,
            Some("txt") => false,
            _ => super::html::is_page(&String::from_utf8_lossy(&bytes[..bytes.len().min(512)])),
        };
        if page {
            return super::html::read(bytes, None, self, place, options);
        }
        if let (Some((what, advice)), None) = (no_text(&bytes), options.encoding) {
            return failed(&what, advice);
        }
        let decoded = decode(bytes, options.encoding, &[]);
        Fields { text: Some(decoded.text), ..self }.article(place, options, decoded.doubts)
    }

    /// Bytes of all words.
    pub(super) fn size(&self) -> usize {
        let long: usize = [&self.text, &self.html, &self.path].into_iter().flatten().map(String::len).sum();
        let kept: usize = self.kept.iter().flatten().map(String::len).sum();
        let short = [&self.id, &self.url, &self.title, &self.date, &self.language].into_iter().map(String::len);
        long + kept + short.sum::<usize>()
    }

    /// Takes from a page what the row around it does not say; gives the words of the page.
    pub(super) fn complete(&mut self, page: Fields) -> String {
        let parts = [
            (&mut self.url, page.url),
            (&mut self.title, page.title),
            (&mut self.date, page.date),
            (&mut self.language, page.language),
            (&mut self.publication, page.publication),
        ];
        for (own, other) in parts {
            if own.is_empty() {
                *own = other;
            }
        }
        page.text.unwrap_or_default()
    }

    /// What is kept of an article that has no columns.
    fn own(&self, wanted: &str) -> String {
        if wanted == "publication" {
            return self.publication.clone();
        }
        match PARTS.iter().find(|part| part.name() == wanted) {
            Some(Part::Id) => self.id.clone(),
            Some(Part::Url) => self.url.clone(),
            Some(Part::Title) => self.title.clone(),
            Some(Part::Date) => self.date.clone(),
            Some(Part::Language) => self.language.clone(),
            _ => String::new(),
        }
    }
}
