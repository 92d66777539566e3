//! Lossy codecs: lengths without encoder delay and padding, samples equal to those of reference decoders.

mod common;

use common::{Scratch, decode, decode_with, loudest_multiple_of_300_hz, program, run, tone_per_channel};

/// 1.3 s at 48 kHz: not a multiple of any codec's frame.
const SAMPLES: u32 = 62_400 + 17;

#[test]
fn encoder_delay_and_padding_are_trimmed_to_the_length_of_the_source() {
    let Some(ffmpeg) = program("ffmpeg") else { return };
    let scratch = Scratch::new("gapless");
    let wav = scratch.write("x.wav", &tone_per_channel(2, SAMPLES));
    for (name, encoder) in [("x.mp3", "libmp3lame"), ("x.m4a", "aac"), ("x.ogg", "libvorbis"), ("x.opus", "libopus")] {
        let out = scratch.path(name);
        run(&ffmpeg, &["-v", "error", "-y", "-i", wav.to_str().unwrap(), "-c:a", encoder, out.to_str().unwrap()]);
        let decoded = decode(&out).unwrap();
        assert_eq!(decoded.report.samples, u64::from(SAMPLES), "{name}");
        assert_eq!(decoded.report.warnings, [], "{name}");
        assert_eq!(decoded.channels.iter().map(|c| loudest_multiple_of_300_hz(c)).collect::<Vec<_>>(), [1, 2]);
    }
}

#[test]
fn opus_modes_gain_and_surround_match_opusdec() {
    let (Some(opusenc), Some(opusdec)) = (program("opusenc"), program("opusdec")) else { return };
    let scratch = Scratch::new("opus");
    // SILK at 8 kbit/s speech, hybrid at 24, CELT at 96, mono, and 5.1 by mapping family 1.
    for (channels, settings) in [
        (1, ["--bitrate", "8", "--speech"]),
        (1, ["--bitrate", "24", "--speech"]),
        (2, ["--bitrate", "96", "--music"]),
        (6, ["--bitrate", "256", "--music"]),
    ] {
        let wav = scratch.write("x.wav", &tone_per_channel(channels, SAMPLES));
        let opus = scratch.path("x.opus");
        let mut arguments = vec!["--quiet"];
        arguments.extend(settings);
        arguments.extend([wav.to_str().unwrap(), opus.to_str().unwrap()]);
        run(&opusenc, &arguments);
        for gain_q8 in [0i16, -1536] {
            let mut bytes = std::fs::read(&opus).unwrap();
            set_output_gain(&mut bytes, gain_q8);
            let path = scratch.write("gain.opus", &bytes);
            let reference = scratch.path("reference.wav");
            let arguments = ["--quiet", "--float", path.to_str().unwrap(), reference.to_str().unwrap()];
            run(&opusdec, &arguments);
            let (ours, theirs) = (decode(&path).unwrap(), decode(&reference).unwrap());
            assert_eq!(ours.format.decoder, "opus-pure");
            assert_eq!(ours.report.samples, u64::from(SAMPLES));
            assert_eq!(theirs.report.samples, u64::from(SAMPLES));
            let worst = ours.channels.iter().flatten().zip(theirs.channels.iter().flatten());
            let worst = worst.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            // Absolute: two float implementations round differently, by far less than one 16-bit step.
            assert!(worst < 2e-6, "{channels} channels, {settings:?}, gain {gain_q8}: {worst}");
        }
    }
}

#[test]
fn matroska_padding_is_dropped_and_a_stream_of_unknown_size_is_not_cut() {
    let Some(ffmpeg) = program("ffmpeg") else { return };
    let scratch = Scratch::new("matroska");
    let wav = scratch.write("x.wav", &tone_per_channel(2, SAMPLES));
    for (muxer, is_live) in [("webm", false), ("matroska", false), ("webm", true)] {
        let out = scratch.path("x.webm");
        let mut arguments = vec!["-v", "error", "-y", "-i", wav.to_str().unwrap(), "-c:a", "libopus", "-f", muxer];
        if is_live {
            arguments.extend(["-live", "1"]);
        }
        arguments.push(out.to_str().unwrap());
        run(&ffmpeg, &arguments);
        let decoded = decode(&out).unwrap();
        assert_eq!(decoded.report.warnings, [], "{muxer}, live: {is_live}");
        assert_eq!(decoded.report.samples, u64::from(SAMPLES), "{muxer}, live: {is_live}");
    }
}

#[test]
fn digital_silence_in_opus_decodes_as_zeros() {
    let Some(ffmpeg) = program("ffmpeg") else { return };
    let scratch = Scratch::new("opus-silence");
    let opus = scratch.path("x.opus");
    for source in
        ["anullsrc=r=48000:cl=stereo", "aevalsrc='if(lt(t,1),0.3*sin(2000*t),0)|0.1*sin(900*t)*lt(t,1)':s=48000"]
    {
        run(
            &ffmpeg,
            &["-v", "error", "-y", "-f", "lavfi", "-i", source, "-t", "4", "-c:a", "libopus", opus.to_str().unwrap()],
        );
        let decoded = decode(&opus).unwrap();
        // The fade of the coded tone is over a second later.
        let loudest =
            decoded.channels.iter().flat_map(|c| &c[96_000..]).fold(0.0f32, |loudest, x| loudest.max(x.abs()));
        assert_eq!(loudest, 0.0, "{source}");
    }
}

#[test]
fn vorbis_surround_comes_in_wave_order_or_not_at_all() {
    let Some(ffmpeg) = program("ffmpeg") else { return };
    let scratch = Scratch::new("surround");
    let wav = scratch.write("x.wav", &tone_per_channel(4, SAMPLES));
    let ogg = scratch.path("x.ogg");
    let (input, output) = (wav.to_str().unwrap(), ogg.to_str().unwrap());
    run(&ffmpeg, &["-v", "error", "-y", "-channel_layout", "quad", "-i", input, "-c:a", "libvorbis", output]);
    let error = decode(&ogg).err().expect("the built-in decoder mixes the channels up");
    assert_eq!(error.kind(), fp_decode::ErrorKind::UnsupportedCodec);
    let decoded = decode_with(&ogg, Some(ffmpeg)).unwrap();
    assert_eq!(decoded.format.channel_mask, Some(0x33));
    assert_eq!(decoded.channels.iter().map(|c| loudest_multiple_of_300_hz(c)).collect::<Vec<_>>(), [1, 2, 3, 4]);
}

#[test]
fn low_rate_adts_is_not_taken_for_aac_lc() {
    let Some(ffmpeg) = program("ffmpeg") else { return };
    let scratch = Scratch::new("adts");
    let wav = scratch.write("x.wav", &tone_per_channel(1, SAMPLES));
    let aac = scratch.path("x.aac");
    let (input, output) = (wav.to_str().unwrap(), aac.to_str().unwrap());
    run(&ffmpeg, &["-v", "error", "-y", "-i", input, "-ar", "22050", "-c:a", "aac", output]);
    let error = decode(&aac).err().expect("may be HE-AAC");
    assert!(error.message().contains("HE-AAC"), "{error}");
    let decoded = decode_with(&aac, Some(ffmpeg)).unwrap();
    assert_eq!((decoded.format.decoder.as_str(), decoded.format.rate_hz), ("ffmpeg", 22_050));
}

/// Sets the gain of the `OpusHead` packet and the checksum of its page (RFC 3533: CRC-32, polynomial 0x04c11db7).
fn set_output_gain(ogg: &mut [u8], gain_q8: i16) {
    let head = ogg.windows(8).position(|window| window == b"OpusHead").expect("an Opus file");
    ogg[head + 16..head + 18].copy_from_slice(&gain_q8.to_le_bytes());
    let segments = usize::from(ogg[26]);
    let page = 27 + segments + ogg[27..27 + segments].iter().map(|&lacing| usize::from(lacing)).sum::<usize>();
    ogg[22..26].fill(0);
    let crc = ogg[..page].iter().fold(0u32, |crc, &byte| {
        (0..8)
            .fold(crc ^ u32::from(byte) << 24, |crc, _| if crc >> 31 == 1 { crc << 1 ^ 0x04c1_1db7 } else { crc << 1 })
    });
    ogg[22..26].copy_from_slice(&crc.to_le_bytes());
}
