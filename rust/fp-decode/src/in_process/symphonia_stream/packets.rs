//! From packets to samples: decode, trim, and count what is lost between packets.

use symphonia::core::{errors::Error, packet::Packet};

use super::SymphoniaStream;
use crate::{
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
}

impl SymphoniaStream {
    fn decode_block(&mut self, planes: &mut Vec<Vec<f32>>) -> Result<Option<SourceBlock>, DecodeError> {
        while !self.ended {
            let Some(packet) = self.next_packet()? else { break };
            self.note_gap(&packet);
            if self.container == Container::MpegAudio {
                self.follow_mpeg_layout(&packet);
            }
            match self.decoder.decode(&packet) {
                Ok(buffer) => {
                    let decoded = buffer.frames();
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
                    self.note_excess(packet.data.len(), decoded, channels);
                    return Ok(Some(SourceBlock { rate_hz, channels, channel_mask, samples: kept }));
                }
                Err(Error::ResetRequired) => self.decoder.reset(),
                Err(error) => {
                    self.losses.lose_packet(explain(&error));
                    self.losses.lost_samples = self.losses.lost_samples.saturating_add(self.packet_samples);
                    self.note_failed_packet();
                    self.note_empty_packet();
                }
            }
        }
        self.ended = true;
        Ok(None)
    }

    /// Native FLAC: the demuxer silently drops frames with a bad checksum; only the timestamps show it.
    fn note_gap(&mut self, packet: &Packet) {
        if self.container != Container::Flac {
            return;
        }
        let start = packet.pts.get();
        let gap = self.next_start.map_or(0, |expected| start.saturating_sub(expected));
        if gap > 0 {
            self.losses.lose_packet("frames with a bad checksum");
            self.losses.gap_samples = self.losses.gap_samples.saturating_add(gap.unsigned_abs());
        }
        self.next_start = start.checked_add_unsigned(packet.dur.get());
    }

    /// Native FLAC: the demuxer appends bytes that are no valid frame to the packet before. A frame is never longer
    /// than its uncompressed samples, so the excess is damage, or a format that changed in mid-stream.
    fn note_excess(&mut self, packet_bytes: usize, decoded: usize, channels: usize) {
        let bytes_per_sample = self.params.bits_per_sample.unwrap_or(32).div_ceil(8) as usize + 1;
        let longest = decoded * channels * bytes_per_sample + 256;
        if self.container == Container::Flac && packet_bytes > longest {
            let excess = packet_bytes - longest;
            self.losses.lose_packet(format!("about {excess} bytes are not FLAC frames in the format of the first one"));
        }
    }
}
