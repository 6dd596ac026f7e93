//! The command `guillemet`: `guillemet extract articles/ > quotes.csv`.
//!
//! In: arguments. Out: data on standard output, words on standard error, and an exit code: 0 done, 2 wrong usage or nothing
//! could be done, 3 finished but some input failed. A closed pipe is no error.

// What would end the program, or write where only a command may, or hang on the order of a hash. Tests may.
#![cfg_attr(
    not(test),
    deny(
        clippy::expect_used,
        clippy::iter_over_hash_type,
        clippy::panic,
        clippy::print_stderr,
        clippy::print_stdout,
        clippy::todo,
        clippy::unreachable,
        clippy::unwrap_used
    )
)]

mod command;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match command::Guillemet::try_parse() {
        Ok(guillemet) => guillemet.run(),
        Err(usage) => command::explain_usage(&usage),
    }
}
