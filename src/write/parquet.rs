//! Parquet: the columns of JSON Lines, typed and compressed.
//!
//! In: the lines that a [`Block`](super::Block) of this form gives, when all of them are there. Out: row groups of one size,
//! zstd; text as strings (never null), `confidence` as a double, offsets as 64-bit integers, null where a row has no mention or
//! cue; the version and the unit of the offsets in the file's metadata. Memory holds one row group at most, and the same lines
//! give the same bytes.
//! Deliberately not done: no partitions and no nested columns: a row stays a row.

use std::io::{self, BufRead, Write};
use std::sync::Arc;

use arrow_array::builder::{Float64Builder, Int64Builder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};

use super::{Form, PLACES};
use crate::row::COLUMNS;

/// Rows of a row group: some 10 MB of text.
const GROUP: usize = 65_536;

/// Rows that are turned into columns at a time.
const BATCH: usize = 4_096;

/// Turns the lines of blocks into a Parquet file, and gives the number of rows.
///
/// ```
/// use guillemet::row::{rows, Article};
/// use guillemet::write::{parquet::from_lines, Block, Form, Format};
/// # use guillemet::grammar::Grammar;
/// let form = Form { format: Format::Parquet, ..Form::default() };
/// let article = Article { text: "« Nous partons », a dit Ana Diop.".into(), ..Article::default() };
/// let mut block = Block::new(&form);
/// block.article(0, &article, &rows(&article, Grammar::builtin()));
/// let mut file = Vec::new();
/// assert_eq!(from_lines(block.bytes().as_slice(), &mut file, &form)?, 1);
/// assert!(file.starts_with(b"PAR1"));
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// What reading and writing say, and [`io::ErrorKind::InvalidData`] for a line that no block of this form has written.
pub fn from_lines(mut input: impl BufRead, output: impl Write + Send, form: &Form) -> io::Result<u64> {
    let mut batch = Batch::new(form);
    let mut writer = ArrowWriter::try_new(output, batch.schema.clone(), Some(properties()?)).map_err(io::Error::other)?;
    let mut line = Vec::new();
    let mut count = 0;
    loop {
        line.clear();
        if input.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        count += 1;
        batch.add(&line).map_err(|error| {
            let advice = "write the rows again from the start";
            io::Error::new(io::ErrorKind::InvalidData, format!("line {count} of the unfinished rows is none of ours ({error}): {advice}"))
        })?;
        if batch.rows == BATCH {
            writer.write(&batch.take()?).map_err(io::Error::other)?;
        }
    }
    writer.write(&batch.take()?).map_err(io::Error::other)?;
    writer.close().map_err(io::Error::other)?;
    Ok(count)
}

fn properties() -> io::Result<WriterProperties> {
    let said = |key: &str, value: &str| KeyValue::new(key.to_string(), value.to_string());
    let version = env!("CARGO_PKG_VERSION");
    Ok(WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3).map_err(io::Error::other)?))
        .set_max_row_group_row_count(Some(GROUP))
        .set_created_by(format!("guillemet version {version}"))
        .set_key_value_metadata(Some(vec![
            said("guillemet.version", version),
            said("guillemet.offsets", "Unicode code points into the article's text, from 0, the end not included"),
        ]))
        .build())
}

/// Rows on their way into columns.
struct Batch {
    schema: SchemaRef,
    names: Vec<String>,
    columns: Vec<Column>,
    rows: usize,
}

enum Column {
    Text(StringBuilder),
    Share(Float64Builder),
    Offset(Int64Builder),
}

impl Batch {
    fn new(form: &Form) -> Batch {
        let own = COLUMNS.iter().chain(&PLACES).map(|name| name.to_string());
        let names: Vec<String> = own.chain(form.kept_names()).collect();
        let fields = names.iter().enumerate().map(|(column, name)| {
            let own = if column < COLUMNS.len() + PLACES.len() { name.as_str() } else { "" };
            match own {
                "confidence" => Field::new(name, DataType::Float64, false),
                "start" | "end" => Field::new(name, DataType::Int64, false),
                own if PLACES.contains(&own) => Field::new(name, DataType::Int64, true),
                _ => Field::new(name, DataType::Utf8, false),
            }
        });
        let schema = Arc::new(Schema::new(fields.collect::<Vec<Field>>()));
        let columns = schema.fields().iter().map(|field| match field.data_type() {
            DataType::Float64 => Column::Share(Float64Builder::new()),
            DataType::Int64 => Column::Offset(Int64Builder::new()),
            _ => Column::Text(StringBuilder::new()),
        });
        Batch { columns: columns.collect(), schema, names, rows: 0 }
    }

    fn add(&mut self, line: &[u8]) -> serde_json::Result<()> {
        let mut line = serde_json::Deserializer::from_slice(line);
        line.deserialize_map(&mut *self)?;
        line.end()?;
        self.rows += 1;
        Ok(())
    }

    fn take(&mut self) -> io::Result<RecordBatch> {
        self.rows = 0;
        let columns = self.columns.iter_mut().map(|column| -> ArrayRef {
            match column {
                Column::Text(values) => Arc::new(values.finish()),
                Column::Share(values) => Arc::new(values.finish()),
                Column::Offset(values) => Arc::new(values.finish()),
            }
        });
        RecordBatch::try_new(self.schema.clone(), columns.collect()).map_err(io::Error::other)
    }
}

/// A line is read straight into the columns: its keys are known, and stand in their order.
impl<'de> Visitor<'de> for &mut Batch {
    type Value = ();

    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("a row")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        for (name, column) in self.names.iter().zip(&mut self.columns) {
            if map.next_key_seed(Is(name))?.is_none() {
                return Err(M::Error::missing_field("another column"));
            }
            match column {
                Column::Text(values) => map.next_value_seed(Into(values))?,
                Column::Share(values) => values.append_value(map.next_value()?),
                Column::Offset(values) => values.append_option(map.next_value()?),
            }
        }
        match map.next_key::<String>()? {
            None => Ok(()),
            Some(key) => Err(M::Error::custom(format_args!("a column too many, `{key}`"))),
        }
    }
}

/// A key that can only be this one.
struct Is<'n>(&'n str);

impl<'de> DeserializeSeed<'de> for Is<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_str(self)
    }
}

impl Visitor<'_> for Is<'_> {
    type Value = ();

    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "the column `{}`", self.0)
    }

    fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<(), E> {
        if key == self.0 {
            return Ok(());
        }
        Err(E::invalid_value(serde::de::Unexpected::Str(key), &self))
    }
}

/// A text that goes into a column.
struct Into<'c>(&'c mut StringBuilder);

impl<'de> DeserializeSeed<'de> for Into<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_str(self)
    }
}

impl Visitor<'_> for Into<'_> {
    type Value = ();

    fn expecting(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("a text")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        self.0.append_value(text);
        Ok(())
    }
}
