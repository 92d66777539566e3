//! Repairs the checksums of changed pages, so that the code behind the check is fuzzed too.

/// Rewrites the CRC of every Ogg page in a stream that starts with one (RFC 3533, 6: polynomial 04c11db7, initial
/// value 0, over the page with its CRC field 0).
pub fn repair_ogg(bytes: &mut [u8]) {
    let mut start = 0;
    while bytes[start..].starts_with(b"OggS") {
        let Some(&segments) = bytes.get(start + 26) else { return };
        let Some(lacing) = bytes.get(start + 27..start + 27 + usize::from(segments)) else { return };
        let body: usize = lacing.iter().map(|&length| usize::from(length)).sum();
        let end = start + 27 + usize::from(segments) + body;
        let Some(page) = bytes.get_mut(start..end) else { return };
        page[22..26].fill(0);
        let crc = page.iter().fold(0u32, |crc, &byte| {
            (0..8).fold(
                crc ^ u32::from(byte) << 24,
                |crc, _| {
                    if crc >> 31 == 1 { crc << 1 ^ 0x04c1_1db7 } else { crc << 1 }
                },
            )
        });
        page[22..26].copy_from_slice(&crc.to_le_bytes());
        start = end;
    }
}
