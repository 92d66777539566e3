//! The command line of the worker.

use std::path::PathBuf;

use fp_decode::DecodeOptions;
use lexopt::prelude::*;

use crate::decode_options;

/// Text of `--help`.
pub(crate) const HELP: &str = "\
fp-worker: the analysis process of auralis

  fp-worker serve         answer requests on standard input, one JSON object a line
  fp-worker identity      print the handshake line and exit
  fp-worker analyze FILE  print the result of one file as JSON
  fp-worker decode FILE   decode without analysis and print what was decoded
  fp-worker --version

  --ffmpeg PATH|none      the ffmpeg program for formats without a built-in decoder
                          (default: $AURALIS_FFMPEG, then PATH)

Logs go to standard error; AURALIS_WORKER_LOG=debug shows more.
";

/// What to do.
#[derive(Debug)]
pub(crate) enum Command {
    Help,
    Version,
    Identity(DecodeOptions),
    Serve(DecodeOptions),
    Analyze(DecodeOptions, PathBuf),
    Decode(DecodeOptions, PathBuf),
}

/// Reads the arguments.
///
/// # Errors
/// On unknown, missing or surplus arguments.
pub(crate) fn parse(mut parser: lexopt::Parser) -> Result<Command, lexopt::Error> {
    let mut verb = None;
    let mut file = None;
    let mut ffmpeg = None;
    while let Some(argument) = parser.next()? {
        match argument {
            Short('h') | Long("help") => return Ok(Command::Help),
            Short('V') | Long("version") => return Ok(Command::Version),
            Long("ffmpeg") => ffmpeg = Some(parser.value()?.string()?),
            Value(value) if verb.is_none() => verb = Some(value.string()?),
            Value(value) if file.is_none() => file = Some(PathBuf::from(value)),
            other => return Err(other.unexpected()),
        }
    }
    let options = decode_options(ffmpeg.as_deref());
    match (verb.as_deref(), file) {
        (Some("serve"), None) => Ok(Command::Serve(options)),
        (Some("identity"), None) => Ok(Command::Identity(options)),
        (Some("analyze"), Some(file)) => Ok(Command::Analyze(options, file)),
        (Some("decode"), Some(file)) => Ok(Command::Decode(options, file)),
        (Some(verb @ ("analyze" | "decode")), None) => Err(format!("{verb} needs a file").into()),
        (Some("serve" | "identity"), Some(_)) => Err("serve and identity take no file".into()),
        (Some(verb), _) => Err(format!("unknown command {verb:?}").into()),
        (None, _) => Err("no command given".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(arguments: &[&str]) -> Result<Command, String> {
        parse(lexopt::Parser::from_args(arguments)).map_err(|error| error.to_string())
    }

    #[test]
    fn commands_and_options_are_recognised() {
        assert!(matches!(parsed(&["--ffmpeg", "none", "serve"]), Ok(Command::Serve(DecodeOptions { ffmpeg: None }))));
        let Ok(Command::Decode(options, file)) = parsed(&["decode", "--ffmpeg=/opt/ffmpeg", "a b.flac"]) else {
            panic!()
        };
        assert_eq!((options.ffmpeg, file), (Some("/opt/ffmpeg".into()), "a b.flac".into()));
    }

    #[test]
    fn wrong_usage_is_refused_with_a_reason() {
        for (arguments, reason) in [
            (&["decode"][..], "decode needs a file"),
            (&["serve", "x"], "take no file"),
            (&["fly"], "unknown command \"fly\""),
            (&[], "no command"),
            (&["--fast"], "--fast"),
        ] {
            let error = parsed(arguments).unwrap_err();
            assert!(error.contains(reason), "{arguments:?}: {error}");
        }
    }
}
