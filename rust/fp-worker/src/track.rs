//! Analyses one track: decode, hash, analyse, report.

use std::collections::BTreeMap;

use fp_decode::{AudioStream, DecodeError, DecodeOptions, DecodeReport, LossKind, StreamFormat};
use fp_dsp::{Analysis, Analyzer, ChannelLayout, Fingerprint};
use fp_protocol::{
    AcousticHash, Details, ErrorCode, Failure, HASH_VERSION, Outcome, Tags, Trace, Warning, WarningCode,
    outcome::TempoAlternative,
};
use fp_worker::serve::{Found, Interruption, OnProgress, TrackFile, TrackWork};

use crate::{acoustic_hash::AcousticHasher, content_key::ContentHasher};

/// Analyses tracks one after the other; the buffers are kept for the next track of the same format.
pub(crate) struct TrackAnalyzer {
    options: DecodeOptions,
    analyzer: Option<Analyzer>,
}

impl TrackAnalyzer {
    pub(crate) const fn new(options: DecodeOptions) -> Self {
        Self { options, analyzer: None }
    }

    fn open(&self, track: TrackFile) -> Result<AudioStream, Interruption> {
        let TrackFile { path, file } = track;
        let opened = match file {
            Some(file) => fp_decode::open_file(file, &path, &self.options),
            None => fp_decode::open(&path, &self.options),
        };
        opened.map_err(failed)
    }

    /// An analyzer for this format: the last one, reset, or a new one.
    fn analyzer_for(&mut self, format: &StreamFormat) -> Result<&mut Analyzer, Failure> {
        let layout = layout_of(format)?;
        let kept = self.analyzer.take().filter(|kept| kept.format() == (format.rate_hz, &layout));
        let analyzer = match kept {
            Some(mut kept) => {
                kept.reset();
                kept
            }
            None => Analyzer::new(format.rate_hz, layout).map_err(refuse)?,
        };
        Ok(self.analyzer.insert(analyzer))
    }
}

impl TrackWork for TrackAnalyzer {
    fn analyze(&mut self, track: TrackFile, progress: &mut OnProgress<'_>) -> Result<Outcome, Interruption> {
        let mut stream = self.open(track)?;
        let format = stream.format().clone();
        let analyzer = self.analyzer_for(&format).map_err(Interruption::Failed)?;
        analyzer.expect_bits(format.bit_depth);
        let mut hasher = ContentHasher::new(format.rate_hz, format.channels);
        let decoded_s = decode(&mut stream, progress, |channels| {
            hasher.add_samples(channels);
            analyzer.add_samples(channels);
        })?;
        read_on(&mut stream, decoded_s, progress)?;
        let analysis = analyzer.finish();
        let audio_key = stream.audio_key().map(|key| key.to_string());
        let tags = stream.tags().clone();
        let keys = Keys { content_key: hasher.finish(), audio_key };
        Ok(outcome(&format, analysis, stream.finish(), keys, tags))
    }

    fn probe(&mut self, track: TrackFile, progress: &mut OnProgress<'_>) -> Result<Found, Interruption> {
        let TrackFile { path, file } = track;
        let opened = match file {
            Some(file) => fp_decode::probe_file(file, &path, &self.options),
            None => fp_decode::probe(&path, &self.options),
        };
        let mut probe = opened.map_err(failed)?;
        while probe.read_on().map_err(failed)? {
            progress(0.0, Some(probe.share())).map_err(Interruption::ParentGone)?;
        }
        Ok(Found { audio_key: probe.key().map(|key| key.to_string()), tags: probe.tags().clone() })
    }

    fn hash(&mut self, track: TrackFile, progress: &mut OnProgress<'_>) -> Result<AcousticHash, Interruption> {
        let mut stream = self.open(track)?;
        let format = stream.format().clone();
        let mut acoustic = AcousticHasher::new(format.rate_hz, &layout_of(&format).map_err(Interruption::Failed)?);
        let mut hasher = ContentHasher::new(format.rate_hz, format.channels);
        decode(&mut stream, progress, |channels| {
            hasher.add_samples(channels);
            acoustic.add_samples(channels);
        })?;
        let acoustic_hash = acoustic.finish();
        Ok(AcousticHash { content_key: hasher.finish(), hash_version: HASH_VERSION, acoustic_hash })
    }

    fn trace(&mut self, track: TrackFile, progress: &mut OnProgress<'_>) -> Result<Trace, Interruption> {
        let mut stream = self.open(track)?;
        let format = stream.format().clone();
        let analyzer = self.analyzer_for(&format).map_err(Interruption::Failed)?;
        analyzer.expect_trace();
        let mut hasher = ContentHasher::new(format.rate_hz, format.channels);
        decode(&mut stream, progress, |channels| {
            hasher.add_samples(channels);
            analyzer.add_samples(channels);
        })?;
        crate::trace::trace(analyzer.finish(), hasher.finish()).ok_or_else(|| {
            Interruption::Failed(Failure::new(ErrorCode::InternalError, "the analysis has no trace".to_owned()))
        })
    }

    fn discard_state(&mut self) {
        self.analyzer = None;
    }
}

fn layout_of(format: &StreamFormat) -> Result<ChannelLayout, Failure> {
    ChannelLayout::new(format.channels, format.channel_mask).map_err(refuse)
}

fn refuse(error: fp_dsp::FormatError) -> Failure {
    Failure::new(ErrorCode::UnsupportedFormat, error.to_string())
}

/// Passes the channels of every block to `take`; gives the seconds of audio that there were.
fn decode(
    stream: &mut AudioStream,
    progress: &mut OnProgress<'_>,
    mut take: impl FnMut(&[&[f32]]),
) -> Result<f64, Interruption> {
    let expected = stream.expected_samples();
    let rate_hz = f64::from(stream.format().rate_hz);
    let mut samples = 0;
    while let Some(block) = stream.next_block().map_err(failed)? {
        let channels = block.channels();
        take(channels);
        samples += channels[0].len() as u64;
        let fraction = expected.filter(|&total| total > 0).map(|total| (samples as f64 / total as f64).min(1.0));
        progress(samples as f64 / rate_hz, fraction).map_err(Interruption::ParentGone)?;
    }
    Ok(samples as f64 / rate_hz)
}

/// Reads a stream of so many seconds to its end for the audio key.
fn read_on(stream: &mut AudioStream, decoded_s: f64, progress: &mut OnProgress<'_>) -> Result<(), Interruption> {
    while stream.read_on().map_err(failed)? {
        progress(decoded_s, None).map_err(Interruption::ParentGone)?;
    }
    Ok(())
}

fn failed(error: DecodeError) -> Interruption {
    Interruption::Failed(crate::decode_failure::failure(&error))
}

/// What the track is recognised by.
struct Keys {
    content_key: String,
    audio_key: Option<String>,
}

fn outcome(format: &StreamFormat, analysis: Analysis, report: DecodeReport, keys: Keys, tags: Tags) -> Outcome {
    let (fingerprint, nulls) = values_and_reasons(&analysis.fingerprint);
    let measurements = crate::measurements::measurements(&analysis, &report);
    let found = analysis.details;
    let mut warnings: Vec<Warning> = report
        .warnings
        .into_iter()
        .map(|warning| Warning { code: code(warning.kind), message: warning.message, count: warning.count })
        .collect();
    if found.non_finite_samples > 0 {
        warnings.push(Warning {
            code: WarningCode::NonFiniteSamples,
            message: format!(
                "{} samples are not finite numbers or beyond +20 dBFS; as damage they count as 0",
                found.non_finite_samples
            ),
            count: found.non_finite_samples,
        });
    }
    if found.mid_cancelled {
        warnings.push(Warning {
            code: WarningCode::Polarity,
            message: "left and right cancel each other: the polarity of one channel is inverted".to_owned(),
            count: 1,
        });
    }
    let alternatives = found.tempo_alternatives.iter().map(|t| TempoAlternative { bpm: t.bpm, score: t.score });
    let details = Details {
        duration_s: found.duration_s,
        samples: found.samples,
        sample_rate_hz: format.rate_hz,
        channels: format.channels as u32,
        bit_depth: format.bit_depth,
        container: format.container.clone(),
        codec: format.codec.clone(),
        decoder: format.decoder.clone(),
        tempo_confidence: found.tempo_confidence,
        tempo_alternatives: alternatives.collect(),
        chroma: found.chroma,
        key: found.key.map(|key| key.to_string()),
        key_strength: found.key.map(|key| key.strength),
        loudness_range_lu: found.loudness_range_lu,
        sample_peak_dbfs: found.sample_peak_dbfs,
        lowest_correlation: found.lowest_correlation,
        measurements,
    };
    let Keys { content_key, audio_key } = keys;
    Outcome { fingerprint, nulls, details, warnings, content_key, audio_key, tags }
}

fn code(kind: LossKind) -> WarningCode {
    match kind {
        LossKind::Truncated => WarningCode::Truncated,
        LossKind::Damaged => WarningCode::Damaged,
        LossKind::FormatChange => WarningCode::FormatChange,
    }
}

/// Splits a fingerprint into the values and the reasons that the protocol sends.
fn values_and_reasons(fingerprint: &Fingerprint) -> (BTreeMap<String, Option<f64>>, BTreeMap<String, String>) {
    let values = fingerprint.iter().map(|(key, value)| (key.to_owned(), value.ok())).collect();
    let reasons = fingerprint.iter().filter_map(|(key, value)| Some((key.to_owned(), value.err()?.code().to_owned())));
    (values, reasons.collect())
}
