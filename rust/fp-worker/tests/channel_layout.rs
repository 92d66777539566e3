//! fp-decode and fp-dsp each have a table of speakers, downmix gains and limits, because neither depends on the other.
//! Here the two tables are compared.
#![allow(clippy::unwrap_used, reason = "a test fails by panics")]

use fp_decode::stereo_gains;
use fp_dsp::{ChannelLayout, layout, params};

/// The eighteen speakers of a WAVE mask, heights included, are its lowest bits; one reserved bit is tried as well.
const MASKS: u32 = 1 << 19;

fn gains_of_the_analysis(channels: usize, mask: Option<u32>) -> Vec<(f32, f32)> {
    ChannelLayout::new(channels, mask).unwrap().gains().iter().map(|gains| (gains.left, gains.right)).collect()
}

#[test]
fn every_channel_count_has_the_same_conventional_layout() {
    for channels in 1..=fp_decode::MAX_CHANNELS {
        assert_eq!(stereo_gains(channels, None), gains_of_the_analysis(channels, None), "{channels} channels");
    }
}

#[test]
fn every_mask_has_the_same_gains() {
    // Every mask with as many speakers as channels or one more; others are all alike, not believed.
    for mask in 1..MASKS {
        let speakers = mask.count_ones() as usize;
        for channels in (speakers.max(2) - 1..=speakers).filter(|channels| *channels <= fp_decode::MAX_CHANNELS) {
            let found = stereo_gains(channels, Some(mask));
            assert_eq!(found, gains_of_the_analysis(channels, Some(mask)), "{channels} channels, mask {mask:#x}");
        }
    }
}

#[test]
fn what_is_decoded_can_be_analysed_and_nothing_else() {
    assert_eq!(fp_decode::MAX_CHANNELS, layout::MAX_CHANNELS);
    assert_eq!(fp_decode::MIN_RATE_HZ, params::MIN_RATE_HZ);
    assert_eq!(fp_decode::MAX_RATE_HZ, params::MAX_RATE_HZ);
}
