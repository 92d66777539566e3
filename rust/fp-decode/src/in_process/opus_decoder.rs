//! Opus (RFC 6716) in Symphonia's registry, decoded by `opus-pure`.

use opus_pure::{ChannelLayout, MAX_PACKET_SAMPLES, OpusDecoder, OpusMSDecoder};
use symphonia::core::{
    audio::{AsGenericAudioBufferRef, AudioBuffer, AudioMut, AudioSpec, Channels, GenericAudioBufferRef, Position},
    codecs::{
        CodecInfo,
        audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions, FinalizeResult, well_known::CODEC_ID_OPUS},
        registry::{RegisterableAudioDecoder, SupportedAudioCodec},
    },
    errors::{Error, Result},
    packet::PacketRef,
};

use crate::headers::opus_head::OpusHead;

/// Opus is always decoded at 48 kHz, whatever rate was encoded.
pub(crate) const OPUS_RATE_HZ: u32 = 48_000;

/// Which Vorbis-order channel is the nth in WAVE order, for 1 to 8 channels. RFC 7845, 5.1.1.2.
const WAVE_FROM_VORBIS: [&[usize]; 8] = [
    &[0],
    &[0, 1],
    &[0, 2, 1],
    &[0, 1, 2, 3],
    &[0, 2, 1, 3, 4],
    &[0, 2, 1, 5, 3, 4],
    &[0, 2, 1, 6, 5, 3, 4],
    &[0, 2, 1, 7, 5, 6, 3, 4],
];
/// WAVE speakers of 1 to 8 channels of mapping family 1. RFC 7845, 5.1.1.2.
const FAMILY_1_MASKS: [u64; 8] = [0x004, 0x003, 0x007, 0x033, 0x037, 0x03f, 0x70f, 0x63f];

/// Samples nearer to 0 are 0: −200 dB of full scale, 56 dB below a step of 24 bits. In digital silence the decoder's filters
/// do not give zeros but values around 1e-34.
const SILENCE: f32 = 1e-10;

/// The encoder delay in samples, from the header of an Opus track; neither the demuxers nor the decoder drop it.
pub(crate) fn pre_skip(params: &AudioCodecParameters) -> u64 {
    let is_opus = params.codec == CODEC_ID_OPUS;
    let head = params.extra_data.as_deref().filter(|_| is_opus).and_then(OpusHead::parse);
    head.map_or(0, |head| u64::from(head.pre_skip))
}

enum Inner {
    Single(Box<OpusDecoder>),
    Multistream(Box<OpusMSDecoder>),
}

/// The decoder of one Opus track: mono, stereo, or mapping family 1 up to 7.1, the header's gain applied. The
/// result is not clipped at full scale. The pre-skip is not dropped here: the caller drops it once per track.
pub(crate) struct OpusPureDecoder {
    params: AudioCodecParameters,
    inner: Inner,
    order: &'static [usize],
    interleaved: Vec<f32>,
    buffer: AudioBuffer<f32>,
    gapless: bool,
}

impl OpusPureDecoder {
    fn try_new(params: &AudioCodecParameters, options: &AudioDecoderOptions) -> Result<Self> {
        let head = params
            .extra_data
            .as_deref()
            .and_then(OpusHead::parse)
            .ok_or(Error::DecodeError("opus: the identification header is missing or damaged"))?;
        let channels = head.channels;
        let gain_q8 = i32::from(head.output_gain_q8);
        let unsupported = |_| Error::Unsupported("opus: channel mapping");
        let inner = match head.mapping_family {
            0 => {
                let mut decoder = OpusDecoder::new(OPUS_RATE_HZ.cast_signed(), channels).map_err(unsupported)?;
                decoder.gain_q8 = gain_q8;
                Inner::Single(Box::new(decoder))
            }
            family => {
                // opus-pure knows only the standard mappings; with another one the channels would be swapped.
                let layout = ChannelLayout::surround(channels, family).map_err(unsupported)?;
                let standard = (layout.nb_streams, layout.nb_coupled_streams, layout.mapping.as_slice());
                if standard != (head.streams, head.coupled_streams, head.mapping.as_slice()) {
                    return Err(Error::Unsupported("opus: unusual channel mapping"));
                }
                let mut decoder =
                    OpusMSDecoder::new(OPUS_RATE_HZ.cast_signed(), channels, family).map_err(unsupported)?;
                for stream in decoder.streams_mut() {
                    stream.gain_q8 = gain_q8;
                }
                Inner::Multistream(Box::new(decoder))
            }
        };
        let mask = *FAMILY_1_MASKS.get(channels - 1).ok_or(Error::Unsupported("opus: more than 8 channels"))?;
        let positions = Position::from_bits(mask).ok_or(Error::Unsupported("opus: speaker positions"))?;
        let spec = AudioSpec::new(OPUS_RATE_HZ, Channels::Positioned(positions));
        let mut params = params.clone();
        params.with_sample_rate(OPUS_RATE_HZ).with_channels(Channels::Positioned(positions));
        Ok(Self {
            params,
            inner,
            order: WAVE_FROM_VORBIS[channels - 1],
            interleaved: vec![0.0; MAX_PACKET_SAMPLES * channels],
            buffer: AudioBuffer::new(spec, MAX_PACKET_SAMPLES),
            gapless: options.gapless,
        })
    }

    fn decode_packet(&mut self, packet: &PacketRef<'_>) -> Result<()> {
        self.buffer.clear();
        // The decoder takes an empty packet for a lost one and would make up 120 ms of audio.
        if packet.data.is_empty() {
            return Err(Error::DecodeError("opus: empty packet"));
        }
        let samples = match &mut self.inner {
            Inner::Single(decoder) => decoder.decode(packet.data, MAX_PACKET_SAMPLES, &mut self.interleaved),
            Inner::Multistream(decoder) => decoder.decode(packet.data, MAX_PACKET_SAMPLES, &mut self.interleaved),
        }
        .map_err(|_| Error::DecodeError("opus: invalid packet"))?;
        self.buffer.render_uninit(Some(samples));
        let channels = self.order.len();
        for (index, &source) in self.order.iter().enumerate() {
            if let Some(plane) = self.buffer.plane_mut(index) {
                for (output, frame) in plane.iter_mut().zip(self.interleaved.chunks_exact(channels)) {
                    let sample = frame[source];
                    *output = if sample.abs() < SILENCE { 0.0 } else { sample };
                }
            }
        }
        if self.gapless {
            let clamp = |ticks: u64| usize::try_from(ticks).unwrap_or(usize::MAX).min(samples);
            let start = clamp(packet.trim_start.get());
            self.buffer.trim(start, clamp(packet.trim_end.get()).min(samples - start));
        }
        Ok(())
    }
}

impl AudioDecoder for OpusPureDecoder {
    fn reset(&mut self) {
        // Cannot fail: the same settings were accepted by `new`.
        let reset = match &mut self.inner {
            Inner::Single(decoder) => decoder.reset_state(),
            Inner::Multistream(decoder) => decoder.reset_state(),
        };
        if let Err(error) = reset {
            log::warn!("opus: reset failed: {error}");
        }
    }

    fn codec_info(&self) -> &CodecInfo {
        &Self::supported_codecs()[0].info
    }

    fn codec_params(&self) -> &AudioCodecParameters {
        &self.params
    }

    fn decode_ref(&mut self, packet: &PacketRef<'_>) -> Result<GenericAudioBufferRef<'_>> {
        if let Err(error) = self.decode_packet(packet) {
            self.buffer.clear();
            return Err(error);
        }
        Ok(self.buffer.as_generic_audio_buffer_ref())
    }

    fn finalize(&mut self) -> FinalizeResult {
        FinalizeResult::default()
    }

    fn last_decoded(&self) -> GenericAudioBufferRef<'_> {
        self.buffer.as_generic_audio_buffer_ref()
    }
}

impl RegisterableAudioDecoder for OpusPureDecoder {
    fn try_registry_new(params: &AudioCodecParameters, options: &AudioDecoderOptions) -> Result<Box<dyn AudioDecoder>> {
        Ok(Box::new(Self::try_new(params, options)?))
    }

    fn supported_codecs() -> &'static [SupportedAudioCodec] {
        &[SupportedAudioCodec {
            id: CODEC_ID_OPUS,
            info: CodecInfo { short_name: "opus", long_name: "Opus", profiles: &[] },
        }]
    }
}
