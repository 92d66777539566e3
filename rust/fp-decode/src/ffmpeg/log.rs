//! Reads what ffmpeg writes to standard error, on a thread of its own, so that the child never blocks on it.

use std::{
    io::{BufRead, BufReader, Read},
    sync::mpsc::{Receiver, channel},
    thread::{self, JoinHandle},
    time::Duration,
};

/// How long to wait for the description of the input after the first samples; ffmpeg writes it before them.
const DESCRIPTION_TIMEOUT: Duration = Duration::from_secs(2);
/// Longer lines are read as several.
const MAX_LINE_BYTES: u64 = 4096;

/// ffmpeg's description of the stream it decodes.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct InputDescription {
    /// Codec name, as `wavpack`.
    pub(crate) codec: Option<String>,
    /// Bits per sample of a lossless codec.
    pub(crate) bit_depth: Option<u32>,
    /// Duration the container claims: that of its longest stream.
    pub(crate) duration_s: Option<f64>,
    /// Whether it holds a video (not only a cover).
    pub(crate) has_video: bool,
}

/// The error lines of a finished ffmpeg.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LoggedErrors {
    /// How many there were.
    pub(crate) count: u64,
    /// The first, without its prefix.
    pub(crate) first: Option<String>,
    /// The last, without its prefix.
    pub(crate) last: Option<String>,
}

/// The thread that reads the log.
pub(crate) struct FfmpegLog {
    thread: Option<JoinHandle<LoggedErrors>>,
    description: Receiver<InputDescription>,
}

impl FfmpegLog {
    /// Starts draining `stderr`, which must come from `-v level+info`.
    pub(crate) fn drain(stderr: impl Read + Send + 'static) -> Self {
        let (sender, description) = channel();
        let thread = thread::spawn(move || {
            let mut parser = LogParser::default();
            let mut reader = BufReader::new(stderr);
            let mut line = Vec::new();
            loop {
                line.clear();
                match reader.by_ref().take(MAX_LINE_BYTES).read_until(b'\n', &mut line) {
                    Ok(0) | Err(_) => break,
                    Ok(_) => {
                        if parser.read_line(String::from_utf8_lossy(&line).trim_end()) {
                            // Fails if the stream has been dropped, which is fine.
                            let _ = sender.send(parser.description.clone());
                        }
                    }
                }
            }
            parser.errors
        });
        Self { thread: Some(thread), description }
    }

    /// The description of the input; empty if ffmpeg did not print one.
    pub(crate) fn description(&self) -> InputDescription {
        self.description.recv_timeout(DESCRIPTION_TIMEOUT).unwrap_or_default()
    }

    /// Waits for the end of the log. Call it only after the child has ended.
    pub(crate) fn finish(&mut self) -> LoggedErrors {
        self.thread.take().and_then(|thread| thread.join().ok()).unwrap_or_default()
    }
}

#[derive(Default)]
struct LogParser {
    description: InputDescription,
    described: bool,
    errors: LoggedErrors,
}

impl LogParser {
    /// Returns true at the line that ends the description of the input.
    fn read_line(&mut self, line: &str) -> bool {
        if let Some((_, message)) = line.split_once("[error] ").or_else(|| line.split_once("[fatal] ")) {
            self.errors.count += 1;
            if self.errors.first.is_none() {
                self.errors.first = Some(message.to_owned());
            }
            self.errors.last = Some(message.to_owned());
            return false;
        }
        let Some(message) = line.strip_prefix("[info] ") else { return false };
        if self.described {
            return false;
        }
        if message.starts_with("Stream mapping:") {
            self.described = true;
        } else if let Some(rest) = message.strip_prefix("  Duration: ") {
            self.description.duration_s = parse_duration(rest);
        } else if message.starts_with("  Stream #0:") && message.contains(": Video: ") {
            self.description.has_video |= !message.contains("(attached pic)");
        } else if message.starts_with("  Stream #0:")
            && let Some((_, audio)) = message.split_once(": Audio: ")
            && self.description.codec.is_none()
        {
            self.description.codec = audio.split([' ', ',']).next().map(str::to_owned);
            self.description.bit_depth = parse_bit_depth(audio);
        }
        self.described
    }
}

/// `00:03:20.15, start: …` in seconds; `None` for `N/A`.
fn parse_duration(text: &str) -> Option<f64> {
    let clock = text.split(',').next()?;
    let mut seconds = 0.0;
    for part in clock.split(':') {
        seconds = seconds * 60.0 + part.trim().parse::<f64>().ok()?;
    }
    Some(seconds)
}

/// Lossless codecs. The sample format alone does not show them: some lossy decoders return 16-bit integers too.
const LOSSLESS: [&str; 13] = [
    "alac",
    "ape",
    "flac",
    "mlp",
    "mp4als",
    "ralf",
    "shorten",
    "tak",
    "truehd",
    "tta",
    "wavpack",
    "wmalossless",
    "pcm_",
];

/// Bit depth from `wavpack, 44100 Hz, stereo, s32p (24 bit)`: the number in brackets, or else that of the format.
fn parse_bit_depth(audio: &str) -> Option<u32> {
    if !LOSSLESS.iter().any(|codec| audio.starts_with(codec)) {
        return None;
    }
    audio.split(", ").skip(1).find_map(|field| {
        let format = field.split(' ').next()?;
        let storage = match format {
            "u8" | "u8p" => 8,
            "s16" | "s16p" => 16,
            "s32" | "s32p" => 32,
            _ => return None,
        };
        let stated = field.split_once('(').and_then(|(_, rest)| rest.split(' ').next()?.parse().ok());
        Some(stated.unwrap_or(storage))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(log: &str) -> LogParser {
        let mut parser = LogParser::default();
        for line in log.lines() {
            parser.read_line(line);
        }
        parser
    }

    #[test]
    fn codec_depth_and_duration_come_from_the_input_not_from_the_output_or_the_tags() {
        let log = "[info] Input #0, wv, from 'file:x.wv':\n\
                   [info]     title           :   Stream #0:0: Audio: fake, 8 Hz\n\
                   [info]   Duration: 01:02:03.50, start: 0.000000, bitrate: 109 kb/s\n\
                   [info]   Stream #0:0: Audio: wavpack, 44100 Hz, mono, s32p (24 bit)\n\
                   [info] Stream mapping:\n\
                   [info]   Stream #0:0: Audio: pcm_f32le ([3][0][0][0] / 0x0003), 44100 Hz, mono, flt\n";
        let expected = InputDescription {
            codec: Some("wavpack".into()),
            bit_depth: Some(24),
            duration_s: Some(3723.5),
            has_video: false,
        };
        assert_eq!(parse(log).description, expected);
    }

    #[test]
    fn a_cover_is_no_video() {
        let stream =
            |rest: &str| parse(&format!("[info]   Stream #0:1[0x2](und): Video: {rest}\n")).description.has_video;
        assert!(stream("h264 (avc1 / 0x31637661), yuv420p, 64x64, 25 fps (default)"));
        assert!(!stream("mjpeg (Baseline), yuvj444p, 500x500, 90k tbr, 90k tbn (attached pic)"));
    }

    #[test]
    fn lossy_codecs_have_no_bit_depth() {
        assert_eq!(parse_bit_depth("musepack7, 44100 Hz, stereo, s16p"), None);
        assert_eq!(parse_bit_depth("ape (APE  / 0x20455041), 44100 Hz, stereo, s16p"), Some(16));
    }

    #[test]
    fn error_lines_are_counted_and_lose_their_prefix() {
        let errors = parse("[wv @ 0x55] [error] Invalid block header.\n[error] x.wv: Invalid data found\n").errors;
        assert_eq!(errors.count, 2);
        assert_eq!(errors.first.as_deref(), Some("Invalid block header."));
        assert_eq!(errors.last.as_deref(), Some("x.wv: Invalid data found"));
    }
}
