//! Counts the instructions of the whole pass and of its largest kernels. The count is the same on every run, whatever
//! else the machine does, so that a change of one per cent shows. `pass` measures their time.
#![allow(missing_docs, reason = "benches have no public interface")]

use std::hint::black_box;

use fp_dsp::{
    Analyzer, ChannelLayout, Params,
    kernel::{
        hpss::separator::Hpss,
        loudness::k_weighting::{KWeighting, KWeightingState},
        onsets::flux::{Onset, OnsetFlux},
        pitch::yin::{PitchEstimate, Yin, YinParams},
        resample::decimate::Decimator,
        spectrum::{
            power::PowerSpectrum,
            shape::{SpectralShape, SpectralShapeMeter},
        },
    },
};
use gungraun::{library_benchmark, library_benchmark_group, main};

#[path = "../tests/signal/mod.rs"]
mod signal;

const RATE_HZ: u32 = 44_100;
/// Decoders return blocks of about this length.
const BLOCK: usize = 4_096;

fn params() -> Params {
    Params::new(RATE_HZ).expect("44.1 kHz")
}

fn noise(seed: u64) -> Vec<f32> {
    signal::white_noise(RATE_HZ, 1.0, seed)
}

fn analyzer_and_five_seconds() -> (Analyzer, [Vec<f32>; 2]) {
    let layout = ChannelLayout::new(2, None).expect("stereo");
    (Analyzer::new(RATE_HZ, layout).expect("44.1 kHz"), signal::groove(RATE_HZ, 5.0, 120.0))
}

#[library_benchmark(setup = analyzer_and_five_seconds)]
fn whole_pass_of_5_s_stereo((mut analyzer, [left, right]): (Analyzer, [Vec<f32>; 2])) -> fp_dsp::Analysis {
    for (left, right) in left.chunks(BLOCK).zip(right.chunks(BLOCK)) {
        analyzer.add_samples(black_box(&[left, right]));
    }
    analyzer.finish()
}

fn short_spectrum() -> (PowerSpectrum, Vec<f32>) {
    (PowerSpectrum::new([0.5; 2_048]), noise(4))
}

#[library_benchmark(setup = short_spectrum)]
fn power_of_one_frame((mut spectrum, samples): (PowerSpectrum, Vec<f32>)) -> f32 {
    black_box(spectrum.compute(black_box([&samples[..2_048], &[]])))[7]
}

fn shape_meter() -> (SpectralShapeMeter, Vec<f32>, Vec<f32>) {
    let magnitude: Vec<f32> = noise(6)[..1_025].iter().map(|x| x.abs()).collect();
    let power = magnitude.iter().map(|x| x * x).collect();
    (SpectralShapeMeter::new(1_025, 0.85, 5..465), magnitude, power)
}

#[library_benchmark(setup = shape_meter)]
fn spectral_shape_of_one_frame(
    (mut meter, magnitude, power): (SpectralShapeMeter, Vec<f32>, Vec<f32>),
) -> SpectralShape {
    meter.measure(black_box(&magnitude), black_box(&power))
}

fn separator() -> (Hpss, Vec<f32>) {
    (Hpss::new(params().bins), noise(2).iter().map(|x| x * x).collect())
}

#[library_benchmark(setup = separator)]
fn hpss_of_32_frames((mut hpss, power): (Hpss, Vec<f32>)) -> Option<f64> {
    let Params { bins, hop, .. } = params();
    for frame in power.windows(bins).step_by(hop).take(32) {
        hpss.add_frame(black_box(frame));
    }
    hpss.finish()
}

fn flux() -> (OnsetFlux, Vec<f32>) {
    (OnsetFlux::new(&params()), noise(3)[..params().bins].iter().map(|x| x.abs()).collect())
}

#[library_benchmark(setup = flux)]
fn onset_flux_of_one_frame((mut flux, magnitude): (OnsetFlux, Vec<f32>)) -> Onset {
    flux.add_frame(black_box(&magnitude))
}

fn estimator() -> (Yin, Vec<f32>) {
    let [samples, _] = signal::groove(22_050, 1.0, 120.0);
    (Yin::new(YinParams::new(22_050.0).expect("22.05 kHz has lags")), samples)
}

#[library_benchmark(setup = estimator)]
fn yin_of_two_frames((mut yin, samples): (Yin, Vec<f32>)) -> [Option<PitchEstimate>; 2] {
    yin.estimate(black_box([&samples[..2_048], &samples[1_024..3_072]]))
}

fn decimator() -> (Decimator, Vec<f32>) {
    (Decimator::new(1), noise(1))
}

#[library_benchmark(setup = decimator)]
fn halving_the_rate_of_one_second((mut decimator, samples): (Decimator, Vec<f32>)) {
    for block in samples.chunks(BLOCK) {
        decimator.add_samples(black_box(block), |output| {
            black_box(output);
        });
    }
}

fn weighting() -> (KWeighting, Vec<f32>) {
    (KWeighting::new(RATE_HZ), noise(5))
}

#[library_benchmark(setup = weighting)]
fn k_weighting_one_second((filter, samples): (KWeighting, Vec<f32>)) -> f64 {
    filter.power(black_box(&samples), &mut KWeightingState::default())
}

library_benchmark_group!(
    name = kernels;
    benchmarks =
        whole_pass_of_5_s_stereo,
        power_of_one_frame,
        spectral_shape_of_one_frame,
        hpss_of_32_frames,
        onset_flux_of_one_frame,
        yin_of_two_frames,
        halving_the_rate_of_one_second,
        k_weighting_one_second
);
main!(library_benchmark_groups = kernels);
