//! What was decoded, and what was lost on the way.

/// What was lost or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LossKind {
    /// The end of the audio is missing.
    Truncated,
    /// Packets were lost.
    Damaged,
    /// The sample rate or the channels change.
    FormatChange,
}

impl LossKind {
    /// Stable snake_case name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Truncated => "truncated",
            Self::Damaged => "damaged",
            Self::FormatChange => "format_change",
        }
    }
}

/// Audio that was lost or changed while decoding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeWarning {
    /// What happened.
    pub kind: LossKind,
    /// What happened, for a person.
    pub message: String,
    /// Missing samples per channel (0 = unknown), lost packets, or how many times the format changed.
    pub count: u64,
}

/// Summary of one decoded file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeReport {
    /// Samples per channel that were delivered.
    pub samples: u64,
    /// What was lost, each kind at most once.
    pub warnings: Vec<DecodeWarning>,
    /// Samples per channel that are missing at the end: 0 when it is whole, `None` if the file ends early and does not state its
    /// length.
    pub missing_samples: Option<u64>,
    /// Samples per channel of packets that could not be decoded: 0 when there are none, `None` if their length is not known.
    pub damaged_samples: Option<u64>,
}

/// Losses counted while decoding; they become the warnings of the report.
#[derive(Debug, Default)]
pub(crate) struct Losses {
    /// Packets that did not decode, or gaps between packets.
    pub(crate) lost_packets: u64,
    /// Samples per channel inside such gaps, where the container's timestamps show their length.
    pub(crate) gap_samples: u64,
    /// About how many samples per channel the packets that did not decode would have given.
    pub(crate) lost_samples: u64,
    /// The first reason for a lost packet.
    pub(crate) first_reason: Option<String>,
    /// Why the stream ended before its stated end.
    pub(crate) early_end: Option<String>,
    /// Samples per channel that the container states; `None` if it states none or only estimates them.
    pub(crate) promised_samples: Option<u64>,
    /// How many samples fewer than promised are no loss: in some containers the stated length is not exact.
    pub(crate) tolerated_samples: u64,
    /// The number of times the layout or the rate changed.
    pub(crate) format_changes: u64,
    /// What the first change was.
    pub(crate) format_change: Option<String>,
    /// Bytes of the file that decoded, and bytes in their place that did not; tags and structure aside.
    pub(crate) audio_bytes: u64,
    pub(crate) other_bytes: u64,
}

impl Losses {
    /// Counts a packet that could not be decoded.
    pub(crate) fn lose_packet(&mut self, reason: impl std::fmt::Display) {
        self.lost_packets += 1;
        if self.first_reason.is_none() {
            self.first_reason = Some(reason.to_string());
        }
    }

    /// Whether less than half of what should be audio decoded: then it is none, or nothing can be said about it.
    pub(crate) const fn is_hardly_audio(&self) -> bool {
        self.other_bytes > self.audio_bytes
    }

    /// Counts lost pages of a container that held `samples` (0: unknown).
    pub(crate) fn lose_pages(&mut self, pages: u64, samples: u64, description: String) {
        self.lost_packets += pages;
        self.gap_samples = self.gap_samples.saturating_add(samples);
        self.first_reason.get_or_insert(description);
    }

    /// Counts a change of the format; the first one's description is kept.
    pub(crate) fn change_format(&mut self, description: impl FnOnce() -> String) {
        self.format_changes += 1;
        if self.format_change.is_none() {
            self.format_change = Some(description());
        }
    }

    /// The report after `samples` were delivered.
    pub(crate) fn report(&self, samples: u64) -> DecodeReport {
        let missing_at_end = self.missing_at_end(samples);
        let damaged = self.gap_samples.saturating_add(self.lost_samples);
        DecodeReport {
            samples,
            warnings: self.warnings(samples),
            missing_samples: match missing_at_end {
                None => Some(0),
                Some(missing) => (missing > 0).then_some(missing),
            },
            damaged_samples: if self.lost_packets == 0 { Some(0) } else { (damaged > 0).then_some(damaged) },
        }
    }

    /// How many samples are missing at the end; `None` if it is whole, 0 if it is not known how many.
    fn missing_at_end(&self, samples: u64) -> Option<u64> {
        let missing = self.promised_samples.map_or(0, |promised| promised.saturating_sub(samples));
        let missing_at_end = missing.saturating_sub(self.gap_samples).saturating_sub(self.lost_samples);
        // The lost samples are counted by the length of other packets, so they may be twice as many.
        let no_loss = self.tolerated_samples.saturating_add(self.lost_samples);
        (self.early_end.is_some() || missing_at_end > no_loss).then_some(missing_at_end)
    }

    /// The warnings after `samples` were delivered.
    fn warnings(&self, samples: u64) -> Vec<DecodeWarning> {
        let mut warnings = Vec::new();
        if self.lost_packets > 0 {
            let reason = self.first_reason.as_deref().unwrap_or("gaps between packets");
            let missing = match self.gap_samples {
                0 => String::new(),
                samples => format!("; {samples} samples per channel are missing"),
            };
            warnings.push(DecodeWarning {
                kind: LossKind::Damaged,
                message: format!(
                    "{} packets or pages could not be decoded and were left out ({reason}){missing}",
                    self.lost_packets
                ),
                count: self.lost_packets,
            });
        }
        if let Some(missing_at_end) = self.missing_at_end(samples) {
            let what = match (&self.early_end, missing_at_end) {
                (Some(reason), 0) => format!("the file ends early ({reason}); the part before that was analysed"),
                (_, missing) => {
                    let promised = self.promised_samples.unwrap_or(missing);
                    let place = if self.lost_packets > 0 { ", there or where packets were lost" } else { "" };
                    format!("{missing} of {promised} samples per channel are missing at the end of the file{place}")
                }
            };
            warnings.push(DecodeWarning { kind: LossKind::Truncated, message: what, count: missing_at_end });
        }
        if let Some(what) = &self.format_change {
            warnings.push(DecodeWarning {
                kind: LossKind::FormatChange,
                message: what.clone(),
                count: self.format_changes,
            });
        }
        warnings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_and_damaged_is_told_in_samples() {
        let amounts = |losses: &Losses| {
            let report = losses.report(900);
            (report.missing_samples, report.damaged_samples)
        };
        let whole = Losses { promised_samples: Some(900), ..Losses::default() };
        assert_eq!(amounts(&whole), (Some(0), Some(0)));
        assert_eq!(amounts(&Losses { promised_samples: Some(1_000), ..Losses::default() }), (Some(100), Some(0)));
        // 60 of the 100 were in a gap.
        let gap = Losses { promised_samples: Some(1_000), lost_packets: 2, gap_samples: 60, ..Losses::default() };
        assert_eq!(amounts(&gap), (Some(40), Some(60)));
        let unknown = Losses { early_end: Some("a read error".to_owned()), lost_packets: 1, ..Losses::default() };
        assert_eq!(amounts(&unknown), (None, None));
    }
}
