//! Every form of the rows, on the sample articles and on an invented one that has everything: each holds what the formats ask
//! for, by the words of their own definitions, and the same rows.
//!
//! TEI is held against `tests/tei.rng` by its elements and attributes, and by `xmllint` where there is one; Web Annotation
//! against the terms of its context and what the data model asks for; schema.org against the terms it defines. What other
//! programs read is tried by `tests/exits.py`.

#![cfg(feature = "command")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::process::Command;

use guillemet::grammar::Grammar;
use guillemet::row::{rows, Article, Kind, Row, COLUMNS};
use guillemet::write::parquet::from_lines;
use guillemet::write::{Block, Form, Format};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use quick_xml::events::Event;
use serde_json::{Map, Value};

const FORMATS: [Format; 6] = [Format::Csv, Format::Jsonl, Format::Parquet, Format::Tei, Format::Annotations, Format::Quotation];

/// The sample articles, and one that has a title, a date, an address, an astral character, characters that XML cannot hold,
/// columns carried through, and a quotation over two paragraphs.
fn articles() -> Vec<Article> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/data/articles");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    paths.sort();
    let mut articles: Vec<Article> = paths
        .iter()
        .filter(|path| path.extension().is_some_and(|ending| ending == "txt"))
        .map(|path| Article {
            source: path.file_name().unwrap().to_string_lossy().into(),
            text: fs::read_to_string(path).unwrap(),
            ..Article::default()
        })
        .collect();
    articles.push(Article {
        source: "pont & chaussées\u{1}#3".into(),
        text: "« Le 😀 pont\0 <tient> & la mairie paie.\r\n\r\n« Nous verrons.\nNous partirons », a déclaré Solveig Mahé. Selon le préfet, « rien ne presse ».\n\
               « Non », dit-il. « Non. »\n\u{A0}\nFin."
            .into(),
        url: "https://exemple.fr/été?a=1&b=2#haut".into(),
        title: "Le pont \"rouvre\"".into(),
        date: "2026-03-14T08:00:00Z".into(),
        language: "fr-FR".into(),
        kept: vec!["une \"autrice\"".into(), "\u{1F600}\n".into()],
    });
    articles
}

fn form(format: Format) -> Form {
    Form { format, kept: vec!["autrice".into(), "url".into()], ..Form::default() }
}

/// Everything that a form gives for the articles, with `blocks` articles a block.
fn written(form: &Form, articles: &[Article], blocks: usize) -> Vec<u8> {
    let mut bytes = form.head();
    let mut numbers = 0..;
    for articles in articles.chunks(blocks) {
        let mut block = Block::new(form);
        for (article, number) in articles.iter().zip(&mut numbers) {
            block.article(number, article, &rows(article, Grammar::builtin()));
        }
        bytes.extend(block.bytes());
    }
    bytes.extend(form.tail());
    bytes
}

fn text(format: Format) -> String {
    String::from_utf8(written(&form(format), &articles(), 4)).unwrap()
}

fn objects(lines: &str) -> Vec<Map<String, Value>> {
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn all_rows(articles: &[Article]) -> Vec<(&Article, Row)> {
    articles.iter().flat_map(|article| rows(article, Grammar::builtin()).into_iter().map(move |row| (article, row))).collect()
}

#[test]
fn blocks_of_any_size_give_the_same_bytes() {
    let articles = articles();
    for format in FORMATS {
        let form = form(format);
        assert_eq!(written(&form, &articles, 1), written(&form, &articles, 7), "{format:?}");
    }
}

#[test]
fn columns_carried_through_follow_the_others_in_their_order() {
    let csv = text(Format::Csv);
    assert_eq!(csv.lines().next().unwrap(), format!("{},autrice,input_url", COLUMNS.join(",")));
    let excel = Form { excel: true, kept: vec!["=1".into()], ..Form::default() };
    let header = String::from_utf8(excel.head()).unwrap();
    assert_eq!(header, format!("\u{FEFF}{};'=1\r\n", COLUMNS.join(";")));

    let jsonl = text(Format::Jsonl);
    let last = jsonl.lines().last().unwrap();
    assert!(last.ends_with(r#","autrice":"une \"autrice\"","input_url":"😀\n"}"#), "{last}");
    // An article that holds less than was asked for has empty cells.
    assert!(jsonl.lines().next().unwrap().ends_with(r#","autrice":"","input_url":""}"#));
}

#[test]
fn parquet_holds_the_rows_of_json_lines() {
    let form = form(Format::Parquet);
    let lines = written(&form, &articles(), 3);
    // Enough rows for two row groups and a batch that is not full.
    let lines = lines.repeat(70_000 / lines.split(|byte| *byte == b'\n').count() + 1);
    let mut file = Vec::new();
    let count = from_lines(lines.as_slice(), &mut file, &form).unwrap();
    let mut again = Vec::new();
    from_lines(lines.as_slice(), &mut again, &form).unwrap();
    assert_eq!(file, again);

    let reader = reader(&file);
    let metadata = reader.metadata();
    let said: BTreeMap<_, _> = metadata
        .file_metadata()
        .key_value_metadata()
        .unwrap()
        .iter()
        .map(|pair| (pair.key.as_str(), pair.value.as_deref().unwrap()))
        .collect();
    assert_eq!(said["guillemet.version"], env!("CARGO_PKG_VERSION"));
    assert!(said["guillemet.offsets"].starts_with("Unicode code points"));
    assert_eq!(metadata.row_groups().iter().map(|group| group.num_rows()).collect::<Vec<_>>(), [65_536, count as i64 - 65_536]);

    let mut expected = lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    for batch in reader.build().unwrap() {
        let batch = batch.unwrap();
        let schema = batch.schema();
        for row in 0..batch.num_rows() {
            let line: Map<String, Value> = serde_json::from_slice(expected.next().unwrap()).unwrap();
            assert_eq!(schema.fields().len(), line.len());
            for (field, column) in schema.fields().iter().zip(batch.columns()) {
                assert_eq!(cell(column, row), line[field.name()], "{}", field.name());
            }
        }
    }
    assert!(expected.next().is_none());
}

fn reader(bytes: &[u8]) -> ParquetRecordBatchReaderBuilder<fs::File> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    ParquetRecordBatchReaderBuilder::try_new(file).unwrap()
}

fn cell(column: &arrow_array::ArrayRef, row: usize) -> Value {
    use arrow_array::cast::AsArray;
    use arrow_array::types::{Float64Type, Int64Type};
    if column.is_null(row) {
        return Value::Null;
    }
    match column.data_type() {
        arrow_schema::DataType::Utf8 => column.as_string::<i32>().value(row).into(),
        arrow_schema::DataType::Int64 => column.as_primitive::<Int64Type>().value(row).into(),
        arrow_schema::DataType::Float64 => column.as_primitive::<Float64Type>().value(row).into(),
        other => panic!("{other}"),
    }
}

#[test]
fn parquet_without_rows_has_its_columns_and_faulty_lines_are_told() {
    let form = form(Format::Parquet);
    let mut file = Vec::new();
    assert_eq!(from_lines(&b""[..], &mut file, &form).unwrap(), 0);
    let reader = reader(&file);
    assert_eq!(reader.schema().fields().len(), COLUMNS.len() + 4 + 2);

    let lines = written(&form, &articles(), 3);
    let lines = String::from_utf8(lines).unwrap();
    let first = lines.lines().next().unwrap();
    for faulty in [
        &first[..first.len() / 2],
        &first.replacen("\"speaker\"", "\"locuteur\"", 1),
        &first.replacen("\"quote\":\"", "\"quote\":7,\"b\":\"", 1),
        &first.replacen('}', ",\"more\":1}", 1),
        "{}",
        "[]",
        "",
    ] {
        let input = format!("{first}\n{faulty}\n{first}\n");
        let error = from_lines(input.as_bytes(), Vec::new(), &form).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidData);
        assert!(error.to_string().starts_with("line 2 of the unfinished rows is none of ours"), "{error}");
    }
}

/// An element of a document: name, attributes, and where it begins and ends in the text of its article's body.
#[derive(Debug, Default, Clone)]
struct Element {
    name: String,
    attributes: BTreeMap<String, String>,
    start: usize,
    end: usize,
}

/// The bodies of a corpus with the elements in them, all elements, and the names of the speakers by their id.
struct Corpus {
    bodies: Vec<(String, Vec<Element>)>,
    elements: Vec<Element>,
    speakers: BTreeMap<String, String>,
}

fn corpus(document: &str) -> Corpus {
    let mut reader = quick_xml::Reader::from_str(document);
    reader.config_mut().expand_empty_elements = true;
    let mut corpus = Corpus { bodies: Vec::new(), elements: Vec::new(), speakers: BTreeMap::new() };
    let mut open: Vec<Element> = Vec::new();
    let mut words = String::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => {
                let attributes = tag.attributes().map(|attribute| {
                    let attribute = attribute.unwrap();
                    let value = attribute.normalized_value(quick_xml::XmlVersion::Explicit1_0).unwrap();
                    (attribute.key.as_ref().to_string(), value.into_owned())
                });
                let (name, attributes) = (tag.name().as_ref().to_string(), attributes.collect());
                if name == "body" {
                    words.clear();
                    corpus.bodies.push((String::new(), Vec::new()));
                }
                open.push(Element { name, attributes, start: words.len(), end: 0 });
            }
            Event::Text(text) => words.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) => match reference.resolve_char_ref().unwrap() {
                Some(letter) => words.push(letter),
                None => words.push_str(quick_xml::escape::resolve_predefined_entity(&reference).unwrap()),
            },
            Event::End(_) => {
                let element = Element { end: words.len(), ..open.pop().unwrap() };
                match element.name.as_str() {
                    "body" => corpus.bodies.last_mut().unwrap().0 = words.clone(),
                    "persName" | "name" => {
                        let person = &open.last().unwrap().attributes["xml:id"];
                        corpus.speakers.insert(person.clone(), words[element.start..].to_string());
                    }
                    "said" | "q" => corpus.bodies.last_mut().unwrap().1.push(element.clone()),
                    _ => {}
                }
                corpus.elements.push(element);
            }
            Event::Eof => return corpus,
            _ => {}
        }
    }
}

#[test]
fn tei_is_made_of_what_its_schema_has() {
    let document = text(Format::Tei);
    let corpus = corpus(&document);
    let schema = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tei.rng")).unwrap();
    let has = |sort: &str, name: &str| schema.contains(&format!("<{sort} name=\"{name}\""));
    let mut ids = BTreeSet::new();
    for element in &corpus.elements {
        assert!(has("element", &element.name), "{element:?}");
        for (name, value) in &element.attributes {
            assert!(name == "xmlns" || has("attribute", name), "{element:?}");
            if name == "xml:id" {
                assert!(ids.insert(value.as_str()), "{value} twice");
            }
        }
    }
    for element in &corpus.elements {
        for name in ["who", "prev", "next", "ana"] {
            if let Some(reference) = element.attributes.get(name) {
                assert!(ids.contains(&reference[1..]), "{reference} leads nowhere");
            }
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("corpus.xml");
    fs::write(&path, &document).unwrap();
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tei.rng");
    if let Ok(done) = Command::new("xmllint").args(["--noout", "--relaxng", schema]).arg(&path).output() {
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }
}

#[test]
fn tei_holds_the_text_and_every_row_in_its_place() {
    let articles = articles();
    let corpus = corpus(&text(Format::Tei));
    let legal = |text: &str| text.replace(|c: char| c < ' ' && !matches!(c, '\t' | '\r' | '\n'), "\u{FFFD}");
    assert_eq!(corpus.bodies.len(), articles.len());
    let mut parts = 0;
    for (article, (body, elements)) in articles.iter().zip(&corpus.bodies) {
        assert_eq!(*body, legal(&article.text), "{}", article.source);
        let mut found: BTreeMap<String, Vec<&Element>> = BTreeMap::new();
        for (i, element) in elements.iter().enumerate() {
            let id = element.attributes.get("xml:id");
            let row = id.map_or(format!("alone {i}"), |id| id.rsplit_once('.').unwrap().0.to_string());
            found.entry(row).or_default().push(element);
        }
        let mut read: Vec<(String, String, String, String)> = Vec::new();
        for mut same in found.into_values() {
            same.sort_by_key(|part| part.start);
            parts += usize::from(same.len() > 1);
            for pair in same.windows(2) {
                assert_eq!(pair[0].attributes["next"][1..], pair[1].attributes["xml:id"]);
                assert_eq!(pair[1].attributes["prev"][1..], pair[0].attributes["xml:id"]);
            }
            let first = same[0];
            let speaker = first.attributes.get("who").map_or("", |who| &corpus.speakers[&who[1..]]);
            let words = &body[first.start..same.last().unwrap().end];
            read.push((words.into(), speaker.into(), first.attributes["ana"][1..].into(), first.attributes["n"].clone()));
        }
        let mut expected: Vec<_> = rows(article, Grammar::builtin())
            .into_iter()
            .map(|row| {
                let speaker = if row.kind == Kind::None { String::new() } else { row.speaker };
                (legal(&row.quote), speaker, row.kind.name().to_string(), row.rule)
            })
            .collect();
        read.sort();
        expected.sort();
        assert_eq!(read, expected, "{}", article.source);
    }
    assert!(parts > 0, "no row is in parts");
}

/// The terms of <http://www.w3.org/ns/anno.jsonld> that are used here, with what they mean: from *Web Annotation Vocabulary*,
/// W3C Recommendation of 23 February 2017, © W3C, under the W3C Software and Document License.
const ANNOTATION_TERMS: [(&str, &str); 21] = [
    ("id", "@id"),
    ("type", "@type"),
    ("motivation", "oa:motivatedBy"),
    ("generator", "as:generator"),
    ("name", "foaf:name"),
    ("body", "oa:hasBody"),
    ("purpose", "oa:hasPurpose"),
    ("value", "rdf:value"),
    ("target", "oa:hasTarget"),
    ("source", "oa:hasSource"),
    ("selector", "oa:hasSelector"),
    ("exact", "oa:exact"),
    ("prefix", "oa:prefix"),
    ("suffix", "oa:suffix"),
    ("start", "oa:start"),
    ("end", "oa:end"),
    ("conformsTo", "dcterms:conformsTo"),
    // Terms that must not be ours, for they mean something else.
    ("via", "oa:via"),
    ("text", "oa:text"),
    ("label", "rdfs:label"),
    ("state", "oa:hasState"),
];

/// Its classes and motivations, likewise.
const ANNOTATION_VALUES: [&str; 8] = [
    "Annotation",
    "Software",
    "TextualBody",
    "TextQuoteSelector",
    "TextPositionSelector",
    "FragmentSelector",
    "identifying",
    "highlighting",
];

#[test]
fn annotations_use_the_terms_of_their_context() {
    for annotation in objects(&text(Format::Annotations)) {
        let context = annotation["@context"].as_array().unwrap();
        assert_eq!(context[0], "http://www.w3.org/ns/anno.jsonld");
        let own = context[1].as_object().unwrap();
        for (term, _) in ANNOTATION_TERMS {
            assert!(!own.contains_key(term), "{term} has a meaning already");
        }
        for meaning in own.values() {
            let meaning = meaning.as_str().unwrap_or_else(|| meaning["@id"].as_str().unwrap());
            assert!(meaning.starts_with("guillemet:") || meaning == "urn:guillemet:", "{meaning}");
        }
        each_object(&Value::Object(annotation.clone()), &mut |object| {
            for (key, value) in object {
                let known = ANNOTATION_TERMS.iter().any(|(term, _)| term == key);
                assert!(known || key == "@context" || own.contains_key(key), "{key} is lost");
                if matches!(key.as_str(), "type" | "motivation" | "purpose") {
                    assert!(ANNOTATION_VALUES.contains(&value.as_str().unwrap()), "{value}");
                }
            }
        });
    }
}

/// Shows every object in a value, but not what a context or a column carried through holds.
fn each_object(value: &Value, see: &mut impl FnMut(&Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            see(object);
            object.iter().filter(|(key, _)| *key != "@context" && *key != "kept").for_each(|(_, value)| each_object(value, see));
        }
        Value::Array(values) => values.iter().for_each(|value| each_object(value, see)),
        _ => {}
    }
}

#[test]
fn annotations_are_what_the_data_model_asks_for() {
    let articles = articles();
    let annotations = objects(&text(Format::Annotations));
    let rows = all_rows(&articles);
    assert_eq!(annotations.len(), rows.len());
    let mut ids = BTreeSet::new();
    for (annotation, (article, row)) in annotations.iter().zip(&rows) {
        // 3.1: exactly one id, an IRI; the type; one target at least.
        let id = annotation["id"].as_str().unwrap();
        assert!(id.starts_with("urn:uuid:") && ids.insert(id.to_string()), "{id}");
        assert_eq!(annotation["type"], "Annotation");
        // 3.2.4: a textual body has its words in `value`.
        let speaker = if row.kind == Kind::None { "" } else { row.speaker.as_str() };
        assert_eq!(annotation.get("body").map_or("", |body| body["value"].as_str().unwrap()), speaker);
        assert_eq!(annotation["motivation"], if speaker.is_empty() { "highlighting" } else { "identifying" });
        // 4: exactly one source, an IRI.
        let target = &annotation["target"];
        let source = target["source"].as_str().unwrap();
        assert!(source.bytes().all(|b| b.is_ascii_graphic() && !br#"<>"{}|\^`"#.contains(&b)) && source.contains(':'), "{source}");
        // 4.2.4, 4.2.5: code points, in the order of the text, the end not included.
        let [quote, place, more @ ..] = target["selector"].as_array().unwrap().as_slice() else { panic!("{target}") };
        let words = |key: &str| quote[key].as_str().unwrap();
        let number = |key: &str| place[key].as_u64().unwrap() as usize;
        let points: String = article.text.chars().skip(number("start")).take(number("end") - number("start")).collect();
        assert_eq!(points, row.quote);
        assert_eq!(words("exact"), row.quote);
        let units: Vec<u16> = article.text.encode_utf16().collect();
        assert_eq!(String::from_utf16(&units[number("startUtf16")..number("endUtf16")]).unwrap(), row.quote);
        let around = [words("prefix"), words("exact"), words("suffix")].concat();
        assert_eq!(article.text.matches(&around).count(), 1, "{around}");
        match more {
            [] => assert!(!row.url.contains(":~:")),
            [fragment] => assert!(row.url.ends_with(fragment["value"].as_str().unwrap()) && fragment["type"] == "FragmentSelector"),
            _ => panic!("{more:?}"),
        }
    }
    let last = annotations.last().unwrap();
    assert_eq!(last["target"]["source"], "https://exemple.fr/%C3%A9t%C3%A9?a=1&b=2#haut");
    assert_eq!(last["kept"], serde_json::json!({"autrice": "une \"autrice\"", "input_url": "\u{1F600}\n"}));
    assert!(annotations[0]["target"]["source"].as_str().unwrap().starts_with("urn:guillemet:source:"));
}

/// The types of schema.org that are used here, each with those of its properties that are: from the definitions of
/// <https://schema.org/Quotation>, <https://schema.org/NewsArticle> and <https://schema.org/Person>, properties of
/// `CreativeWork` and `Thing` among them.
const SCHEMA_ORG: [(&str, &[&str]); 4] = [
    ("Quotation", &["text", "genre", "inLanguage", "creator", "url", "isPartOf"]),
    ("NewsArticle", &["headline", "datePublished", "url", "inLanguage", "identifier"]),
    ("Person", &["name", "description", "gender"]),
    // No type: a thing of any.
    ("", &["name", "description"]),
];

#[test]
fn quotations_use_the_terms_of_schema_org() {
    let articles = articles();
    let quotations = objects(&text(Format::Quotation));
    let mut said: Vec<(&Article, Row)> = all_rows(&articles);
    said.retain(|(_, row)| row.kind != Kind::None);
    assert_eq!(quotations.len(), said.len());
    for (quotation, (article, row)) in quotations.iter().zip(&said) {
        assert_eq!(quotation["@context"], "https://schema.org");
        assert_eq!(quotation["@type"], "Quotation");
        assert_eq!(quotation["text"], row.quote);
        each_object(&Value::Object(quotation.clone()), &mut |object| {
            let own = object.get("@type").map_or("", |own| own.as_str().unwrap());
            let (_, properties) = SCHEMA_ORG.iter().find(|(name, _)| *name == own).unwrap();
            for key in object.keys() {
                assert!(key.starts_with('@') || properties.contains(&key.as_str()), "{own} has no {key}");
            }
        });
        let creator = quotation.get("creator");
        assert_eq!(creator.is_some(), !row.speaker.is_empty());
        if let Some(creator) = creator {
            let named = creator.get("name").or(creator.get("description")).unwrap();
            assert_eq!(*named, row.speaker);
            assert_eq!(creator.get("@type").is_some(), !row.gender.is_empty());
        }
        assert_eq!(quotation["isPartOf"]["@type"], "NewsArticle");
        assert_eq!(quotation["isPartOf"]["identifier"], article.source);
    }
    let last = quotations.last().unwrap();
    let article = serde_json::json!({
        "@type": "NewsArticle", "headline": "Le pont \"rouvre\"", "datePublished": "2026-03-14T08:00:00Z", "inLanguage": "fr-FR",
        "url": "https://exemple.fr/%C3%A9t%C3%A9?a=1&b=2#haut", "identifier": "pont & chaussées\u{1}#3"
    });
    assert_eq!(last["isPartOf"], article);
    assert!(last["url"].as_str().unwrap().starts_with("https://exemple.fr/%C3%A9t%C3%A9?a=1&b=2#haut:~:text="));
}

#[test]
fn other_programs_read_the_rows() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/exits.py");
    let Ok(done) = Command::new("python3").args([script, assert_cmd::cargo::cargo_bin!("guillemet").to_str().unwrap(), "60"]).output()
    else {
        return;
    };
    assert!(done.status.success(), "{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
}
