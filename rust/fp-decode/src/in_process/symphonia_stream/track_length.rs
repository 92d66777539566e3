//! Trimming and expected length of a track.

use symphonia::core::{codecs::audio::well_known::CODEC_ID_FLAC, formats::Track};

use super::SymphoniaStream;
use crate::{
    headers::container::Container,
    in_process::{gapless::Trim, mp4_track::Mp4Start, ogg::timeline::Timeline, opus_decoder::pre_skip},
};

impl SymphoniaStream {
    /// Sets the trimming and the expected length of a track that starts now.
    pub(super) fn begin_track(&mut self, track: &Track) {
        // Of a length that is wrong (MP3s that were joined) the encoder delay is still true.
        let skip = if self.length_stated { pre_skip(&self.params) } else { track.delay.map_or(0, u64::from) };
        // CAF with a compressed codec counts the padding of its last packet.
        let estimated =
            !self.length_stated || self.container == Container::Caf && !self.codec_name().starts_with("pcm_");
        // Opus states the encoder delay too.
        let counted = track.num_frames.filter(|&samples| samples > skip && !estimated).map(|samples| samples - skip);
        // The position of the last page of FLAC in Ogg cuts nothing: its packets have no padding.
        self.timeline = Timeline::new(skip, self.params.codec != CODEC_ID_FLAC);
        self.trim = Trim::new(skip, None);
        self.losses.promised_samples = counted;
        let estimated = self.packets.estimated_samples(track.id).map(|samples| samples.saturating_sub(skip));
        self.expected_samples = counted.or(estimated);
    }

    /// Sets the trimming and the expected length of a track of MP4.
    pub(super) fn begin_mp4_track(&mut self, track: &Track, mp4: &Mp4Start) {
        self.trim = mp4.trim(track, &self.params);
        let (_, keep, _) = self.trim.limits();
        (self.losses.promised_samples, self.expected_samples) = (keep, keep);
    }
}
