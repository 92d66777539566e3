//! The table of the 25 dimensions, the only place where their names, units and ranges are written.
//!
//! `tests/dimensions_json.rs` turns it into `auralis_cli/schema/dimensions.json`, which feeds the cache's columns,
//! the terminal tables and the documents.

/// One of the seven groups, in the order in which they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Group {
    /// Shares of power by frequency band.
    Frequency,
    /// Loudness, crest factor, low-end balance.
    Dynamics,
    /// Tempo, rhythm, onsets, silence.
    Temporal,
    /// Shape of the short-time spectrum.
    Spectral,
    /// Harmonic content, pitch, chroma.
    Harmonic,
    /// How level and peaks change along the track.
    Variation,
    /// Relation of the left and right channels.
    Stereo,
}

impl Group {
    /// The group's name as used in JSON and in headings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Frequency => "frequency",
            Self::Dynamics => "dynamics",
            Self::Temporal => "temporal",
            Self::Spectral => "spectral",
            Self::Harmonic => "harmonic",
            Self::Variation => "variation",
            Self::Stereo => "stereo",
        }
    }
}

/// Definition of one dimension as consumers see it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dimension {
    /// Stable key in JSON, sidecars and the cache.
    pub key: &'static str,
    /// Short label for people.
    pub label: &'static str,
    /// The group it belongs to.
    pub group: Group,
    /// Physical unit; `""` for a plain 0–1 ratio.
    pub unit: &'static str,
    /// Lowest and highest value that the definition allows (`None`: unbounded); read strictly.
    pub range: (Option<f64>, Option<f64>),
    /// 5th and 95th percentile over 129 freely licensed tracks of game music in many styles: the bar in `show`, the
    /// scale of distances and of tolerances.
    pub usual: (f64, f64),
    /// Number of decimals to show.
    pub decimals: u8,
    /// What it means, in one line.
    pub meaning: &'static str,
    /// What describes the track with the higher value, as in "b is louder".
    pub more: &'static str,
}

macro_rules! dimensions {
    ($( $key:ident, $label:literal, $group:ident, $unit:literal, $range:expr, $usual:expr, $decimals:literal, $meaning:literal, $more:literal; )*) => {
        /// The 25 dimensions, in the order of the fingerprint.
        pub const DIMENSIONS: [Dimension; COUNT] = [
            $( Dimension {
                key: stringify!($key), label: $label, group: Group::$group, unit: $unit,
                range: $range, usual: $usual, decimals: $decimals, meaning: $meaning, more: $more,
            }, )*
        ];

        /// Index of a dimension in [`DIMENSIONS`] and in a fingerprint.
        #[allow(non_camel_case_types, missing_docs)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Key { $( $key, )* }

        /// Something of each dimension, by name: none can be forgotten or swapped.
        #[allow(missing_docs)]
        #[derive(Clone, Copy, Debug)]
        pub struct ByDimension<T> { $( pub $key: T, )* }

        impl<T> ByDimension<T> {
            /// In the order of the fingerprint.
            pub fn into_array(self) -> [T; COUNT] {
                [ $( self.$key, )* ]
            }
        }
    };
}

/// How many dimensions there are.
pub const COUNT: usize = 25;

const PERCENT: (Option<f64>, Option<f64>) = (Some(0.0), Some(100.0));
const UNIT: (Option<f64>, Option<f64>) = (Some(0.0), Some(1.0));
const POSITIVE: (Option<f64>, Option<f64>) = (Some(0.0), None);

dimensions! {
    sub_bass_pct, "sub bass", Frequency, "%", PERCENT, (2.1, 75.6), 1, "share of power in 20-100 Hz", "stronger in the sub bass";
    bass_pct, "bass", Frequency, "%", PERCENT, (13.6, 66.7), 1, "share of power in 100-500 Hz", "stronger in the bass";
    low_mid_pct, "low mid", Frequency, "%", PERCENT, (2.1, 31.8), 1, "share of power in 500-1000 Hz", "stronger in the low mids";
    mid_pct, "mid", Frequency, "%", PERCENT, (0.93, 22.4), 1, "share of power in 1-2 kHz", "stronger in the mids";
    upper_mid_pct, "upper mid", Frequency, "%", PERCENT, (0.29, 9.3), 1, "share of power in 2-4 kHz", "stronger in the upper mids";
    presence_pct, "presence", Frequency, "%", PERCENT, (0.047, 4.2), 1, "share of power in 4-8 kHz", "stronger in presence";
    air_pct, "air", Frequency, "%", PERCENT, (0.0018, 1.7), 2, "share of power in 8-20 kHz", "airier";
    lufs, "loudness", Dynamics, "LUFS", (None, None), (-23.9, -11.0), 1, "integrated loudness, ITU-R BS.1770-5", "louder";
    crest_db, "crest factor", Dynamics, "dB", POSITIVE, (12.8, 21.0), 1, "highest sample over RMS of the whole track", "peakier";
    bass_mid_ratio, "bass over mid", Dynamics, "dB", (Some(-60.0), Some(60.0)), (-6.0, 10.5), 1, "power in 20-250 Hz over power in 250-2000 Hz", "heavier in bass against mids";
    tempo_bpm, "tempo", Temporal, "BPM", (Some(40.0), Some(260.0)), (90.0, 174.0), 1, "the tempo a listener would tap", "faster";
    rhythm_stability, "rhythm stability", Temporal, "", UNIT, (0.098, 0.792), 2, "how steadily the beat interval repeats (pulse clarity)", "steadier in rhythm";
    transient_density, "transients", Temporal, "/s", POSITIVE, (0.58, 6.1), 2, "onsets per second", "busier";
    silence_ratio, "silence", Temporal, "", UNIT, (0.0, 0.058), 3, "share of frames below -90 dBFS or 40 dB under the loud ones", "more often silent";
    spectral_centroid, "centroid", Spectral, "Hz", POSITIVE, (955.0, 3350.0), 0, "mean frequency of the magnitude spectrum: brightness", "brighter";
    spectral_rolloff, "rolloff", Spectral, "Hz", POSITIVE, (425.0, 2190.0), 0, "frequency under which 85 % of the power lies", "richer in high frequencies";
    spectral_flatness, "flatness", Spectral, "", UNIT, (0.0006, 0.072), 4, "0 = tonal, 1 = noise, from 100 Hz to 10 kHz", "noisier";
    harmonic_ratio, "harmonic share", Harmonic, "", UNIT, (0.576, 0.973), 3, "harmonic over harmonic plus percussive power (median-filter HPSS)", "more harmonic";
    pitch_stability, "pitch stability", Harmonic, "", UNIT, (0.031, 0.51), 3, "how surely one pitch holds over 0.1 s (YIN)", "steadier in pitch";
    chroma_energy, "tonal focus", Harmonic, "", UNIT, (0.02, 0.4), 3, "0 = all 12 pitch classes alike, 1 = a single one", "more focused on few pitch classes";
    dynamic_range_variation, "crest variation", Variation, "dB", POSITIVE, (0.92, 2.64), 2, "standard deviation of the crest factor of 0.5 s blocks", "more varied in crest";
    loudness_variation_std, "loudness variation", Variation, "LU", POSITIVE, (0.92, 5.86), 2, "standard deviation of short-term loudness", "more varied in loudness";
    peak_consistency, "peak consistency", Variation, "", UNIT, (0.614, 0.856), 3, "1 = every 0.5 s block peaks alike", "more even in its peaks";
    stereo_width, "stereo width", Stereo, "", UNIT, (0.0, 0.483), 3, "side power over mid plus side: 0 = mono, 0.5 = unrelated, 1 = anti-phase", "wider";
    phase_correlation, "correlation", Stereo, "", (Some(-1.0), Some(1.0)), (0.008, 1.0), 3, "mean reading of a correlation meter", "more alike left and right";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_unique_and_usual_ranges_lie_within_the_allowed_ones() {
        for (index, dimension) in DIMENSIONS.iter().enumerate() {
            assert!(DIMENSIONS[..index].iter().all(|other| other.key != dimension.key));
            let (low, high) = dimension.usual;
            assert!(low < high, "{}", dimension.key);
            assert!(dimension.range.0.is_none_or(|least| least <= low), "{}", dimension.key);
            assert!(dimension.range.1.is_none_or(|most| high <= most), "{}", dimension.key);
        }
    }

    #[test]
    fn groups_have_the_documented_sizes() {
        let size = |group| DIMENSIONS.iter().filter(|d| d.group == group).count();
        use Group::{Dynamics, Frequency, Harmonic, Spectral, Stereo, Temporal, Variation};
        let sizes = [Frequency, Dynamics, Temporal, Spectral, Harmonic, Variation, Stereo].map(size);
        assert_eq!(sizes, [7, 3, 4, 3, 3, 3, 2]);
    }
}
