//! A stream may change its rate and layout; what comes in another format than the first block is converted to it.

use crate::{rate_converter::RateConverter, remix::Remix, report::Losses, source::SourceBlock};

/// Keeps the rate and the layout of a stream's first block.
pub(crate) struct FirstFormat {
    rate_hz: u32,
    channels: usize,
    /// Rate and channels of the block before.
    current: (u32, usize),
    remix: Remix,
    /// Present while the stream's rate is another one.
    converter: Option<RateConverter>,
    output: Vec<Vec<f32>>,
}

impl FirstFormat {
    /// The format that all later blocks get.
    pub(crate) fn new(rate_hz: u32, channels: usize) -> Self {
        Self {
            rate_hz,
            channels,
            current: (rate_hz, channels),
            remix: Remix::into_layout(channels),
            converter: None,
            output: vec![Vec::new(); channels],
        }
    }

    /// Whether samples of an earlier block must come out before the next one, of `next_rate_hz` (`None`: the stream
    /// ended), is delivered.
    pub(crate) fn holds_samples(&self, next_rate_hz: Option<u32>) -> bool {
        self.converter.as_ref().is_some_and(|converter| Some(converter.source_hz()) != next_rate_hz)
    }

    /// Whether the block needs no conversion.
    pub(crate) fn is_format_of(&self, block: &SourceBlock) -> bool {
        (block.rate_hz, block.channels) == (self.rate_hz, self.channels)
    }

    /// Counts a change in `losses` if the block's format is not that of the block before, which ended after `samples`.
    pub(crate) fn note_change(&mut self, block: &SourceBlock, samples: u64, losses: &mut Losses) {
        let (old_rate_hz, old_channels) = self.current;
        let (rate_hz, channels) = (block.rate_hz, block.channels);
        if self.current == (rate_hz, channels) {
            return;
        }
        self.current = (rate_hz, channels);
        let at_s = samples as f64 / f64::from(self.rate_hz);
        losses.change_format(|| {
            let rate = (rate_hz != old_rate_hz)
                .then(|| format!("the sample rate changes from {old_rate_hz} to {rate_hz} Hz around {at_s:.2} s"));
            let layout = (channels != old_channels).then(|| {
                format!("the number of channels changes from {old_channels} to {channels} around {at_s:.2} s")
            });
            let changes: Vec<String> = rate.into_iter().chain(layout).collect();
            format!("{}; what follows was converted to the format before it and analysed", changes.join(", "))
        });
    }

    /// Converts the block's samples in `planes`; what is ready is in [`output`](Self::output) afterwards.
    ///
    /// # Errors
    /// When the rate cannot be converted.
    pub(crate) fn convert(&mut self, planes: &[Vec<f32>], block: &SourceBlock) -> Result<(), String> {
        self.clear();
        let (planes, samples) = if block.channels == self.channels {
            (planes, block.samples.clone())
        } else {
            let mixed = self.remix.convert(planes, block.samples.clone(), block.channel_mask);
            (mixed, 0..block.samples.len())
        };
        let planes: Vec<&[f32]> = planes.iter().map(|plane| &plane[samples.clone()]).collect();
        if block.rate_hz == self.rate_hz {
            for (output, plane) in self.output.iter_mut().zip(planes) {
                output.extend_from_slice(plane);
            }
            return Ok(());
        }
        let converter = match &mut self.converter {
            Some(converter) => converter,
            none => none.insert(RateConverter::new(block.rate_hz, self.rate_hz, self.channels)?),
        };
        converter.convert(&planes, &mut self.output)
    }

    /// Ends the conversion of the rate: its last samples are in [`output`](Self::output) afterwards.
    ///
    /// # Errors
    /// When the rate cannot be converted.
    pub(crate) fn release_samples(&mut self) -> Result<(), String> {
        self.clear();
        self.converter.take().map_or(Ok(()), |mut converter| converter.finish(&mut self.output))
    }

    /// The converted samples, one buffer per channel; maybe none yet.
    pub(crate) fn output(&self) -> &[Vec<f32>] {
        &self.output
    }

    fn clear(&mut self) {
        self.output.iter_mut().for_each(Vec::clear);
    }
}
