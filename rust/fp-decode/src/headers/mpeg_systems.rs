//! MPEG program and transport streams, recognised by their first packets.

use crate::headers::container::Container;

/// A packet of a transport stream. ISO 13818-1, 2.4.3.2.
const TS_PACKET_BYTES: usize = 188;
/// The same with the four bytes of time code that Blu-ray and AVCHD put before each packet.
const M2TS_PACKET_BYTES: usize = 192;
/// Sync bytes at the distance of a packet that make a transport stream.
const MIN_TS_PACKETS: usize = 5;
/// How many bytes [`mpeg_system`] needs.
pub(crate) const SYSTEM_HEAD_BYTES: u64 = (MIN_TS_PACKETS * M2TS_PACKET_BYTES) as u64;

/// The program or transport stream that `head` starts.
pub(crate) fn mpeg_system(head: &[u8]) -> Option<Container> {
    let is_ts = |first: usize, distance: usize| {
        (0..MIN_TS_PACKETS).all(|packet| head.get(first + packet * distance) == Some(&0x47))
    };
    if is_ts(0, TS_PACKET_BYTES) || is_ts(4, M2TS_PACKET_BYTES) {
        return Some(Container::Foreign { name: "mpeg_ts", demuxer: "mpegts" });
    }
    // A pack header, whose next bits are 01 (MPEG-2) or 0010 (MPEG-1) and whose clock has marker bits. ISO 13818-1,
    // 2.5.3.3; ISO 11172-1, 2.4.3.2.
    let pack: &[u8; 9] = head.first_chunk()?;
    let mpeg2 = pack[4] & 0xc4 == 0x44 && pack[6] & 4 == 4 && pack[8] & 4 == 4;
    let mpeg1 = pack[4] & 0xf1 == 0x21 && pack[6] & 1 == 1 && pack[8] & 1 == 1;
    let is_pack = pack[..4] == [0, 0, 1, 0xba] && (mpeg1 || mpeg2);
    is_pack.then_some(Container::Foreign { name: "mpeg_ps", demuxer: "mpeg" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_sync_byte_is_no_transport_stream() {
        let mut packets = vec![0; MIN_TS_PACKETS * M2TS_PACKET_BYTES];
        packets[4] = 0x47;
        assert_eq!(mpeg_system(&packets), None);
        for packet in 0..MIN_TS_PACKETS {
            packets[4 + packet * M2TS_PACKET_BYTES] = 0x47;
        }
        assert_eq!(mpeg_system(&packets).map(Container::name), Some("mpeg_ts"));
        assert_eq!(mpeg_system(&packets[..700]), None);
    }

    #[test]
    fn pack_headers_of_both_versions_are_known() {
        for pack in [[0, 0, 1, 0xba, 0x44, 0, 4, 0, 4], [0, 0, 1, 0xba, 0x21, 0, 1, 0, 1]] {
            assert_eq!(mpeg_system(&pack).map(Container::name), Some("mpeg_ps"));
        }
        assert_eq!(mpeg_system(&[0, 0, 1, 0xba, 0, 0, 0, 0, 0]), None);
    }
}
