//! The ffmpeg program as a decoder: a child process that writes samples into a pipe.

use std::{
    fs::File,
    io::{self, BufReader, PipeReader, Read, Seek},
    path::{Path, PathBuf},
};

use crate::{
    audio_key::EncodedAudio,
    error::{DecodeError, ErrorKind},
    ffmpeg::{
        launch::{Ffmpeg, Launched, Running},
        log::{FfmpegLog, InputDescription},
        wav_pipe::{PipeFormat, read_header},
    },
    headers::{sniff::Sniffed, stated_length::StatedLength},
    report::Losses,
    source::{SampleSource, SourceBlock},
    stream_format::check_limits,
};

/// Samples per channel in one block.
const BLOCK_SAMPLES: usize = 4096;
/// The name by which ffmpeg opens the track: its own standard input, which is the sniffed file. On Linux and macOS
/// ffmpeg can seek in it as in any other file.
const INPUT: &str = "file:/dev/fd/0";
/// Largest single allocation of ffmpeg, in bytes.
const MAX_ALLOCATION: &str = "268435456";
/// Each error that ffmpeg reports may stand for a lost packet; those of most codecs have up to so many samples.
const SAMPLES_PER_ERROR: u64 = 4096;

/// One file being decoded by ffmpeg. The child is killed when this is dropped.
pub(crate) struct FfmpegChild {
    path: PathBuf,
    child: Box<dyn Running>,
    pipe: BufReader<PipeReader>,
    log: FfmpegLog,
    format: PipeFormat,
    description: InputDescription,
    bytes: Vec<u8>,
    samples: u64,
    losses: Losses,
    ended: bool,
}

impl FfmpegChild {
    /// Starts `ffmpeg` on the first audio stream of `file` and reads up to the first sample; `path` is for messages.
    /// With an `end`, ffmpeg sees only the bytes from the container's start to it, as of a stream inside a WAVE file.
    ///
    /// ffmpeg gets the open file and never its name, so that no part of a name can act as an option, a protocol or a
    /// pattern. The demuxer is named and only the `file` protocol and parts of it are allowed, so that no playlist or script is opened.
    /// ffmpeg may use one thread of each kind: other workers need the other processors, and each thread takes address
    /// space.
    pub(crate) fn start(
        ffmpeg: &Ffmpeg,
        path: &Path,
        mut file: File,
        sniffed: &Sniffed,
        end: Option<u64>,
    ) -> Result<Self, DecodeError> {
        file.rewind().map_err(|error| DecodeError::from_io(path, &error))?;
        let container = sniffed.container;
        let input = match end {
            Some(end) => format!("subfile,,start,{},end,{end},,:{INPUT}", sniffed.start),
            None => INPUT.to_owned(),
        };
        let arguments = [
            ["-nostdin", "-hide_banner", "-nostats", "-v", "level+info"].as_slice(),
            &["-max_alloc", MAX_ALLOCATION, "-filter_threads", "1"],
            &["-protocol_whitelist", "file,subfile", "-threads", "1", "-f", container.ffmpeg_demuxer()],
            &["-i", &input],
            &["-map", "0:a:0", "-map_metadata", "-1", "-c:a", "pcm_f32le", "-f", "wav", "pipe:1"],
        ];
        let Launched { samples, log, process } = ffmpeg.launch(&arguments.concat(), file).map_err(|error| {
            let program = ffmpeg.program().display();
            DecodeError::new(
                ErrorKind::FfmpegFailed,
                format!("{program} cannot be started: {error}; check AURALIS_FFMPEG or reinstall ffmpeg"),
            )
        })?;
        let mut this = Self {
            path: path.to_owned(),
            child: process,
            pipe: BufReader::with_capacity(1 << 16, samples),
            log: FfmpegLog::drain(log),
            format: PipeFormat { rate_hz: 0, channels: 0, channel_mask: None },
            description: InputDescription::default(),
            bytes: Vec::new(),
            samples: 0,
            losses: Losses::default(),
            ended: false,
        };
        match read_header(&mut this.pipe) {
            Ok(Some(format)) => this.format = format,
            Ok(None) => return Err(this.fail("it returned no audio")),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Err(this.fail("it returned no audio")),
            Err(error) => return Err(this.fail(&error.to_string())),
        }
        check_limits(this.format.rate_hz, this.format.channels)?;
        this.description = this.log.description();
        if container.is_bare_stream() {
            this.description.duration_s = None;
        }
        Ok(this)
    }

    /// The codec's name, as ffmpeg calls it.
    pub(crate) fn codec_name(&self) -> Option<&str> {
        self.description.codec.as_deref()
    }

    /// Takes the length that the file's own header states in place of ffmpeg's.
    pub(crate) fn state_length(&mut self, length: StatedLength) {
        self.description.state_length(length);
    }

    /// Bits per sample of a lossless codec.
    pub(crate) fn bit_depth(&self) -> Option<u32> {
        self.description.bit_depth
    }

    /// Whether the file has a moving picture too.
    pub(crate) fn has_moving_picture(&self) -> bool {
        self.description.has_video
    }

    /// Whether the stream has already ended with errors, so that its few samples may not be real audio.
    pub(crate) fn ended_with_errors(&mut self) -> bool {
        if self.samples < BLOCK_SAMPLES as u64 && !self.ended {
            self.close();
        }
        self.ended && self.losses.lost_packets > 0
    }

    /// The error when not a single sample came.
    pub(crate) fn no_samples(mut self) -> DecodeError {
        self.fail("it returned no audio")
    }

    /// The error of a child that gave no samples, with the last line of its log.
    fn fail(&mut self, what: &str) -> DecodeError {
        self.child.kill();
        let said = self.log.finish().last;
        let said = said.map(|line| line.replace(&format!("{INPUT}: "), ""));
        if said.as_deref().is_some_and(|line| line.contains("matches no streams")) {
            return DecodeError::new(ErrorKind::NoAudioStream, "the file has no audio stream");
        }
        let said = said.map_or_else(String::new, |line| format!(": {line}"));
        DecodeError::new(
            ErrorKind::FfmpegFailed,
            format!("ffmpeg could not decode the file, {what}{said}; the file is damaged, or ffmpeg lacks its codec"),
        )
    }

    /// Called when the pipe has ended: checks how the child ended, and whether all samples came.
    fn close(&mut self) {
        self.ended = true;
        let failed = match self.child.wait() {
            Ok(status) if status.success() => None,
            Ok(status) => Some(format!("ffmpeg ended with {status}")),
            Err(error) => Some(format!("ffmpeg's exit status is unknown: {error}")),
        };
        let errors = self.log.finish();
        self.losses.lost_packets += errors.count;
        self.losses.first_reason = errors.first;
        self.losses.early_end = failed;
        self.losses.promised_samples = self.description.promised_samples(self.format.rate_hz, self.samples);
        self.losses.tolerated_samples = errors.count.saturating_mul(SAMPLES_PER_ERROR);
    }

    /// Fills `bytes` with whole frames, up to one block.
    fn read_frames(&mut self) -> io::Result<usize> {
        let frame_bytes = self.format.channels * size_of::<f32>();
        self.bytes.resize(BLOCK_SAMPLES * frame_bytes, 0);
        let mut filled = 0;
        while filled < self.bytes.len() {
            match self.pipe.read(&mut self.bytes[filled..]) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled / frame_bytes)
    }
}

impl SampleSource for FfmpegChild {
    fn next_block(&mut self, planes: &mut Vec<Vec<f32>>) -> Result<Option<SourceBlock>, DecodeError> {
        if self.ended {
            return Ok(None);
        }
        let samples = self.read_frames().map_err(|error| DecodeError::from_io(&self.path, &error))?;
        if samples == 0 {
            self.close();
            return Ok(None);
        }
        self.samples += samples as u64;
        let channels = self.format.channels;
        planes.resize_with(channels, Vec::new);
        let frame_bytes = channels * size_of::<f32>();
        for (channel, plane) in planes.iter_mut().enumerate() {
            let offset = channel * size_of::<f32>();
            plane.clear();
            plane.extend(self.bytes[..samples * frame_bytes].chunks_exact(frame_bytes).map(|frame| {
                f32::from_le_bytes([frame[offset], frame[offset + 1], frame[offset + 2], frame[offset + 3]])
            }));
        }
        let PipeFormat { rate_hz, channel_mask, .. } = self.format;
        Ok(Some(SourceBlock { rate_hz, channels, channel_mask, samples: 0..samples }))
    }

    fn expected_samples(&self) -> Option<u64> {
        let duration_s = self.description.duration_s.filter(|&seconds| seconds > 0.0)?;
        Some((duration_s * f64::from(self.format.rate_hz)) as u64)
    }

    fn losses_mut(&mut self) -> &mut Losses {
        &mut self.losses
    }

    fn encoded(&mut self) -> Option<&mut dyn EncodedAudio> {
        None
    }
}

impl Drop for FfmpegChild {
    fn drop(&mut self) {
        if !self.ended {
            self.child.kill();
        }
    }
}
