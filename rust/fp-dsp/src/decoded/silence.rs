//! Silence at the start, at the end, and the longest in between.
//!
//! A block is silent if none of its samples in any channel exceeds −60 dBFS, which is where ffmpeg's `silencedetect` begins too:
//! under the hiss of tape and vinyl, over dither and the noise of converters. A quiet track is judged by less: its silence
//! is at least 40 dB under its largest sample. That is known only at the end, so four thresholds are followed at once.

use super::blocks::{BLOCK, ChannelBlocks, extremes, raise_peaks};

/// −60, −70, −80 and −90 dBFS.
const THRESHOLDS: [f32; 4] = [1e-3, 3.162_277_6e-4, 1e-4, 3.162_277_6e-5];
/// The threshold lies at least this far below the largest sample: 40 dB. The lowest one holds for whatever is quieter.
const MIN_DISTANCE: f32 = 0.01;

/// The silences so far at each threshold.
pub(crate) struct Silence {
    passages: [Passages; THRESHOLDS.len()],
    peaks: Vec<f32>,
    /// Samples per channel.
    position: u64,
}

/// Where it is loud; in samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Passages {
    /// Start of the first loud block.
    first: Option<u64>,
    /// End of the last one.
    end: u64,
    longest: u64,
    longest_start: u64,
}

/// The silences of a track, in samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Silences {
    pub(crate) leading: u64,
    pub(crate) trailing: u64,
    /// Start and length of the longest between two sounds.
    pub(crate) longest: Option<(u64, u64)>,
}

impl Passages {
    fn add_loud(&mut self, start: u64, end: u64) {
        if self.first.is_none() {
            self.first = Some(start);
        } else if start - self.end > self.longest {
            (self.longest, self.longest_start) = (start - self.end, self.end);
        }
        self.end = end;
    }
}

impl Silence {
    pub(crate) fn new() -> Self {
        Self { passages: [Passages::default(); THRESHOLDS.len()], peaks: Vec::new(), position: 0 }
    }

    pub(crate) fn reset(&mut self) {
        self.passages = [Passages::default(); THRESHOLDS.len()];
        self.position = 0;
    }

    /// Adds a chunk of so many samples.
    pub(crate) fn add_chunk(&mut self, length: usize, blocks: &[ChannelBlocks]) {
        self.peaks.clear();
        self.peaks.resize(length.div_ceil(BLOCK), 0.0);
        for channel in blocks {
            raise_peaks(&mut self.peaks, &channel.low()[1..], &channel.high()[1..]);
        }
        let end = self.position + length as u64;
        if extremes(&self.peaks, &[])[0] > THRESHOLDS[0] {
            self.passages.iter_mut().for_each(|passages| passages.add_loud(self.position, end));
        } else {
            for (index, &peak) in self.peaks.iter().enumerate() {
                let start = self.position + (index * BLOCK) as u64;
                for (passages, threshold) in self.passages.iter_mut().zip(THRESHOLDS) {
                    if peak > threshold {
                        passages.add_loud(start, end.min(start + BLOCK as u64));
                    }
                }
            }
        }
        self.position = end;
    }

    /// The largest absolute sample of each block of the last chunk, of all channels.
    pub(crate) fn peaks(&self) -> &[f32] {
        &self.peaks
    }

    /// The silences of a track with this largest sample. One that is silent throughout is silent at its start.
    pub(crate) fn finish(&self, sample_peak: f32) -> Silences {
        let chosen = THRESHOLDS.iter().position(|&threshold| threshold <= MIN_DISTANCE * sample_peak);
        let passages = &self.passages[chosen.unwrap_or(THRESHOLDS.len() - 1)];
        match passages.first {
            None => Silences { leading: self.position, trailing: 0, longest: None },
            Some(leading) => Silences {
                leading,
                trailing: self.position - passages.end,
                longest: (passages.longest > 0).then_some((passages.longest_start, passages.longest)),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs of samples of a level each, through the blocks; the lengths are whole blocks.
    fn silences(runs: &[(usize, f32)], chunk: usize) -> Silences {
        let samples: Vec<f32> = runs.iter().flat_map(|&(length, level)| vec![level; length]).collect();
        let mut channel = ChannelBlocks::new(chunk);
        let mut silence = Silence::new();
        for chunk in samples.chunks(chunk) {
            channel.add_chunk(chunk);
            silence.add_chunk(chunk.len(), std::slice::from_ref(&channel));
        }
        silence.finish(samples.iter().fold(0.0, |peak, x| x.abs().max(peak)))
    }

    #[test]
    fn silence_is_found_at_the_start_at_the_end_and_between() {
        for chunk in [320, 4_096, 100_000] {
            let runs = [(960, 0.0), (3_200, 0.5), (320, -0.0009), (640, 0.5), (64, 0.0), (3_200, -0.3), (480, 0.0005)];
            let expected = Silences { leading: 960, trailing: 480, longest: Some((4_160, 320)) };
            assert_eq!(silences(&runs, chunk), expected);
        }
    }

    #[test]
    fn sound_without_silence_has_none_and_silence_is_all_at_the_start() {
        let whole = Silences { leading: 0, trailing: 0, longest: None };
        assert_eq!(silences(&[(9_600, -0.2)], 4_096), whole);
        assert_eq!(silences(&[(9_600, 0.0)], 4_096), Silences { leading: 9_600, ..whole });
    }

    #[test]
    fn silence_of_a_quiet_track_is_40_db_under_its_peak() {
        // The peak is −46 dBFS: −60 is music there, −90 is not.
        let runs = [(320, 0.000_02), (3_200, 0.005), (320, 0.0009), (3_200, 0.005), (320, 0.00003), (320, -0.005)];
        let expected = Silences { leading: 320, trailing: 0, longest: Some((7_040, 320)) };
        assert_eq!(silences(&runs, 4_096), expected);
    }
}
