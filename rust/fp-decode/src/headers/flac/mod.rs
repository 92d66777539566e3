//! FLAC (RFC 9639): what a stream and each of its frames say about themselves.

pub(crate) mod frame;
pub(crate) mod stream_info;
