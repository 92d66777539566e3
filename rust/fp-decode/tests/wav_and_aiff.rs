//! WAVE and AIFF files written by hand: every sample format is compared with its definition.

mod common;

use common::{Scratch, decode, pcm16, wav};

#[test]
fn integer_formats_map_full_scale_to_one() {
    let scratch = Scratch::new("integers");
    let cases: [(u16, Vec<u8>, [f32; 4]); 4] = [
        (8, vec![0, 128, 192, 255], [-1.0, 0.0, 0.5, 127.0 / 128.0]),
        (16, pcm16([i16::MIN, 0, 16384, i16::MAX]), [-1.0, 0.0, 0.5, 32767.0 / 32768.0]),
        (24, vec![0, 0, 0x80, 0, 0, 0, 0, 0, 0x40, 0xff, 0xff, 0x7f], [-1.0, 0.0, 0.5, 8_388_607.0 / 8_388_608.0]),
        (
            32,
            [i32::MIN, 0, 1 << 30, -(1 << 30)].into_iter().flat_map(i32::to_le_bytes).collect(),
            [-1.0, 0.0, 0.5, -0.5],
        ),
    ];
    for (bits, data, expected) in cases {
        let path = scratch.write(&format!("{bits}.wav"), &wav(1, 1, 44_100, bits, &data));
        let decoded = decode(&path).unwrap();
        assert_eq!(decoded.channels, [expected], "{bits} bits");
        assert_eq!(decoded.format.bit_depth, Some(u32::from(bits)));
        assert_eq!(decoded.report.warnings, []);
    }
}

#[test]
fn floats_pass_unclipped() {
    let scratch = Scratch::new("floats");
    let samples = [0.25f32, -1.5, 3.0e-9, 1.0];
    let data: Vec<u8> = samples.into_iter().flat_map(f32::to_le_bytes).collect();
    let path = scratch.write("f32.wav", &wav(3, 1, 96_000, 32, &data));
    let decoded = decode(&path).unwrap();
    assert_eq!(decoded.channels, [samples]);
    assert_eq!(decoded.format.rate_hz, 96_000);
}

#[test]
fn companded_samples_follow_g711() {
    // ITU-T G.711: the code words for positive and negative full scale and for the values next to zero.
    let scratch = Scratch::new("companded");
    let a_law = scratch.write("a.wav", &wav(6, 1, 8_000, 8, &[0xaa, 0x2a, 0xd5, 0x55]));
    let expected = [32_256.0, -32_256.0, 8.0, -8.0].map(|value: f32| value / 32_768.0);
    assert_eq!(decode(&a_law).unwrap().channels, [expected]);
    let mu_law = scratch.write("mu.wav", &wav(7, 1, 8_000, 8, &[0x80, 0x00, 0xff, 0x7f]));
    let expected = [32_124.0, -32_124.0, 0.0, 0.0].map(|value: f32| value / 32_768.0);
    assert_eq!(decode(&mu_law).unwrap().channels, [expected]);
}

#[test]
fn stereo_is_delivered_as_left_and_right_planes() {
    let scratch = Scratch::new("stereo");
    let path = scratch.write("lr.wav", &wav(1, 2, 44_100, 16, &pcm16([1 << 14, -(1 << 14), 1 << 13, 0])));
    assert_eq!(decode(&path).unwrap().channels, [[0.5, 0.25], [-0.5, 0.0]]);
}

#[test]
fn aiff_is_big_endian_and_sowt_is_little_endian() {
    let scratch = Scratch::new("aiff");
    let file = |form: &[u8; 4], compression: &[u8], data: &[u8]| {
        let mut common = vec![0, 1, 0, 0, 0, 2, 0, 16];
        // 44,100 as an 80-bit float: 2^15 · 1.345825195.
        common.extend([0x40, 0x0e, 0xac, 0x44, 0, 0, 0, 0, 0, 0]);
        common.extend(compression);
        let mut body = form.to_vec();
        body.extend(b"COMM");
        body.extend((common.len() as u32).to_be_bytes());
        body.extend(common);
        body.extend(b"SSND");
        body.extend((8 + data.len() as u32).to_be_bytes());
        body.extend([0; 8]);
        body.extend(data);
        let mut bytes = b"FORM".to_vec();
        bytes.extend((body.len() as u32).to_be_bytes());
        bytes.extend(body);
        bytes
    };
    let aiff = scratch.write("x.aiff", &file(b"AIFF", b"", &[0x40, 0, 0xc0, 0]));
    assert_eq!(decode(&aiff).unwrap().channels, [[0.5, -0.5]]);
    let sowt = scratch.write("x.aifc", &file(b"AIFC", b"sowt\0\0", &[0, 0x40, 0, 0xc0]));
    assert_eq!(decode(&sowt).unwrap().channels, [[0.5, -0.5]]);
}

#[test]
fn the_name_of_a_file_does_not_matter() {
    let scratch = Scratch::new("name");
    let path = scratch.write("song [Live].mp3", &wav(1, 1, 44_100, 16, &pcm16([1 << 14])));
    let decoded = decode(&path).unwrap();
    assert_eq!((decoded.format.container.as_str(), decoded.channels[0][0]), ("wav", 0.5));
}
