//! The shelf at rates under 44.1 kHz: a filter with the response of the standard's table, up to its Nyquist frequency.
//!
//! Poles by impulse invariance, zeros from the magnitude at three frequencies (M. Vicanek, *Matched second order digital
//! filters*, 2016): 0 Hz, the corner (half the Nyquist frequency if that is lower), and the Nyquist frequency. Within
//! 0.04 dB of the table at 8 kHz and 0.01 dB from 11 kHz on.

use std::f64::consts::PI;

use super::{SHELF_HZ, SHELF_Q, Section, TABLE_RATE_HZ, high_shelf};

impl Section {
    /// |H|² of the section at a frequency, given as tan(π·f/rate).
    fn power_gain(&self, tangent: f64) -> f64 {
        let s = tangent / self.warp;
        let square = |real: f64, imaginary: f64| real * real + imaginary * imaginary;
        square(self.low - self.high * s * s, self.band * s) / square(1.0 - s * s, self.damping * s)
    }
}

/// The shelf for a rate of 6 to 48 kHz.
pub(super) fn matched_shelf(rate_hz: f64) -> Section {
    let table = high_shelf(TABLE_RATE_HZ);
    let wanted = |angle: f64| table.power_gain((0.5 * angle * rate_hz / TABLE_RATE_HZ).tan());
    let corner = 2.0 * PI * SHELF_HZ / rate_hz;
    let decay = (-0.5 * corner / SHELF_Q).exp();
    let ringing = corner * (1.0 - 0.25 / (SHELF_Q * SHELF_Q)).sqrt();
    // 1 + a1/z + a2/z², and |·|² as φ0·A0 + φ1·A1 + φ2·A2 with φ1 = sin²(ω/2), φ0 = 1 − φ1, φ2 = 4·φ0·φ1.
    let (a1, a2) = (-2.0 * decay * ringing.cos(), decay * decay);
    let at_zero = (1.0 + a1 + a2).powi(2);
    let at_nyquist = (1.0 - a1 + a2).powi(2);
    let between = -4.0 * a2;
    // The numerator takes the same form; its three terms follow one after the other from the three frequencies.
    let middle = corner.min(0.5 * PI);
    let rise = (0.5 * middle).sin().powi(2);
    let (phi0, phi1, phi2) = (1.0 - rise, rise, 4.0 * rise * (1.0 - rise));
    let b_zero = wanted(0.0) * at_zero;
    // At 24 kHz and above, the Nyquist frequency is still below that of the table.
    let b_nyquist = wanted(PI) * at_nyquist;
    let denominator = phi0 * at_zero + phi1 * at_nyquist + phi2 * between;
    let b_between = (wanted(middle) * denominator - phi0 * b_zero - phi1 * b_nyquist) / phi2;
    let (root_zero, root_nyquist) = (b_zero.sqrt(), b_nyquist.sqrt());
    let half = 0.5 * (root_zero + root_nyquist);
    let b0 = 0.5 * (half + (half * half + b_between).max(0.0).sqrt());
    let b1 = 0.5 * (root_zero - root_nyquist);
    let b2 = -0.25 * b_between / b0;
    section([b0, b1, b2], [a1, a2])
}

/// The section with the transfer function (b0 + b1/z + b2/z²) / (1 + a1/z + a2/z²), by z = (1 + p)/(1 − p).
fn section([b0, b1, b2]: [f64; 3], [a1, a2]: [f64; 2]) -> Section {
    let (low, band, high) = (1.0 + a1 + a2, 2.0 * (1.0 - a2), 1.0 - a1 + a2);
    let warp = (low / high).sqrt();
    Section {
        warp,
        damping: band * warp / low,
        high: (b0 - b1 + b2) / high,
        band: 2.0 * (b0 - b2) * warp / low,
        low: (b0 + b1 + b2) / low,
    }
}

#[cfg(test)]
mod tests {
    use approx::assert_abs_diff_eq;

    use super::*;

    /// |H|² in dB of ITU-R BS.1770-5 annex 1, table 1, at a frequency, from its coefficients.
    fn table_db(frequency_hz: f64) -> f64 {
        let w = 2.0 * PI * frequency_hz / 48_000.0;
        let square = |c: [f64; 3]| {
            let re = c[0] + c[1] * w.cos() + c[2] * (2.0 * w).cos();
            let im = c[1] * w.sin() + c[2] * (2.0 * w).sin();
            re * re + im * im
        };
        let numerator = square([1.535_124_859_586_97, -2.691_696_189_406_38, 1.198_392_810_852_85]);
        10.0 * (numerator / square([1.0, -1.690_659_293_182_41, 0.732_480_774_215_85])).log10()
    }

    #[test]
    fn the_response_is_that_of_the_table_at_every_lower_rate() {
        for (rate, tolerance_db) in [
            (6_000.0, 0.101),
            (8_000.0, 0.04),
            (9_600.0, 0.02),
            (11_025.0, 0.011),
            (16_000.0, 0.01),
            (22_050.0, 0.01),
            (32_000.0, 0.01),
            (44_056.0, 0.01),
        ] {
            let shelf = matched_shelf(rate);
            for step in 0..200 {
                let frequency = 0.5 * rate * f64::from(step) / 200.0;
                let found = 10.0 * shelf.power_gain((PI * frequency / rate).tan()).log10();
                assert_abs_diff_eq!(found, table_db(frequency), epsilon = tolerance_db);
            }
        }
    }
}
