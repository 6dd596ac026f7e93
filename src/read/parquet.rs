//! Parquet: an article a row.
//!
//! In: a file, of which the columns that are asked for are read, some rows at a time. Out: a document a row. Text of any of
//! Parquet's sorts is read; numbers, truth values, days and times are shown as text where they are an id, a date or kept.
//! A compressed stream cannot be read from its end, where Parquet begins: it is first written to a file without a name.
//! Deliberately not done: lists and nested columns are not read.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::atomic::Ordering;

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Date64Type, Float32Type, Float64Type};
use arrow_array::types::{Int16Type, Int32Type, Int64Type, Int8Type, UInt16Type, UInt32Type, UInt64Type, UInt8Type};
use arrow_array::types::{TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType};
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, TimeUnit};
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::arrow::ProjectionMask;

use super::columns::Layout;
use super::feed::Bytes;
use super::{Body, Document, Options, Outcome, Place};

/// Rows that are read at once. A page of them is held, however few are asked for.
const ROWS: usize = 64;

/// The most that a compressed file may hold.
const LARGEST: u64 = 1 << 36;

const ADVICE: &str = "check that it is whole, then run again";

/// The rows of a file.
pub(super) struct Rows<'o> {
    place: Place,
    options: &'o Options,
    reader: Option<ParquetRecordBatchReader>,
    /// The wanted columns among those that are read.
    layout: Layout,
    batch: Option<RecordBatch>,
    row: usize,
    /// What the file counts for, and has not yet.
    bytes: u64,
    share: u64,
}

impl<'o> Rows<'o> {
    /// Opens a file; else what is wrong and what to do.
    pub(super) fn open(place: Place, file: File, options: &'o Options) -> Result<Rows<'o>, (String, String)> {
        let bytes = file.metadata().map_or(0, |data| data.len());
        let faulty = |cause: &dyn std::fmt::Display| (format!("faulty Parquet ({cause})"), ADVICE.to_string());
        // The sorts of Parquet are enough: what Arrow once made of them would only add more.
        let plain = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let opened = catch_unwind(AssertUnwindSafe(|| ParquetRecordBatchReaderBuilder::try_new_with_options(file, plain)));
        let builder = opened.map_err(|_| faulty(&"no sense in it"))?.map_err(|cause| faulty(&cause))?;
        let names: Vec<String> = builder.schema().fields().iter().map(|field| field.name().clone()).collect();
        let layout = Layout::of(&names, options)?;
        let needed = layout.needed();
        for &column in &needed {
            if !is_shown(builder.schema().field(column).data_type()) {
                let what = format!("the column {:?} is neither text nor a number", names[column]);
                return Err((what, "name another one by --text-column and its like".into()));
            }
        }
        let rows = builder.metadata().file_metadata().num_rows().max(1) as u64;
        let mask = ProjectionMask::roots(builder.parquet_schema(), needed.clone());
        let reader = builder.with_projection(mask).with_batch_size(ROWS).build().map_err(|cause| faulty(&cause))?;
        let layout = layout.moved(|column| needed.iter().position(|one| *one == column).unwrap_or(0));
        let place = Place { number: Some(0), ..place };
        Ok(Rows { place, options, reader: Some(reader), layout, batch: None, row: 0, bytes, share: bytes / rows })
    }

    /// The rest of the file counts as read.
    fn end(&mut self) {
        self.reader = None;
        self.count(self.bytes);
    }

    fn count(&mut self, bytes: u64) {
        let bytes = bytes.min(self.bytes);
        self.bytes -= bytes;
        self.options.read.fetch_add(bytes, Ordering::Relaxed);
    }
}

impl Drop for Rows<'_> {
    fn drop(&mut self) {
        self.end();
    }
}

impl Iterator for Rows<'_> {
    type Item = Document;

    fn next(&mut self) -> Option<Document> {
        loop {
            if let Some(batch) = self.batch.as_ref().filter(|batch| self.row < batch.num_rows()) {
                let row = self.row;
                let fields = self.layout.fields(|column| cell(batch.column(column).as_ref(), row));
                self.row += 1;
                let place = self.place.here(1, 0);
                self.place.number = place.number;
                self.count(self.share);
                return Some(if fields.size() as u64 > self.options.max_bytes {
                    Document::failed(place.too_long(self.options.max_bytes))
                } else {
                    Document::new(place, Body::Fields(Box::new(fields)))
                });
            }
            let reader = self.reader.as_mut()?;
            // A page that lies about itself may make the crate panic.
            match catch_unwind(AssertUnwindSafe(|| reader.next())) {
                Ok(Some(Ok(batch))) => (self.batch, self.row) = (Some(batch), 0),
                Ok(None) => {
                    self.end();
                    return None;
                }
                fault => {
                    self.end();
                    let cause = match fault {
                        Ok(Some(Err(cause))) => cause.to_string(),
                        _ => String::from("no sense in it"),
                    };
                    let place = self.place.here(1, 0);
                    return Some(Document::failed(Place::error(&place, &format!("faulty Parquet ({cause})"), ADVICE)));
                }
            }
        }
    }
}

/// The article of a row.
pub(super) fn read(fields: super::columns::Fields, place: &Place, options: &Options) -> Outcome {
    let doubts = fields.text.as_deref().and_then(super::encoding::doubled_doubt).into_iter().collect();
    fields.article(place, options, doubts)
}

/// A stream as a file that can be read from its end.
pub(super) fn spooled(from: Bytes) -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    let length = io::copy(&mut from.take(LARGEST + 1), &mut file)?;
    if length > LARGEST {
        return Err(io::Error::other("too large to be decompressed"));
    }
    file.rewind()?;
    Ok(file)
}

fn is_shown(kind: &DataType) -> bool {
    use DataType::{Binary, BinaryView, Boolean, Date32, Date64, LargeBinary, LargeUtf8, Timestamp, Utf8, Utf8View};
    kind.is_integer()
        || matches!(kind, DataType::Float32 | DataType::Float64 | Boolean | Date32 | Date64 | Timestamp(..))
        || matches!(kind, Utf8 | LargeUtf8 | Utf8View | Binary | LargeBinary | BinaryView)
}

/// A cell as text; empty where there is none.
fn cell(column: &dyn Array, row: usize) -> String {
    if column.is_null(row) {
        return String::new();
    }
    let day = |days: i64| civil(days);
    let time = |seconds: i64| {
        let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let (hours, minutes, seconds) = (rest / 3600, rest / 60 % 60, rest % 60);
        format!("{}T{hours:02}:{minutes:02}:{seconds:02}", civil(days))
    };
    let bytes = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    match column.data_type() {
        DataType::Utf8 => column.as_string::<i32>().value(row).into(),
        DataType::LargeUtf8 => column.as_string::<i64>().value(row).into(),
        DataType::Utf8View => column.as_string_view().value(row).into(),
        DataType::Binary => bytes(column.as_binary::<i32>().value(row)),
        DataType::LargeBinary => bytes(column.as_binary::<i64>().value(row)),
        DataType::BinaryView => bytes(column.as_binary_view().value(row)),
        DataType::Boolean => column.as_boolean().value(row).to_string(),
        DataType::Int8 => column.as_primitive::<Int8Type>().value(row).to_string(),
        DataType::Int16 => column.as_primitive::<Int16Type>().value(row).to_string(),
        DataType::Int32 => column.as_primitive::<Int32Type>().value(row).to_string(),
        DataType::Int64 => column.as_primitive::<Int64Type>().value(row).to_string(),
        DataType::UInt8 => column.as_primitive::<UInt8Type>().value(row).to_string(),
        DataType::UInt16 => column.as_primitive::<UInt16Type>().value(row).to_string(),
        DataType::UInt32 => column.as_primitive::<UInt32Type>().value(row).to_string(),
        DataType::UInt64 => column.as_primitive::<UInt64Type>().value(row).to_string(),
        DataType::Float32 => column.as_primitive::<Float32Type>().value(row).to_string(),
        DataType::Float64 => column.as_primitive::<Float64Type>().value(row).to_string(),
        DataType::Date32 => day(column.as_primitive::<Date32Type>().value(row).into()),
        DataType::Date64 => day(column.as_primitive::<Date64Type>().value(row).div_euclid(86_400_000)),
        DataType::Timestamp(TimeUnit::Second, _) => time(column.as_primitive::<TimestampSecondType>().value(row)),
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            time(column.as_primitive::<TimestampMillisecondType>().value(row).div_euclid(1_000))
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            time(column.as_primitive::<TimestampMicrosecondType>().value(row).div_euclid(1_000_000))
        }
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            time(column.as_primitive::<TimestampNanosecondType>().value(row).div_euclid(1_000_000_000))
        }
        _ => String::new(),
    }
}

/// A day as `2026-03-14`, counted from 1970-01-01. Years are counted from March, so that a leap day is the last of its year.
fn civil(days: i64) -> String {
    let days = days.saturating_add(719_468);
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{Date32Array, Int64Array, LargeStringArray, StringArray, StringViewArray, TimestampMillisecondArray};
    use parquet::arrow::ArrowWriter;
    use parquet::file::properties::WriterProperties;

    use super::super::tests::told;
    use super::*;
    use crate::read::documents;

    fn batch() -> RecordBatch {
        let words = ["Un.", "", "Trois."];
        let columns: [(&str, Arc<dyn Array>); 6] = [
            ("id", Arc::new(Int64Array::from(vec![Some(11), None, Some(13)]))),
            ("text", Arc::new(LargeStringArray::from(words.to_vec()))),
            ("rubrique", Arc::new(StringViewArray::from(vec!["Ville", "Sport", "Ville"]))),
            ("date", Arc::new(Date32Array::from(vec![0, 1, 20_526]))),
            ("vu", Arc::new(TimestampMillisecondArray::from(vec![-1, 0, 1_773_475_200_000]))),
            ("url", Arc::new(StringArray::from(vec!["https://exemple.fr/1"; 3]))),
        ];
        RecordBatch::try_from_iter(columns).unwrap()
    }

    fn file(name: &str, bytes: &[u8]) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        (folder, path)
    }

    fn written() -> Vec<u8> {
        let properties = WriterProperties::builder().set_max_row_group_row_count(Some(2)).build();
        let mut writer = ArrowWriter::try_new(Vec::new(), batch().schema(), Some(properties)).unwrap();
        writer.write(&batch()).unwrap();
        writer.into_inner().unwrap()
    }

    fn read(name: &str, bytes: &[u8], options: &Options) -> Vec<(Outcome, Option<String>)> {
        let (_folder, path) = file(name, bytes);
        let shown = path.to_str().unwrap().to_string();
        let inputs = [path];
        let outcomes = documents(&inputs, options).map(|document| match document.read(options) {
            Outcome::Article { mut article, warnings } => {
                article.source = article.source.replace(&shown, name);
                Outcome::Article { article, warnings }
            }
            Outcome::Skipped { place, why } => Outcome::Skipped { place: place.replace(&shown, name), why },
            Outcome::Failed(mut error) => {
                error.path = error.path.replace(&shown, name);
                Outcome::Failed(error)
            }
        });
        outcomes.map(|outcome| (outcome, None)).collect()
    }

    #[test]
    fn rows_are_articles() {
        let options = Options { keep: ["vu", "rubrique", "date"].map(String::from).to_vec(), ..Options::default() };
        let outcomes = read("a.parquet", &written(), &options);
        assert_eq!(told(&outcomes), ["11: Un.", "- a.parquet:2: no text", "13: Trois."]);
        let Some((Outcome::Article { article, .. }, _)) = outcomes.last() else { panic!("{outcomes:?}") };
        assert_eq!(article.kept, ["2026-03-14T08:00:00", "Ville", "2026-03-14"]);
        assert_eq!(article.url, "https://exemple.fr/1");
        assert_eq!((civil(0), civil(-1), civil(19_782)), ("1970-01-01".into(), "1969-12-31".into(), "2024-02-29".into()));
    }

    #[test]
    fn a_compressed_file_and_one_without_a_name_are_read_too() {
        let mut gzip = Vec::new();
        flate2::read::GzEncoder::new(written().as_slice(), flate2::Compression::fast()).read_to_end(&mut gzip).unwrap();
        for (name, bytes) in [("a.parquet.gz", gzip), ("donnees", written())] {
            assert_eq!(told(&read(name, &bytes, &Options::default()))[0], "11: Un.", "{name}");
        }
    }

    #[test]
    fn columns_that_are_not_there_and_faulty_files_are_told() {
        let mut options = Options::default();
        options.columns.text = Some("corps".into());
        let names = "\"id\", \"text\", \"rubrique\", \"date\", \"vu\", \"url\"";
        assert_eq!(told(&read("a.parquet", &written(), &options)), [format!("! a.parquet: no column \"corps\": there are {names}")]);
        let options = Options::default();
        assert_eq!(
            told(&read("a.parquet", b"id,text\n", &options)),
            ["! a.parquet: no Parquet: give a Parquet file, or another --input-format"]
        );
        // Whatever byte is wrong: no panic, and at most what is good is read.
        let whole = written();
        for place in (0..whole.len()).step_by(11) {
            read("a.parquet", &whole[..place], &options);
            let mut wrong = whole.clone();
            wrong[place] ^= 0x55;
            assert!(read("a.parquet", &wrong, &options).len() <= 4);
        }
    }
}
