//! Rows of a Parquet file as JSON Lines, so that whatever reads records reads these too.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};

use parquet::basic::{LogicalType, TimeUnit};
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::reader::RowIter;
use parquet::record::{Field, Row};
use serde_json::{Map, Value as Json};

use crate::request::moment::time_text;
use crate::value::Timestamp;

const NS_PER_MS: i64 = 1_000_000;
const US_PER_MS: i64 = 1_000;
const MS_PER_DAY: i64 = 86_400_000;

/// The rows of a Parquet file, as JSON Lines: the number of a line is that of the row. Pages packed with snappy, gzip
/// or LZ4 are read, and those that are not packed.
///
/// A file is trusted to be what its writer made of it: a broken one ends in an error, but may ask for as much memory as
/// its largest page claims to need.
pub struct ParquetLines {
    rows: RowIter<'static>,
    /// Columns of moments in nanoseconds, which the reader of rows takes for numbers.
    nanoseconds: BTreeSet<String>,
    line: Vec<u8>,
    told: usize,
}

impl std::fmt::Debug for ParquetLines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ParquetLines").finish_non_exhaustive()
    }
}

impl ParquetLines {
    /// The rows of a file.
    ///
    /// # Errors
    /// When it is no Parquet file.
    pub fn open(mut file: File) -> io::Result<ParquetLines> {
        file.rewind()?;
        guarded(|| {
            let reader = SerializedFileReader::new(file).map_err(broken)?;
            let nanoseconds = nanoseconds(&reader);
            let rows = reader.into_iter();
            Ok(ParquetLines { rows, nanoseconds, line: Vec::new(), told: 0 })
        })
    }

    /// Writes the next row into `line`; whether there was one.
    fn next_line(&mut self) -> io::Result<bool> {
        self.line.clear();
        self.told = 0;
        let rows = &mut self.rows;
        let Some(row) = guarded(|| rows.next().transpose().map_err(broken))? else {
            return Ok(false);
        };
        serde_json::to_writer(&mut self.line, &object(&row, &self.nanoseconds))?;
        self.line.push(b'\n');
        Ok(true)
    }
}

impl Read for ParquetLines {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.told == self.line.len() && !self.next_line()? {
            return Ok(0);
        }
        let count = buffer.len().min(self.line.len() - self.told);
        buffer[..count].copy_from_slice(&self.line[self.told..self.told + count]);
        self.told += count;
        Ok(count)
    }
}

fn broken(error: ParquetError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("broken Parquet: {error}"))
}

/// The reader of rows asserts what it should check, so that a broken file could end the process.
fn guarded<T>(read: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| {
        Err(io::Error::new(io::ErrorKind::InvalidData, "broken Parquet: it contradicts itself"))
    })
}

fn nanoseconds(reader: &SerializedFileReader<File>) -> BTreeSet<String> {
    let schema = reader.metadata().file_metadata().schema_descr();
    let columns = schema.root_schema().get_fields().iter().filter(|column| {
        let kind = column.get_basic_info().logical_type_ref();
        matches!(kind, Some(LogicalType::Timestamp(time)) if time.unit == TimeUnit::NANOS)
    });
    columns.map(|column| column.name().to_owned()).collect()
}

fn object(row: &Row, nanoseconds: &BTreeSet<String>) -> Json {
    let entries = row.get_column_iter().map(|(name, field)| {
        let json = match field {
            Field::Long(value) if nanoseconds.contains(name) => moment(value.div_euclid(NS_PER_MS)),
            field => value(field),
        };
        (name.clone(), json)
    });
    Json::Object(entries.collect::<Map<_, _>>())
}

fn moment(millis: i64) -> Json {
    Json::from(time_text(Timestamp(millis)))
}

/// A value of a column. Lists and groups stay what they are; bytes that are no text, and decimals, are texts.
fn value(field: &Field) -> Json {
    match field {
        Field::Null => Json::Null,
        Field::Bool(value) => Json::from(*value),
        Field::Byte(value) => Json::from(*value),
        Field::Short(value) => Json::from(*value),
        Field::Int(value) => Json::from(*value),
        Field::Long(value) => Json::from(*value),
        Field::UByte(value) => Json::from(*value),
        Field::UShort(value) => Json::from(*value),
        Field::UInt(value) => Json::from(*value),
        Field::ULong(value) => Json::from(*value),
        Field::Float16(value) => Json::from(value.to_f32()),
        Field::Float(value) => Json::from(*value),
        Field::Double(value) => Json::from(*value),
        Field::Str(text) => Json::from(text.as_str()),
        Field::Bytes(bytes) => Json::from(String::from_utf8_lossy(bytes.data())),
        Field::Date(days) => moment(i64::from(*days) * MS_PER_DAY),
        Field::TimestampMillis(millis) => moment(*millis),
        Field::TimestampMicros(micros) => moment(micros.div_euclid(US_PER_MS)),
        Field::Group(row) => object(row, &BTreeSet::new()),
        Field::ListInternal(list) => list.elements().iter().map(value).collect(),
        Field::Decimal(_) | Field::TimeMillis(_) | Field::TimeMicros(_) | Field::MapInternal(_) => {
            Json::from(field.to_string())
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use parquet::basic::Compression;
    use parquet::data_type::{BoolType, ByteArray, ByteArrayType, Int64Type};
    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::parser::parse_message_type;

    use super::*;
    use crate::entra::log::Records;

    const SCHEMA: &str = "message table {
        REQUIRED INT64 CreatedDateTime (TIMESTAMP(NANOS,true));
        REQUIRED BYTE_ARRAY UserId (UTF8);
        OPTIONAL BYTE_ARRAY DeviceDetail (UTF8);
        REQUIRED BOOLEAN IsInteractive;
        REQUIRED INT64 AutonomousSystemNumber;
    }";

    /// A file of two rows, the second without a device.
    fn table(packing: Compression) -> File {
        let schema = Arc::new(parse_message_type(SCHEMA).expect("a schema"));
        let properties = WriterProperties::builder().set_compression(packing).build();
        let mut file = tempfile::tempfile().expect("a file");
        let copy = file.try_clone().expect("a handle");
        let mut writer =
            SerializedFileWriter::new(copy, schema, Arc::new(properties)).expect("a writer");
        let mut rows = writer.next_row_group().expect("rows");
        let text = |text: &str| ByteArray::from(text);
        let mut at = 0;
        while let Some(mut column) = rows.next_column().expect("a column") {
            match at {
                0 => {
                    let times = [1_795_420_800_123_456_789, 1_795_420_801_000_000_000];
                    column.typed::<Int64Type>().write_batch(&times, None, None)
                }
                1 => column.typed::<ByteArrayType>().write_batch(
                    &[text("A1"), text("A2")],
                    None,
                    None,
                ),
                2 => {
                    let device = text("{\"deviceId\":\"d1\",\"isCompliant\":true}");
                    column.typed::<ByteArrayType>().write_batch(&[device], Some(&[1, 0]), None)
                }
                3 => column.typed::<BoolType>().write_batch(&[true, false], None, None),
                _ => column.typed::<Int64Type>().write_batch(&[64_496, 0], None, None),
            }
            .expect("written");
            column.close().expect("closed");
            at += 1;
        }
        rows.close().expect("closed");
        writer.close().expect("closed");
        file.rewind().expect("a file");
        file
    }

    #[test]
    fn rows_are_sign_ins() {
        for packing in [Compression::UNCOMPRESSED, Compression::SNAPPY, Compression::LZ4_RAW] {
            let lines = ParquetLines::open(table(packing)).expect("a table");
            let records: Vec<_> =
                Records::new(lines).map(|it| it.expect("it can be read")).collect();
            let written: Vec<String> = records
                .iter()
                .map(|entry| {
                    let request = &entry.sign_in.as_ref().expect("a sign-in").request;
                    let json = crate::request::json::write(request);
                    format!(
                        "{} {} {} {} {}",
                        entry.number,
                        json["time"],
                        json["user"]["id"],
                        json["device"]["compliant"],
                        json["asn"]
                    )
                })
                .collect();
            assert_eq!(
                written,
                [
                    "1 \"2026-11-23T08:00:00.123Z\" \"a1\" true 64496",
                    "2 \"2026-11-23T08:00:01Z\" \"a2\" null null"
                ]
            );
        }
    }

    #[test]
    fn what_is_broken_is_an_error() {
        let mut whole = Vec::new();
        table(Compression::SNAPPY).read_to_end(&mut whole).expect("a table");
        for cut in (0..whole.len()).step_by(7) {
            let mut broken = whole.clone();
            broken[cut] ^= 0x55;
            for bytes in [&whole[..cut], &broken] {
                let mut file = tempfile::tempfile().expect("a file");
                io::Write::write_all(&mut file, bytes).expect("written");
                let Ok(mut lines) = ParquetLines::open(file) else { continue };
                let mut text = Vec::new();
                drop(lines.read_to_end(&mut text));
                assert!(text.len() < 10_000);
            }
        }
    }
}
