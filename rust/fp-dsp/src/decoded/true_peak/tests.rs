use approx::assert_relative_eq;

use super::*;

/// The standard's filter over the whole signal, in f64, without skipping anything.
fn plain(channels: &[Vec<f32>]) -> f64 {
    let mut peak = 0.0_f64;
    for samples in channels {
        let at = |n: usize| samples.get(n).map_or(0.0, |&x| f64::from(x));
        for n in 0..samples.len() + HISTORY {
            peak = peak.max(at(n).abs());
            for taps in &PHASES {
                let value = |tap: &dyn Fn(usize) -> f32| -> f64 {
                    (0..TAPS.min(n + 1)).map(|k| f64::from(tap(k)) * at(n - k)).sum()
                };
                peak = peak.max(value(&|k| taps[k]).abs()).max(value(&|k| taps[TAPS - 1 - k]).abs());
            }
        }
    }
    peak
}

/// The true peak in chunks of so many samples.
fn measured(channels: &[Vec<f32>], chunk: usize) -> f32 {
    let mut blocks: Vec<ChannelBlocks> = channels.iter().map(|_| ChannelBlocks::new(chunk)).collect();
    let mut peak = TruePeak::new(channels.len());
    for start in (0..channels[0].len()).step_by(chunk) {
        let slices: Vec<&[f32]> = channels.iter().map(|c| &c[start..c.len().min(start + chunk)]).collect();
        blocks.iter_mut().zip(&slices).for_each(|(blocks, samples)| blocks.add_chunk(samples));
        let largest = slices.iter().copied().flatten().fold(0.0, |peak: f32, x| x.abs().max(peak));
        peak.add_chunk(&slices, &blocks, largest);
    }
    peak.finish().0
}

/// Noise that grows and shrinks, smoothed over `width` samples.
fn noise(length: usize, width: usize, seed: u32) -> Vec<f32> {
    let mut state = seed;
    let mut white = Vec::with_capacity(length + width);
    for n in 0..length + width {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let envelope = (n as f32 / 300.0).sin();
        white.push(envelope * (state as f32 / u32::MAX as f32 - 0.5));
    }
    white.windows(width).take(length).map(|run| run.iter().sum()).collect()
}

#[test]
fn it_is_that_of_the_whole_signal_at_four_times_its_rate() {
    for length in [1, 5, 11, 31, 32, 33, 100, 5_000] {
        for width in [1, 2, 8, 40] {
            for chunk in [16, 48, 64, 1_024] {
                let channels = [noise(length, width, 7), noise(length, width, 1_000)];
                // 12 products in f32.
                assert_relative_eq!(
                    f64::from(measured(&channels, chunk)),
                    plain(&channels),
                    max_relative = 1e-6,
                    epsilon = 0.0
                );
            }
        }
    }
}

#[test]
fn the_peak_lies_in_the_block_that_has_it() {
    let mut samples = noise(5_000, 8, 7);
    samples[3_333] = 4.0;
    samples[3_334] = 4.0;
    let mut blocks = ChannelBlocks::new(64);
    let mut peak = TruePeak::new(1);
    for chunk in samples.chunks(64) {
        blocks.add_chunk(chunk);
        let largest = chunk.iter().fold(0.0, |peak: f32, x| x.abs().max(peak));
        peak.add_chunk(&[chunk], std::slice::from_ref(&blocks), largest);
    }
    assert_eq!(peak.finish().1, 3_328);
}

#[test]
fn what_rings_before_the_start_and_after_the_end_counts() {
    // At the edge of a constant the filter overshoots.
    let constant = [vec![0.5; 100]];
    assert!(plain(&constant) > 0.55);
    assert_relative_eq!(f64::from(measured(&constant, 32)), plain(&constant), max_relative = 1e-6, epsilon = 0.0);
}

#[test]
fn a_sine_at_a_quarter_of_the_rate_between_its_samples_reads_3_db_more_than_they() {
    let sine: Vec<f32> = (0..4_800).map(|n| [0.5, 0.5, -0.5, -0.5][n % 4] * 0.5_f32.sqrt() * 2.0_f32.sqrt()).collect();
    let faded: Vec<f32> =
        sine.iter().enumerate().map(|(n, x)| x * (n.min(4_799 - n) as f32 / 500.0).min(1.0)).collect();
    let db = 20.0 * f64::from(measured(&[faded], 1_024) / 0.5).log10();
    // EBU Tech 3341 allows +0.2 and −0.4 dB.
    assert!((2.61..3.21).contains(&db), "{db}");
}

#[test]
fn the_filter_is_the_standards() {
    // Σ|taps| of the phases: 1.43 and 2.02; Σ taps within 0.24 dB of 1.
    let sums = PHASES.map(|taps| taps.iter().map(|tap| tap.abs()).sum::<f32>());
    assert_relative_eq!(sums[0], 1.434_204_1, max_relative = 1e-6);
    assert_relative_eq!(sums[1], 2.022_827_1, max_relative = 1e-6);
}
