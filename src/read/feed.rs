//! Bytes on their way from an input to the documents that are cut from them.
//!
//! In: a reader, compressed or not. Out: a [`Feed`], which holds what was read and is not taken yet. However many bytes the
//! reader gives at a time, the same documents are cut.
//! Deliberately not done: only one layer of compression is opened; no file is mapped into memory.

use std::fmt;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;

use encoding_rs::{Decoder, Encoding, UTF_16BE, UTF_16LE};
use flate2::bufread::GzDecoder;
use memchr::memchr;

/// What is asked of a reader at a time.
const CHUNK: usize = 1 << 16;

/// The largest window that a zstd stream may ask for, as a power of two: 128 MB.
const ZSTD_WINDOW: u32 = 27;

const GZIP: &[u8] = b"\x1F\x8B";
const ZSTD: &[u8] = b"\x28\xB5\x2F\xFD";

/// A reader of any sort. After an error it gives what comes after the fault, or nothing; it does not fail for ever.
pub(super) type Bytes = Box<dyn Read>;

/// What is read and not yet taken.
pub(super) struct Feed {
    from: Bytes,
    /// Room; `start..end` of it holds bytes.
    room: Vec<u8>,
    start: usize,
    end: usize,
    passed: u64,
    ended: bool,
    /// A fault that was met while looking ahead, for who reads on.
    fault: Option<io::Error>,
}

impl Feed {
    pub(super) fn new(from: Bytes) -> Feed {
        Feed { from, room: Vec::new(), start: 0, end: 0, passed: 0, ended: false, fault: None }
    }

    /// Bytes before those held.
    pub(super) fn offset(&self) -> u64 {
        self.passed
    }

    pub(super) fn held(&self) -> &[u8] {
        &self.room[self.start..self.end]
    }

    /// Reads some more; `false` at the end.
    pub(super) fn more(&mut self) -> io::Result<bool> {
        if let Some(fault) = self.fault.take() {
            return Err(fault);
        }
        if self.ended {
            return Ok(false);
        }
        if self.room.len() - self.end < CHUNK {
            if self.start > 0 {
                self.room.copy_within(self.start..self.end, 0);
                (self.start, self.end) = (0, self.end - self.start);
            }
            if self.room.len() - self.end < CHUNK {
                self.room.resize(self.end + CHUNK.max(self.end), 0);
            }
        }
        loop {
            match self.from.read(&mut self.room[self.end..]) {
                Ok(0) => self.ended = true,
                Ok(length) => self.end += length,
                Err(cause) if cause.kind() == io::ErrorKind::Interrupted => continue,
                Err(cause) => return Err(cause),
            }
            return Ok(!self.ended);
        }
    }

    /// Gives a fault back, to be met again by the next who reads.
    pub(super) fn fail(&mut self, fault: io::Error) {
        self.fault = Some(fault);
    }

    /// Holds so many bytes, or all there are.
    pub(super) fn hold(&mut self, length: usize) -> io::Result<()> {
        while self.held().len() < length && self.more()? {}
        Ok(())
    }

    /// The first bytes, so many or all there are. A fault is met again by who reads them.
    pub(super) fn peek(&mut self, length: usize) -> &[u8] {
        if let Err(fault) = self.hold(length) {
            self.fail(fault);
        }
        &self.held()[..length.min(self.held().len())]
    }

    /// Passes over bytes that are held.
    pub(super) fn pass(&mut self, length: usize) {
        let length = length.min(self.held().len());
        self.start += length;
        self.passed += length as u64;
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
            // What one long document needed is not kept for the short ones after it.
            if self.room.len() > 16 * CHUNK {
                self.room = Vec::new();
            }
        }
    }

    /// Takes bytes that are held.
    pub(super) fn take(&mut self, length: usize) -> Vec<u8> {
        let taken = self.held()[..length.min(self.held().len())].to_vec();
        self.pass(length);
        taken
    }

    /// Passes over everything up to a byte and over it, keeping nothing.
    pub(super) fn pass_until(&mut self, byte: u8) -> io::Result<()> {
        loop {
            if let Some(place) = memchr(byte, self.held()) {
                self.pass(place + 1);
                return Ok(());
            }
            self.pass(self.held().len());
            if !self.more()? {
                return Ok(());
            }
        }
    }

    /// Passes over so many bytes, keeping nothing; gives how many there were.
    pub(super) fn pass_all(&mut self, length: u64) -> io::Result<u64> {
        let mut left = length;
        loop {
            let step = left.min(self.held().len() as u64);
            self.pass(step as usize);
            left -= step;
            if left == 0 || !self.more()? {
                return Ok(length - left);
            }
        }
    }

    /// What is held and what is still to come, as a reader.
    pub(super) fn into_bytes(self) -> Bytes {
        let held = Cursor::new(self.room[self.start..self.end].to_vec());
        if self.ended {
            Box::new(held)
        } else {
            Box::new(held.chain(self.from))
        }
    }
}

/// Opens one layer of compression, which its first bytes tell, whatever the name says.
pub(super) fn decompressed(mut from: Bytes) -> io::Result<Bytes> {
    let mut head = Vec::new();
    from.by_ref().take(4).read_to_end(&mut head)?;
    let gzip = head.starts_with(GZIP);
    let zstd = head.starts_with(ZSTD);
    let whole = Cursor::new(head).chain(from);
    Ok(if gzip {
        Box::new(Members::new(BufReader::with_capacity(CHUNK, whole)))
    } else if zstd {
        let mut decoder = zstd::Decoder::new(whole)?;
        decoder.window_log_max(ZSTD_WINDOW)?;
        Box::new(Once { from: Some(decoder) })
    } else {
        Box::new(Once { from: Some(whole) })
    })
}

/// Whether bytes are those of a compressed file.
pub(super) fn is_compressed(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x1F\x8B\x08") || bytes.starts_with(ZSTD)
}

/// A reader that fails once and then is at its end.
struct Once<R> {
    from: Option<R>,
}

impl<R: Read> Read for Once<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let Some(from) = &mut self.from else { return Ok(0) };
        let read = from.read(into);
        if read.as_ref().is_err_and(|cause| cause.kind() != io::ErrorKind::Interrupted) {
            self.from = None;
        }
        read
    }
}

/// What stands between or after the members of a gzip file, and is none. Zeros at the end are padding, and not told.
#[derive(Debug)]
pub(super) struct NoMember;

impl fmt::Display for NoMember {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("bytes after gzip that are none")
    }
}

impl std::error::Error for NoMember {}

/// Every member of a gzip file. Where one is damaged, that is an error, and the next member is looked for.
struct Members<R> {
    state: State<R>,
    /// Whether the fault that is being passed over has been told.
    told: bool,
    any: bool,
}

enum State<R> {
    Between(R),
    Within(Box<GzDecoder<R>>),
    Ended,
}

impl<R: BufRead> Members<R> {
    fn new(from: R) -> Members<R> {
        Members { state: State::Between(from), told: false, any: false }
    }

    /// Looks for the next member; `Some` where there is a fault to tell before it.
    fn next_member(&mut self, mut from: R) -> io::Result<()> {
        let mut junk = false;
        loop {
            let held = match from.fill_buf() {
                Ok(held) => held,
                Err(cause) if cause.kind() == io::ErrorKind::Interrupted => continue,
                Err(cause) => return Err(cause),
            };
            if held.is_empty() {
                let padding = !junk || self.told;
                return if padding { Ok(()) } else { Err(io::Error::new(io::ErrorKind::InvalidData, NoMember)) };
            }
            let place = memchr(GZIP[0], held);
            let passed = place.unwrap_or(held.len());
            junk |= held[..passed].iter().any(|&byte| byte != 0) || (place.is_some() && passed > 0);
            from.consume(passed);
            if place.is_some() {
                self.state = State::Within(Box::new(GzDecoder::new(from)));
                if junk && !self.told {
                    self.told = true;
                    return Err(io::Error::new(io::ErrorKind::InvalidData, NoMember));
                }
                return Ok(());
            }
        }
    }
}

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            match std::mem::replace(&mut self.state, State::Ended) {
                State::Ended => return Ok(0),
                State::Between(from) => self.next_member(from)?,
                State::Within(mut decoder) => match decoder.read(into) {
                    Ok(0) if !into.is_empty() => {
                        (self.told, self.any) = (false, true);
                        self.state = State::Between(decoder.into_inner());
                    }
                    Ok(length) => {
                        (self.told, self.any) = (false, true);
                        self.state = State::Within(decoder);
                        return Ok(length);
                    }
                    Err(cause) if cause.kind() == io::ErrorKind::Interrupted => self.state = State::Within(decoder),
                    Err(cause) => {
                        let header = decoder.header().is_none();
                        self.state = State::Between(decoder.into_inner());
                        // What looked like a member among other bytes is none; they have been told.
                        if !(std::mem::replace(&mut self.told, true) && header) {
                            return Err(if header && self.any {
                                io::Error::new(io::ErrorKind::InvalidData, NoMember)
                            } else {
                                io::Error::new(cause.kind(), format!("damaged gzip ({cause})"))
                            });
                        }
                    }
                },
            }
        }
    }
}

/// UTF-16 as UTF-8.
struct Transcoded {
    from: Bytes,
    decoder: Decoder,
    bytes: Vec<u8>,
    ready: Cursor<Vec<u8>>,
    ended: bool,
}

impl Read for Transcoded {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let length = self.ready.read(into)?;
            if length > 0 || self.ended || into.is_empty() {
                return Ok(length);
            }
            self.bytes.resize(CHUNK, 0);
            let length = self.from.read(&mut self.bytes)?;
            self.ended = length == 0;
            let mut ready = std::mem::take(&mut self.ready).into_inner();
            ready.resize(self.decoder.max_utf8_buffer_length(length).unwrap_or(4 * CHUNK), 0);
            let (_, _, written, _) = self.decoder.decode_to_utf8(&self.bytes[..length], &mut ready, self.ended);
            ready.truncate(written);
            self.ready = Cursor::new(ready);
        }
    }
}

/// Lines can be cut from UTF-8 and from every encoding that keeps ASCII in its place. UTF-16 is turned into UTF-8 first.
pub(super) fn ascii_kept(mut feed: Feed, given: Option<&'static Encoding>) -> io::Result<Feed> {
    feed.hold(4096)?;
    let found = given.filter(|given| [UTF_16LE, UTF_16BE].contains(given)).or_else(|| super::encoding::utf16(feed.held()));
    Ok(match found {
        None => feed,
        Some(encoding) => {
            let (from, decoder) = (feed.into_bytes(), encoding.new_decoder_with_bom_removal());
            Feed::new(Box::new(Transcoded { from, decoder, bytes: Vec::new(), ready: Cursor::default(), ended: false }))
        }
    })
}

/// Counts what is read of a file.
pub(super) struct Counted<R> {
    from: R,
    read: Arc<AtomicU64>,
    /// What has not been counted of the length that the file has.
    left: u64,
}

impl<R> Counted<R> {
    pub(super) fn new(from: R, length: u64, read: Arc<AtomicU64>) -> Counted<R> {
        Counted { from, read, left: length }
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = self.from.read(into)?;
        self.read.fetch_add(length as u64, Ordering::Relaxed);
        self.left = self.left.saturating_sub(length as u64);
        Ok(length)
    }
}

/// What is left of a file that has been done with counts as read.
impl<R> Drop for Counted<R> {
    fn drop(&mut self) {
        self.read.fetch_add(self.left, Ordering::Relaxed);
    }
}
