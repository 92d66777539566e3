//! The single pass over the samples: cuts them into chunks, computes each spectrum once, and feeds the seven groups.
//!
//! Input blocks of any length are collected into chunks of one long hop (4N samples, 16 short hops), so that every
//! kernel gets the same chunks whatever the decoder's blocks are: the result cannot depend on the block size. Only the
//! onset flux, the loudness cells and the half-second blocks grow with the track.

mod finish;

use crate::{
    audible_band::{self, AudibleBand},
    decoded::DecodedChannels,
    frames::{LongFrames, ShortFrames},
    group::{
        bandwidth::Bandwidth, dynamics::Dynamics, frequency::Frequency, harmonic::Harmonic, spectral::Spectral,
        temporal::Temporal, variation::Variation,
    },
    kernel::stereo::moments::StereoMoments,
    layout::ChannelLayout,
    level_gate::{LevelHistogram, LevelRange},
    offset::OffsetFilter,
    params::{FormatError, Params},
    staging::Staging,
    tracer::Tracer,
};

/// Computes the fingerprint of one stream; after `reset` it can take another one of the same format.
pub struct Analyzer {
    /// Rate of the stream; that of the analysis may be lower.
    rate_hz: u32,
    params: Params,
    layout: ChannelLayout,
    band: Option<AudibleBand>,
    decoded: DecodedChannels,
    /// Samples of the stream per channel, and how many of all were not finite.
    samples_added: u64,
    non_finite: u64,
    staging: Staging,
    offset: OffsetFilter,
    short: ShortFrames,
    long: LongFrames,
    short_levels: LevelHistogram,
    /// Samples per channel analysed in whole chunks.
    samples: u64,
    frequency: Frequency,
    /// At high rates `decoded` measures it.
    bandwidth: Option<Bandwidth>,
    dynamics: Dynamics,
    temporal: Temporal,
    spectral: Spectral,
    harmonic: Harmonic,
    variation: Variation,
    trace: Option<Box<Tracer>>,
}

impl Analyzer {
    /// An analyzer for a sample rate in Hz and a channel layout.
    ///
    /// # Errors
    /// [`FormatError`] for a rate out of range.
    pub fn new(rate_hz: u32, layout: ChannelLayout) -> Result<Self, FormatError> {
        Params::new(rate_hz)?;
        let (analysed_hz, band) = AudibleBand::new(rate_hz, layout.channels());
        let params = Params::new(analysed_hz)?;
        let is_high = band.is_some();
        let chunk = if is_high { audible_band::CHUNK } else { params.long_hop };
        Ok(Self {
            rate_hz,
            band,
            decoded: DecodedChannels::new(rate_hz, layout.channels(), chunk, is_high),
            bandwidth: (!is_high).then(|| Bandwidth::of_long_frames(&params)),
            samples_added: 0,
            non_finite: 0,
            staging: Staging::new(&layout, params.long_hop),
            offset: OffsetFilter::new(&params),
            short: ShortFrames::new(&params),
            long: LongFrames::new(&params),
            short_levels: LevelHistogram::new(LevelRange::DBFS),
            samples: 0,
            frequency: Frequency::new(&params),
            dynamics: Dynamics::new(&params, &layout),
            temporal: Temporal::new(&params),
            spectral: Spectral::new(&params),
            harmonic: Harmonic::new(&params),
            variation: Variation::new(&params),
            trace: None,
            params,
            layout,
        })
    }

    /// Forgets the stream but keeps the buffers.
    pub fn reset(&mut self) {
        self.decoded.reset(None);
        self.band.iter_mut().for_each(AudibleBand::reset);
        (self.samples_added, self.non_finite) = (0, 0);
        self.staging.clear();
        self.offset.reset();
        self.short.reset();
        self.long.reset();
        self.short_levels.reset();
        self.samples = 0;
        self.frequency.reset();
        self.bandwidth.iter_mut().for_each(Bandwidth::reset);
        self.dynamics.reset();
        self.temporal.reset();
        self.spectral.reset();
        self.harmonic.reset();
        self.variation.reset();
        self.trace = None;
    }

    /// States, before the first sample, that the analysis shall have a [`crate::Trace`] too.
    pub fn expect_trace(&mut self) {
        self.trace = Some(Box::new(Tracer::new(&self.params)));
    }

    /// States, before the first sample, that the stream is lossless with so many bits a sample: then it is measured how many
    /// are in use.
    pub fn expect_bits(&mut self, bit_depth: Option<u32>) {
        self.decoded.reset(bit_depth);
    }

    /// The format this analyzer was made for.
    #[must_use]
    pub fn format(&self) -> (u32, &ChannelLayout) {
        (self.rate_hz, &self.layout)
    }

    /// Adds planar samples, full scale ±1.0: one slice per channel of the layout, all of one length.
    ///
    /// # Panics
    /// When there are not as many channels as in the layout, or their lengths differ.
    pub fn add_samples(&mut self, planar: &[&[f32]]) {
        assert_eq!(planar.len(), self.layout.channels(), "one slice per channel");
        let length = planar[0].len();
        assert!(planar.iter().all(|channel| channel.len() == length), "channels of one length");
        self.samples_added += length as u64;
        if self.band.is_none() {
            self.stage(planar);
            return;
        }
        let mut done = 0;
        while done < length {
            let Some(band) = &mut self.band else { return };
            let (taken, non_finite) = band.fill(planar, done);
            self.non_finite += non_finite;
            done += taken;
            if band.chunk().1 {
                self.filter_chunk(AudibleBand::take_chunk);
            }
        }
    }

    /// Measures the chunk of a high rate, and passes what `run` leaves in the output of its filters on.
    fn filter_chunk(&mut self, run: impl Fn(&mut AudibleBand)) {
        // Taken out, because its output is lent while the rest of `self` changes.
        let Some(mut band) = self.band.take() else { return };
        let decoded = &band.chunk().0.channels()[..self.layout.channels()];
        let peaks = self.decoded.add_chunk(decoded);
        if let Some(trace) = &mut self.trace {
            trace.add_peaks(peaks, decoded[0].len());
        }
        run(&mut band);
        self.stage(&band.output()[..self.layout.channels()]);
        self.band = Some(band);
    }

    /// Adds samples at the rate of the analysis.
    fn stage(&mut self, planar: &[&[f32]]) {
        let length = planar.first().map_or(0, |channel| channel.len());
        let mut done = 0;
        while done < length {
            let (taken, non_finite) = self.staging.fill(planar, done);
            self.non_finite += non_finite;
            done += taken;
            if self.staging.is_full() {
                self.process_chunk(None);
            }
        }
    }

    /// Takes up the staged chunk; if it is the last one, `end` is the length of the stream.
    fn process_chunk(&mut self, end: Option<u64>) {
        // At a high rate the stream was measured before its filters; `band` is taken out while their output comes.
        if self.bandwidth.is_some() {
            let peaks = self.decoded.add_chunk(&self.staging.channels()[..self.layout.channels()]);
            if let Some(trace) = &mut self.trace {
                trace.add_peaks(peaks, self.staging.filled());
            }
        }
        self.staging.mix(&self.layout);
        self.offset.add_chunk(self.staging.left(), self.staging.right());
        self.dynamics.add_samples(&self.staging.channels()[..self.layout.channels()]);
        self.samples += self.staging.filled() as u64;
        self.staging.clear();
        if self.offset.waiting() > 0 {
            self.analyse_chunk(None);
        }
        if let Some(total) = end {
            self.offset.add_chunk(&[], &[]);
            self.analyse_chunk(Some(total / self.params.hop as u64));
        }
    }

    /// Runs the kernels over the chunk that waited for its offset; if it is the last one, `last_frame` is given.
    fn analyse_chunk(&mut self, last_frame: Option<u64>) {
        let length = self.offset.waiting();
        let [left, right] = self.offset.release([self.short.start_chunk(length), self.long.start_chunk(length)]);
        // A segment ends where the hop or half-second block of any group ends, so that each sample is summed only once.
        let mut rest = (left, right);
        let mut chunk = StereoMoments::EMPTY;
        while !rest.0.is_empty() {
            let to_cut =
                self.short.samples_to_cut().min(self.variation.samples_to_cut()).min(self.harmonic.samples_to_cut());
            let (left, later_left) = rest.0.split_at(to_cut.min(rest.0.len()));
            let (right, later_right) = rest.1.split_at(left.len());
            rest = (later_left, later_right);
            let segment = StereoMoments::of(left, right);
            self.short.add_segment(&segment);
            self.variation.add_segment(&segment);
            self.harmonic.add_segment(&segment);
            chunk = chunk.joined(&segment);
        }
        self.dynamics.add_chunk(&chunk);
        self.harmonic.add_samples(self.short.chunk());
        while let Some(frame) = self.short.next_frame(last_frame) {
            self.short_levels.count(frame.level_db);
            self.temporal.add_frame(&frame);
            let centroid_bin = self.spectral.add_frame(&frame);
            self.harmonic.add_frame(&frame);
            if let Some(trace) = &mut self.trace {
                trace.add_frame(frame.level_db, centroid_bin);
            }
        }
        let spectrum = self.long.frame();
        self.frequency.add_long_frame(&spectrum);
        // The zeros around the track would add the spectrum of a step, where it begins or ends abruptly.
        if spectrum.index > 0 && length == self.params.long_hop {
            self.bandwidth.iter_mut().for_each(|bandwidth| bandwidth.add_power(spectrum.power));
        }
        self.harmonic.add_long_frame(&spectrum);
        if let Some(trace) = &mut self.trace {
            trace.add_chunk(&chunk);
            trace.add_long_frame(spectrum.power);
        }
    }
}
