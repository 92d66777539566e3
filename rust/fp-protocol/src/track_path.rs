//! A path as it is sent: as text if it is UTF-8, otherwise as base64.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

/// Path of a file; exactly one of the two fields is present.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum TrackPath {
    /// A UTF-8 path.
    Text {
        /// The path.
        path: String,
    },
    /// Any other sequence of bytes.
    Bytes {
        /// The path's bytes in standard base64.
        path_b64: String,
    },
}

impl TrackPath {
    /// Wraps a path's bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::Text { path: text.to_owned() },
            Err(_) => Self::Bytes { path_b64: STANDARD.encode(bytes) },
        }
    }

    /// The path's bytes.
    ///
    /// # Errors
    /// When the base64 text is malformed.
    pub fn to_bytes(&self) -> Result<Vec<u8>, base64::DecodeError> {
        match self {
            Self::Text { path } => Ok(path.clone().into_bytes()),
            Self::Bytes { path_b64 } => STANDARD.decode(path_b64),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_are_not_utf8_travel_as_base64_and_come_back() {
        let path = TrackPath::from_bytes(b"/music/\xff\xfe.mp3");
        assert_eq!(serde_json::to_string(&path).unwrap(), r#"{"path_b64":"L211c2ljL//+Lm1wMw=="}"#);
        assert_eq!(path.to_bytes().unwrap(), b"/music/\xff\xfe.mp3");
    }
}
