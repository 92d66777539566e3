//! How many samples a file that ffmpeg decodes should have.

use crate::{ffmpeg::log::InputDescription, headers::stated_length::StatedLength};

/// Smaller differences from the stated duration are no loss: ffmpeg prints it rounded, and some containers count
/// padding.
const DURATION_TOLERANCE_S: f64 = 0.25;

impl InputDescription {
    /// Takes the length that the file's own header states in place of ffmpeg's.
    pub(crate) fn state_length(&mut self, length: StatedLength) {
        match length {
            StatedLength::OfSound(seconds) => {
                self.duration_s = Some(seconds);
                self.has_video = false;
            }
            StatedLength::OfFile(seconds) => self.duration_s = Some(seconds),
        }
    }

    /// The number of samples at `rate_hz` that the stated duration promises, if clearly fewer were `delivered`.
    pub(crate) fn promised_samples(&self, rate_hz: u32, delivered: u64) -> Option<u64> {
        // The duration of a film is that of its longest stream, and the sound may be shorter.
        let stated_s = self.duration_s.filter(|_| !self.has_video)?;
        let (promised, tolerance) = (stated_s * f64::from(rate_hz), DURATION_TOLERANCE_S * f64::from(rate_hz));
        ((delivered as f64) < promised - tolerance).then_some(promised as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_of_a_film_promises_no_sound_but_that_of_its_sound_does() {
        let mut film = InputDescription { duration_s: Some(8.0), has_video: true, ..InputDescription::default() };
        assert_eq!(film.promised_samples(48_000, 192_000), None);
        film.state_length(StatedLength::OfFile(9.0));
        assert_eq!(film.promised_samples(48_000, 192_000), None);
        film.state_length(StatedLength::OfSound(5.0));
        assert_eq!(film.promised_samples(48_000, 192_000), Some(240_000));
        assert_eq!(film.promised_samples(48_000, 230_000), None);
    }
}
