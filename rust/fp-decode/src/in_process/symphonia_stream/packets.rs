//! From packets to samples: decode, trim, and count what is lost between packets.

use symphonia::core::{codecs::audio::well_known::CODEC_ID_FLAC, errors::Error};

use super::SymphoniaStream;
use crate::{
    audio_key::EncodedAudio,
    error::DecodeError,
    headers::container::Container,
    in_process::{
        track_decoder::{catch_panic, explain},
        wave_order::into_wave_order,
    },
    report::Losses,
    source::{SampleSource, SourceBlock},
    stream_format::check_limits,
};

impl SampleSource for SymphoniaStream {
    fn next_block(&mut self, planes: &mut Vec<Vec<f32>>) -> Result<Option<SourceBlock>, DecodeError> {
        catch_panic(|| self.decode_block(planes)).unwrap_or_else(|| {
            self.ended = true;
            self.losses.early_end = Some("the decoder failed on damaged data".to_owned());
            Ok(None)
        })
    }

    fn expected_samples(&self) -> Option<u64> {
        self.expected_samples
    }

    fn losses_mut(&mut self) -> &mut Losses {
        &mut self.losses
    }

    fn encoded(&mut self) -> Option<&mut dyn EncodedAudio> {
        Some(&mut self.packets)
    }
}

impl SymphoniaStream {
    fn decode_block(&mut self, planes: &mut Vec<Vec<f32>>) -> Result<Option<SourceBlock>, DecodeError> {
        while !self.ended {
            let Some(packet) = self.next_packet()? else { break };
            if self.container == Container::MpegAudio {
                self.follow_mpeg_layout(&packet);
            }
            if self.params.codec == CODEC_ID_FLAC {
                self.follow_flac_layout(&packet);
            }
            match self.decoder.decode(&packet) {
                Ok(buffer) => {
                    let decoded = buffer.frames();
                    self.losses.audio_bytes += packet.data.len() as u64;
                    let padding = self.padding(decoded);
                    let kept = self.trim.keep(decoded - padding);
                    if kept.is_empty() && (kept.end == decoded - padding || !self.trim.holds_back()) {
                        if self.trim.is_complete() {
                            break;
                        }
                        self.note_empty_packet();
                        continue;
                    }
                    self.empty_packets = 0;
                    self.packet_samples = decoded as u64;
                    let buffer = self.decoder.last_decoded();
                    let (rate_hz, channels) = (buffer.spec().rate(), buffer.num_planes());
                    check_limits(rate_hz, channels)?;
                    buffer.copy_to_vecs_planar::<f32>(planes);
                    let channel_mask =
                        into_wave_order(planes, buffer.spec().channels(), self.params.codec, self.container);
                    let kept = self.trim.hold_back(planes, kept);
                    if kept.is_empty() {
                        continue;
                    }
                    return Ok(Some(SourceBlock { rate_hz, channels, channel_mask, samples: kept }));
                }
                Err(Error::ResetRequired) => self.decoder.reset(),
                Err(error) => {
                    self.losses.lose_packet(explain(&error));
                    self.losses.other_bytes += packet.data.len() as u64;
                    self.losses.lost_samples = self.losses.lost_samples.saturating_add(self.packet_samples);
                    self.note_failed_packet();
                    self.note_empty_packet();
                }
            }
        }
        self.ended = true;
        Ok(None)
    }
}
