//! A stream that is chained to the one before: another track, maybe of another codec, rate or layout.

use symphonia::core::{audio::Channels, codecs::audio::AudioCodecParameters, errors::Error, formats::Track};

use super::SymphoniaStream;
use crate::in_process::track_decoder::make_decoder;

impl SymphoniaStream {
    /// Makes a new decoder for the track of a chained stream that begins.
    pub(super) fn begin_next_track(&mut self, track: &Track) -> Result<(), Error> {
        let (params, decoder) =
            make_decoder(track, self.length_stated).map_err(|_| Error::Unsupported("a chained stream's codec"))?;
        self.note_new_codec(&params);
        self.track_start_s += self.seconds(self.timeline.decoded());
        (self.params, self.decoder) = (params, decoder);
        self.begin_track(track);
        // How long the whole chain is is not known.
        (self.losses.promised_samples, self.expected_samples) = (None, None);
        Ok(())
    }

    /// How long so many samples of the current track are.
    pub(super) fn seconds(&self, samples: u64) -> f64 {
        samples as f64 / f64::from(self.params.sample_rate.unwrap_or(1).max(1))
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
}
