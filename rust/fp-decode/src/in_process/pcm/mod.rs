//! PCM that needs no decoder: the samples of a [`PcmLayout`], read and converted.

mod companding;
mod convert;
mod pcm_stream;

pub(crate) use pcm_stream::PcmStream;
