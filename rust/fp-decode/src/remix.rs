//! Later blocks of another channel count, converted to the first layout.

use std::{f32::consts::FRAC_1_SQRT_2, ops::Range};

/// WAVE speaker bits that play on the left, the right, and both sides.
const LEFT: u32 = 1 << 0 | 1 << 4 | 1 << 6 | 1 << 9 | 1 << 12 | 1 << 15;
const RIGHT: u32 = 1 << 1 | 1 << 5 | 1 << 7 | 1 << 10 | 1 << 14 | 1 << 17;
const CENTRE: u32 = 1 << 2 | 1 << 8 | 1 << 11 | 1 << 13 | 1 << 16;
/// The bits that name no speaker: a mask with one of them is not believed.
const RESERVED: u32 = !0 << 18;

/// The usual WAVE mask of a channel count: 3 = L R C, 4 = L R Ls Rs, 5 = L R C Ls Rs, 6 = 5.1,
/// 7 = 6.1, 8 = 7.1.
const fn conventional_mask(channels: usize) -> u32 {
    match channels {
        1 => 0x004,
        2 => 0x003,
        3 => 0x007,
        4 => 0x603,
        5 => 0x607,
        6 => 0x60f,
        7 => 0x70f,
        _ => 0x63f,
    }
}

/// Converts blocks into a fixed layout by their ITU-R BS.775 stereo downmix: into mono as its average, otherwise
/// as front left and right (the first two channels), the rest silent.
#[derive(Debug)]
pub(crate) struct Remix {
    planes: Vec<Vec<f32>>,
}

impl Remix {
    /// Converts into `channels` channels. In WAVE order the front pair, if any, comes first.
    pub(crate) fn into_layout(channels: usize) -> Self {
        Self { planes: vec![Vec::new(); channels] }
    }

    /// Converts the `samples` of `source`, whose speakers are `mask`; the result starts at 0.
    pub(crate) fn convert(&mut self, source: &[Vec<f32>], samples: Range<usize>, mask: Option<u32>) -> &[Vec<f32>] {
        let gains = stereo_gains(source.len(), mask);
        for plane in &mut self.planes {
            plane.clear();
            plane.resize(samples.len(), 0.0);
        }
        for (channel, (left, right)) in source.iter().zip(gains) {
            let input = &channel[samples.clone()];
            match self.planes.as_mut_slice() {
                [mono] => accumulate(mono, input, 0.5 * (left + right)),
                [front_left, front_right, ..] => {
                    accumulate(front_left, input, left);
                    accumulate(front_right, input, right);
                }
                [] => {}
            }
        }
        &self.planes
    }
}

fn accumulate(output: &mut [f32], input: &[f32], gain: f32) {
    if gain != 0.0 {
        for (sum, &sample) in output.iter_mut().zip(input) {
            *sum += gain * sample;
        }
    }
}

/// Gains of each channel into left and right of the ITU-R BS.775 stereo downmix: fronts 1, centre, surrounds and
/// heights −3 dB, LFE 0.
///
/// fp-dsp has the same table in its `ChannelLayout`; public for the test in fp-worker that compares the two.
#[must_use]
pub fn stereo_gains(channels: usize, mask: Option<u32>) -> Vec<(f32, f32)> {
    if channels == 1 {
        return vec![(1.0, 1.0)];
    }
    let mask = mask
        .filter(|mask| mask & RESERVED == 0 && mask.count_ones() as usize == channels)
        .unwrap_or_else(|| conventional_mask(channels));
    (0..u32::BITS)
        .map(|bit| 1 << bit)
        .filter(|bit| mask & bit != 0)
        .map(|bit| {
            let gain = if bit & 0xc3 != 0 { 1.0 } else { FRAC_1_SQRT_2 };
            if bit & CENTRE != 0 {
                (gain, gain)
            } else if bit & LEFT != 0 {
                (gain, 0.0)
            } else if bit & RIGHT != 0 {
                (0.0, gain)
            } else {
                (0.0, 0.0)
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stereo_into_mono_is_the_average() {
        let mut remix = Remix::into_layout(1);
        let planes = remix.convert(&[vec![9.0, 1.0, 0.5], vec![9.0, 0.0, -0.25]], 1..3, Some(3));
        assert_eq!(planes, [vec![0.5, 0.125]]);
    }

    #[test]
    fn mono_into_stereo_plays_on_both_sides() {
        let mut remix = Remix::into_layout(2);
        assert_eq!(remix.convert(&[vec![0.25, -0.5]], 0..2, None), [vec![0.25, -0.5], vec![0.25, -0.5]]);
    }

    #[test]
    fn five_one_into_quad_keeps_the_fronts_and_drops_the_lfe() {
        let source: Vec<Vec<f32>> = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0].map(|sample| vec![sample]).to_vec();
        let mut remix = Remix::into_layout(4);
        let planes = remix.convert(&source, 0..1, Some(0x60f));
        assert_eq!(planes[0], [1.0 + FRAC_1_SQRT_2 * 4.0 + FRAC_1_SQRT_2 * 16.0]);
        assert_eq!(planes[1], [2.0 + FRAC_1_SQRT_2 * 4.0 + FRAC_1_SQRT_2 * 32.0]);
        assert_eq!((planes[2].as_slice(), planes[3].as_slice()), ([0.0].as_slice(), [0.0].as_slice()));
    }
}
