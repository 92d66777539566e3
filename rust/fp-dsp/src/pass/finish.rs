//! The end of the pass: what the groups have gathered becomes the 25 values and the details.

use super::Analyzer;
use crate::{
    audible_band::AudibleBand,
    dimension::ByDimension,
    fingerprint::{Analysis, AnalysisDetails, ChannelRelation, Fingerprint},
    group::{bandwidth::Bandwidth, stereo},
    tracer::PassEnd,
    unheard::Heard,
};

impl Analyzer {
    /// Ends the stream and returns its analysis. Call [`Self::reset`] before adding another stream.
    pub fn finish(&mut self) -> Analysis {
        self.filter_chunk(AudibleBand::take_chunk);
        self.filter_chunk(AudibleBand::finish);
        self.process_chunk(Some(self.samples + self.staging.filled() as u64));
        let duration_s = self.samples_added as f64 / f64::from(self.rate_hz);
        let gate = self.short_levels.gate();
        let silent_frames = self.short_levels.total() - gate.map_or(0, |g| self.short_levels.active(g));
        let temporal = self.temporal.finish(gate, duration_s);
        let spectral = self.spectral.finish(gate);
        let harmonic = self.harmonic.finish();
        let blocks = self.variation.finish();
        let [sub_bass_pct, bass_pct, low_mid_pct, mid_pct, upper_mid_pct, presence_pct, air_pct] =
            self.frequency.shares();
        let (loudness, track) = (self.dynamics.loudness(), self.dynamics.track());
        let values = ByDimension {
            sub_bass_pct,
            bass_pct,
            low_mid_pct,
            mid_pct,
            upper_mid_pct,
            presence_pct,
            air_pct,
            lufs: loudness.integrated(),
            crest_db: self.dynamics.crest_db(),
            bass_mid_ratio: self.frequency.bass_mid_ratio(),
            tempo_bpm: temporal.tempo_bpm,
            rhythm_stability: temporal.rhythm_stability,
            transient_density: temporal.transient_density,
            silence_ratio: Ok(silent_frames as f64 / self.short_levels.total().max(1) as f64),
            spectral_centroid: spectral.centroid,
            spectral_rolloff: spectral.rolloff,
            spectral_flatness: spectral.flatness,
            harmonic_ratio: harmonic.harmonic_ratio,
            pitch_stability: harmonic.pitch_stability,
            chroma_energy: harmonic.chroma_energy,
            dynamic_range_variation: blocks.dynamic_range_variation,
            loudness_variation_std: loudness.short_term_deviation(),
            peak_consistency: blocks.peak_consistency,
            stereo_width: stereo::width(track),
            phase_correlation: blocks.phase_correlation,
        };
        let mut values = values.into_array();
        let heard = Heard::of(track, self.frequency.power_under_2_khz());
        heard.overrule(&mut values);
        let of_mid = heard == Heard::All;
        let peak = f64::from(self.offset.sample_peak());
        let details = AnalysisDetails {
            samples: self.samples_added,
            duration_s,
            non_finite_samples: self.non_finite,
            mid_cancelled: heard == Heard::OnlySide,
            tempo_confidence: temporal.tempo_confidence.filter(|_| of_mid),
            tempo_alternatives: if of_mid { temporal.tempo_alternatives } else { Vec::new() },
            chroma: harmonic.chroma.filter(|_| of_mid),
            key: harmonic.key.filter(|_| of_mid),
            loudness_range_lu: loudness.range_lu(),
            sample_peak_dbfs: (peak > 0.0).then(|| 20.0 * peak.log10()),
            lowest_correlation: blocks.lowest_correlation,
            max_momentary_lufs: loudness.max_momentary_lufs(),
            max_short_term_lufs: loudness.max_short_term_lufs(),
            loudness_blocks: loudness.gating_blocks(),
            level_difference_db: stereo::level_difference_db(track).filter(|_| self.layout.channels() > 1),
            channel_relation: (heard != Heard::Nothing).then(|| match self.layout.channels() {
                1 => ChannelRelation::Mono,
                _ if heard == Heard::OnlySide => ChannelRelation::Inverted,
                _ => stereo::relation(track),
            }),
            spectrum_end: self
                .bandwidth
                .as_ref()
                .map_or_else(|| self.decoded.spectrum_end(), Bandwidth::finish)
                .filter(|_| of_mid),
            decoded: self.decoded.finish(),
        };
        let trace = self.trace.as_ref().map(|trace| {
            trace.finish(&PassEnd {
                params: &self.params,
                rate_hz: self.rate_hz,
                channels: self.layout.channels(),
                samples: self.samples,
                gate,
                of_mid,
                loudness: self.dynamics.loudness(),
                envelope: self.temporal.envelope(),
                tempo_bpm: temporal.tempo_bpm.ok().filter(|_| of_mid),
            })
        });
        Analysis { fingerprint: Fingerprint::new(values), details, trace }
    }
}
