//! The containers, and how they are recognised by their first bytes.

/// A container, or a raw stream whose frames have headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Container {
    /// Native FLAC.
    Flac,
    /// RIFF/WAVE.
    Wav,
    /// RIFX: big-endian WAVE.
    Rifx,
    /// RF64 or BW64: WAVE beyond 4 GiB.
    Rf64,
    /// Sony Wave64.
    Wave64,
    /// AIFF and AIFC.
    Aiff,
    /// Apple Core Audio Format.
    Caf,
    /// ISO base media: M4A, MP4, MOV, 3GP.
    Mp4,
    /// Ogg.
    Ogg,
    /// Matroska and WebM.
    Matroska,
    /// MPEG audio, layers I to III, without a container.
    MpegAudio,
    /// The same in free format, which nothing here decodes.
    FreeFormat,
    /// AAC with ADTS headers.
    Adts,
    /// A container that only ffmpeg reads: its name, and the name of ffmpeg's demuxer.
    Foreign {
        /// Name shown to people.
        name: &'static str,
        /// ffmpeg's `-f`.
        demuxer: &'static str,
    },
}

impl Container {
    /// Short name for people and records.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Flac => "flac",
            Self::Wav => "wav",
            Self::Rifx => "rifx",
            Self::Rf64 => "rf64",
            Self::Wave64 => "w64",
            Self::Aiff => "aiff",
            Self::Caf => "caf",
            Self::Mp4 => "mp4",
            Self::Ogg => "ogg",
            Self::Matroska => "matroska",
            Self::MpegAudio | Self::FreeFormat => "mpeg_audio",
            Self::Adts => "adts",
            Self::Foreign { name, .. } => name,
        }
    }

    /// ffmpeg's demuxer (`-f`). It is always named, so that ffmpeg does not open a script or playlist.
    pub(crate) const fn ffmpeg_demuxer(self) -> &'static str {
        match self {
            Self::Flac => "flac",
            Self::Wav | Self::Rifx | Self::Rf64 => "wav",
            Self::Wave64 => "w64",
            Self::Aiff => "aiff",
            Self::Caf => "caf",
            Self::Mp4 => "mov",
            Self::Ogg => "ogg",
            Self::Matroska => "matroska",
            Self::MpegAudio | Self::FreeFormat => "mp3",
            Self::Adts => "aac",
            Self::Foreign { demuxer, .. } => demuxer,
        }
    }

    /// Whether it is a raw stream, of which ffmpeg can only estimate the length.
    pub(crate) const fn is_bare_stream(self) -> bool {
        let Self::Foreign { demuxer, .. } = self else { return false };
        matches!(demuxer.as_bytes(), b"dts" | b"ac3" | b"eac3" | b"spdif" | b"mp3" | b"aac")
    }

    /// Whether it is frames and nothing else, so that ffmpeg takes tags behind them for a part of the last one.
    pub(crate) const fn is_frames_alone(self) -> bool {
        let Self::Foreign { demuxer, .. } = self else { return false };
        self.is_bare_stream() || matches!(demuxer.as_bytes(), b"truehd" | b"mlp" | b"amr")
    }

    /// Whether it is of the WAVE family.
    pub(crate) const fn is_wave(self) -> bool {
        matches!(self, Self::Wav | Self::Rifx | Self::Rf64 | Self::Wave64)
    }

    /// Whether a file of it holds tags and audio, and nothing else: no picture, index or video of any length.
    pub(crate) const fn holds_only_audio(self) -> bool {
        let Self::Foreign { demuxer, .. } = self else { return false };
        matches!(
            demuxer.as_bytes(),
            b"wv"
                | b"ape"
                | b"tta"
                | b"tak"
                | b"shn"
                | b"mpc"
                | b"mpc8"
                | b"voc"
                | b"amr"
                | b"ac3"
                | b"eac3"
                | b"dts"
                | b"truehd"
                | b"mlp"
        )
    }

    /// The container that starts with `head` (at least 32 bytes where the file has them).
    pub(crate) fn from_magic(head: &[u8]) -> Option<Self> {
        let at = |offset: usize, magic: &[u8]| head.get(offset..).is_some_and(|rest| rest.starts_with(magic));
        let foreign = |name, demuxer| Some(Self::Foreign { name, demuxer });
        match head {
            _ if at(0, b"fLaC") => Some(Self::Flac),
            _ if at(0, b"RIFF") && at(8, b"WAVE") => Some(Self::Wav),
            _ if at(0, b"RIFX") && at(8, b"WAVE") => Some(Self::Rifx),
            _ if (at(0, b"RF64") || at(0, b"BW64")) && at(8, b"WAVE") => Some(Self::Rf64),
            _ if at(0, b"riff\x2e\x91\xcf\x11") => Some(Self::Wave64),
            _ if at(0, b"FORM") && (at(8, b"AIFF") || at(8, b"AIFC")) => Some(Self::Aiff),
            _ if at(0, b"caff") => Some(Self::Caf),
            _ if [b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"].iter().any(|atom| at(4, *atom)) => {
                Some(Self::Mp4)
            }
            // The first packet follows the page header of 27 bytes and one lacing value.
            _ if at(0, b"OggS") && at(28, b"Spee") => foreign("speex", "ogg"),
            _ if at(0, b"OggS") => Some(Self::Ogg),
            _ if at(0, b"\x1a\x45\xdf\xa3") => Some(Self::Matroska),
            _ if at(0, b"wvpk") => foreign("wavpack", "wv"),
            _ if at(0, b"MAC ") => foreign("ape", "ape"),
            _ if at(0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11") => foreign("asf", "asf"),
            _ if at(0, b"DSD ") => foreign("dsf", "dsf"),
            _ if at(0, b"FRM8") && at(12, b"DSD ") => foreign("dsdiff", "iff"),
            _ if at(0, b"MP+") => foreign("musepack7", "mpc"),
            _ if at(0, b"MPCK") => foreign("musepack8", "mpc8"),
            _ if at(0, b"TTA1") => foreign("tta", "tta"),
            _ if at(0, b"tBaK") => foreign("tak", "tak"),
            _ if at(0, b".snd") => foreign("au", "au"),
            _ if at(0, b"ajkg") => foreign("shorten", "shn"),
            _ if at(0, b"Creative Voice File") => foreign("voc", "voc"),
            _ if at(0, b"#!AMR") => foreign("amr", "amr"),
            _ if at(0, b".RMF") => foreign("realmedia", "rm"),
            _ if at(0, b"RIFF") && at(8, b"AVI ") => foreign("avi", "avi"),
            _ if at(0, b"FLV\x01") => foreign("flv", "flv"),
            _ if at(0, b"\x0b\x77") && head.len() > 5 && head[5] >> 3 <= 10 => foreign("ac3", "ac3"),
            _ if at(0, b"\x0b\x77") && head.len() > 5 && head[5] >> 3 <= 16 => foreign("eac3", "eac3"),
            // The major sync of the first access unit, behind its length and time.
            _ if at(4, b"\xf8\x72\x6f\xba") => foreign("truehd", "truehd"),
            _ if at(4, b"\xf8\x72\x6f\xbb") => foreign("mlp", "mlp"),
            _ if at(0, b"\x7f\xfe\x80\x01") => foreign("dts", "dts"),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_and_playlists_are_not_audio() {
        for text in ["ffconcat version 1.0\nfile 'x.wav'\n", "#EXTM3U\n#EXT-X-VERSION:3\n", "<?xml version=\"1.0\"?>"] {
            assert_eq!(Container::from_magic(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn riff_needs_its_form_type() {
        assert_eq!(Container::from_magic(b"RIFF\0\0\0\0WAVEfmt "), Some(Container::Wav));
        assert_eq!(Container::from_magic(b"RIFF\0\0\0\0WEBPVP8 "), None);
    }

    #[test]
    fn short_heads_do_not_panic() {
        let head = b"RIFF\0\0\0\0WAVEfmt ";
        for length in 0..12 {
            assert_eq!(Container::from_magic(&head[..length]), None);
        }
    }
}
