//! The newline-delimited JSON contract between auralis (the parent) and fp-worker (the child).
//!
//! The child speaks first: one [`Response::Ready`]. Then every [`Request::Analyze`] is answered by
//! `started`, any number of `progress`, and exactly one `done` or `failed` with the same id. stdout
//! carries only these lines; logs go to stderr; at the end of its input the child finishes and exits with 0.
//!
//! This crate depends on no other crate of the workspace. The doc comments of its types are part of the JSON Schema.

pub mod error_code;
pub mod outcome;
pub mod request;
pub mod response;
pub mod sandbox;
#[cfg(test)]
mod schema;
pub mod track_path;

pub use error_code::{Action, ErrorCode, Failure};
pub use outcome::{Details, Outcome, Warning};
pub use request::{Request, RequestError, read_request};
pub use response::{Response, write_response};
pub use sandbox::{Protection, Sandbox};
pub use track_path::TrackPath;

/// Version of this contract; parent and child refuse each other when it differs.
pub const PROTOCOL_VERSION: u32 = 1;

/// Maximum length in bytes of a line that either side accepts: much more than a path of 4 KiB in base64.
pub const LINE_LIMIT: usize = 1 << 20;
