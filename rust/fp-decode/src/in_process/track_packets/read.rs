//! Reads the packets, and feeds them to the key.

use std::io::ErrorKind;

use symphonia::core::{
    errors::Error,
    packet::Packet,
    units::{Duration, Timestamp},
};

use super::{Next, TrackPackets};
use crate::{
    error::DecodeError,
    in_process::{
        demuxer::{Demuxer, audio_params},
        flac::{FlacItem, FlacPacket},
        ogg::OggItem,
        track_decoder::{catch_panic, explain},
    },
    report::Losses,
};

impl TrackPackets {
    /// The next packet or track; what is lost before it is counted in `losses`.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(crate) fn next(&mut self, losses: &mut Losses) -> Result<Next, DecodeError> {
        if self.matroska_end.discard_ns == 0 {
            return self.read(losses);
        }
        let next = match self.ahead.take() {
            Some(next) => next,
            None => self.read(losses)?,
        };
        if !matches!(next, Next::End) {
            self.ahead = Some(self.read(losses)?);
        }
        Ok(next)
    }

    fn read(&mut self, losses: &mut Losses) -> Result<Next, DecodeError> {
        if self.ended {
            return Ok(Next::End);
        }
        let next = catch_panic(|| self.read_item(losses)).unwrap_or_else(|| {
            losses.early_end = Some("the decoder failed on damaged data".to_owned());
            self.key.refuse();
            Ok(Next::End)
        })?;
        match &next {
            Next::Packet(packet) => self.key.add_packet(packet, self.page),
            Next::Track(track) => {
                self.track_id = track.id;
                self.key.begin_track(track);
            }
            Next::End => {
                self.key.end_track();
                self.ended = true;
            }
        }
        Ok(next)
    }

    fn read_item(&mut self, losses: &mut Losses) -> Result<Next, DecodeError> {
        loop {
            match &mut self.reader {
                Demuxer::Ogg(reader) => {
                    return match reader.next_item() {
                        Ok(OggItem::Packet(packet)) => {
                            self.page = (packet.rest, packet.page);
                            Ok(self.packet(packet.data))
                        }
                        Ok(OggItem::NewTrack(track)) => Ok(Next::Track(track)),
                        Ok(OggItem::End { early, junk_bytes }) => {
                            losses.other_bytes += junk_bytes;
                            if let Some(reason) = early {
                                losses.early_end = Some(reason.to_owned());
                            }
                            Ok(Next::End)
                        }
                        Err(error) => Err(DecodeError::from_io(&self.path, &error)),
                    };
                }
                Demuxer::Flac(reader) => {
                    return match reader.next_item() {
                        Ok(FlacItem::Packet(packet)) => {
                            note_missing_frames(&packet, losses);
                            Ok(self.packet(packet.data))
                        }
                        Ok(FlacItem::NewTrack(track)) => Ok(Next::Track(track)),
                        Ok(FlacItem::End { junk_bytes }) => {
                            losses.other_bytes += junk_bytes;
                            // Where the number of samples is known, it tells whether they are a part of the audio.
                            if junk_bytes > 0 && losses.promised_samples.is_none() {
                                losses.early_end = Some("the file is cut short".to_owned());
                            }
                            Ok(Next::End)
                        }
                        Err(error) => Err(DecodeError::from_io(&self.path, &error)),
                    };
                }
                Demuxer::Symphonia(reader) => match reader.next_packet() {
                    Ok(Some(packet)) if packet.track_id == self.track_id => return Ok(Next::Packet(packet)),
                    Ok(Some(_)) => {}
                    Ok(None) => return Ok(Next::End),
                    Err(Error::ResetRequired) => {
                        let track = reader.tracks().iter().find(|track| audio_params(track).is_some()).cloned();
                        if track.is_none() {
                            losses.early_end = Some(explain(&Error::DecodeError("a chained stream without audio")));
                        }
                        return Ok(track.map_or(Next::End, |track| Next::Track(Box::new(track))));
                    }
                    Err(error) => {
                        if let Some(error) = self.fault.get() {
                            return Err(DecodeError::from_io(&self.path, &error));
                        }
                        let is_end =
                            matches!(&error, Error::IoError(error) if error.kind() == ErrorKind::UnexpectedEof);
                        if !(is_end && self.matroska_end.has_unknown_size) {
                            losses.early_end = Some(explain(&error));
                        }
                        return Ok(Next::End);
                    }
                },
            }
        }
    }

    /// A packet of a demuxer that does not count times: they are counted from what decodes.
    fn packet(&self, data: Box<[u8]>) -> Next {
        Next::Packet(Packet::new(self.track_id, Timestamp::ZERO, Duration::ZERO, data))
    }
}

/// Native FLAC: counts what is missing before a frame.
fn note_missing_frames(packet: &FlacPacket, losses: &mut Losses) {
    losses.other_bytes += packet.junk_bytes;
    if packet.missing_samples > 0 {
        losses.lose_packet("frames with a bad checksum");
        losses.gap_samples = losses.gap_samples.saturating_add(packet.missing_samples);
    } else if packet.junk_bytes > 0 {
        losses.lose_packet(format!("{} bytes between frames", packet.junk_bytes));
    }
}
