//! APEv1 and APEv2: the hydrogenaudio wiki, "APEv2 specification".

use super::{
    bytes::{Bytes, FileBytes},
    text::utf8,
    values::Values,
};

/// A header, and a footer.
pub(super) const HEADER_BYTES: u64 = 32;
/// Longest name of an item, and the zero that ends it.
const MAX_KEY_BYTES: usize = 256;

/// The values of the items in front of the footer at `footer`.
pub(super) fn read_ape_before(bytes: &mut FileBytes<'_>, footer: u64) -> Values {
    let Some(size) = size_in(bytes, footer) else { return Values::default() };
    let items = (footer + HEADER_BYTES).checked_sub(size);
    items.map_or_else(Values::default, |start| read_items(bytes, start, footer))
}

/// Those of the items behind the header at `header`.
pub(super) fn read_ape_behind(bytes: &mut FileBytes<'_>, header: u64) -> Values {
    let Some(size) = size_in(bytes, header) else { return Values::default() };
    let start = header + HEADER_BYTES;
    read_items(bytes, start, start + size.saturating_sub(HEADER_BYTES))
}

/// The length of items and footer.
fn size_in(bytes: &mut FileBytes<'_>, at: u64) -> Option<u64> {
    let head: [u8; HEADER_BYTES as usize] = bytes.array(at)?;
    head.starts_with(b"APETAGEX").then(|| u64::from(u32::from_le_bytes([head[12], head[13], head[14], head[15]])))
}

fn read_items(bytes: &mut FileBytes<'_>, start: u64, end: u64) -> Values {
    let (mut values, mut at) = (Values::default(), start);
    while at < end {
        let Some(head) = bytes.array::<8>(at) else { break };
        let size = u64::from(u32::from_le_bytes([head[0], head[1], head[2], head[3]]));
        let name = bytes.at(at + 8, MAX_KEY_BYTES);
        let Some(length) = name.iter().position(|&byte| byte == 0) else { break };
        let name = name[..length].to_vec();
        let value = at + 8 + length as u64 + 1;
        at = value.saturating_add(size);
        // Bits 1 and 2: 0 is text, 1 is a picture or other bytes, 2 is an address.
        if at <= end && head[4] >> 1 & 3 == 0 {
            values.add_named(&name, || utf8(bytes.value(value, size)));
        }
    }
    values
}
