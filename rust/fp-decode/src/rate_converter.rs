//! Later samples of another rate, converted to the first rate of a stream.

use audioadapter_buffers::direct::SequentialSliceOfVecs;
use rubato::{Async, FixedAsync, Resampler, SincInterpolationParameters, SincInterpolationType, WindowFunction};

/// Samples of a channel that are converted at once: on the side with more of them, so that neither buffer grows.
const CHUNK_SAMPLES: usize = 4096;
/// Length of the filter at the lower of the two rates: flat to 0.9 of its half, and what aliases is below −90 dB.
const FILTER_SAMPLES: usize = 256;
/// Maximum length of the filter at the source's rate; below it the resampler needs less than a chunk to begin.
const MAX_FILTER_SAMPLES: usize = 2048;
/// Maximum number of exact filter phases, one for each position between two samples that the rates' ratio can have.
/// 44.1 to 48 kHz has 160. More are interpolated.
const MAX_PHASES: u32 = 1024;

/// Band-limited conversion of planar samples from one rate to another. The converted samples begin where the first
/// source sample was, and as many come out as the ratio of the rates says.
pub(crate) struct RateConverter {
    resampler: Async<f32>,
    from_hz: u32,
    to_hz: u32,
    /// Source samples that do not fill a chunk yet.
    waiting: Vec<Vec<f32>>,
    chunk: Vec<Vec<f32>>,
    /// Converted samples that precede the first source sample.
    to_skip: usize,
    taken: u64,
    given: u64,
}

impl RateConverter {
    /// A converter for `channels` channels.
    ///
    /// # Errors
    /// When the resampler refuses the ratio.
    pub(crate) fn new(from_hz: u32, to_hz: u32, channels: usize) -> Result<Self, String> {
        let ratio = f64::from(to_hz) / f64::from(from_hz);
        let phases = to_hz / greatest_common_divisor(from_hz, to_hz).max(1);
        let times_longer = from_hz.div_ceil(to_hz.max(1)) as usize;
        let length = FILTER_SAMPLES.saturating_mul(times_longer).min(MAX_FILTER_SAMPLES);
        let filter = SincInterpolationParameters::new(length, WindowFunction::BlackmanHarris2);
        let filter = if phases <= MAX_PHASES {
            filter.oversampling_factor(phases as usize).interpolation(SincInterpolationType::Nearest)
        } else {
            filter
        };
        // The resampler's own `output_delay` is up to two samples more: its filter's centre is one phase early, and its
        // first output is one step after the beginning.
        let centre = length as f64 / 2.0 - 1.0 / filter.oversampling_factor as f64;
        let delay = (centre * ratio - 1.0).max(0.0);
        let fixed = if to_hz > from_hz { FixedAsync::Output } else { FixedAsync::Input };
        let resampler = Async::new_sinc(ratio, 1.0, &filter, CHUNK_SAMPLES, channels, fixed)
            .map_err(|error| format!("{from_hz} Hz cannot be converted to {to_hz} Hz: {error}"))?;
        Ok(Self {
            from_hz,
            to_hz,
            waiting: vec![Vec::new(); channels],
            chunk: vec![vec![0.0; resampler.output_frames_max()]; channels],
            to_skip: delay.round() as usize,
            taken: 0,
            given: 0,
            resampler,
        })
    }

    /// The rate that is converted.
    pub(crate) fn source_hz(&self) -> u32 {
        self.from_hz
    }

    /// Converts `source`, one slice per channel, and appends what is ready to `output`.
    ///
    /// # Errors
    /// When the resampler fails.
    pub(crate) fn convert(&mut self, source: &[&[f32]], output: &mut [Vec<f32>]) -> Result<(), String> {
        for (waiting, plane) in self.waiting.iter_mut().zip(source) {
            waiting.extend_from_slice(plane);
        }
        self.taken += source.first().map_or(0, |plane| plane.len() as u64);
        self.convert_chunks(u64::MAX, output)
    }

    /// Appends the samples that the filter still holds back; call it once, at the end.
    ///
    /// # Errors
    /// When the resampler fails.
    pub(crate) fn finish(&mut self, output: &mut [Vec<f32>]) -> Result<(), String> {
        let total = u128::from(self.taken) * u128::from(self.to_hz) + u128::from(self.from_hz / 2);
        let total = u64::try_from(total / u128::from(self.from_hz)).unwrap_or(u64::MAX);
        while self.given < total {
            let needed = self.resampler.input_frames_next();
            for waiting in &mut self.waiting {
                waiting.resize(needed.max(waiting.len()), 0.0);
            }
            self.convert_chunks(total, output)?;
        }
        Ok(())
    }

    /// Converts whole chunks, and appends until `total` samples were given.
    fn convert_chunks(&mut self, total: u64, output: &mut [Vec<f32>]) -> Result<(), String> {
        let channels = self.waiting.len();
        let available = self.waiting.first().map_or(0, Vec::len);
        let mut start = 0;
        while self.resampler.input_frames_next() <= available - start {
            let failed = |error: &dyn std::fmt::Display| format!("the sample rate cannot be converted: {error}");
            let room = self.resampler.output_frames_max();
            let input = SequentialSliceOfVecs::new(&self.waiting, channels, available).map_err(|e| failed(&e))?;
            let mut chunk = SequentialSliceOfVecs::new_mut(&mut self.chunk, channels, room).map_err(|e| failed(&e))?;
            let at_start = rubato::Indexing::new().input_offset(start);
            let (used, made) =
                self.resampler.process_into_buffer(&input, &mut chunk, Some(&at_start)).map_err(|e| failed(&e))?;
            start += used;
            let skipped = self.to_skip.min(made);
            self.to_skip -= skipped;
            let kept = usize::try_from(total - self.given).unwrap_or(usize::MAX).min(made - skipped);
            for (output, chunk) in output.iter_mut().zip(&self.chunk) {
                output.extend_from_slice(&chunk[skipped..skipped + kept]);
            }
            self.given += kept as u64;
        }
        for waiting in &mut self.waiting {
            waiting.drain(..start);
        }
        Ok(())
    }
}

fn greatest_common_divisor(mut a: u32, mut b: u32) -> u32 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A sine of `tone_hz` through the converter, in blocks of odd length.
    fn converted(tone_hz: f64, from_hz: u32, to_hz: u32, samples: usize) -> Vec<f32> {
        let step = std::f64::consts::TAU * tone_hz / f64::from(from_hz);
        let source: Vec<f32> = (0..samples).map(|n| (step * n as f64).sin() as f32).collect();
        let mut converter = RateConverter::new(from_hz, to_hz, 1).unwrap();
        let mut output = vec![Vec::new()];
        for block in source.chunks(1153) {
            converter.convert(&[block], &mut output).unwrap();
        }
        converter.finish(&mut output).unwrap();
        output.remove(0)
    }

    #[test]
    fn a_tone_keeps_its_pitch_phase_and_length_at_every_ratio() {
        for (from_hz, to_hz) in [
            (22_050, 44_100),
            (44_100, 22_050),
            (44_100, 48_000),
            (48_000, 44_100),
            (96_000, 44_100),
            (8_000, 48_000),
            (44_099, 44_100),
            (96_000, 11_025),
        ] {
            let output = converted(1_000.0, from_hz, to_hz, from_hz as usize);
            assert_eq!(output.len(), to_hz as usize, "{from_hz} to {to_hz}");
            // The filter rings where the tone begins and ends.
            let (first, last) = (output.len() / 8, output.len() * 7 / 8);
            let step = std::f64::consts::TAU * 1_000.0 / f64::from(to_hz);
            let part = |wave: fn(f64) -> f64| {
                let sum: f64 = (first..last).map(|n| f64::from(output[n]) * wave(step * n as f64)).sum();
                2.0 * sum / (last - first) as f64
            };
            let (sine, cosine) = (part(f64::sin), part(f64::cos));
            let shift = cosine.atan2(sine) / step;
            // Half a sample: the converter drops a whole number of leading samples.
            assert!(shift.abs() < 0.51, "{from_hz} to {to_hz}: shifted by {shift} samples");
            let wrong = |n: usize| {
                let angle = step * n as f64;
                (f64::from(output[n]) - sine * angle.sin() - cosine * angle.cos()).abs()
            };
            let worst = (first..last).map(wrong).fold((sine.hypot(cosine) - 1.0).abs(), f64::max);
            // −80 dB: far below what any lossy codec keeps.
            assert!(worst < 1e-4, "{from_hz} to {to_hz}: {worst}");
        }
    }

    #[test]
    fn what_the_lower_rate_cannot_carry_does_not_alias() {
        let output = converted(15_000.0, 44_100, 22_050, 44_100);
        let worst = output[2_000..20_000].iter().fold(0.0f32, |worst, sample| worst.max(sample.abs()));
        assert!(worst < 1e-4, "{worst}");
    }

    #[test]
    fn the_limits_of_the_rates_are_converted_within_bounded_buffers() {
        assert_eq!(converted(10.0, 100, 768_000, 100).len(), 768_000);
        assert_eq!(converted(10.0, 768_000, 100, 768_000).len(), 100);
        assert_eq!(converted(10.0, 767_999, 768_000, 10).len(), 10);
        assert_eq!(converted(10.0, 48_000, 44_100, 0).len(), 0);
    }
}
