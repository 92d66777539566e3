//! Decimation by powers of two without delay: centred symmetric FIRs, each halving the rate.

use multiversion::multiversion;

use crate::kernel::resample::{
    fir::{Phase, convolve},
    kaiser::low_pass,
};

/// Attenuation in the stop band of every stage of YIN's in dB; 10 dB more than the 60 dB that YIN needs.
const ATTENUATION_DB: f64 = 70.0;
/// Pass-band edge of the last stage over its output rate r: 8 kHz for r = 22 050 Hz. Its stop band
/// begins at r/2, so that nothing is aliased; below r = 22 050 Hz the pass band shrinks in proportion.
const LAST_PASS_EDGE: f64 = 8_000.0 / 22_050.0;

/// Reduces the rate by 2ᵏ; sample i of the output is centred on sample i·2ᵏ of the input.
///
/// Before its start and after its end the stream is taken as zero. Each output is one sum in a fixed
/// order, so the result does not depend on where the stream is cut.
pub struct Decimator {
    stages: Box<[Halver]>,
}

/// One stage: low-pass, then every other sample.
struct Halver {
    /// Taps that meet the even samples, and those that meet the odd ones.
    taps: [Box<[f32]>; 2],
    /// Even and odd samples that are still needed; before the first sample come `reach` zeros.
    phases: [Phase; 2],
    /// Taps reach 2·reach − 1 samples to either side.
    reach: usize,
    output: Vec<f32>,
}

impl Decimator {
    /// A decimator by 2 to the power of `stages`, for YIN.
    #[must_use]
    pub fn new(stages: u32) -> Self {
        Self::with_edges(stages, [LAST_PASS_EDGE, 0.5], ATTENUATION_DB)
    }

    /// A decimator by 2 to the power of `stages` with its pass and stop edge over its output rate; from the stop edge on
    /// everything is `attenuation_db` down.
    #[must_use]
    pub fn with_edges(stages: u32, [pass, stop]: [f64; 2], attenuation_db: f64) -> Self {
        // Stages before the last one must remove only frequencies that would be aliased into the band of the final
        // output: those from 3/4 of the stage's output rate on. Their pass band may end at a quarter of it.
        let early = || Halver::new(&low_pass(0.125, 0.375, attenuation_db));
        let last = || Halver::new(&low_pass(0.5 * pass, 0.5 * stop, attenuation_db));
        Self { stages: (1..=stages).map(|stage| if stage < stages { early() } else { last() }).collect() }
    }

    /// Forgets the stream.
    pub fn reset(&mut self) {
        for stage in &mut self.stages {
            stage.reset();
        }
    }

    /// Adds samples and passes the outputs that they complete to `take`.
    pub fn add_samples(&mut self, samples: &[f32], take: impl FnOnce(&[f32])) {
        let mut now = samples;
        for stage in &mut self.stages {
            now = stage.add_samples(now);
        }
        take(now);
    }

    /// Ends the stream: passes the rest of its ⌈length / 2ᵏ⌉ outputs to `take`.
    pub fn finish(&mut self, mut take: impl FnMut(&[f32])) {
        for ending in 0..self.stages.len() {
            let (ended, later) = self.stages.split_at_mut(ending + 1);
            let mut now = ended[ending].finish();
            for stage in later {
                now = stage.add_samples(now);
            }
            take(now);
        }
    }
}

impl Halver {
    /// A stage with a low-pass of 4·reach − 1 taps.
    fn new(low_pass: &[f64]) -> Self {
        let reach = low_pass.len().div_ceil(4);
        // Tap k meets sample 2n + k − (2·reach − 1): odd offsets first.
        let odd = low_pass.iter().step_by(2).map(|&tap| tap as f32).collect();
        let even = low_pass.iter().skip(1).step_by(2).map(|&tap| tap as f32).collect();
        let mut halver = Self { taps: [even, odd], phases: Default::default(), reach, output: Vec::new() };
        halver.reset();
        halver
    }

    fn reset(&mut self) {
        for phase in &mut self.phases {
            phase.filled = 0;
            phase.extend(self.reach).fill(0.0);
        }
    }

    fn add_samples(&mut self, samples: &[f32]) -> &[f32] {
        let [even, odd] = &mut self.phases;
        // If there are more even than odd samples, the next sample of the stream is an odd one.
        let (pending, pairs) = samples.split_at(usize::from(even.filled > odd.filled).min(samples.len()));
        odd.extend(pending.len()).copy_from_slice(pending);
        let (pairs, single) = pairs.as_chunks::<2>();
        split_phases(pairs, even.extend(pairs.len()), odd.extend(pairs.len()));
        even.extend(single.len()).copy_from_slice(single);
        self.filter()
    }

    /// Adds zeros after the end, until the output centred on the last even sample is complete.
    fn finish(&mut self) -> &[f32] {
        let length = self.phases[0].filled + self.reach - 1;
        for phase in &mut self.phases {
            phase.extend(length - phase.filled).fill(0.0);
        }
        self.filter()
    }

    /// Computes all outputs whose samples have come and drops the samples that are no longer needed.
    fn filter(&mut self) -> &[f32] {
        let [even, odd] = &mut self.phases;
        let outputs = (odd.filled + 1).saturating_sub(2 * self.reach);
        if self.output.len() < outputs {
            self.output.resize(outputs, 0.0);
        }
        let output = &mut self.output[..outputs];
        if outputs > 0 {
            // Even taps begin one sample later than odd ones.
            convolve(output, &even.samples()[1..], &self.taps[0], odd.samples(), &self.taps[1]);
            even.drop_first(outputs);
            odd.drop_first(outputs);
        }
        output
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn split_phases(pairs: &[[f32; 2]], even: &mut [f32], odd: &mut [f32]) {
    for ((pair, even), odd) in pairs.iter().zip(even).zip(odd) {
        [*even, *odd] = *pair;
    }
}

#[cfg(test)]
mod tests;
