//! Trimming and expected length of a track.

use symphonia::core::{
    codecs::audio::well_known::{CODEC_ID_FLAC, CODEC_ID_OPUS},
    formats::Track,
};

use super::SymphoniaStream;
use crate::{
    headers::{
        container::Container,
        mp4::{
            track::Mp4Track,
            trim::{MAX_ENCODER_SAMPLES, Trimming, rescale},
        },
        opus_head::OpusHead,
    },
    in_process::{gapless::Trim, ogg::timeline::Timeline},
};

impl SymphoniaStream {
    /// Sets the trimming and the expected length of a track that starts now.
    pub(super) fn begin_track(&mut self, track: &Track) {
        // Of a length that is wrong (MP3s that were joined) the encoder delay is still true.
        let skip = if self.length_stated { self.opus_pre_skip() } else { track.delay.map_or(0, u64::from) };
        // CAF with a compressed codec counts the padding of its last packet.
        let estimated =
            !self.length_stated || self.container == Container::Caf && !self.codec_name().starts_with("pcm_");
        // Opus states the encoder delay too.
        let counted = track.num_frames.filter(|&samples| samples > skip && !estimated).map(|samples| samples - skip);
        // The position of the last page of FLAC in Ogg cuts nothing: its packets have no padding.
        self.timeline = Timeline::new(skip, self.params.codec != CODEC_ID_FLAC);
        self.trim = Trim::new(skip, None);
        self.losses.promised_samples = counted;
        let estimated = self.reader.estimated_samples(track.id).map(|samples| samples.saturating_sub(skip));
        self.expected_samples = counted.or(estimated);
    }

    /// The encoder delay in samples, from the Opus header; neither the demuxers nor the decoder drop it.
    fn opus_pre_skip(&self) -> u64 {
        let is_opus = self.params.codec == CODEC_ID_OPUS;
        let head = self.params.extra_data.as_deref().filter(|_| is_opus).and_then(OpusHead::parse);
        head.map_or(0, |head| u64::from(head.pre_skip))
    }

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
