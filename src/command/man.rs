//! `guillemet man`: the manual.
//!
//! In: the table of commands and options that the help is made of. Out: a page for `man`, in roff: all commands on one page,
//! or with `-o` a page for each. No date is in it: the same program writes the same bytes.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory};
use clap_mangen::roff::{roman, Roff};
use clap_mangen::Man;
use guillemet::write::{Output, WriteError};

use super::Guillemet;

/// Print the manual, for the program man
#[derive(Args)]
#[command(after_help = "\
Examples:
  guillemet man | man -l -                                read it
  guillemet man > /usr/local/share/man/man1/guillemet.1   keep it
  guillemet man -o /usr/local/share/man/man1              a page for each command

Exit: 0 done, 2 wrong usage or nothing could be written.")]
pub struct Manual {
    /// Write to DIR, which is made where there is none, a page for each command: guillemet.1, guillemet-extract.1 …
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
}

impl Manual {
    /// Prints the page or writes the pages, and gives the exit code.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let table = Guillemet::command();
        let Some(folder) = self.output else {
            write(Output::stdout(), &whole(&table)?)?;
            return Ok(ExitCode::SUCCESS);
        };
        fs::create_dir_all(&folder).map_err(|cause| anyhow::anyhow!("{}: {cause}: write elsewhere", folder.display()))?;
        for (name, page) in pages(&table)? {
            write(Output::file(&folder.join(name))?, &page)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn write(mut output: Output, page: &[u8]) -> Result<(), WriteError> {
    let written = output.write_all(page);
    written.map_err(|cause| WriteError { name: output.name().to_owned(), cause })?;
    output.finish()
}

/// All commands on one page.
pub(super) fn whole(table: &clap::Command) -> io::Result<Vec<u8>> {
    let table = built(table);
    let mut page = Vec::new();
    let man = Man::new(table.clone());
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    after(&table, &mut page)?;
    for command in visible(&table) {
        Roff::new().control("SH", [command.get_bin_name().unwrap_or_else(|| command.get_name())]).to_writer(&mut page)?;
        let man = Man::new(command.clone());
        let mut part = Vec::new();
        man.render_description_section(&mut part)?;
        man.render_synopsis_section(&mut part)?;
        man.render_options_section(&mut part)?;
        after(command, &mut part)?;
        // Its sections are sections of a section here, and its first needs no name.
        for line in String::from_utf8_lossy(&part).lines().filter(|line| *line != ".SH DESCRIPTION") {
            let line = line.strip_prefix(".SH ").map_or_else(|| line.into(), |name| format!(".SS {name}"));
            writeln!(page, "{line}")?;
        }
    }
    Ok(ascii(&page))
}

/// A page for each command, with the name of its file.
pub(super) fn pages(table: &clap::Command) -> io::Result<Vec<(String, Vec<u8>)>> {
    let table = built(table);
    let commands = std::iter::once(&table).chain(visible(&table));
    let version = format!("{} {}", table.get_name(), table.get_version().unwrap_or_default());
    let page = |command: &clap::Command| {
        let man = Man::new(command.clone()).source(&version);
        let mut page = Vec::new();
        man.render_title(&mut page)?;
        man.render_name_section(&mut page)?;
        man.render_synopsis_section(&mut page)?;
        man.render_description_section(&mut page)?;
        man.render_options_section(&mut page)?;
        if visible(command).next().is_some() {
            man.render_subcommands_section(&mut page)?;
        }
        after(command, &mut page)?;
        Ok((man.get_filename(), ascii(&page)))
    };
    commands.map(page).collect()
}

/// With the names that a page needs, and options that every command has.
fn built(table: &clap::Command) -> clap::Command {
    let mut table = table.clone().subcommand_value_name("COMMAND");
    table.build();
    table
}

/// Letters beyond ASCII by their number, which roff reads under any locale.
fn ascii(page: &[u8]) -> Vec<u8> {
    let mut ascii = String::with_capacity(page.len());
    for letter in String::from_utf8_lossy(page).chars() {
        if letter.is_ascii() {
            ascii.push(letter);
        } else {
            ascii.push_str(&format!("\\[u{:04X}]", u32::from(letter)));
        }
    }
    ascii.into_bytes()
}

fn visible(table: &clap::Command) -> impl Iterator<Item = &clap::Command> {
    table.get_subcommands().filter(|command| !command.is_hide_set())
}

/// What the help says below its options: a list under a title (`Examples:`) keeps its lines, `Exit:` gets a title too.
fn after(command: &clap::Command, page: &mut Vec<u8>) -> io::Result<()> {
    let Some(after) = command.get_after_help() else { return Ok(()) };
    let mut roff = Roff::new();
    let after = after.to_string();
    for paragraph in after.split("\n\n") {
        let (first, rest) = paragraph.split_once('\n').unwrap_or((paragraph, ""));
        if let (Some(title), false) = (first.strip_suffix(':'), rest.is_empty()) {
            roff.control("SH", [title.to_uppercase().as_str()]).control("nf", []);
            for line in rest.lines() {
                roff.text([roman(line.strip_prefix("  ").unwrap_or(line))]);
            }
            roff.control("fi", []);
        } else if let Some(codes) = paragraph.strip_prefix("Exit: ") {
            roff.control("SH", ["EXIT STATUS"]).text([roman(codes)]);
        } else {
            roff.control("PP", []).text([roman(paragraph)]);
        }
    }
    roff.to_writer(page)
}
