//! Median-filter harmonic–percussive separation, streaming: only the powers of the two parts are kept.
//!
//! D. Fitzgerald, "Harmonic/percussive separation using median filtering", DAFx 2010; soft masks of
//! power 2 and margin 1 after J. Driedger et al., ISMIR 2014, as `librosa.decompose.hpss(S)`. The
//! harmonic estimate of a bin is the median over 31 frames of time, the percussive one the median over
//! 31 bins of frequency; both axes are mirrored at their ends, the end itself included (SciPy's `reflect`).
//!
//! A median commutes with every monotone map. So the medians are taken of 16-bit keys of the power: 7 bits of exponent
//! and 9 of mantissa. That rounds powers by at most 2⁻¹⁰; the lowest power is 2⁻⁷⁰.

use multiversion::multiversion;
use wide::u16x8;

use crate::kernel::hpss::median_filter::{HALF_WINDOW, LANES, Lanes, OUTPUTS, SPAN, medians};

/// Mantissa bits of f32 that a key drops.
const DROPPED_BITS: u32 = 14;
/// Rounded bit pattern of the lowest power that has its own key: 2⁻⁷⁰, −265 dB under a full-scale sine.
const MIN_KEY_BITS: i32 = (127 - 70) << 9;
/// Keys in a register of the transposition.
const TILE: usize = 8;
/// Number of frames that must follow the first one of a batch before the batch can be separated.
const LOOKAHEAD: u64 = (SPAN - HALF_WINDOW - 1) as u64;

/// Separates a stream of power spectra; memory is 46 frames of 16-bit keys.
///
/// Bins are laid out in 16 lanes: lane l holds bins l·rows … (l + 1)·rows − 1, so that neighbouring
/// rows are neighbouring bins in every lane, and one network serves both axes.
pub struct Hpss {
    bins: usize,
    /// Bins per lane.
    rows: usize,
    /// Keys of one frame, mirrored beyond both ends: bin i is at `HALF_WINDOW + i`.
    line: Box<[i16]>,
    /// Positions in `line` beyond the spectrum, each with the position that it mirrors.
    mirrored: Box<[(usize, usize)]>,
    /// Rows of one frame in the rings: half a window of neighbours, `rows` of them, another half and padding.
    stride: usize,
    /// Ring of `SPAN` frames: keys in lanes, and from the first row on their medians over frequency.
    keys: Box<[Lanes]>,
    percussive: Box<[Lanes]>,
    /// 1 if the lane has a bin of the spectrum, 0 if it has mirrored padding.
    weights: Box<[[f32; LANES]]>,
    frames: u64,
    /// First frame not yet separated.
    next: u64,
    powers: Powers,
}

/// Summed power of the two parts.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Powers {
    harmonic: f64,
    percussive: f64,
}

impl Hpss {
    /// A separator for spectra of `bins` bins (at least one).
    #[must_use]
    pub fn new(bins: usize) -> Self {
        let rows = bins.div_ceil(LANES);
        // An odd stride, so that the same row of all frames is not always in the same few sets of the cache.
        let stride = (rows.next_multiple_of(OUTPUTS) + 2 * HALF_WINDOW).next_multiple_of(TILE) + 1;
        let (end, left) = ((LANES * rows + HALF_WINDOW) as i64, HALF_WINDOW as i64);
        let beyond = (-left..0).chain(bins as i64..end);
        let weight = |row: usize| std::array::from_fn(|lane| f32::from(u8::from(lane * rows + row < bins)));
        Self {
            bins,
            rows,
            line: vec![0; LANES * rows + 2 * HALF_WINDOW + TILE].into(),
            mirrored: beyond.map(|i| ((i + left) as usize, HALF_WINDOW + mirror(i, bins))).collect(),
            keys: vec![[0; LANES]; SPAN * stride].into(),
            percussive: vec![[0; LANES]; SPAN * stride].into(),
            stride,
            weights: (0..rows).map(weight).collect(),
            frames: 0,
            next: 0,
            powers: Powers::default(),
        }
    }

    /// Forgets the stream.
    pub fn reset(&mut self) {
        self.frames = 0;
        self.next = 0;
        self.powers = Powers::default();
    }

    /// Adds the power spectrum of the next frame.
    ///
    /// # Panics
    /// When its length is not the number of bins.
    pub fn add_frame(&mut self, power: &[f32]) {
        assert_eq!(power.len(), self.bins);
        encode(power, &mut self.line[HALF_WINDOW..HALF_WINDOW + self.bins]);
        for &(place, origin) in &self.mirrored {
            self.line[place] = self.line[origin];
        }
        let slot = self.slot(self.frames);
        let keys = &mut self.keys[slot..slot + self.stride];
        transpose(&self.line, self.rows, keys);
        filter_frequency(keys, &mut self.percussive[slot..slot + self.rows]);
        self.frames += 1;
        if self.frames == self.next + LOOKAHEAD + 1 {
            self.separate_batch();
        }
    }

    /// Share of harmonic power, ΣH² / (ΣH² + ΣP²), over all frames added; `None` without power.
    #[must_use]
    pub fn finish(&mut self) -> Option<f64> {
        while self.next < self.frames {
            self.separate_batch();
        }
        let Powers { harmonic, percussive } = self.powers;
        (harmonic + percussive > 0.0).then(|| harmonic / (harmonic + percussive))
    }

    /// Separates up to 16 frames from `next` on; frames beyond the ends of the stream are mirrored.
    fn separate_batch(&mut self) {
        let count = (self.frames - self.next).min(OUTPUTS as u64) as usize;
        let first = self.next as i64 - HALF_WINDOW as i64;
        let slots: [usize; SPAN] =
            std::array::from_fn(|k| self.slot(mirror(first + k as i64, self.frames as usize) as u64));
        let powers = separate(&self.keys, &self.percussive, &slots, &self.weights, count);
        self.powers.harmonic += powers.harmonic;
        self.powers.percussive += powers.percussive;
        self.next += count as u64;
    }

    /// First row of a frame in the rings.
    fn slot(&self, frame: u64) -> usize {
        (frame % SPAN as u64) as usize * self.stride
    }
}

/// Index within 0 … n − 1 of position i of a sequence that is mirrored at both ends:
/// … 2 1 0 | 0 1 2 … n−1 | n−1 n−2 …, with period 2n.
fn mirror(i: i64, n: usize) -> usize {
    let n = n as i64;
    let phase = i.rem_euclid(2 * n);
    (if phase < n { phase } else { 2 * n - 1 - phase }) as usize
}

/// 16-bit keys of powers, in the same order.
#[multiversion(targets("x86_64+avx2"))]
fn encode(power: &[f32], keys: &mut [i16]) {
    for (key, power) in keys.iter_mut().zip(power) {
        let rounded = (power.to_bits() as i32 + (1 << (DROPPED_BITS - 1))) >> DROPPED_BITS;
        let unsigned = (rounded - MIN_KEY_BITS).clamp(0, i32::from(u16::MAX));
        *key = (unsigned + i32::from(i16::MIN)) as i16;
    }
}

/// Power of a key, 2⁻⁷⁰ for the lowest.
#[inline(always)]
fn decode(key: i16) -> f32 {
    f32::from_bits(((i32::from(key) - i32::from(i16::MIN) + MIN_KEY_BITS) << DROPPED_BITS) as u32)
}

/// Distributes a line of keys over the lanes: `lanes[row][lane] = line[lane * rows + row]`, mirrored rows included.
///
/// Works in tiles of 8 × 8, each read and written as whole registers; the last tile reads a little of the next lane.
fn transpose(line: &[i16], rows: usize, lanes: &mut [Lanes]) {
    let (tiles, _) = lanes.as_chunks_mut::<TILE>();
    for (first_row, tile) in tiles.iter_mut().take((rows + 2 * HALF_WINDOW).div_ceil(TILE)).enumerate() {
        for first_lane in [0, TILE] {
            let tile_line = |lane: usize| {
                let start = (first_lane + lane) * rows + first_row * TILE;
                u16x8::new(line[start..].first_chunk().map_or([0; TILE], |keys| keys.map(i16::cast_unsigned)))
            };
            let columns = u16x8::transpose(std::array::from_fn(tile_line));
            for (row, column) in tile.iter_mut().zip(columns) {
                row[first_lane..first_lane + TILE].copy_from_slice(&column.to_array().map(u16::cast_signed));
            }
        }
    }
}

/// Medians over 31 neighbouring rows: the percussive keys of one frame.
#[multiversion(targets("x86_64+avx2"))]
fn filter_frequency(lanes: &[Lanes], percussive: &mut [Lanes]) {
    let mut block = [[0; LANES]; OUTPUTS];
    for (index, rows) in percussive.chunks_mut(OUTPUTS).enumerate() {
        let Some(span) = lanes[index * OUTPUTS..].first_chunk::<SPAN>() else { return };
        medians(span, &mut block);
        rows.copy_from_slice(&block[..rows.len()]);
    }
}

/// Powers of the two parts of `count` frames, whose spans lie at `slots`.
#[multiversion(targets("x86_64+avx2"))]
fn separate(
    keys: &[Lanes],
    percussive: &[Lanes],
    slots: &[usize; SPAN],
    weights: &[[f32; LANES]],
    count: usize,
) -> Powers {
    let mut powers = Powers::default();
    let mut span = [[0; LANES]; SPAN];
    let mut harmonic = [[0; LANES]; OUTPUTS];
    for (row, weight) in weights.iter().enumerate() {
        for (keys_of_frame, slot) in span.iter_mut().zip(slots) {
            *keys_of_frame = keys[slot + HALF_WINDOW + row];
        }
        medians(&span, &mut harmonic);
        let mut parts = [[0.0_f32; LANES]; 2];
        for frame in 0..count {
            let slot = slots[HALF_WINDOW + frame];
            add_masked(&span[HALF_WINDOW + frame], &harmonic[frame], &percussive[slot + row], &mut parts);
        }
        for (lane, &weight) in weight.iter().enumerate() {
            powers.harmonic += f64::from(parts[0][lane] * weight);
            powers.percussive += f64::from(parts[1][lane] * weight);
        }
    }
    powers
}

/// Adds |M_h·X|² and |M_p·X|² with the soft masks M_h = H²/(H² + P²), M_p = 1 − M_h; a half each where
/// both medians are 0.
#[inline(always)]
fn add_masked(keys: &Lanes, harmonic: &Lanes, percussive: &Lanes, parts: &mut [[f32; LANES]; 2]) {
    for lane in 0..LANES {
        // The lowest key means no power, so its value is subtracted; it is negligible against the others.
        let power = decode(keys[lane]) - decode(i16::MIN);
        let (h, p) = (decode(harmonic[lane]), decode(percussive[lane]));
        let mask = h / (h + p);
        parts[0][lane] += power * mask * mask;
        parts[1][lane] += power * (1.0 - mask) * (1.0 - mask);
    }
}

#[cfg(test)]
mod tests;
