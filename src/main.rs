//! The program: parses the command line, calls the library, and ends with an exit code.

mod cli;

use clap::Parser;
use std::io::{self, Write};
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;

fn main() -> ExitCode {
    // A panic of ours is contained and reported in our own words; nobody is helped by a backtrace among the findings.
    panic::set_hook(Box::new(|_| {}));
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| cli::run(cli::Cli::parse())));
    let code = match outcome {
        Ok(Ok(code)) => code,
        Ok(Err(error)) if is_closed_pipe(&error) => return ExitCode::SUCCESS,
        Ok(Err(error)) => {
            say(&format!("error: {error:#}"));
            flowvet::report::ExitCode::Usage
        }
        Err(_) => {
            say(concat!("error: flowvet itself failed; please report this: ", env!("CARGO_PKG_REPOSITORY")));
            flowvet::report::ExitCode::Incomplete
        }
    };
    ExitCode::from(code as u8)
}

/// Whoever reads our output had enough, as `flowvet rules | head` does.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let mut causes = error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>());
    causes.any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}

fn say(message: &str) {
    // There is no one left to tell if this fails.
    let _ = writeln!(anstream::stderr(), "{message}");
}
