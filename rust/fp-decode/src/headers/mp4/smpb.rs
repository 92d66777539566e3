//! iTunes' `iTunSMPB` tag: encoder delay, padding and length in samples.

use std::{io, ops::Range};

use crate::headers::mp4::boxes::BoxReader;

/// Maximum number of tags that are looked at.
const MAX_TAGS: usize = 4096;

/// What the tag says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Smpb {
    /// Encoder delay in samples.
    pub(crate) delay: u64,
    /// Length of the audio in samples.
    pub(crate) samples: u64,
}

/// Parses ` 00000000 00000840 000001CA 00000000003F31F6 …`: reserved, delay, padding, samples.
pub(crate) fn parse_smpb(text: &str) -> Option<Smpb> {
    let mut words = text.split_ascii_whitespace().skip(1).map(|word| u64::from_str_radix(word, 16));
    let delay = words.next()?.ok()?;
    words.next()?.ok()?;
    let samples = words.next()?.ok()?;
    (samples > 0).then_some(Smpb { delay, samples })
}

/// Reads the tag in `moov/udta/meta/ilst/----`.
pub(crate) fn read_smpb(reader: &mut BoxReader<'_>, moov: Range<u64>) -> io::Result<Option<Smpb>> {
    let Some(meta) = reader.descend(moov, &[b"udta", b"meta"])? else { return Ok(None) };
    // `meta` has a version and flags before its children.
    let Some(ilst) = reader.child(meta.start.saturating_add(4).min(meta.end)..meta.end, b"ilst")? else {
        return Ok(None);
    };
    for tag in reader.children(ilst, b"----")?.into_iter().take(MAX_TAGS) {
        let name = reader.leaf(tag.clone(), b"name")?.unwrap_or_default();
        if name.get(4..) == Some(b"iTunSMPB") {
            let data = reader.leaf(tag, b"data")?.unwrap_or_default();
            let text = data.get(8..).map(String::from_utf8_lossy).unwrap_or_default();
            return Ok(parse_smpb(&text));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tag_gives_delay_and_length() {
        let text = " 00000000 00000840 000001CA 00000000003F31F6 00000000 00000000";
        assert_eq!(parse_smpb(text), Some(Smpb { delay: 2112, samples: 4_141_558 }));
        assert_eq!(parse_smpb(" 00000000 00000840"), None);
    }
}
