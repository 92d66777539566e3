//! The newline-delimited JSON contract between auralis (the parent) and fp-worker (the child).
//!
//! The child speaks first: one [`Response::Ready`]. Then every [`Request`] is answered by `started`, any number of
//! `progress`, and exactly one `done`, `probed`, `hashed`, `traced` or `failed` with the same id, in the order of the requests. stdout
//! carries only these lines; logs go to stderr; at the end of its input the child finishes and exits with 0.
//!
//! stdin may be a Unix socket. Then the parent can send open descriptors over it (`SCM_RIGHTS`), and a request names one
//! of them, which is read in place of its path.
//!
//! What is added later: new fields, which are ignored where they are not known; new types of requests, which are refused
//! one by one with `unknown_request` and which `ready` lists. Whatever else changes raises [`PROTOCOL_VERSION`].
//!
//! This crate depends on no other crate of the workspace. The doc comments of its types are part of the JSON Schema.

pub mod error_code;
pub mod measurements;
pub mod outcome;
pub mod request;
pub mod response;
pub mod sandbox;
#[cfg(test)]
mod schema;
pub mod tags;
pub mod trace;
pub mod track_path;
pub mod warning;

pub use error_code::{Action, ErrorCode, Failure};
pub use outcome::{Details, Outcome};
pub use request::{REQUEST_TYPES, Request, RequestError, TrackRequest, read_request};
pub use response::{AcousticHash, HASH_VERSION, Response, write_response};
pub use sandbox::{Protection, Sandbox};
pub use tags::Tags;
pub use trace::Trace;
pub use track_path::TrackPath;
pub use warning::{Warning, WarningCode};

/// Version of this contract; parent and child refuse each other when it differs.
pub const PROTOCOL_VERSION: u32 = 1;

/// Maximum length in bytes of a line that either side accepts: much more than a path of 4 KiB in base64.
pub const LINE_LIMIT: usize = 1 << 20;
