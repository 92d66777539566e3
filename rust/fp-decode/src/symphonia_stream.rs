//! A file decoded in-process: Symphonia's demuxers and decoders, Opus by `opus-pure`.

use std::fs::File;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use symphonia::core::audio::{Channels, GenericAudioBufferRef};
use symphonia::core::codecs::audio::well_known::CODEC_ID_OPUS;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::{FormatReader, Track};
use symphonia::core::packet::Packet;

use crate::container::Container;
use crate::demuxer::{audio_params, open_demuxer};
use crate::error::{DecodeError, ErrorKind};
use crate::file_source::{FileSource, ReadFault};
use crate::gapless::Trim;
use crate::registry::CODECS;
use crate::report::Losses;
use crate::sniff::Sniffed;
use crate::source::{Chunk, SampleSource};
use crate::stream_format::check_limits;

/// Packets in a row that give nothing, after which the rest of the file is taken for lost: a decoder or demuxer
/// that loops on damage would otherwise never end.
const MOST_BARREN_PACKETS: u64 = 20_000;

/// WAVE speaker of a single channel, wherever its container puts it.
const FRONT_CENTRE: u32 = 0x4;

/// Why Symphonia cannot open a file.
#[derive(Debug)]
pub(crate) enum OpenFailure {
    /// Final: nothing else could do better.
    Final(DecodeError),
    /// ffmpeg may be able to: what is wrong, and the codec's name where that is known.
    TryFfmpeg {
        /// The failure if there is no ffmpeg or it fails too.
        error: DecodeError,
    },
}

/// One audio track being decoded.
pub(crate) struct SymphoniaStream {
    path: PathBuf,
    reader: Box<dyn FormatReader>,
    decoder: Box<dyn AudioDecoder>,
    track_id: u32,
    params: AudioCodecParameters,
    container: Container,
    fault: ReadFault,
    trim: Trim,
    expected_samples: Option<u64>,
    losses: Losses,
    barren_packets: u64,
    ended: bool,
}

impl SymphoniaStream {
    /// Opens the first audio track with a decoder.
    pub(crate) fn open(path: PathBuf, file: File, sniffed: Sniffed) -> Result<Self, OpenFailure> {
        let source = FileSource::new(file, sniffed.start)
            .map_err(|error| OpenFailure::Final(DecodeError::from_io(&path, &error)))?;
        let fault = source.fault();
        let container = sniffed.container;
        let opened = shield(|| open_demuxer(container, source));
        let opened = opened.unwrap_or(Err(Error::DecodeError("impossible values in the header")));
        let reader = opened.map_err(|error| {
            if let Some(error) = fault.get() {
                return OpenFailure::Final(DecodeError::from_io(&path, &error));
            }
            let kind = match error {
                Error::Unsupported(_) => ErrorKind::UnsupportedCodec,
                _ => ErrorKind::NothingDecoded,
            };
            let what = explain(&error);
            OpenFailure::TryFfmpeg {
                error: DecodeError::new(kind, format!("the {} file cannot be opened: {what}", container.name())),
            }
        })?;
        let Some(track) = reader.tracks().iter().find(|track| audio_params(track).is_some()) else {
            return Err(OpenFailure::TryFfmpeg {
                error: DecodeError::new(
                    ErrorKind::NoAudioStream,
                    format!("the {} file has no audio stream that can be identified", container.name()),
                ),
            });
        };
        let track = track.clone();
        let (params, decoder) = make_decoder(&track)?;
        let mut stream = Self {
            path,
            reader,
            decoder,
            track_id: track.id,
            params,
            container,
            fault,
            trim: Trim::default(),
            expected_samples: None,
            losses: Losses::default(),
            barren_packets: 0,
            ended: false,
        };
        stream.begin_track(&track);
        Ok(stream)
    }

    /// Short name of the codec.
    pub(crate) fn codec_name(&self) -> &'static str {
        self.decoder.codec_info().short_name
    }

    /// What decodes: `symphonia` or `opus-pure`.
    pub(crate) fn decoder_name(&self) -> &'static str {
        if self.params.codec == CODEC_ID_OPUS { "opus-pure" } else { "symphonia" }
    }

    /// Bits per sample of a lossless source.
    pub(crate) fn bit_depth(&self) -> Option<u32> {
        let lossless = ["flac", "alac"].contains(&self.codec_name()) || self.codec_name().starts_with("pcm_");
        // The ALAC cookie has the depth in its sixth byte; the MP4 demuxer does not pass it on.
        let cookie = || self.params.extra_data.as_ref().and_then(|cookie| cookie.get(5)).copied().map(u32::from);
        let cookie_bits = if self.codec_name() == "alac" { cookie() } else { None };
        let bits = cookie_bits.or(self.params.bits_per_sample).filter(|&bits| bits > 0);
        lossless.then_some(bits).flatten()
    }

    /// The losses so far.
    pub(crate) fn losses(&self) -> &Losses {
        &self.losses
    }

    /// Sets trimming and expectations for a track that starts now.
    fn begin_track(&mut self, track: &Track) {
        // Opus states its pre-skip, but neither the demuxers nor the decoder drop it.
        let skip = if self.params.codec == CODEC_ID_OPUS { track.delay.map_or(0, u64::from) } else { 0 };
        self.trim = Trim::new(skip, None);
        let estimated = self.container == Container::Adts;
        // For Opus the count includes the pre-skip.
        let promised = track.num_frames.filter(|&samples| samples > skip && !estimated).map(|samples| samples - skip);
        self.expected_samples = promised;
        self.losses.promised_samples = promised;
    }

    /// After a chained stream began: the tracks and the decoder are new.
    fn restart(&mut self) -> Result<(), Error> {
        let track = self.reader.tracks().iter().find(|track| audio_params(track).is_some()).cloned();
        let track = track.ok_or(Error::DecodeError("a chained stream without audio"))?;
        let (params, decoder) = make_decoder(&track).map_err(|_| Error::Unsupported("a chained stream's codec"))?;
        (self.params, self.decoder, self.track_id) = (params, decoder, track.id);
        let already = self.losses.promised_samples;
        self.begin_track(&track);
        // The links' lengths add up, as long as each is known.
        self.losses.promised_samples = already.zip(self.losses.promised_samples).map(|(a, b)| a.saturating_add(b));
        self.expected_samples = self.losses.promised_samples;
        Ok(())
    }

    /// The next packet of the track; `None` at the end, early or not.
    fn next_packet(&mut self) -> Result<Option<Packet>, DecodeError> {
        loop {
            match self.reader.next_packet() {
                Ok(Some(packet)) if packet.track_id == self.track_id => return Ok(Some(packet)),
                Ok(Some(_)) => {}
                Ok(None) => return Ok(None),
                Err(Error::ResetRequired) => {
                    if let Err(error) = self.restart() {
                        self.losses.early_end = Some(explain(&error));
                        return Ok(None);
                    }
                }
                Err(error) => {
                    if let Some(error) = self.fault.get() {
                        return Err(DecodeError::from_io(&self.path, &error));
                    }
                    self.losses.early_end = Some(explain(&error));
                    return Ok(None);
                }
            }
        }
    }

    fn note_barren_packet(&mut self) {
        self.barren_packets += 1;
        if self.barren_packets > MOST_BARREN_PACKETS {
            self.losses.early_end = Some(format!("{MOST_BARREN_PACKETS} packets in a row gave no audio"));
            self.ended = true;
        }
    }
}

impl SampleSource for SymphoniaStream {
    fn next_chunk(&mut self, planes: &mut Vec<Vec<f32>>) -> Result<Option<Chunk>, DecodeError> {
        shield(|| self.decode_chunk(planes)).unwrap_or_else(|| {
            self.ended = true;
            self.losses.early_end = Some("the decoder broke down on damaged data".to_owned());
            Ok(None)
        })
    }

    fn expected_samples(&self) -> Option<u64> {
        self.expected_samples
    }

    fn losses_mut(&mut self) -> &mut Losses {
        &mut self.losses
    }
}

impl SymphoniaStream {
    fn decode_chunk(&mut self, planes: &mut Vec<Vec<f32>>) -> Result<Option<Chunk>, DecodeError> {
        while !self.ended {
            let Some(packet) = self.next_packet()? else { break };
            match self.decoder.decode(&packet) {
                Ok(buffer) => {
                    let decoded = buffer.frames();
                    let kept = self.trim.keep(decoded);
                    if kept.is_empty() {
                        if self.trim.is_complete() {
                            break;
                        }
                        self.note_barren_packet();
                        continue;
                    }
                    self.barren_packets = 0;
                    let (rate_hz, channels) = (buffer.spec().rate(), buffer.num_planes());
                    check_limits(rate_hz, channels)?;
                    let channel_mask = copy_in_wave_order(&buffer, planes);
                    return Ok(Some(Chunk { rate_hz, channels, channel_mask, samples: kept }));
                }
                Err(Error::ResetRequired) => self.decoder.reset(),
                Err(error) => {
                    self.losses.lose_packet(explain(&error));
                    self.note_barren_packet();
                }
            }
        }
        self.ended = true;
        Ok(None)
    }
}

/// Runs `work`; `None` when it panics. Arithmetic on hostile numbers overflows in decoders; the state is not used
/// again afterwards.
fn shield<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}

fn make_decoder(track: &Track) -> Result<(AudioCodecParameters, Box<dyn AudioDecoder>), OpenFailure> {
    let params = audio_params(track).cloned().unwrap_or_default();
    let channels = params.channels.as_ref().map_or(1, Channels::count);
    // Lying headers stop here, before a decoder makes buffers for them.
    check_limits(params.sample_rate.unwrap_or(44_100), channels.max(1)).map_err(OpenFailure::Final)?;
    let decoder = CODECS.make_audio_decoder(&params, &AudioDecoderOptions::default()).map_err(|error| {
        OpenFailure::TryFfmpeg {
            error: DecodeError::new(
                ErrorKind::UnsupportedCodec,
                format!("no built-in decoder for this audio: {}", explain(&error)),
            ),
        }
    })?;
    Ok((params, decoder))
}

/// Copies the planes and returns their WAVE mask. Symphonia orders positioned channels by its own bits, of which
/// the first 18 are WAVE's; labelled channels are sorted here.
fn copy_in_wave_order(buffer: &GenericAudioBufferRef<'_>, planes: &mut Vec<Vec<f32>>) -> Option<u32> {
    buffer.copy_to_vecs_planar::<f32>(planes);
    if planes.len() == 1 {
        return Some(FRONT_CENTRE);
    }
    match buffer.spec().channels() {
        Channels::Positioned(positions) => u32::try_from(positions.bits()).ok().filter(|mask| mask >> 18 == 0),
        _ => None,
    }
}

/// Symphonia's error in words that stand after a colon.
pub(crate) fn explain(error: &Error) -> String {
    match error {
        Error::IoError(error) if error.kind() == io::ErrorKind::UnexpectedEof => "the file is cut short".to_owned(),
        Error::IoError(error) => error.to_string(),
        Error::DecodeError(what) => format!("malformed data ({what})"),
        Error::Unsupported(what) => format!("unsupported feature ({what})"),
        Error::LimitError(what) => format!("a limit was reached ({what})"),
        other => other.to_string(),
    }
}
