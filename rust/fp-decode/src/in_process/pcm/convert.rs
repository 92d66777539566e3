//! From the bytes of interleaved samples to planes, full scale ±1.0.

use super::companding::{a_law, mu_law};
use crate::headers::pcm_layout::{PcmCoding, PcmLayout};

/// Converts whole frames into one plane per channel.
pub(super) fn into_planes(layout: &PcmLayout, frames: &[u8], planes: &mut Vec<Vec<f32>>) {
    planes.resize_with(layout.channels, Vec::new);
    let big_endian = layout.big_endian;
    match (layout.coding, layout.slot_bytes) {
        (PcmCoding::Unsigned8, _) => fill(layout, frames, planes, |[byte]: [u8; 1]| (f32::from(byte) - 128.0) / 128.0),
        (PcmCoding::ALaw, _) => fill(layout, frames, planes, |[byte]: [u8; 1]| from_16(a_law(byte))),
        (PcmCoding::MuLaw, _) => fill(layout, frames, planes, |[byte]: [u8; 1]| from_16(mu_law(byte))),
        (PcmCoding::SignedLow { bits }, _) => {
            let scale = (1u64 << bits.saturating_sub(1).min(31)) as f32;
            if big_endian {
                fill(layout, frames, planes, |slot| i32::from_be_bytes(slot) as f32 / scale);
            } else {
                fill(layout, frames, planes, |slot| i32::from_le_bytes(slot) as f32 / scale);
            }
        }
        (PcmCoding::Signed, 1) => fill(layout, frames, planes, |[byte]: [u8; 1]| f32::from(byte as i8) / 128.0),
        (PcmCoding::Signed, 2) if big_endian => fill(layout, frames, planes, |slot| from_16(i16::from_be_bytes(slot))),
        (PcmCoding::Signed, 2) => fill(layout, frames, planes, |slot| from_16(i16::from_le_bytes(slot))),
        (PcmCoding::Signed, 3) if big_endian => {
            fill(layout, frames, planes, |[a, b, c]: [u8; 3]| from_32(i32::from_be_bytes([a, b, c, 0])));
        }
        (PcmCoding::Signed, 3) => {
            fill(layout, frames, planes, |[a, b, c]: [u8; 3]| from_32(i32::from_le_bytes([0, a, b, c])));
        }
        (PcmCoding::Signed, _) if big_endian => fill(layout, frames, planes, |slot| from_32(i32::from_be_bytes(slot))),
        (PcmCoding::Signed, _) => fill(layout, frames, planes, |slot| from_32(i32::from_le_bytes(slot))),
        (PcmCoding::Float, 4) if big_endian => fill(layout, frames, planes, f32::from_be_bytes),
        (PcmCoding::Float, 4) => fill(layout, frames, planes, f32::from_le_bytes),
        (PcmCoding::Float, _) if big_endian => fill(layout, frames, planes, |slot| f64::from_be_bytes(slot) as f32),
        (PcmCoding::Float, _) => fill(layout, frames, planes, |slot| f64::from_le_bytes(slot) as f32),
    }
}

fn from_16(sample: i16) -> f32 {
    f32::from(sample) / 32_768.0
}

fn from_32(sample: i32) -> f32 {
    sample as f32 / 2_147_483_648.0
}

/// Fills the planes with `value` of each slot, which has the size of the layout's.
fn fill<const BYTES: usize>(
    layout: &PcmLayout,
    frames: &[u8],
    planes: &mut [Vec<f32>],
    value: impl Fn([u8; BYTES]) -> f32,
) {
    let (slots, _) = frames.as_chunks::<BYTES>();
    planes.iter_mut().for_each(Vec::clear);
    match planes {
        // Without a number of channels that only the file knows, these loops convert several samples at once.
        [plane] => plane.extend(slots.iter().map(|&slot| value(slot))),
        [left, right] => {
            let (pairs, _) = slots.as_chunks::<2>();
            left.extend(pairs.iter().map(|&[slot, _]| value(slot)));
            right.extend(pairs.iter().map(|&[_, slot]| value(slot)));
        }
        _ => {
            for (channel, plane) in planes.iter_mut().enumerate() {
                plane.extend(slots.chunks_exact(layout.channels).map(|frame| value(frame[channel])));
            }
        }
    }
}
