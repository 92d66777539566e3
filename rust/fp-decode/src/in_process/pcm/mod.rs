//! PCM that needs no decoder: the samples of a [`PcmLayout`], read and converted.

mod companding;
mod convert;
mod pcm_bytes;
mod pcm_stream;

pub(crate) use pcm_bytes::PcmBytes;
pub(crate) use pcm_stream::PcmStream;
