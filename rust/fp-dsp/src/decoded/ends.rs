//! The first and the last 50 ms: a track that starts or ends at full level was cut.

use super::blocks::Moments;

/// The ends per second of audio.
const ENDS_PER_S: u32 = 20;
/// −90 dBFS: what is quieter is silent, and no level of an end.
const MIN_MEAN_SQUARE: f64 = 1e-9;

/// The samples of both ends so far, per channel.
pub(crate) struct Ends {
    length: usize,
    channels: Box<[[Vec<f32>; 2]]>,
}

impl Ends {
    pub(crate) fn new(rate_hz: u32, channels: usize) -> Self {
        let length = (rate_hz / ENDS_PER_S).max(1) as usize;
        let buffer = || Vec::with_capacity(length);
        Self { length, channels: (0..channels).map(|_| [buffer(), buffer()]).collect() }
    }

    pub(crate) fn reset(&mut self) {
        self.channels.iter_mut().flatten().for_each(Vec::clear);
    }

    pub(crate) fn add_chunk(&mut self, channels: &[&[f32]]) {
        for ([first, last], samples) in self.channels.iter_mut().zip(channels) {
            let missing = samples.len().min(self.length - first.len());
            first.extend_from_slice(&samples[..missing]);
            let newest = &samples[samples.len().saturating_sub(self.length)..];
            let too_many = (last.len() + newest.len()).saturating_sub(self.length);
            last.drain(..too_many);
            last.extend_from_slice(newest);
        }
    }

    /// Level of the first and of the last 50 ms over all channels, about the mean of each, in dB relative to that of the whole
    /// track.
    pub(crate) fn levels_db(&self, track_mean_square: f64) -> [Option<f64>; 2] {
        [0, 1].map(|end| {
            let sum: f64 = self.channels.iter().map(|ends| Moments::of(ends[end].iter().copied()).mean_square()).sum();
            let mean_square = sum / self.channels.len() as f64;
            (mean_square >= MIN_MEAN_SQUARE && track_mean_square > 0.0)
                .then(|| 10.0 * (mean_square / track_mean_square).log10())
        })
    }
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;

    use super::*;

    #[test]
    fn the_ends_have_their_level_about_their_mean_whatever_the_chunks() {
        // At 1 kHz an end has 50 samples.
        let square = |level: f32, offset: f32| (0..50).map(move |n| offset + if n % 2 == 0 { level } else { -level });
        let samples: Vec<f32> = square(0.5, 0.25).chain(square(0.0, 0.1)).chain(square(0.05, 0.0)).collect();
        for chunk in [7, 50, 64, 150] {
            let mut ends = Ends::new(1_000, 1);
            samples.chunks(chunk).for_each(|chunk| ends.add_chunk(&[chunk]));
            let [start, end] = ends.levels_db(0.25);
            assert_abs_diff_eq!(start.unwrap(), 0.0, epsilon = 1e-9);
            assert_abs_diff_eq!(end.unwrap(), -20.0, epsilon = 1e-6);
        }
    }

    #[test]
    fn silent_ends_have_no_level() {
        let mut ends = Ends::new(1_000, 2);
        ends.add_chunk(&[&[0.5; 200], &[1e-6; 200]]);
        assert_eq!(ends.levels_db(0.1), [None, None]);
        assert_eq!(Ends::new(1_000, 1).levels_db(0.1), [None, None]);
    }
}
