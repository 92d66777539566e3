//! The length of an MP4 track.

use symphonia::core::formats::Track;

use super::SymphoniaStream;
use crate::{
    headers::mp4::{
        track::Mp4Track,
        trim::{MAX_ENCODER_SAMPLES, Trimming, rescale},
    },
    in_process::gapless::Trim,
};

impl SymphoniaStream {
    /// Sets the trimming and the expected length of a track of MP4. `whole` says whether a fragmented movie states the length of all fragments.
    pub(super) fn begin_mp4_track(&mut self, track: &Track, mp4: &Mp4Track, whole: bool) {
        let rate_hz = self.params.sample_rate.unwrap_or(0);
        let ticks = track.duration.map(|ticks| ticks.get()).filter(|&ticks| ticks > 0);
        let ticks = ticks.filter(|_| !mp4.fragmented || whole);
        // Of a fragmented movie the ticks are those of the segment index.
        let scale = track.time_base.map_or(0, |base| base.denom.get());
        let total = ticks.map(|ticks| rescale(ticks, scale, rate_hz)).filter(|&samples| samples > 0);
        let trimming = mp4.times.trimming(rate_hz, ticks.filter(|_| !mp4.fragmented));
        let trimming = trimming.unwrap_or(Trimming { skip: self.opus_pre_skip(), ..Trimming::default() });
        let counted = total.filter(|&samples| samples > trimming.skip).map(|samples| samples - trimming.skip);
        let keep = trimming.keep.or(counted);
        let trim = Trim::new(trimming.skip, keep);
        self.trim = if trimming.cuts_audio { trim } else { trim.with_max_padding(MAX_ENCODER_SAMPLES) };
        self.losses.promised_samples = keep;
        self.expected_samples = keep;
    }
}
