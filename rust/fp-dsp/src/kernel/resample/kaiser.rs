//! Low-pass filters of finite length by the Kaiser window.

use std::f64::consts::PI;

/// Linear-phase low-pass of 4·reach − 1 taps by a Kaiser window, edges as fractions of the input rate, unit gain
/// at 0 Hz (Oppenheim & Schafer, Discrete-Time Signal Processing, section 7.5.3).
pub(super) fn low_pass(pass: f64, stop: f64, attenuation_db: f64) -> Vec<f64> {
    let order = (attenuation_db - 7.95) / (2.285 * 2.0 * PI * (stop - pass));
    let reach = ((order / 2.0 + 1.0) / 2.0).ceil() as usize;
    let side = (2 * reach - 1) as f64;
    let cutoff = pass + stop;
    let beta = 0.1102 * (attenuation_db - 8.7);
    let tap = |k: usize| {
        let t = k as f64 - side;
        let sinc = if t == 0.0 { cutoff } else { (PI * cutoff * t).sin() / (PI * t) };
        sinc * bessel_i0(beta * (1.0 - (t / side).powi(2)).max(0.0).sqrt())
    };
    let taps: Vec<f64> = (0..4 * reach - 1).map(tap).collect();
    let gain: f64 = taps.iter().sum();
    taps.into_iter().map(|tap| tap / gain).collect()
}

/// Modified Bessel function of the first kind and order 0, by its power series.
fn bessel_i0(x: f64) -> f64 {
    let mut term = 1.0;
    let mut sum = 1.0;
    for k in 1..64 {
        term *= (0.5 * x / f64::from(k)).powi(2);
        sum += term;
    }
    sum
}
