//! The handshake: the version of the worker, what it can decode, and how it is confined.

use fp_decode::DecodeOptions;
use fp_protocol::{PROTOCOL_VERSION, REQUEST_TYPES, Response, Sandbox};

/// `debug` is an unoptimised build, many times slower: `doctor` warns of it, `bench` refuses it.
const BUILD_PROFILE: &str = if cfg!(debug_assertions) { "debug" } else { "release" };

/// The first line of every session. `descriptors`: whether this one takes open files.
pub(crate) fn ready(options: &DecodeOptions, descriptors: bool, sandbox: Sandbox) -> Response {
    Response::Ready {
        protocol: PROTOCOL_VERSION,
        analysis_version: fp_dsp::ANALYSIS_VERSION,
        worker_version: env!("CARGO_PKG_VERSION").to_owned(),
        build_profile: BUILD_PROFILE.to_owned(),
        decoders: fp_decode::DECODERS.iter().map(|&name| name.to_owned()).collect(),
        ffmpeg: options.ffmpeg.as_ref().map(|ffmpeg| ffmpeg.program().to_string_lossy().into_owned()),
        requests: REQUEST_TYPES.map(str::to_owned).to_vec(),
        descriptors,
        tags: true,
        sandbox: Some(Box::new(sandbox)),
    }
}
