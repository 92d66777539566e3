//! MP4: what our own parser knows and Symphonia's demuxer does not.

use std::{
    fs::File,
    io::{Seek, SeekFrom},
    path::Path,
};

use symphonia::core::{
    codecs::{
        CodecParameters,
        audio::{
            AudioCodecId, AudioCodecParameters,
            well_known::{
                CODEC_ID_AAC, CODEC_ID_PCM_F32BE, CODEC_ID_PCM_F32LE, CODEC_ID_PCM_F64BE, CODEC_ID_PCM_F64LE,
                CODEC_ID_PCM_S24BE, CODEC_ID_PCM_S24LE, CODEC_ID_PCM_S32BE, CODEC_ID_PCM_S32LE,
            },
        },
    },
    formats::Track,
};

use crate::{
    error::{DecodeError, ErrorKind},
    headers::{
        aac_config::core_rate_hz,
        mp4::{
            fragments::state_impossible_counts,
            layout::Mp4Layout,
            track::Mp4Track,
            trim::{MAX_ENCODER_SAMPLES, Trimming, rescale},
        },
    },
    in_process::{gapless::Trim, opus_decoder::pre_skip, track_decoder::OpenFailure},
};

/// What the index says about a track, and what follows from it.
pub(crate) struct Mp4Start {
    pub(crate) track: Mp4Track,
    /// Whether a fragmented movie states the length of all fragments.
    pub(crate) whole: bool,
}

impl Mp4Start {
    /// What to trim, which also says how many samples are left.
    pub(crate) fn trim(&self, track: &Track, params: &AudioCodecParameters) -> Trim {
        let Self { track: mp4, whole } = self;
        let rate_hz = params.sample_rate.unwrap_or(0);
        let ticks = track.duration.map(|ticks| ticks.get()).filter(|&ticks| ticks > 0);
        let ticks = ticks.filter(|_| !mp4.fragmented || *whole);
        // Of a fragmented movie the ticks are those of the segment index.
        let scale = track.time_base.map_or(0, |base| base.denom.get());
        let total = ticks.map(|ticks| rescale(ticks, scale, rate_hz)).filter(|&samples| samples > 0);
        let trimming = mp4.times.trimming(rate_hz, ticks.filter(|_| !mp4.fragmented));
        let trimming = trimming.unwrap_or(Trimming { skip: pre_skip(params), ..Trimming::default() });
        let counted = total.filter(|&samples| samples > trimming.skip).map(|samples| samples - trimming.skip);
        let trim = Trim::new(trimming.skip, trimming.keep.or(counted));
        if trimming.cuts_audio { trim } else { trim.with_max_padding(MAX_ENCODER_SAMPLES) }
    }
}

/// Reads where the boxes of the file are.
///
/// # Errors
/// [`ErrorKind::NothingDecoded`] if the file was cut before its index, without which nothing can be decoded, or if its
/// fragments state what is impossible.
pub(crate) fn read_layout(path: &Path, file: &mut File, start: u64) -> Result<Mp4Layout, OpenFailure> {
    let failed = |error| OpenFailure::Final(DecodeError::from_io(path, &error));
    let layout = Mp4Layout::read(file, start).map_err(failed)?;
    if layout.is_cut_before_its_index(file.metadata().map_err(failed)?.len()) {
        return Err(OpenFailure::Final(DecodeError::new(
            ErrorKind::NothingDecoded,
            "the MP4 file is cut short before its index (moov), so its audio cannot be found: copy, download or \
             record it again",
        )));
    }
    if state_impossible_counts(file, start).map_err(failed)? {
        return Err(OpenFailure::Final(DecodeError::new(
            ErrorKind::NothingDecoded,
            "the MP4 file is damaged: its fragments state more samples than it has bytes; copy or download it again",
        )));
    }
    Ok(layout)
}

/// Reads what the index says about `track`, and corrects its parameters. `file` is a copy of the demuxer's handle: both
/// share one position, which is put back.
///
/// # Errors
/// [`ErrorKind::NothingDecoded`] if its audio is not in the file; of the system if the position cannot be put back.
pub(crate) fn read_track(
    path: &Path,
    mut file: File,
    layout: &Mp4Layout,
    track: &mut Track,
) -> Result<Option<Mp4Track>, OpenFailure> {
    let failed = |error| OpenFailure::Final(DecodeError::from_io(path, &error));
    let position = file.stream_position().map_err(failed)?;
    let found = Mp4Track::read(&mut file, layout, Some(track.id)).unwrap_or_default();
    file.seek(SeekFrom::Start(position)).map_err(failed)?;
    if found.as_ref().is_some_and(|found| found.audio_is_gone) {
        return Err(OpenFailure::Final(DecodeError::new(
            ErrorKind::NothingDecoded,
            "the audio is not in the MP4 file: its index points at other data, such as tags; copy or download it again",
        )));
    }
    if let Some(CodecParameters::Audio(params)) = &mut track.codec_params {
        if found.as_ref().is_some_and(|found| found.big_endian) {
            params.codec = big_endian(params.codec);
        }
        // The sample entry has 16 bits for the rate: it cannot state 88.2 or 96 kHz. The configuration of the decoder
        // is right (ISO 14496-14, 5.6; ISO 14496-12, 12.2.3).
        let config = params.extra_data.as_deref().filter(|_| params.codec == CODEC_ID_AAC);
        if let Some(rate_hz) = config.and_then(core_rate_hz) {
            params.sample_rate = Some(rate_hz);
        }
    }
    Ok(found)
}

fn big_endian(codec: AudioCodecId) -> AudioCodecId {
    match codec {
        CODEC_ID_PCM_S24LE => CODEC_ID_PCM_S24BE,
        CODEC_ID_PCM_S32LE => CODEC_ID_PCM_S32BE,
        CODEC_ID_PCM_F32LE => CODEC_ID_PCM_F32BE,
        CODEC_ID_PCM_F64LE => CODEC_ID_PCM_F64BE,
        other => other,
    }
}
