//! Access for the fuzz targets, which can use only public items; compiled by `cargo fuzz` alone.

use std::{fs::File, io::Cursor};

use opus_pure::MAX_PACKET_SAMPLES;

use crate::{
    ffmpeg::{log::FfmpegLog, wav_pipe::read_header},
    headers::{
        aac_config::{core_rate_hz, may_be_half_rate, sbr_signal},
        ac3_frame::starts_with_ac3,
        aiff::read_aiff,
        alac_cookie, asf,
        au::read_au,
        bit_stream::find_bit_stream,
        container::Container,
        flac::{
            frame::{FlacFrame, MAX_HEADER_BYTES},
            stream_info::StreamInfo,
        },
        frame_survey::survey,
        length_tag::stated_frames,
        matroska_end::read_matroska_end,
        mp3_side_info::has_mixed_block,
        mp4::{
            fragments::state_impossible_counts,
            layout::Mp4Layout,
            sample_entry::is_big_endian_by_default,
            track::{Mp4Track, sound_seconds},
        },
        mpeg_frame::FrameHeader,
        ogg_page::{OggPage, ParsedPage},
        opus_head::OpusHead,
        sniff::{Sniffed, sniff},
        trailing_tags::audio_end,
        wave::{WaveContent, read_wave},
    },
    tags::read_tags,
};

/// Runs one of our own parsers, chosen by `choice`, on `bytes`, which are also the content of `file`, and asserts what
/// its callers rely on.
///
/// # Panics
/// When such an assertion fails.
pub fn parse(choice: u8, bytes: &[u8], file: &mut File) {
    match choice % 12 {
        0 => {
            let sniffed = sniff(file).expect("memory can be read");
            assert!(sniffed.is_none_or(|sniffed| sniffed.start < bytes.len() as u64));
        }
        1 => {
            let layout = Mp4Layout::read(file, 0).expect("memory can be read");
            assert!(layout.stated_end >= bytes.len() as u64);
            for id in [None, Some(1)] {
                if let Some(track) = Mp4Track::read(file, &layout, id).expect("memory can be read") {
                    track.times.trimming(44_100, None);
                    track.times.trimming(768_000, Some(bytes.len() as u64));
                }
            }
            let seconds = sound_seconds(file, 0).expect("memory can be read");
            assert!(seconds.is_none_or(|seconds| seconds > 0.0));
            is_big_endian_by_default(bytes);
            state_impossible_counts(file, 0).expect("memory can be read");
        }
        2 => {
            may_be_half_rate(sbr_signal(Some(bytes)), 44_100, Some(22_050));
            assert!(core_rate_hz(bytes).is_none_or(|rate_hz| rate_hz > 0));
        }
        3 => {
            if let Some(head) = OpusHead::parse(bytes) {
                assert!(head.channels > 0 && head.coupled_streams <= head.streams);
                assert!(head.mapping.is_empty() || head.mapping.len() == head.channels);
            }
        }
        4 => {
            let mut pipe = bytes;
            if let Ok(Some(_)) = read_header(&mut pipe) {
                assert!(pipe.len() < bytes.len());
            }
        }
        5 => {
            if let Some(header) = FrameHeader::parse(bytes) {
                assert!(header.bytes > 0 && header.rate_hz > 0);
            }
            stated_frames(bytes);
            has_mixed_block(bytes);
            if let Some(survey) = survey(file, 0).expect("memory can be read") {
                let ends = survey.runs.iter().map(|run| run.end);
                assert!(
                    survey.runs.iter().skip(1).zip(ends).all(|(run, end)| run.start >= end && run.end >= run.start)
                );
            }
            assert!(audio_end(file).expect("memory can be read") <= bytes.len() as u64);
        }
        8 => {
            let seconds = asf::stated_seconds(file, 0).expect("memory can be read");
            assert!(seconds.is_none_or(|seconds| seconds > 0.0));
            for container in [Container::Wav, Container::Rifx, Container::Rf64, Container::Wave64] {
                if let WaveContent::Pcm(layout) = read_wave(file, 0, container).expect("memory can be read") {
                    assert!(layout.frame_bytes() > 0 && layout.data.start <= bytes.len() as u64);
                }
            }
            for layout in [read_aiff(file, 0), read_au(file, 0)].into_iter().filter_map(|read| read.ok().flatten()) {
                assert!(layout.frame_bytes() > 0);
            }
        }
        9 => {
            read_matroska_end(file, 0).expect("memory can be read");
            if let ParsedPage::Page(page, length) = OggPage::parse(bytes) {
                assert!(length <= bytes.len() && page.parts().map(|(part, _)| part.len()).sum::<usize>() < length);
            }
        }
        10 => {
            if let Some(frame) = FlacFrame::parse(bytes) {
                assert!(frame.header_bytes <= MAX_HEADER_BYTES && frame.longest_bytes() > frame.header_bytes);
                if let Some(info) = StreamInfo::parse(bytes.get(16..).unwrap_or_default())
                    && let Some(other) = info.with_format(44_100, frame.channels, 16)
                {
                    assert_eq!((other.channels(), other.samples()), (frame.channels, info.samples()));
                }
            }
            assert!(find_bit_stream(bytes).is_none_or(|found| found.offset < bytes.len()));
            starts_with_ac3(bytes);
        }
        11 => parse_tags(bytes, file),
        7 => {
            alac_cookie::bit_depth(bytes);
        }
        _ => {
            let mut log = FfmpegLog::drain(Cursor::new(bytes.to_vec()));
            log.description();
            let errors = log.finish();
            assert_eq!(errors.count == 0, errors.first.is_none());
        }
    }
}

/// Reads tags of the container that the last byte chooses, and asserts what the protocol promises of them.
fn parse_tags(bytes: &[u8], file: &File) {
    let foreign = |demuxer| Container::Foreign { name: demuxer, demuxer };
    let containers = [
        Container::MpegAudio,
        Container::Flac,
        Container::Ogg,
        Container::Mp4,
        Container::Wav,
        Container::Rifx,
        Container::Rf64,
        Container::Aiff,
        Container::Matroska,
        Container::Caf,
        foreign("ogg"),
        foreign("asf"),
        foreign("dsf"),
        foreign("iff"),
        foreign("wv"),
    ];
    let container = containers[usize::from(bytes.last().copied().unwrap_or(0)) % containers.len()];
    // Tags before the audio end where it starts.
    let start = if container == Container::MpegAudio { bytes.len() as u64 } else { 0 };
    let tags = read_tags(file, &Sniffed { container, start, frames: None });
    let texts = [&tags.title, &tags.artist, &tags.album_artist, &tags.album, &tags.genre, &tags.date, &tags.isrc];
    for text in texts.into_iter().flatten() {
        assert!(!text.is_empty() && text.chars().count() <= 1000 && !text.contains(char::is_control), "{text:?}");
    }
    for ids in [&tags.musicbrainz_recording_id, &tags.musicbrainz_artist_id].into_iter().flatten() {
        assert!(ids.split("; ").all(|id| id.len() == 36) && ids.len() <= 1000, "{ids:?}");
    }
}

/// Decodes `bytes` as packets of Opus, each preceded by its length in two bytes.
pub fn decode_opus(channels: usize, bytes: &[u8]) {
    let mut decoder = opus_pure::OpusDecoder::new(48_000, channels).expect("one or two channels");
    let mut samples = vec![0.0; MAX_PACKET_SAMPLES * channels];
    let mut rest = bytes;
    while let Some((length, tail)) = rest.split_first_chunk() {
        let (packet, tail) = tail.split_at(usize::from(u16::from_be_bytes(*length)).min(tail.len()));
        if !packet.is_empty()
            && let Ok(count) = decoder.decode(packet, MAX_PACKET_SAMPLES, &mut samples)
        {
            assert!(count <= MAX_PACKET_SAMPLES);
        }
        rest = tail;
    }
}
