//! How long the tags are that stand before, between and behind MPEG audio frames.

/// How many bytes [`tag_bytes`] needs.
pub(crate) const TAG_HEAD_BYTES: usize = 32;
/// An ID3v1 tag.
const ID3V1_BYTES: u64 = 128;
/// The header, and the footer, of an APEv2 tag.
const APE_HEADER_BYTES: u64 = 32;

/// Length of the tag that `head` starts: ID3v2, ID3v1, APEv2.
pub(crate) fn tag_bytes(head: &[u8]) -> Option<u64> {
    if head.starts_with(b"TAG") {
        return Some(ID3V1_BYTES);
    }
    id3v2_bytes(head).or_else(|| ape_bytes(head))
}

/// Whether a tag starts here, even one that states an impossible length.
pub(crate) fn starts_tag(head: &[u8]) -> bool {
    [b"ID3".as_slice(), b"TAG", b"APETAGEX", b"LYRICSBEGIN"].iter().any(|magic| head.starts_with(magic))
}

/// Length of the ID3v2 tag that `head` starts, header and footer included. ID3v2.4 structure, 3.1.
fn id3v2_bytes(head: &[u8]) -> Option<u64> {
    let header: &[u8; 10] = head.first_chunk()?;
    if &header[..3] != b"ID3" || header[6..].iter().any(|byte| byte & 0x80 != 0) {
        return None;
    }
    let body = header[6..].iter().fold(0, |size, &byte| size << 7 | u64::from(byte));
    let footer = if header[5] & 0x10 != 0 { 10 } else { 0 };
    Some(10 + body + footer)
}

/// Length of the rest of an APE tag from here: its header states the items and the footer, its footer ends it. APEv2
/// specification, "APE Tags Header".
fn ape_bytes(head: &[u8]) -> Option<u64> {
    let header: &[u8; APE_HEADER_BYTES as usize] = head.first_chunk()?;
    if &header[..8] != b"APETAGEX" {
        return None;
    }
    let items_and_footer = u64::from(u32::from_le_bytes([header[12], header[13], header[14], header[15]]));
    let is_header = header[23] & 0x20 != 0;
    Some(APE_HEADER_BYTES + if is_header { items_and_footer } else { 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn id3v2_size_is_syncsafe() {
        assert_eq!(tag_bytes(b"ID3\x04\0\0\0\0\x02\x01"), Some(10 + 257));
        assert_eq!(tag_bytes(b"ID3\x04\0\x10\0\0\x02\x01"), Some(20 + 257));
        assert_eq!(tag_bytes(b"ID3\x04\0\0\0\0\x82\x01"), None);
    }

    #[test]
    fn an_ape_header_counts_its_items_and_a_footer_does_not() {
        let tag = |flags: u8| {
            let fields = [0xd0, 7, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, flags];
            [b"APETAGEX".as_slice(), &fields, &[0; 8]].concat()
        };
        assert_eq!(tag_bytes(&tag(0xa0)), Some(32 + 256));
        assert_eq!(tag_bytes(&tag(0x80)), Some(32));
    }
}
