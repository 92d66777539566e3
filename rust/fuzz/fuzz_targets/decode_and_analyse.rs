//! Takes the bytes for a file: opens, decodes and analyses it as a worker does. ffmpeg is off.
//!
//! fp-decode catches panics of the decoders; any other panic, hang, abort or large allocation is a finding. So is a probe that
//! has another audio key than the analysis, wherever that ends.
#![no_main]

mod checksums;

use std::{cell::RefCell, io::Write, os::fd::AsRawFd, panic, path::PathBuf};

use fp_decode::DecodeOptions;
use fp_dsp::{Analyzer, ChannelLayout};
use libfuzzer_sys::fuzz_target;

/// Maximum number of samples analysed of one input: a few bytes can decode to days of audio, which in a scan the
/// parent's deadline ends.
const MAX_SAMPLES: u64 = 50_000;

thread_local! {
    /// Kept for the next input of the same format, as in the worker: making one takes longer than a small file.
    static KEPT: RefCell<Option<Analyzer>> = const { RefCell::new(None) };
}

fuzz_target!(
    // libFuzzer's own hook aborts at every panic, even at one that would be caught.
    init: panic::set_hook(Box::new(|_| {})),
    |data: &[u8]| {
        let mut bytes = data.to_vec();
        checksums::repair_ogg(&mut bytes);
        let mut file = memfd::MemfdOptions::default().create("track").expect("a memory file").into_file();
        file.write_all(&bytes).expect("memory");
        let path = PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()));
        let Ok(mut stream) = fp_decode::open(&path, &DecodeOptions::default()) else { return };
        let format = stream.format().clone();
        let layout = ChannelLayout::new(format.channels, format.channel_mask).expect("fp-decode delivers 1 to 8");
        let kept = KEPT.take().filter(|kept| kept.format() == (format.rate_hz, &layout));
        let mut analyzer = match kept {
            Some(mut kept) => {
                kept.reset();
                kept
            }
            None => Analyzer::new(format.rate_hz, layout).expect("fp-decode delivers rates that fp-dsp takes"),
        };
        let mut samples = 0;
        while let Ok(Some(block)) = stream.next_block() {
            assert!(block.samples() > 0 && block.channels().len() == format.channels);
            analyzer.add_samples(block.channels());
            samples += block.samples() as u64;
            if samples > MAX_SAMPLES {
                break;
            }
        }
        let analysis = analyzer.finish();
        for (key, value) in analysis.fingerprint.iter() {
            assert!(value.ok().is_none_or(f64::is_finite), "{key} is not finite");
        }
        while stream.read_on().expect("memory can be read") {}
        let audio_key = stream.audio_key();
        assert_eq!(stream.finish().samples, samples);
        let mut probe = fp_decode::probe(&path, &DecodeOptions::default()).expect("what decodes can be probed");
        while probe.read_on().expect("memory can be read") {}
        assert_eq!(probe.key(), audio_key);
        KEPT.set(Some(analyzer));
    }
);
