//! Brings Symphonia's channels into WAVE order and finds their speaker mask.

use symphonia::core::{
    audio::Channels,
    codecs::audio::{AudioCodecId, well_known::CODEC_ID_ALAC},
};

use crate::headers::container::Container;

/// WAVE speaker of a single channel, whatever its container states.
const FRONT_CENTRE: u32 = 0x4;
/// 6.1 with the surrounds at the back, and with them at the sides.
const SIX_ONE_BACK: u32 = 0x13f;
const SIX_ONE_SIDE: u32 = 0x70f;
/// 7.1 with two more front speakers.
const SEVEN_ONE_WIDE: u32 = 0xff;

/// Brings decoded planes into WAVE order and returns the mask; `None` if the speakers are not known.
///
/// Symphonia orders positioned channels by its own bits, of which the first 18 are those of WAVE. Two exceptions were
/// found with one tone per channel: its ALAC decoder puts the seven channels of 6.1 in the order
/// of the side layout, and the eight of wide 7.1 with the inner fronts before the backs.
pub(crate) fn into_wave_order(
    planes: &mut [Vec<f32>],
    channels: &Channels,
    codec: AudioCodecId,
    container: Container,
) -> Option<u32> {
    if planes.len() == 1 {
        return Some(FRONT_CENTRE);
    }
    let Channels::Positioned(positions) = channels else { return None };
    let mask = u32::try_from(positions.bits()).ok().filter(|mask| mask >> 18 == 0)?;
    if codec == CODEC_ID_ALAC && mask == SIX_ONE_BACK {
        return Some(SIX_ONE_SIDE);
    }
    if codec == CODEC_ID_ALAC && mask == SEVEN_ONE_WIDE && planes.len() == 8 {
        planes.swap(4, 6);
        planes.swap(5, 7);
        return Some(mask);
    }
    let made_up =
        is_made_up(planes.len(), mask) && matches!(container, Container::Wav | Container::Caf | Container::Aiff);
    (!made_up).then_some(mask)
}

/// Whether the mask is "the first n speakers", which Symphonia makes up if a PCM container states none. No common
/// layout of these counts has that mask.
fn is_made_up(channels: usize, mask: u32) -> bool {
    matches!(channels, 4 | 5 | 7 | 8) && mask == (1 << channels) - 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use symphonia::core::{audio::Position, codecs::audio::well_known::CODEC_ID_PCM_S16LE};

    fn planes(count: u8) -> Vec<Vec<f32>> {
        (0..count).map(|channel| vec![f32::from(channel)]).collect()
    }

    fn positioned(mask: u64) -> Channels {
        Channels::Positioned(Position::from_bits(mask).unwrap())
    }

    #[test]
    fn four_channels_without_speakers_have_no_mask_and_five_one_keeps_its() {
        let wav =
            |count, mask| into_wave_order(&mut planes(count), &positioned(mask), CODEC_ID_PCM_S16LE, Container::Wav);
        assert_eq!(wav(4, 0xf), None);
        assert_eq!(wav(4, 0x33), Some(0x33));
        assert_eq!(wav(6, 0x3f), Some(0x3f));
        assert_eq!(wav(1, 0x1), Some(FRONT_CENTRE));
    }

    #[test]
    fn wide_seven_one_alac_gets_its_backs_before_the_inner_fronts() {
        let mut alac = planes(8);
        assert_eq!(into_wave_order(&mut alac, &positioned(0xff), CODEC_ID_ALAC, Container::Mp4), Some(0xff));
        let order: Vec<f32> = alac.iter().map(|plane| plane[0]).collect();
        assert_eq!(order, [0.0, 1.0, 2.0, 3.0, 6.0, 7.0, 4.0, 5.0]);
    }
}
