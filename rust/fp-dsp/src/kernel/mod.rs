//! The signal-processing kernels behind the groups, each usable and tested by itself.

pub mod autocorrelation;
pub mod chroma;
pub mod constant_q;
pub mod half_second_blocks;
pub mod hpss;
pub mod k_weighting;
pub mod key;
pub mod lane_sum;
pub mod loudness;
pub mod median_filter;
pub mod mel_bands;
pub mod onset_flux;
pub mod onset_picking;
pub mod percentile;
pub mod pitch;
pub mod power_spectrum;
pub mod power_sums;
pub mod pulse_clarity;
pub mod spectral_shape;
pub mod stereo_moments;
pub mod tempo;
pub mod tempo_envelope;
pub mod tempogram;
