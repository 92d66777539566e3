//! The command line of the worker.

use std::path::PathBuf;

use fp_decode::DecodeOptions;
use fp_worker::sandbox::DEFAULT_MEMORY_LIMIT;
use lexopt::prelude::*;

use crate::decode_options;

/// Text of `--help`.
pub(crate) const HELP: &str = "\
fp-worker: the analysis process of auralis

  fp-worker serve         answer requests on standard input, one JSON object a line
  fp-worker identity      print the handshake line and exit
  fp-worker analyze FILE  print the result of one file as JSON
  fp-worker probe FILE    print the key of the encoded audio and the tags, without decoding
  fp-worker hash FILE     print the hash of how it sounds, with which other encodings of it are found
  fp-worker trace FILE    print the series and spectra that pictures of one file need
  fp-worker decode FILE   decode without analysis and print what was decoded
  fp-worker --version

  --ffmpeg PATH|none      the ffmpeg program for formats without a built-in decoder
                          (default: $AURALIS_FFMPEG, then PATH)
  --audio-only            refuse films
  --memory-limit BYTES    address space of the worker, and of its ffmpeg child (default: 2 GiB)

Before it reads a file, the worker drops the right to write files, use the network or see other processes (Linux);
`identity` shows which of these protections are active. AURALIS_WORKER_SANDBOX=off switches them off. Logs go to
standard error; AURALIS_WORKER_LOG=debug shows more.
";

/// The command, and how much memory it may use.
#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) command: Command,
    /// In bytes of address space.
    pub(crate) memory_limit: u64,
}

/// What to do.
#[derive(Debug)]
pub(crate) enum Command {
    Help,
    Version,
    Identity(DecodeOptions),
    Serve(DecodeOptions),
    Analyze(DecodeOptions, PathBuf),
    Probe(DecodeOptions, PathBuf),
    Hash(DecodeOptions, PathBuf),
    Trace(DecodeOptions, PathBuf),
    Decode(DecodeOptions, PathBuf),
}

/// Reads the arguments.
///
/// # Errors
/// On unknown, missing or surplus arguments.
pub(crate) fn parse(mut parser: lexopt::Parser) -> Result<Arguments, lexopt::Error> {
    let mut verb = None;
    let mut file = None;
    let mut ffmpeg = None;
    let mut audio_only = false;
    let mut memory_limit = DEFAULT_MEMORY_LIMIT;
    let without_work = |command| Ok(Arguments { command, memory_limit: DEFAULT_MEMORY_LIMIT });
    while let Some(argument) = parser.next()? {
        match argument {
            Short('h') | Long("help") => return without_work(Command::Help),
            Short('V') | Long("version") => return without_work(Command::Version),
            Long("ffmpeg") => ffmpeg = Some(parser.value()?.string()?),
            Long("audio-only") => audio_only = true,
            Long("memory-limit") => memory_limit = parser.value()?.parse()?,
            Value(value) if verb.is_none() => verb = Some(value.string()?),
            Value(value) if file.is_none() => file = Some(PathBuf::from(value)),
            other => return Err(other.unexpected()),
        }
    }
    let command = choose(verb.as_deref(), file, decode_options(ffmpeg.as_deref(), audio_only))?;
    Ok(Arguments { command, memory_limit })
}

fn choose(verb: Option<&str>, file: Option<PathBuf>, options: DecodeOptions) -> Result<Command, lexopt::Error> {
    match (verb, file) {
        (Some("serve"), None) => Ok(Command::Serve(options)),
        (Some("identity"), None) => Ok(Command::Identity(options)),
        (Some("analyze"), Some(file)) => Ok(Command::Analyze(options, file)),
        (Some("probe"), Some(file)) => Ok(Command::Probe(options, file)),
        (Some("hash"), Some(file)) => Ok(Command::Hash(options, file)),
        (Some("trace"), Some(file)) => Ok(Command::Trace(options, file)),
        (Some("decode"), Some(file)) => Ok(Command::Decode(options, file)),
        (Some(verb @ ("analyze" | "probe" | "hash" | "trace" | "decode")), None) => {
            Err(format!("{verb} needs a file").into())
        }
        (Some("serve" | "identity"), Some(_)) => Err("serve and identity take no file".into()),
        (Some(verb), _) => Err(format!("unknown command {verb:?}").into()),
        (None, _) => Err("no command given".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(arguments: &[&str]) -> Result<Command, String> {
        let parsed = parse(lexopt::Parser::from_args(arguments));
        parsed.map(|arguments| arguments.command).map_err(|error| error.to_string())
    }

    #[test]
    fn commands_and_options_are_recognised() {
        let Ok(Command::Serve(options)) = parsed(&["--audio-only", "--ffmpeg", "none", "serve"]) else { panic!() };
        assert!(options.ffmpeg.is_none() && options.audio_only);
        let Ok(Command::Serve(options)) = parsed(&["--ffmpeg", "none", "serve"]) else { panic!() };
        assert!(options.ffmpeg.is_none() && !options.audio_only);
        let Ok(Command::Decode(options, file)) = parsed(&["decode", "--ffmpeg=/opt/ffmpeg", "a b.flac"]) else {
            panic!()
        };
        assert_eq!(options.ffmpeg.unwrap().program(), "/opt/ffmpeg");
        assert_eq!(file, PathBuf::from("a b.flac"));
    }

    #[test]
    fn memory_limit_is_in_bytes_and_has_a_default() {
        let limit = |arguments: &[&str]| parse(lexopt::Parser::from_args(arguments)).unwrap().memory_limit;
        assert_eq!(limit(&["serve", "--memory-limit", "300000000"]), 300_000_000);
        assert_eq!(limit(&["serve"]), DEFAULT_MEMORY_LIMIT);
    }

    #[test]
    fn wrong_usage_is_refused_with_a_reason() {
        for (arguments, reason) in [
            (&["decode"][..], "decode needs a file"),
            (&["serve", "x"], "take no file"),
            (&["fly"], "unknown command \"fly\""),
            (&[], "no command"),
            (&["--fast"], "--fast"),
            (&["serve", "--memory-limit", "2 GB"], "2 GB"),
        ] {
            let error = parsed(arguments).unwrap_err();
            assert!(error.contains(reason), "{arguments:?}: {error}");
        }
    }
}
