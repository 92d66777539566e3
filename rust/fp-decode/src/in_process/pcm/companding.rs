//! ITU-T G.711: the values of its code words, as 16-bit samples.

/// A-law, table 1 of G.711: 13-bit values, here in the high bits of 16.
pub(super) fn a_law(code: u8) -> i16 {
    let code = code ^ 0x55;
    let (segment, step) = (u32::from(code >> 4 & 7), i16::from(code & 0xf));
    let magnitude = match segment {
        0 => (step << 4) + 8,
        _ => ((step << 4) + 0x108) << (segment - 1),
    };
    if code & 0x80 == 0 { -magnitude } else { magnitude }
}

/// µ-law, table 2 of G.711: 14-bit values, here in the high bits of 16.
pub(super) fn mu_law(code: u8) -> i16 {
    let code = !code;
    let (segment, step) = (u32::from(code >> 4 & 7), i16::from(code & 0xf));
    let magnitude = (((step << 3) + 0x84) << segment) - 0x84;
    if code & 0x80 == 0 { magnitude } else { -magnitude }
}
