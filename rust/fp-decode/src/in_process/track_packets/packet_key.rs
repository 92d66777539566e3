//! What of a track goes into the key.

use symphonia::core::{audio::Channels, codecs::audio::AudioCodecParameters, formats::Track, packet::Packet};

use crate::{
    audio_key::KeyHasher,
    headers::{container::Container, matroska_end::MatroskaEnd},
    in_process::{
        demuxer::audio_params,
        mp4_track::Mp4Start,
        ogg::{PageFacts, end_trim::EndTrim},
    },
};

/// Stand where a packet's length would, which is never that large.
const TRACK_BEGINS: u64 = u64::MAX;
const TRACK_ENDS: u64 = u64::MAX - 1;
/// Maximum number of packets without a byte in a row; more is damage, which could go on for hours.
const MAX_EMPTY_PACKETS: u32 = 20_000;

/// Hashes packets.
pub(super) struct PacketKey {
    hasher: KeyHasher,
    /// Whether the decoder trims packets as they say.
    trims_packets: bool,
    /// Ogg: the positions of the track.
    end_trim: Option<EndTrim>,
    is_ogg: bool,
    /// Packets without a byte in a row.
    empty_packets: u32,
}

impl PacketKey {
    /// For a file of `file_bytes`. Lengths that are only estimated trim nothing.
    pub(super) fn new(container: Container, file_bytes: u64, length_stated: bool) -> Self {
        Self {
            hasher: KeyHasher::new(container.name(), file_bytes),
            trims_packets: length_stated,
            end_trim: None,
            is_ogg: container == Container::Ogg,
            empty_packets: 0,
        }
    }

    /// The first track, and what the container says about all of it.
    pub(super) fn begin_file(&mut self, track: &Track, mp4: Option<&Mp4Start>, matroska: &MatroskaEnd) {
        self.hasher.add_number(matroska.discard_ns);
        if let Some((mp4, params)) = mp4.zip(audio_params(track)) {
            let (skip, keep, padding) = mp4.trim(track, params).limits();
            self.hasher.add_number(skip);
            self.hasher.add_option(keep);
            self.hasher.add_option(padding);
            // Another program may take other parts of them.
            self.hasher.add_field(&mp4.track.edit_list);
            let smpb = mp4.track.times.smpb;
            self.hasher.add_option(smpb.map(|smpb| smpb.delay));
            self.hasher.add_option(smpb.map(|smpb| smpb.samples));
        }
        self.begin_track(track);
    }

    /// A track begins.
    pub(super) fn begin_track(&mut self, track: &Track) {
        self.end_track();
        self.hasher.add_number(TRACK_BEGINS);
        self.hasher.add_option(track.delay.map(u64::from));
        self.hasher.add_option(track.padding.map(u64::from));
        if let Some(params) = audio_params(track) {
            add_params(&mut self.hasher, params);
        }
        self.end_trim = if self.is_ogg { EndTrim::new(track) } else { None };
    }

    /// The track ends.
    pub(super) fn end_track(&mut self) {
        if let Some(end_trim) = self.end_trim.take() {
            self.hasher.add_number(TRACK_ENDS);
            self.hasher.add_number(end_trim.padding());
        }
    }

    /// A packet; for Ogg with how many others follow it on its page, and what the page states.
    pub(super) fn add_packet(&mut self, packet: &Packet, (rest, page): (usize, PageFacts)) {
        self.empty_packets = if packet.data.is_empty() { self.empty_packets + 1 } else { 0 };
        if self.empty_packets > MAX_EMPTY_PACKETS {
            self.refuse();
        }
        self.hasher.add_number(packet.data.len() as u64);
        if self.trims_packets {
            self.hasher.add_number(packet.trim_start.get());
            self.hasher.add_number(packet.trim_end.get());
        }
        self.hasher.add_audio(&packet.data);
        if let Some(end_trim) = &mut self.end_trim {
            end_trim.take(&packet.data, rest, page, &mut self.hasher);
        }
    }

    /// There will be no key.
    pub(super) fn refuse(&mut self) {
        self.hasher.refuse();
    }

    pub(super) const fn hasher(&self) -> &KeyHasher {
        &self.hasher
    }
}

/// Adds the configuration of the decoder.
fn add_params(key: &mut KeyHasher, params: &AudioCodecParameters) {
    key.add_field(params.codec.to_string().as_bytes());
    let (kind, speakers) = match &params.channels {
        Some(Channels::Positioned(positions)) => (1, positions.bits()),
        Some(other) => (2, other.count() as u64),
        None => (0, 0),
    };
    key.add_number(kind);
    key.add_number(speakers);
    for number in [params.sample_rate, params.bits_per_sample, params.bits_per_coded_sample] {
        key.add_option(number.map(u64::from));
    }
    key.add_option(params.frames_per_block);
    key.add_field(params.extra_data.as_deref().unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use symphonia::core::units::{Duration, Timestamp};

    use super::*;

    fn packet(data: &[u8]) -> Packet {
        Packet::new(0, Timestamp::ZERO, Duration::ZERO, data)
    }

    fn key(packets: &[&[u8]]) -> Option<String> {
        let mut key = PacketKey::new(Container::Mp4, 100, true);
        packets.iter().for_each(|data| key.add_packet(&packet(data), Default::default()));
        key.hasher().key().map(|key| key.to_string())
    }

    #[test]
    fn packets_are_told_apart_by_where_they_begin() {
        assert_ne!(key(&[b"ab", b"c"]), key(&[b"a", b"bc"]));
        assert_eq!(key(&[b"ab", b"c"]), key(&[b"ab", b"c"]));
    }

    /// An index can count four thousand million samples of no byte.
    #[test]
    fn packets_that_are_all_empty_have_no_key() {
        let empty = |count: u32| key(&vec![b"".as_slice(); count as usize]);
        assert!(empty(MAX_EMPTY_PACKETS).is_some());
        assert_eq!(empty(MAX_EMPTY_PACKETS + 1), None);
    }

    #[test]
    fn what_a_packet_trims_counts_where_the_decoder_trims() {
        let trimmed = |length_stated: bool, samples: u64| {
            let mut key = PacketKey::new(Container::MpegAudio, 100, length_stated);
            let mut packet = packet(b"frame");
            packet.trim_end = Duration::from(samples);
            key.add_packet(&packet, Default::default());
            key.hasher().key().map(|key| key.to_string())
        };
        assert_ne!(trimmed(true, 5), trimmed(true, 6));
        assert_eq!(trimmed(false, 5), trimmed(false, 6));
    }
}
