//! Parts of a page, each compressed by itself, so that what has not changed is
//! not compressed again.
//!
//! A gzip page is one member all the same: the parts are deflated, each with a
//! dictionary of its own and up to a byte boundary, and stand behind one header
//! and before one checksum. Several members would be as valid, but curl fails
//! after the first. Zstandard frames, on the other
//! hand, follow one another wherever they are read.

use std::io;

use bytes::Bytes;
use crc32fast::Hasher;
use flate2::{Compress, Compression, FlushCompress};

/// How a page is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Coding {
    /// Not at all.
    Identity,
    /// gzip, RFC 1952.
    Gzip,
    /// Zstandard, RFC 8878.
    Zstd,
}

/// Names repeat so much that a higher level would take several times as long for a few percent.
const ZSTD_LEVEL: i32 = 1;

/// Deflate, no name, no time, unknown system.
const GZIP_HEADER: &[u8] = &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
/// A last block without content: the parts do not know which of them is the last.
const DEFLATE_END: [u8; 2] = [3, 0];

/// A part of a page as it is sent.
#[derive(Debug, Clone, Default)]
pub(super) struct Part {
    pieces: Vec<Bytes>,
    /// Of the text.
    checksum: Hasher,
    /// Of the text, as gzip states it.
    length: u32,
}

impl Coding {
    /// Its name in HTTP, unless it is none.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some("gzip"),
            Self::Zstd => Some("zstd"),
        }
    }

    pub(super) fn part(self, text: Vec<u8>) -> io::Result<Part> {
        let mut part = Part { length: text.len() as u32, ..Part::default() };
        let bytes: Bytes = match self {
            Self::Identity => text.into(),
            Self::Gzip => {
                part.checksum.update(&text);
                deflated(&text)?.into()
            }
            Self::Zstd => zstd::bulk::compress(&text, ZSTD_LEVEL)?.into(),
        };
        part.pieces.push(bytes);
        Ok(part)
    }

    /// Parts of this coding as one. What is compressed is put into one piece: as thousands of
    /// them it would take longer to send.
    pub(super) fn assembled(self, parts: impl IntoIterator<Item = Part>) -> Part {
        let mut whole = Part::default();
        for part in parts {
            whole.checksum.combine(&part.checksum);
            whole.length = whole.length.wrapping_add(part.length);
            whole.pieces.extend(part.pieces);
        }
        if self != Self::Identity {
            whole.pieces = vec![whole.pieces.concat().into()];
        }
        whole
    }

    /// Parts of this coding as one page.
    pub(super) fn join<const N: usize>(self, parts: [Part; N]) -> Vec<Bytes> {
        let mut page = Vec::with_capacity(N + 2);
        if self != Self::Gzip {
            page.extend(parts.into_iter().flat_map(|part| part.pieces));
            return page;
        }
        page.push(Bytes::from_static(GZIP_HEADER));
        let (mut checksum, mut length) = (Hasher::new(), 0_u32);
        for part in parts {
            checksum.combine(&part.checksum);
            length = length.wrapping_add(part.length);
            page.extend(part.pieces);
        }
        let mut end = DEFLATE_END.to_vec();
        end.extend(checksum.finalize().to_le_bytes());
        end.extend(length.to_le_bytes());
        page.push(end.into());
        page
    }
}

fn deflated(text: &[u8]) -> io::Result<Vec<u8>> {
    // Room for all of it at once, however little it shrinks: miniz_oxide loses bytes now and then
    // when a flush has to go on in a second buffer, as `DeflateEncoder` makes it.
    let mut deflated = Vec::with_capacity(text.len() + text.len() / 8 + 1024);
    let mut compress = Compress::new(Compression::fast(), false);
    // Ends on a byte boundary without ending the stream.
    compress.compress_vec(text, &mut deflated, FlushCompress::Sync)?;
    if compress.total_in() < text.len() as u64 || deflated.len() == deflated.capacity() {
        return Err(io::Error::other("a part of the page has outgrown itself while it was compressed"));
    }
    deflated.shrink_to_fit();
    Ok(deflated)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use flate2::read::GzDecoder;
    use proptest::prelude::*;

    use super::*;

    fn page(coding: Coding, texts: &[Vec<u8>; 3]) -> Vec<u8> {
        coding.join(texts.clone().map(|text| coding.part(text).unwrap())).concat()
    }

    /// One in a hundred lengths came out broken once, by a flush that filled a buffer.
    #[test]
    fn a_part_is_whole_whatever_its_length() {
        let mut rng = fastrand::Rng::with_seed(1);
        let mut text = String::new();
        for number in 0..1500 {
            text += &format!("a_metric{{target=\"fmg-{}\"}} {}\n", rng.u32(..1_000_000), rng.f64());
            let parts = [text.as_bytes().to_vec(), Vec::new(), Vec::new()];
            let mut read = String::new();
            let gzip = page(Coding::Gzip, &parts);
            GzDecoder::new(gzip.as_slice())
                .read_to_string(&mut read)
                .unwrap_or_else(|e| panic!("{number}: {e}"));
            assert!(read == text, "{number} lines");
        }
    }

    proptest! {
        #[test]
        fn parts_are_read_as_the_page_they_make_up(texts: [Vec<u8>; 3], times in 1_usize..3000) {
            let texts = texts.map(|text| text.repeat(times));
            let whole = texts.concat();
            prop_assert_eq!(&page(Coding::Identity, &texts), &whole);
            // A decoder that reads one member and no more.
            let gzip = page(Coding::Gzip, &texts);
            let (mut decoder, mut read) = (GzDecoder::new(gzip.as_slice()), Vec::new());
            decoder.read_to_end(&mut read).unwrap();
            prop_assert_eq!(&read, &whole);
            prop_assert!(decoder.into_inner().is_empty());
            let zstd = page(Coding::Zstd, &texts);
            prop_assert_eq!(&zstd::stream::decode_all(zstd.as_slice()).unwrap(), &whole);
        }
    }
}
