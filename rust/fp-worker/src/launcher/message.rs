//! What worker and launcher say to each other: one message is one packet of a socket, with descriptors beside it.

use std::{
    io::{self, IoSlice, IoSliceMut},
    mem::MaybeUninit,
    os::fd::{BorrowedFd, OwnedFd},
};

use rustix::{
    cmsg_space,
    net::{
        RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, ReturnFlags, SendAncillaryBuffer, SendAncillaryMessage,
        SendFlags, recvmsg, sendmsg,
    },
};

/// Longest packet in bytes; the arguments of ffmpeg take about 300.
const MAX_PACKET_BYTES: usize = 8192;
/// A longer reason is cut; a character has four bytes at most.
const MAX_REASON_CHARACTERS: usize = 1000;
/// Descriptors beside a packet: the track, the pipe of the samples, the pipe of the log.
pub(super) const STREAMS: usize = 3;

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Message {
    /// Worker: run ffmpeg with these arguments and the three descriptors.
    Run(Vec<String>),
    /// Launcher: it runs.
    Running,
    /// Launcher: it could not be started, with the reason.
    Refused(String),
    /// Worker: say when it has ended.
    Wait,
    /// Worker: end it.
    Kill,
    /// Launcher: it has ended with this status of wait(2).
    Ended(i32),
}

impl Message {
    fn to_bytes(&self) -> Vec<u8> {
        let with = |kind: u8, text: &[u8]| [&[kind], text].concat();
        match self {
            Self::Run(arguments) => with(b'r', arguments.join("\0").as_bytes()),
            Self::Running => vec![b's'],
            Self::Refused(reason) => {
                with(b'f', reason.chars().take(MAX_REASON_CHARACTERS).collect::<String>().as_bytes())
            }
            Self::Wait => vec![b'w'],
            Self::Kill => vec![b'k'],
            Self::Ended(status) => with(b'e', &status.to_ne_bytes()),
        }
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (kind, rest) = bytes.split_first()?;
        let text = || String::from_utf8(rest.to_vec()).ok();
        match kind {
            b'r' => Some(Self::Run(text()?.split('\0').map(str::to_owned).collect())),
            b's' => Some(Self::Running),
            b'f' => Some(Self::Refused(text()?)),
            b'w' => Some(Self::Wait),
            b'k' => Some(Self::Kill),
            b'e' => Some(Self::Ended(i32::from_ne_bytes(rest.try_into().ok()?))),
            _ => None,
        }
    }
}

/// Sends a message and copies of the descriptors.
///
/// # Errors
/// When the other side is gone.
pub(super) fn send(socket: &OwnedFd, message: &Message, streams: &[BorrowedFd<'_>]) -> io::Result<()> {
    let mut space = [MaybeUninit::uninit(); cmsg_space!(ScmRights(STREAMS))];
    let mut beside = SendAncillaryBuffer::new(&mut space);
    if !streams.is_empty() && !beside.push(SendAncillaryMessage::ScmRights(streams)) {
        return Err(io::Error::other("too many descriptors for one message"));
    }
    let bytes = message.to_bytes();
    retry(|| sendmsg(socket, &[IoSlice::new(&bytes)], &mut beside, SendFlags::NOSIGNAL))?;
    Ok(())
}

/// Waits for a message and its descriptors; `None` when the other side is gone.
///
/// # Errors
/// When something else than a message comes.
pub(super) fn receive(socket: &OwnedFd) -> io::Result<Option<(Message, Vec<OwnedFd>)>> {
    let mut space = [MaybeUninit::uninit(); cmsg_space!(ScmRights(STREAMS))];
    let mut beside = RecvAncillaryBuffer::new(&mut space);
    let mut bytes = vec![0; MAX_PACKET_BYTES];
    let packet = retry(|| recvmsg(socket, &mut [IoSliceMut::new(&mut bytes)], &mut beside, RecvFlags::CMSG_CLOEXEC))?;
    if packet.bytes == 0 {
        return Ok(None);
    }
    let mut streams = Vec::new();
    for message in beside.drain() {
        if let RecvAncillaryMessage::ScmRights(descriptors) = message {
            streams.extend(descriptors);
        }
    }
    let cut = packet.flags.intersects(ReturnFlags::TRUNC | ReturnFlags::CTRUNC);
    match Message::from_bytes(&bytes[..packet.bytes]) {
        Some(message) if !cut => Ok(Some((message, streams))),
        _ => Err(io::Error::new(io::ErrorKind::InvalidData, "it said something unknown")),
    }
}

fn retry<T>(mut call: impl FnMut() -> rustix::io::Result<T>) -> io::Result<T> {
    Ok(rustix::io::retry_on_intr(&mut call)?)
}
