//! What an MP4 or QuickTime file says about its audio track. Symphonia's demuxer reads neither the edit list nor
//! `iTunSMPB` nor the byte order of QuickTime's PCM. Only box headers and a few small boxes are read.

pub(crate) mod boxes;
pub(crate) mod edit_list;
pub(crate) mod film;
pub(crate) mod fragments;
pub(crate) mod layout;
pub(crate) mod sample_entry;
pub(crate) mod smpb;
pub(crate) mod track;
pub(crate) mod trim;
