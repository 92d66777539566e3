//! A stream that is chained to the one before: another track, maybe of another codec, rate or layout.

use symphonia::core::{audio::Channels, codecs::audio::AudioCodecParameters, errors::Error};

use super::SymphoniaStream;
use crate::in_process::{demuxer::audio_params, track_decoder::make_decoder};

impl SymphoniaStream {
    /// Takes the new track and makes a new decoder when a chained stream begins.
    pub(super) fn restart(&mut self) -> Result<(), Error> {
        let track = self.reader.tracks().iter().find(|track| audio_params(track).is_some()).cloned();
        let track = track.ok_or(Error::DecodeError("a chained stream without audio"))?;
        let (params, decoder) =
            make_decoder(&track, self.length_stated).map_err(|_| Error::Unsupported("a chained stream's codec"))?;
        self.note_new_codec(&params);
        (self.params, self.decoder, self.track_id) = (params, decoder, track.id);
        let already = self.losses.promised_samples;
        self.begin_track(&track);
        // The lengths of the chained streams add up, as long as each is known.
        let promised = self.losses.promised_samples.map(|samples| self.at_first_rate(samples));
        self.losses.promised_samples = already.zip(promised).map(|(a, b)| a.saturating_add(b));
        self.expected_samples = self.losses.promised_samples;
        Ok(())
    }

    /// Counts a change of the codec alone; one of the rate or the layout is counted when its samples come.
    fn note_new_codec(&mut self, params: &AudioCodecParameters) {
        let format =
            |params: &AudioCodecParameters| (params.sample_rate, params.channels.as_ref().map(Channels::count));
        if params.codec != self.params.codec && format(params) == format(&self.params) {
            let old = self.codec_name();
            self.losses
                .change_format(|| format!("the codec is {old} only at first; another one follows, also analysed"));
        }
    }

    /// How many samples of the first rate last as long as `samples` of the present rate.
    fn at_first_rate(&self, samples: u64) -> u64 {
        let (Some(first), Some(present)) = (self.first_rate_hz, self.params.sample_rate.filter(|&rate| rate > 0))
        else {
            return samples;
        };
        let converted = u128::from(samples) * u128::from(first) / u128::from(present);
        u64::try_from(converted).unwrap_or(u64::MAX)
    }
}
