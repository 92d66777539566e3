//! The worker's input: request lines, and the open tracks that come beside them.
//!
//! Where it is a Unix socket, the parent can send open descriptors with the bytes. It sends few: one for the track in work
//! and one for the next. They wait here until a request names them.

use std::{
    collections::VecDeque,
    fs::File,
    io::{self, IoSliceMut, Read},
    mem::MaybeUninit,
    os::fd::{AsFd, OwnedFd},
};

use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, getsockname, recvmsg, sockopt::socket_type,
};

/// Descriptors that one message may carry; the kernel closes what is beyond.
const MOST_AT_ONCE: usize = 4;
/// Descriptors that may wait, so that a parent gone mad cannot use up what the worker may open.
const MOST_WAITING: usize = 8;

/// Where open tracks come from.
pub trait OpenTracks {
    /// The descriptor of this number, counted from 0 in the order of sending; `None` if it did not come. Those before it are
    /// closed: their requests were refused.
    fn take(&mut self, number: u64) -> Option<File>;
}

/// Descriptors in the order in which they came.
#[derive(Debug, Default)]
pub struct Received {
    waiting: VecDeque<OwnedFd>,
    /// The number of the first that waits.
    first: u64,
}

impl Received {
    fn add(&mut self, descriptor: OwnedFd) {
        self.waiting.push_back(descriptor);
        if self.waiting.len() > MOST_WAITING {
            self.drop_first();
        }
    }

    fn drop_first(&mut self) -> Option<OwnedFd> {
        let first = self.waiting.pop_front()?;
        self.first += 1;
        Some(first)
    }
}

impl OpenTracks for Received {
    fn take(&mut self, number: u64) -> Option<File> {
        while self.first < number {
            self.drop_first()?;
        }
        if self.first == number { self.drop_first().map(File::from) } else { None }
    }
}

/// Reads from a socket or from anything else.
#[derive(Debug)]
pub struct RequestInput<S> {
    stream: S,
    is_socket: bool,
    received: Received,
}

impl<S: Read + AsFd> RequestInput<S> {
    /// An input that takes descriptors if it is a Unix socket.
    pub fn new(stream: S) -> Self {
        let is_socket = socket_type(&stream).is_ok()
            && getsockname(&stream).is_ok_and(|address| address.address_family() == AddressFamily::UNIX);
        Self { stream, is_socket, received: Received::default() }
    }

    /// Whether descriptors can come.
    pub fn takes_descriptors(&self) -> bool {
        self.is_socket
    }

    /// What has come beside the bytes that were read.
    pub fn received(&mut self) -> &mut Received {
        &mut self.received
    }
}

impl<S: Read + AsFd> Read for RequestInput<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.is_socket {
            return self.stream.read(buffer);
        }
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MOST_AT_ONCE))];
        let mut beside = RecvAncillaryBuffer::new(&mut space);
        let mut bytes = [IoSliceMut::new(buffer)];
        let message = recvmsg(&self.stream, &mut bytes, &mut beside, RecvFlags::CMSG_CLOEXEC)?;
        for part in beside.drain() {
            if let RecvAncillaryMessage::ScmRights(descriptors) = part {
                descriptors.for_each(|descriptor| self.received.add(descriptor));
            }
        }
        Ok(message.bytes)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{BufRead, BufReader, IoSlice, Write},
        os::unix::net::UnixStream,
    };

    use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg};

    use super::*;

    fn send(to: &UnixStream, line: &str, file: &File) {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut beside = SendAncillaryBuffer::new(&mut space);
        let descriptors = [file.as_fd()];
        assert!(beside.push(SendAncillaryMessage::ScmRights(&descriptors)));
        sendmsg(to, &[IoSlice::new(line.as_bytes())], &mut beside, SendFlags::empty()).unwrap();
    }

    fn a_file(content: &str) -> File {
        let (file, mut writer) = io::pipe().unwrap();
        writer.write_all(content.as_bytes()).unwrap();
        OwnedFd::from(file).into()
    }

    fn content(file: Option<File>) -> Option<String> {
        let mut text = String::new();
        file?.read_to_string(&mut text).unwrap();
        Some(text)
    }

    #[test]
    fn descriptors_come_with_the_lines_and_are_taken_by_number() {
        let (mut parent, worker) = UnixStream::pair().unwrap();
        send(&parent, "first\n", &a_file("0"));
        send(&parent, "second\n", &a_file("1"));
        parent.write_all(b"without\n").unwrap();
        send(&parent, "third\n", &a_file("2"));
        send(&parent, "fourth\n", &a_file("3"));
        drop(parent);
        let mut input = BufReader::new(RequestInput::new(worker));
        assert!(input.get_ref().takes_descriptors());
        let mut lines = Vec::new();
        for _ in 0..4 {
            lines.push(String::new());
            input.read_line(lines.last_mut().unwrap()).unwrap();
        }
        assert_eq!(lines, ["first\n", "second\n", "without\n", "third\n"]);
        let received = input.get_mut().received();
        assert_eq!(content(received.take(0)).as_deref(), Some("0"));
        assert_eq!(content(received.take(2)).as_deref(), Some("2"), "the request of the second was refused");
        assert_eq!(content(received.take(1)), None, "it was closed");
        assert_eq!(content(received.take(3)), None, "it has not come yet");
        assert_eq!(input.lines().count(), 1);
    }

    #[test]
    fn descriptors_that_nobody_asks_for_do_not_pile_up() {
        let mut received = Received::default();
        for number in 0..100 {
            received.add(a_file(&number.to_string()).into());
        }
        assert_eq!(received.waiting.len(), MOST_WAITING);
        assert_eq!(content(received.take(99)).as_deref(), Some("99"));
    }

    #[test]
    fn an_input_that_is_no_socket_is_read_as_ever() {
        let (reader, mut writer) = io::pipe().unwrap();
        writer.write_all(b"line\n").unwrap();
        drop(writer);
        let mut input = BufReader::new(RequestInput::new(reader));
        assert!(!input.get_ref().takes_descriptors());
        assert_eq!(input.by_ref().lines().map(Result::unwrap).collect::<Vec<_>>(), ["line"]);
        assert!(input.get_mut().received().take(0).is_none());
    }
}
