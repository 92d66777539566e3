//! fp-worker: decodes and analyses tracks for auralis, one at a time, until its input ends.

mod acoustic_hash;
mod arguments;
mod content_key;
mod decode_failure;
mod decode_only;
mod identity;
mod measurements;
mod parent_death;
mod trace;
mod track;

use std::{
    io::{self, BufReader, Write},
    path::PathBuf,
    process::ExitCode,
};

use fp_decode::{DecodeOptions, Ffmpeg};
use fp_protocol::{Response, Sandbox, write_response};
use fp_worker::{
    guard,
    request_input::RequestInput,
    sandbox,
    serve::{self, OnProgress, TrackFile},
};

use crate::{
    arguments::{Arguments, Command, HELP, parse},
    track::TrackAnalyzer,
};

/// Exit status for wrong usage or a dead parent, as in all of auralis.
const BROKEN: u8 = 2;

fn main() -> ExitCode {
    env_logger::Builder::new().filter_level(log::LevelFilter::Warn).parse_env("AURALIS_WORKER_LOG").init();
    guard::install_panic_hook();
    let result = match parse(lexopt::Parser::from_env()) {
        Ok(arguments) => run(arguments),
        Err(error) => Err(format!("{error}; try fp-worker --help")),
    };
    match result {
        Ok(code) => code,
        Err(message) => {
            log::error!("{message}");
            ExitCode::from(BROKEN)
        }
    }
}

fn run(mut arguments: Arguments) -> Result<ExitCode, String> {
    // Must come before any thread is started and any byte of a file or of the parent is read.
    let sandbox = confined(&mut arguments)?;
    let mut output = io::stdout().lock();
    match arguments.command {
        Command::Help => output.write_all(HELP.as_bytes()).map_err(unwritable)?,
        Command::Version => writeln!(output, "fp-worker {}", env!("CARGO_PKG_VERSION")).map_err(unwritable)?,
        Command::Identity(options) => {
            write_response(&mut output, &identity::ready(&options, false, sandbox)).map_err(unwritable)?
        }
        Command::Serve(options) => {
            parent_death::die_with_parent(io::stdout())
                .map_err(|error| format!("cannot watch for the end of the parent: {error}"))?;
            let input = RequestInput::new(io::stdin());
            let ready = identity::ready(&options, input.takes_descriptors(), sandbox);
            write_response(&mut output, &ready).map_err(unwritable)?;
            serve::serve(&mut BufReader::new(input), &mut output, &mut TrackAnalyzer::new(options))
                .map_err(|error| format!("the parent is gone: {error}"))?;
        }
        Command::Analyze(options, path) => return answer(&mut output, serve::analyze, options, path),
        Command::Probe(options, path) => return answer(&mut output, serve::probe, options, path),
        Command::Hash(options, path) => return answer(&mut output, serve::hash, options, path),
        Command::Trace(options, path) => return answer(&mut output, serve::trace, options, path),
        Command::Decode(options, path) => {
            let report = decode_only::decode(&path, &options).map_err(|error| error.to_string())?;
            writeln!(output, "{report}").map_err(unwritable)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Does one kind of work on one file and prints the answer; the exit status says whether it failed.
fn answer(
    output: &mut impl Write,
    work: impl FnOnce(u64, TrackFile, &mut TrackAnalyzer, &mut OnProgress<'_>) -> io::Result<Response>,
    options: DecodeOptions,
    path: PathBuf,
) -> Result<ExitCode, String> {
    let track = TrackFile { path, file: None };
    let response = work(1, track, &mut TrackAnalyzer::new(options), &mut |_, _| Ok(())).map_err(unwritable)?;
    write_response(output, &response).map_err(unwritable)?;
    Ok(ExitCode::from(u8::from(matches!(response, Response::Failed { .. }))))
}

fn unwritable(error: io::Error) -> String {
    format!("cannot write to standard output: {error}")
}

/// Confines this process, and first forks the launcher of its ffmpeg.
fn confined(arguments: &mut Arguments) -> Result<Sandbox, String> {
    if !sandbox::is_wanted() {
        return Ok(sandbox::unconfined());
    }
    let shared = sandbox::share_limits(arguments.memory_limit);
    #[cfg(target_os = "linux")]
    if let Command::Serve(options)
    | Command::Analyze(options, _)
    | Command::Hash(options, _)
    | Command::Trace(options, _)
    | Command::Decode(options, _) = &mut arguments.command
        && let Some(ffmpeg) = &mut options.ffmpeg
    {
        *ffmpeg = fp_worker::launcher::fork_launcher(ffmpeg.program())
            .map_err(|error| format!("cannot start the process that starts ffmpeg: {error}"))?;
    }
    let opens_none = match &arguments.command {
        Command::Serve(_) => RequestInput::new(io::stdin()).takes_descriptors(),
        // Reports what holds for a worker that gets its tracks open.
        Command::Identity(_) => true,
        _ => false,
    };
    let reading = if opens_none { sandbox::Reading::NoFile } else { sandbox::Reading::AnyFile };
    Ok(sandbox::confine(shared, reading))
}

/// The options of every command that decodes.
fn decode_options(ffmpeg: Option<&str>, audio_only: bool) -> DecodeOptions {
    let ffmpeg = match ffmpeg {
        None => fp_decode::find_ffmpeg(),
        Some("none") => None,
        Some(name) if !name.contains('/') => fp_decode::find_program(name).or_else(|| Some(name.into())),
        Some(path) => Some(path.into()),
    };
    DecodeOptions { ffmpeg: ffmpeg.map(Ffmpeg::from), audio_only }
}
