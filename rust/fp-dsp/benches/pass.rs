//! Wall time of the whole pass and of its largest kernels, with throughput in samples per second:
//! divided by the rate, that is the speed as a multiple of real time.
#![allow(missing_docs, reason = "benches have no public interface")]

use std::hint::black_box;

use divan::{Bencher, counter::ItemsCount};
use fp_dsp::{
    Analyzer, ChannelLayout, Params,
    kernel::{
        hpss::separator::Hpss,
        loudness::k_weighting::{KWeighting, KWeightingState},
        onsets::flux::OnsetFlux,
        pitch::yin::{Yin, YinParams},
        resample::decimate::Decimator,
        spectrum::{power::PowerSpectrum, shape::SpectralShapeMeter},
    },
};

#[path = "../tests/signal/mod.rs"]
mod signal;

const RATE_HZ: u32 = 44_100;
/// Decoders return blocks of about this length.
const BLOCK: usize = 4_096;

fn main() {
    divan::main();
}

#[divan::bench]
fn whole_pass_of_60_s_stereo(bencher: Bencher<'_, '_>) {
    let [left, right] = signal::groove(RATE_HZ, 60.0, 120.0);
    let mut analyzer = Analyzer::new(RATE_HZ, ChannelLayout::new(2, None).expect("stereo")).expect("44.1 kHz");
    bencher.counter(ItemsCount::new(left.len())).bench_local(|| {
        analyzer.reset();
        for (left, right) in left.chunks(BLOCK).zip(right.chunks(BLOCK)) {
            analyzer.add_samples(&[left, right]);
        }
        analyzer.finish()
    });
}

#[divan::bench]
fn yin_of_two_frames(bencher: Bencher<'_, '_>) {
    let params = YinParams::new(22_050.0).expect("22.05 kHz has lags");
    let [frame, _] = signal::groove(22_050, 1.0, 120.0);
    let mut yin = Yin::new(params);
    bencher.counter(ItemsCount::new(2 * params.window)).bench_local(|| {
        yin.estimate(black_box([&frame[..2 * params.window], &frame[params.window..3 * params.window]]))
    });
}

#[divan::bench]
fn halving_the_rate(bencher: Bencher<'_, '_>) {
    let noise = signal::white_noise(RATE_HZ, 1.0, 1);
    let mut decimator = Decimator::new(1);
    bencher.counter(ItemsCount::new(noise.len())).bench_local(|| {
        for block in noise.chunks(BLOCK) {
            decimator.add_samples(black_box(block), |output| {
                black_box(output);
            });
        }
    });
}

#[divan::bench]
fn hpss_of_32_frames(bencher: Bencher<'_, '_>) {
    let params = Params::new(RATE_HZ).expect("44.1 kHz");
    let power: Vec<f32> = signal::white_noise(RATE_HZ, 1.0, 2).iter().map(|x| x * x).collect();
    let mut hpss = Hpss::new(params.bins);
    bencher.counter(ItemsCount::new(32 * params.hop)).bench_local(|| {
        for frame in power.windows(params.bins).step_by(params.hop).take(32) {
            hpss.add_frame(black_box(frame));
        }
    });
}

#[divan::bench]
fn onset_flux_of_one_frame(bencher: Bencher<'_, '_>) {
    let params = Params::new(RATE_HZ).expect("44.1 kHz");
    let magnitude = signal::white_noise(RATE_HZ, 1.0, 3).iter().map(|x| x.abs()).collect::<Vec<f32>>();
    let mut flux = OnsetFlux::new(&params);
    bencher.counter(ItemsCount::new(params.hop)).bench_local(|| flux.add_frame(black_box(&magnitude[..params.bins])));
}

#[divan::bench]
fn power_of_one_frame(bencher: Bencher<'_, '_>) {
    let frame = signal::white_noise(RATE_HZ, 1.0, 4);
    let mut spectrum = PowerSpectrum::new([0.5; 2_048]);
    bencher.counter(ItemsCount::new(512_usize)).bench_local(|| {
        black_box(spectrum.compute(black_box([&frame[..2_048], &[]])));
    });
}

#[divan::bench]
fn k_weighting_one_second(bencher: Bencher<'_, '_>) {
    let noise = signal::white_noise(RATE_HZ, 1.0, 5);
    let (filter, mut state) = (KWeighting::new(RATE_HZ), KWeightingState::default());
    bencher.counter(ItemsCount::new(noise.len())).bench_local(|| filter.power(black_box(&noise), &mut state));
}

#[divan::bench]
fn spectral_shape_of_one_frame(bencher: Bencher<'_, '_>) {
    let magnitude: Vec<f32> = signal::white_noise(RATE_HZ, 1.0, 6)[..1_025].iter().map(|x| x.abs()).collect();
    let power: Vec<f32> = magnitude.iter().map(|x| x * x).collect();
    let mut meter = SpectralShapeMeter::new(1_025, 0.85, 5..465);
    bencher.counter(ItemsCount::new(512_usize)).bench_local(|| meter.measure(black_box(&magnitude), black_box(&power)));
}
