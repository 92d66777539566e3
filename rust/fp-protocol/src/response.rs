//! What the worker answers, and how an answer is written.

use std::io::{self, Write};

use serde::{Deserialize, Serialize};

use crate::{error_code::Failure, outcome::Outcome, sandbox::Sandbox, tags::Tags, trace::Trace};

/// A line from the worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Response {
    /// First line: who is speaking.
    Ready {
        /// [`crate::PROTOCOL_VERSION`].
        protocol: u32,
        /// [`fp_dsp::ANALYSIS_VERSION`].
        #[allow(rustdoc::broken_intra_doc_links, reason = "this crate depends on no other; the text is in the schema")]
        analysis_version: u32,
        /// Version of the worker.
        worker_version: String,
        /// `release` or `debug`.
        build_profile: String,
        /// Codecs that are decoded in the process.
        decoders: Vec<String>,
        /// Path of the ffmpeg program that decodes the others; null when there is none.
        ffmpeg: Option<String>,
        /// The types of requests that it knows.
        #[serde(default)]
        requests: Vec<String>,
        /// Whether it takes open descriptors: it does where its input is a Unix socket.
        #[serde(default)]
        descriptors: bool,
        /// Whether it reads the tags of a file: then `done` and `probed` have them.
        #[serde(default)]
        tags: bool,
        /// What the worker has taken from itself.
        sandbox: Option<Box<Sandbox>>,
    },
    /// The work on a request begins: deadlines run from here.
    Started {
        /// The request.
        id: u64,
    },
    /// A long track goes on.
    Progress {
        /// The request.
        id: u64,
        /// Seconds of audio analysed so far; 0 while a file is probed.
        audio_seconds: f64,
        /// Share of the whole, 0–1, where the length is known.
        fraction: Option<f64>,
    },
    /// The analysis is finished.
    Done {
        /// The request.
        id: u64,
        /// The result.
        #[serde(flatten)]
        outcome: Box<Outcome>,
    },
    /// The file was read without decoding it.
    Probed {
        /// The request.
        id: u64,
        /// The same as in `done`. A file that can be probed need not decode.
        audio_key: Option<String>,
        /// The same as in `done`.
        #[serde(default)]
        tags: Box<Tags>,
    },
    /// The file was decoded for its acoustic hash.
    Hashed {
        /// The request.
        id: u64,
        /// The acoustic hash.
        #[serde(flatten)]
        hash: AcousticHash,
    },
    /// The file was decoded and measured for pictures.
    Traced {
        /// The request.
        id: u64,
        /// The series and spectra.
        #[serde(flatten)]
        trace: Box<Trace>,
    },
    /// The track failed.
    Failed {
        /// The request; null when the line could not be read as a request.
        id: Option<u64>,
        /// Why.
        error: Failure,
    },
}

/// How the audio sounds, in few bits: equal recordings have nearly equal hashes, whatever their encoding and level.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AcousticHash {
    /// The same as in `done`: what was hashed is the audio that was analysed.
    pub content_key: String,
    /// [`HASH_VERSION`]; hashes of two versions cannot be compared.
    #[allow(rustdoc::broken_intra_doc_links, reason = "the text is in the schema")]
    pub hash_version: u32,
    /// In standard base64: 32 bits, little-endian, for each 1,365 samples at 11,025 Hz from the beginning on. Null for audio
    /// that is shorter than three seconds, or whose sample rate is too low.
    pub acoustic_hash: Option<String>,
}

/// Version of the acoustic hash.
pub const HASH_VERSION: u32 = 1;

/// Writes one response as a line and flushes it.
///
/// # Errors
/// When the parent is gone.
pub fn write_response(output: &mut impl Write, response: &Response) -> io::Result<()> {
    let mut line = serde_json::to_vec(response)?;
    line.push(b'\n');
    output.write_all(&line)?;
    output.flush()
}
