//! The WAVE family, AIFF and AU with headers as they are out there: contradictory, streamed, big-endian, out of order.

mod common;

use common::{Decoded, Scratch, decode, pcm16};

/// The samples that most files here hold, and how they read: exactly, since full scale is a power of two.
const SAMPLES: [i16; 8] = [16_384, -16_384, 8_192, 0, -32_768, 32_767, 1, -1];

fn expected() -> [Vec<f32>; 2] {
    let plane = |side: usize| SAMPLES.iter().skip(side).step_by(2).map(|&s| f32::from(s) / 32_768.0).collect();
    [plane(0), plane(1)]
}

fn chunk(id: &[u8; 4], size: u32, content: &[u8]) -> Vec<u8> {
    [id, size.to_le_bytes().as_slice(), content].concat()
}

fn sized(id: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let padding: &[u8] = if content.len().is_multiple_of(2) { &[] } else { &[0] };
    [chunk(id, content.len() as u32, content), padding.to_vec()].concat()
}

fn riff(id: &[u8; 4], size: u32, chunks: &[Vec<u8>]) -> Vec<u8> {
    [chunk(id, size, b"WAVE"), chunks.concat()].concat()
}

/// A stereo format chunk's content at 44.1 kHz, with the block size that `block_bytes` says.
fn format(tag: u16, channels: u16, bits: u16, block_bytes: u16) -> Vec<u8> {
    let words = |values: &[u16]| values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>();
    let rates = [44_100, 44_100 * u32::from(block_bytes)].into_iter().flat_map(u32::to_le_bytes).collect();
    [words(&[tag, channels]), rates, words(&[block_bytes, bits])].concat()
}

fn extensible(channels: u16, bits: u16, block_bytes: u16, mask: u32) -> Vec<u8> {
    let guid = [1, 0, 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];
    let tail = [&22u16.to_le_bytes()[..], &bits.to_le_bytes(), &mask.to_le_bytes(), &guid].concat();
    [format(0xfffe, channels, bits, block_bytes), tail].concat()
}

fn cd() -> Vec<u8> {
    sized(b"fmt ", &format(1, 2, 16, 4))
}

#[track_caller]
fn assert_whole(decoded: &Decoded, name: &str) {
    assert_eq!(decoded.channels, expected(), "{name}");
    assert_eq!(decoded.report.warnings, [], "{name}");
}

#[test]
fn sizes_of_a_pipe_are_no_sizes() {
    let scratch = Scratch::new("pipe-sizes");
    let data = pcm16(SAMPLES);
    for size in [0xffff_ffff, 0xffff_ffff - 36, 0x7fff_ffff, 0x7fff_f000, 0x8000_0000, 0] {
        let file = riff(b"RIFF", size, &[cd(), chunk(b"data", size, &data)]);
        assert_whole(&decode(&scratch.write("x.wav", &file)).unwrap(), &format!("RIFF {size:x}"));
        for sizes in [[0; 28], [0xff; 28]] {
            let file = riff(b"RF64", 0xffff_ffff, &[sized(b"ds64", &sizes), cd(), chunk(b"data", size, &data)]);
            assert_whole(&decode(&scratch.write("x.rf64", &file)).unwrap(), &format!("RF64 {size:x}"));
        }
        let samples = data.chunks(2).flat_map(|pair| [pair[1], pair[0]]).collect::<Vec<u8>>();
        let header = [24, size, 3, 44_100, 2].into_iter().flat_map(u32::to_be_bytes).collect::<Vec<u8>>();
        let file = [b".snd", header.as_slice(), &samples].concat();
        if size != 0x8000_0000 {
            assert_whole(&decode(&scratch.write("x.au", &file)).unwrap(), &format!("AU {size:x}"));
        }
        assert_whole(&decode(&scratch.write("x.aiff", &aiff(size, &samples))).unwrap(), &format!("AIFF {size:x}"));
    }
}

fn aiff(size: u32, samples: &[u8]) -> Vec<u8> {
    let common = [0, 2, 0, 0, 0, 0, 0, 16, 0x40, 0x0e, 0xac, 0x44, 0, 0, 0, 0, 0, 0];
    let head = [b"FORM", size.to_be_bytes().as_slice(), b"AIFFCOMM", &18u32.to_be_bytes(), &common].concat();
    [head, b"SSND".to_vec(), size.to_be_bytes().to_vec(), vec![0; 8], samples.to_vec()].concat()
}

#[test]
fn wave64_with_and_without_its_sizes() {
    let scratch = Scratch::new("wave64");
    let guid = |name: &[u8; 4], tail: [u8; 12]| [name.as_slice(), &tail].concat();
    let riff_tail = [0x2e, 0x91, 0xcf, 0x11, 0xa5, 0xd6, 0x28, 0xdb, 0x04, 0xc1, 0, 0];
    let tail = [0xf3, 0xac, 0xd3, 0x11, 0x8c, 0xd1, 0, 0xc0, 0x4f, 0x8e, 0xdb, 0x8a];
    for size in [24 + 16, 0, 24, u64::MAX] {
        let file = [
            guid(b"riff", riff_tail),
            size.to_le_bytes().to_vec(),
            guid(b"wave", tail),
            guid(b"fmt ", tail),
            40u64.to_le_bytes().to_vec(),
            format(1, 2, 16, 4),
            guid(b"data", tail),
            size.to_le_bytes().to_vec(),
            pcm16(SAMPLES),
        ];
        assert_whole(&decode(&scratch.write("x.w64", &file.concat())).unwrap(), &format!("{size}"));
    }
}

#[test]
fn a_size_that_the_file_does_not_have_is_truncated() {
    let scratch = Scratch::new("cut");
    let file = riff(b"RIFF", 1036, &[cd(), chunk(b"data", 1000, &pcm16(SAMPLES))]);
    let decoded = decode(&scratch.write("x.wav", &file)).unwrap();
    assert_eq!((decoded.channels[0].len(), decoded.warning("truncated")), (4, Some(246)));
}

#[test]
fn chunks_may_stand_in_any_order_without_padding_and_twice() {
    let scratch = Scratch::new("order");
    let data = sized(b"data", &pcm16(SAMPLES));
    let list = sized(b"LIST", b"INFOISFT\x03\0\0\0abc");
    let cases: [(&str, Vec<Vec<u8>>); 6] = [
        ("list before", vec![list.clone(), cd(), data.clone()]),
        ("list after", vec![cd(), data.clone(), list.clone()]),
        ("data first", vec![data.clone(), cd()]),
        ("two formats", vec![cd(), sized(b"fmt ", &format(1, 1, 8, 1)), data.clone()]),
        ("no padding", vec![cd(), chunk(b"LIST", 15, b"INFOISFT\x03\0\0\0abc"), data.clone()]),
        ("junk", vec![sized(b"JUNK", &vec![0; 3_000_000]), sized(b"bext", &[b'x'; 603]), cd(), data]),
    ];
    for (name, chunks) in cases {
        let size = 4 + chunks.iter().map(|chunk| chunk.len() as u32).sum::<u32>();
        assert_whole(&decode(&scratch.write("x.wav", &riff(b"RIFF", size, &chunks))).unwrap(), name);
    }
}

#[test]
fn rifx_is_big_endian() {
    let scratch = Scratch::new("rifx");
    let turn = |bytes: Vec<u8>, width: usize| bytes.chunks(width).flat_map(|c| c.iter().rev().copied()).collect();
    let format: Vec<u8> = [
        turn(format(1, 2, 16, 4)[..4].to_vec(), 2),
        turn(format(1, 2, 16, 4)[4..12].to_vec(), 4),
        turn(format(1, 2, 16, 4)[12..].to_vec(), 2),
    ]
    .concat();
    let data: Vec<u8> = turn(pcm16(SAMPLES), 2);
    let big = |id: &[u8; 4], content: &[u8]| [id, &(content.len() as u32).to_be_bytes()[..], content].concat();
    let file = [big(b"RIFX", b"WAVE"), big(b"fmt ", &format), big(b"data", &data)].concat();
    let decoded = decode(&scratch.write("x.wav", &file)).unwrap();
    assert_whole(&decoded, "rifx");
    assert_eq!((decoded.format.container.as_str(), decoded.format.codec.as_str()), ("rifx", "pcm_s16be"));
}

#[test]
fn twenty_four_bits_in_slots_of_four_bytes_are_found_on_either_side() {
    let scratch = Scratch::new("slots");
    let samples: [i32; 8] = [0x12_3456, -0x12_3456, 0x2b_cdef, 0, -8_388_608, 8_388_607, 1, -1];
    let plane = |side: usize| samples.iter().skip(side).step_by(2).map(|&s| s as f32 / 8_388_608.0).collect();
    let expected: [Vec<f32>; 2] = [plane(0), plane(1)];
    let slots = |shift: u32| samples.iter().flat_map(|s| (s << shift).to_le_bytes()).collect::<Vec<u8>>();
    let packed: Vec<u8> = samples.iter().flat_map(|s| s.to_le_bytes()[..3].to_vec()).collect();
    let silence = vec![0; 400_000];
    for (name, format, data) in [
        ("high", format(1, 2, 24, 8), slots(8)),
        ("low", format(1, 2, 24, 8), slots(0)),
        ("packed under a wrong block size", format(1, 2, 24, 8), packed.clone()),
        ("packed under an extensible header's", extensible(2, 24, 8, 3), packed.clone()),
        ("packed under none", format(1, 2, 24, 0), packed),
        ("low after silence", format(1, 2, 24, 8), [silence.clone(), slots(0).repeat(60_000)].concat()),
    ] {
        let data: Vec<u8> = data;
        let file = riff(b"RIFF", 0, &[sized(b"fmt ", &format), sized(b"data", &data)]);
        let decoded = decode(&scratch.write("x.wav", &file)).unwrap();
        let last: Vec<&[f32]> = decoded.channels.iter().map(|plane| &plane[plane.len() - 4..]).collect();
        assert_eq!(last, expected, "{name}");
        assert_eq!(decoded.format.bit_depth, Some(24), "{name}");
    }
}

#[test]
fn a_stated_speaker_mask_counts() {
    // KSAUDIO_SPEAKER_7POINT1, 0xff, is 7.1 with two more front speakers; without a mask eight speakers are not known.
    let scratch = Scratch::new("mask");
    for (channels, mask, found) in [(8, 0xff, Some(0xff)), (8, 0, None), (8, 0x63f, Some(0x63f)), (4, 0xf, Some(0xf))] {
        let format = extensible(channels, 16, 2 * channels, mask);
        let file = riff(b"RIFF", 0, &[sized(b"fmt ", &format), sized(b"data", &pcm16([SAMPLES; 2].concat()))]);
        let decoded = decode(&scratch.write("x.wav", &file)).unwrap();
        assert_eq!(decoded.format.channel_mask, found, "{mask:x}");
    }
}
