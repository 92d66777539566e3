//! A PCM file as a source of samples.

use super::{PcmBytes, convert::into_planes};
use crate::{
    audio_key::EncodedAudio,
    error::DecodeError,
    headers::pcm_layout::PcmLayout,
    report::Losses,
    source::{SampleSource, SourceBlock},
};

/// The samples of one file.
pub(crate) struct PcmStream {
    bytes: PcmBytes,
    losses: Losses,
}

impl PcmStream {
    /// Converts these samples.
    pub(crate) fn new(bytes: PcmBytes) -> Self {
        let layout = bytes.layout();
        let stated = layout.data.stated.map(|bytes| bytes / layout.frame_bytes() as u64);
        let losses = Losses { promised_samples: stated, ..Losses::default() };
        Self { bytes, losses }
    }
}

impl SampleSource for PcmStream {
    fn next_block(&mut self, planes: &mut Vec<Vec<f32>>) -> Result<Option<SourceBlock>, DecodeError> {
        let layout = *self.bytes.layout();
        let frames = self.bytes.next_frames()?;
        if frames.is_empty() {
            return Ok(None);
        }
        into_planes(&layout, frames, planes);
        let PcmLayout { rate_hz, channels, channel_mask, .. } = layout;
        let samples = 0..frames.len() / layout.frame_bytes();
        Ok(Some(SourceBlock { rate_hz, channels, channel_mask, samples }))
    }

    fn expected_samples(&self) -> Option<u64> {
        let layout = self.bytes.layout();
        Some(layout.data.available / layout.frame_bytes() as u64)
    }

    fn losses_mut(&mut self) -> &mut Losses {
        &mut self.losses
    }

    fn encoded(&mut self) -> Option<&mut dyn EncodedAudio> {
        Some(&mut self.bytes)
    }
}
