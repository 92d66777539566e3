//! How many samples of encoder delay and padding to cut off a track.
//!
//! What decodes is the truth; a statement only trims. It may cut what encoders add and no more, unless it is an edit
//! list that agrees with the length of the media: players honour that.

use crate::headers::mp4::{edit_list::Edit, smpb::Smpb};

/// Maximum number of samples that encoders put before or behind the audio: the delay of Apple's HE-AAC is below two
/// frames of 2,048 samples, and what follows the audio fills two frames at most.
pub(crate) const MAX_ENCODER_SAMPLES: u64 = 4096;

/// What a track states about its length.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct TrackTimes {
    /// Ticks per second of the movie; never 0.
    pub(crate) movie_timescale: u32,
    /// Ticks per second of the media; never 0.
    pub(crate) media_timescale: u32,
    /// The tag of iTunes.
    pub(crate) smpb: Option<Smpb>,
    /// The edit list.
    pub(crate) edit: Option<Edit>,
}

/// What to cut, in samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Trimming {
    /// Encoder delay.
    pub(crate) skip: u64,
    /// Length of the audio behind it; `None`: to the end.
    pub(crate) keep: Option<u64>,
    /// Whether any amount may be cut behind the audio, not only padding.
    pub(crate) cuts_audio: bool,
}

impl TrackTimes {
    /// What to cut of a track whose samples last `media_ticks` (`None`: unknown, as in a fragmented movie). `None` if
    /// neither statement can be used.
    pub(crate) fn trimming(&self, rate_hz: u32, media_ticks: Option<u64>) -> Option<Trimming> {
        let total = media_ticks.map(|ticks| rescale(ticks, self.media_timescale, rate_hz));
        self.smpb.and_then(|smpb| by_smpb(smpb, total)).or_else(|| self.by_edit(rate_hz, media_ticks))
    }

    fn by_edit(&self, rate_hz: u32, media_ticks: Option<u64>) -> Option<Trimming> {
        let Edit { media_time, segment_duration } = self.edit?;
        let samples = |ticks| rescale(ticks, self.media_timescale, rate_hz);
        let skip = samples(media_time);
        let Some(total) = media_ticks else {
            // The edit list of a fragmented movie was written before its length was known.
            return (skip <= MAX_ENCODER_SAMPLES).then_some(Trimming { skip, keep: None, cuts_audio: false });
        };
        let left = total.checked_sub(media_time).filter(|&left| left > 0)?;
        let edited = rescale(segment_duration, self.movie_timescale, self.media_timescale);
        // The length of the edit is rounded to the movie's ticks, often milliseconds. The length of the media is exact.
        let tick = u64::from(self.media_timescale / self.movie_timescale) + 1;
        if edited == 0 || edited.abs_diff(left) <= tick {
            return Some(Trimming { skip, keep: Some(samples(left)), cuts_audio: false });
        }
        if edited < left {
            return Some(Trimming { skip, keep: Some(samples(edited)), cuts_audio: true });
        }
        // The edit plays more than there is: of a list that contradicts the media only a possible delay is believed.
        let keep = Some(samples(left));
        (skip <= MAX_ENCODER_SAMPLES).then_some(Trimming { skip, keep, cuts_audio: false })
    }
}

/// A tag that is left over from before the file was cut, joined or encoded again does not agree with the length of the
/// media.
fn by_smpb(smpb: Smpb, total: Option<u64>) -> Option<Trimming> {
    let Smpb { delay, samples } = smpb;
    let end = delay.checked_add(samples)?;
    let agrees = total.is_none_or(|total| {
        // Some muxers take the delay or the padding out of the length of the media.
        end.abs_diff(total) <= MAX_ENCODER_SAMPLES
    });
    let keep = Some(total.map_or(samples, |total| samples.min(total.saturating_sub(delay))));
    (agrees && delay <= MAX_ENCODER_SAMPLES).then_some(Trimming { skip: delay, keep, cuts_audio: false })
}

/// `ticks` of a clock with `from` ticks per second, in those of another with `to`.
pub(crate) fn rescale(ticks: u64, from: u32, to: u32) -> u64 {
    let from = u128::from(from.max(1));
    let scaled = (u128::from(ticks) * u128::from(to) + from / 2) / from;
    u64::try_from(scaled).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMES: TrackTimes = TrackTimes { movie_timescale: 1000, media_timescale: 44_100, smpb: None, edit: None };

    fn parts(trimming: Option<Trimming>) -> Option<(u64, Option<u64>, bool)> {
        trimming.map(|trimming| (trimming.skip, trimming.keep, trimming.cuts_audio))
    }

    #[test]
    fn an_edit_within_a_movie_tick_of_the_media_takes_the_exact_length() {
        // 141,870 samples behind 1,024 of priming; the movie counts milliseconds.
        let edit = |media_time, segment_duration, total| {
            let times = TrackTimes { edit: Some(Edit { media_time, segment_duration }), ..TIMES };
            parts(times.trimming(44_100, total))
        };
        assert_eq!(edit(1024, 3217, Some(142_894)), Some((1024, Some(141_870), false)));
        assert_eq!(edit(1024, 0, Some(142_894)), Some((1024, Some(141_870), false)));
        // A real cut: one second from the start, one second from the middle.
        assert_eq!(edit(1024, 1000, Some(142_894)), Some((1024, Some(44_100), true)));
        assert_eq!(edit(44_100, 1000, Some(142_894)), Some((44_100, Some(44_100), true)));
        // Contradictions: an edit that starts behind the end, one that plays more than there is.
        assert_eq!(edit(142_894, 1000, Some(142_894)), None);
        assert_eq!(edit(44_100, 9000, Some(142_894)), None);
        assert_eq!(edit(1024, 9000, Some(142_894)), Some((1024, Some(141_870), false)));
        // A fragmented movie: no end is believed, and only a delay as a start.
        assert_eq!(edit(1024, 500, None), Some((1024, None, false)));
        assert_eq!(edit(44_100, 0, None), None);
        // The rate of the decoder counts, not the ticks.
        let times = TrackTimes { edit: Some(Edit { media_time: 512, segment_duration: 0 }), ..TIMES };
        assert_eq!(parts(times.trimming(88_200, Some(44_612))), Some((1024, Some(88_200), false)));
    }

    #[test]
    fn a_tag_that_disagrees_with_the_media_is_ignored() {
        let smpb = |delay, samples, total| {
            let times = TrackTimes { smpb: Some(Smpb { delay, samples }), ..TIMES };
            parts(times.trimming(44_100, Some(total)))
        };
        assert_eq!(smpb(2112, 88_200, 91_136), Some((2112, Some(88_200), false)));
        // The media's length is without the padding.
        assert_eq!(smpb(2112, 88_200, 90_312), Some((2112, Some(88_200), false)));
        assert_eq!(smpb(2112, 88_200, 89_088), Some((2112, Some(86_976), false)));
        assert_eq!(smpb(2112, 44_100, 91_136), None);
        assert_eq!(smpb(2112, 352_800, 91_136), None);
        assert_eq!(smpb(44_100, 44_100, 91_136), None);
        assert_eq!(smpb(u64::MAX, 2, 91_136), None);
    }
}
