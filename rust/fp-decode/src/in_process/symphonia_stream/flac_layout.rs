//! FLAC whose rate, depth or number of channels changes from one frame to the next: the decoder takes only one kind.

use symphonia::core::{audio::Channels, codecs::audio::AudioDecoderOptions, packet::Packet};

use super::SymphoniaStream;
use crate::{
    headers::flac::{frame::FlacFrame, stream_info::StreamInfo},
    in_process::registry::CODECS,
};

impl SymphoniaStream {
    /// Makes a new decoder if the frame in `packet` needs another one than those before it.
    pub(super) fn follow_flac_layout(&mut self, packet: &Packet) {
        let info = self.params.extra_data.as_deref().and_then(StreamInfo::parse);
        let Some((frame, info)) = FlacFrame::parse(&packet.data).zip(info) else { return };
        let bits = frame.bits_per_sample.unwrap_or(info.bits_per_sample());
        let rate_hz = frame.rate_hz.unwrap_or(info.rate_hz());
        let new_rate = rate_hz != info.rate_hz();
        let new_depth = bits != info.bits_per_sample();
        let same_layout = frame.channels == info.channels() && frame.samples <= u32::from(info.longest_block());
        if same_layout && !new_rate && !new_depth {
            return;
        }
        let Some(info) = info.with_format(rate_hz, frame.channels, bits) else { return };
        let mut params = self.params.clone();
        params
            .with_sample_rate(rate_hz)
            .with_channels(Channels::Discrete(u16::from(frame.channels)))
            .with_bits_per_sample(bits)
            .with_extra_data((*info.as_bytes()).into());
        // Without one, the frame does not decode and counts as lost.
        let Ok(decoder) = CODECS.make_audio_decoder(&params, &AudioDecoderOptions::default()) else { return };
        if new_depth && self.packet_samples > 0 {
            let old = self.params.bits_per_sample.unwrap_or(0);
            self.losses.change_format(|| format!("the samples have {old} bits only at first, later {bits}"));
        }
        if new_rate {
            // They are counted at another rate than those that are delivered.
            self.losses.promised_samples = None;
        }
        (self.params, self.decoder) = (params, decoder);
    }
}
