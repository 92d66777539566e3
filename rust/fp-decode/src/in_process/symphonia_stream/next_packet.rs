//! The packets of the track, from either demuxer.

use std::io::ErrorKind;

use symphonia::core::{
    errors::Error,
    packet::Packet,
    units::{Duration, Timestamp},
};

use super::SymphoniaStream;
use crate::{
    error::DecodeError,
    in_process::{
        demuxer::{Demuxer, audio_params},
        flac::{FlacItem, FlacPacket},
        ogg::{OggItem, timeline::LostPages},
        track_decoder::explain,
    },
};

impl SymphoniaStream {
    /// The next packet of the track; `None` at the end, even if it comes too early.
    pub(super) fn next_packet(&mut self) -> Result<Option<Packet>, DecodeError> {
        if self.matroska_end.discard_ns == 0 {
            return self.read_packet();
        }
        let packet = match self.packet_ahead.take() {
            Some(packet) => Some(packet),
            None => self.read_packet()?,
        };
        if packet.is_some() {
            self.packet_ahead = self.read_packet()?;
        }
        Ok(packet)
    }

    fn read_packet(&mut self) -> Result<Option<Packet>, DecodeError> {
        loop {
            let track = match &mut self.reader {
                Demuxer::Ogg(reader) => match reader.next_item() {
                    Ok(OggItem::Packet(packet)) => {
                        self.page = (packet.rest, packet.page);
                        // Times are counted from what decodes.
                        return Ok(Some(Packet::new(self.track_id, Timestamp::ZERO, Duration::ZERO, packet.data)));
                    }
                    Ok(OggItem::NewTrack(track)) => Some(*track),
                    Ok(OggItem::End { early, junk_bytes }) => {
                        self.losses.other_bytes += junk_bytes;
                        if let Some(reason) = early {
                            self.losses.early_end = Some(reason.to_owned());
                        }
                        return Ok(None);
                    }
                    Err(error) => return Err(DecodeError::from_io(&self.path, &error)),
                },
                Demuxer::Flac(reader) => match reader.next_item() {
                    Ok(FlacItem::Packet(packet)) => {
                        self.note_missing_frames(&packet);
                        return Ok(Some(Packet::new(self.track_id, Timestamp::ZERO, Duration::ZERO, packet.data)));
                    }
                    Ok(FlacItem::NewTrack(track)) => Some(*track),
                    Ok(FlacItem::End { junk_bytes }) => {
                        self.losses.other_bytes += junk_bytes;
                        // Where the number of samples is known, it tells whether they are a part of the audio.
                        if junk_bytes > 0 && self.losses.promised_samples.is_none() {
                            self.losses.early_end = Some("the file is cut short".to_owned());
                        }
                        return Ok(None);
                    }
                    Err(error) => return Err(DecodeError::from_io(&self.path, &error)),
                },
                Demuxer::Symphonia(reader) => match reader.next_packet() {
                    Ok(Some(packet)) if packet.track_id == self.track_id => return Ok(Some(packet)),
                    Ok(Some(_)) => continue,
                    Ok(None) => return Ok(None),
                    Err(Error::ResetRequired) => {
                        reader.tracks().iter().find(|track| audio_params(track).is_some()).cloned()
                    }
                    Err(error) => {
                        if let Some(error) = self.fault.get() {
                            return Err(DecodeError::from_io(&self.path, &error));
                        }
                        let is_end =
                            matches!(&error, Error::IoError(error) if error.kind() == ErrorKind::UnexpectedEof);
                        if !(is_end && self.matroska_end.has_unknown_size) {
                            self.losses.early_end = Some(explain(&error));
                        }
                        return Ok(None);
                    }
                },
            };
            if let Err(error) = track
                .ok_or(Error::DecodeError("a chained stream without audio"))
                .and_then(|track| self.begin_next_track(&track))
            {
                self.losses.early_end = Some(explain(&error));
                return Ok(None);
            }
        }
    }

    /// How many of the last `decoded` samples are padding. Matroska: what the last block states. Ogg: only the last page may be trimmed by its granule position
    /// (RFC 7845, 4.4; Vorbis I, A.2).
    pub(super) fn padding(&mut self, decoded: usize) -> usize {
        if !matches!(self.reader, Demuxer::Ogg(_)) {
            let is_last = self.packet_ahead.is_none() && self.losses.early_end.is_none();
            let seconds = self.matroska_end.discard_ns as f64 / 1e9;
            let samples = seconds * f64::from(self.params.sample_rate.unwrap_or(0));
            return if is_last { (samples.round() as usize).min(decoded) } else { 0 };
        }
        let (rest, page) = self.page;
        let (padding, lost) = self.timeline.take(decoded as u64, rest, page);
        self.note_lost_pages(lost);
        usize::try_from(padding).map_or(decoded, |padding| padding.min(decoded))
    }

    /// Ogg: the packet read last does not decode.
    pub(super) fn note_failed_packet(&mut self) {
        if matches!(self.reader, Demuxer::Ogg(_)) {
            let (rest, page) = self.page;
            let lost = self.timeline.fail(rest, page);
            self.note_lost_pages(lost);
        }
    }

    /// Native FLAC: counts what is missing before a frame.
    fn note_missing_frames(&mut self, packet: &FlacPacket) {
        self.losses.other_bytes += packet.junk_bytes;
        if packet.missing_samples > 0 {
            self.losses.lose_packet("frames with a bad checksum");
            self.losses.gap_samples = self.losses.gap_samples.saturating_add(packet.missing_samples);
        } else if packet.junk_bytes > 0 {
            self.losses.lose_packet(format!("{} bytes between frames", packet.junk_bytes));
        }
    }

    fn note_lost_pages(&mut self, lost: Option<LostPages>) {
        let Some(LostPages { pages, samples, at }) = lost else { return };
        let at_s = self.track_start_s + self.seconds(at);
        let how_much =
            samples.map_or_else(String::new, |samples| format!(" with {:.2} s of audio", self.seconds(samples)));
        self.losses.lose_pages(
            pages,
            samples.unwrap_or(0),
            format!("{pages} pages{how_much} are missing at {at_s:.2} s"),
        );
    }
}
