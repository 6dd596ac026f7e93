//! `guillemet completions`: what a shell needs to complete a line.
//!
//! In: a shell. Out: its script, made of the same table as the help. What the help hides is not in it: the crate that writes
//! the scripts does not look at that, so it is given a table without.

use std::io::Write;
use std::process::ExitCode;

use clap::builder::PossibleValue;
use clap::{Arg, Args, CommandFactory};
use clap_complete::Shell;
use guillemet::write::{Output, WriteError};

use super::Guillemet;

/// Print the script by which a shell completes commands and options
#[derive(Args)]
#[command(after_help = "\
Examples:
  guillemet completions bash > ~/.local/share/bash-completion/completions/guillemet
  guillemet completions zsh > ~/.zfunc/_guillemet          a folder of fpath, before compinit
  guillemet completions fish > ~/.config/fish/completions/guillemet.fish
  guillemet completions powershell >> $PROFILE
  guillemet completions elvish >> ~/.config/elvish/rc.elv

Exit: 0 done, 2 wrong usage.")]
pub struct Completions {
    /// bash, zsh, fish, powershell or elvish
    #[arg(value_name = "SHELL", hide_possible_values = true)]
    shell: Shell,
}

impl Completions {
    /// Prints the script, and gives the exit code.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let mut output = Output::stdout();
        let written = output.write_all(&script(&Guillemet::command(), self.shell));
        written.map_err(|cause| WriteError { name: output.name().to_owned(), cause })?;
        output.finish()?;
        Ok(ExitCode::SUCCESS)
    }
}

fn script(table: &clap::Command, shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut shown(table), table.get_name(), &mut script);
    script
}

/// The commands and options that help shows, with what a shell needs to know of them.
fn shown(command: &clap::Command) -> clap::Command {
    let mut shown = clap::Command::new(command.get_name().to_owned())
        .disable_help_subcommand(true)
        .args(command.get_arguments().filter(|option| !option.is_hide_set()).map(shown_option))
        .subcommands(command.get_subcommands().filter(|command| !command.is_hide_set()).map(self::shown));
    if let Some(about) = command.get_about() {
        shown = shown.about(about.clone());
    }
    if let Some(version) = command.get_version() {
        shown = shown.version(version.to_owned());
    }
    shown
}

/// Made anew, since what an option requires or excludes may be hidden.
fn shown_option(option: &Arg) -> Arg {
    let mut shown = Arg::new(option.get_id().clone())
        .short(option.get_short())
        .action(option.get_action().clone())
        .value_hint(option.get_value_hint())
        .hide_possible_values(option.is_hide_possible_values_set())
        .required(option.is_positional() && option.is_required_set())
        .global(option.is_global_set());
    if let Some(long) = option.get_long() {
        shown = shown.long(long.to_owned());
    }
    if let Some(help) = option.get_help() {
        shown = shown.help(help.clone());
    }
    if let Some(names) = option.get_value_names() {
        shown = shown.value_names(names.to_vec());
    }
    let values: Vec<PossibleValue> = option.get_possible_values().iter().filter(|value| !value.is_hide_set()).map(shown_value).collect();
    if option.get_action().takes_values() {
        shown = if values.is_empty() { shown.value_parser(option.get_value_parser().clone()) } else { shown.value_parser(values) };
    }
    if let Some(number) = option.get_num_args() {
        shown = shown.num_args(number);
    }
    shown
}

/// Without quotation marks in its explanation: zsh would read them as its own.
fn shown_value(value: &PossibleValue) -> PossibleValue {
    let shown = PossibleValue::new(value.get_name().to_owned());
    match value.get_help() {
        Some(help) => shown.help(help.to_string().replace('"', "")),
        None => shown,
    }
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;

    use super::super::man;
    use super::*;

    #[test]
    fn what_help_hides_is_neither_in_scripts_nor_in_the_manual() {
        let secret = |long: &'static str| Arg::new(long).long(long).hide(true).num_args(1);
        let table = Guillemet::command()
            .mut_subcommand("extract", |extract| {
                extract.arg(secret("cachette")).arg(Arg::new("vue").long("vue").conflicts_with("cachette"))
            })
            .subcommand(clap::Command::new("tiroir").hide(true));
        let mut pages: Vec<Vec<u8>> = Shell::value_variants().iter().map(|shell| script(&table, *shell)).collect();
        pages.push(man::whole(&table).unwrap());
        pages.extend(man::pages(&table).unwrap().into_iter().map(|(_, page)| page));
        let mut seen = 0;
        for page in pages {
            let page = String::from_utf8(page).unwrap();
            assert!(!page.contains("cachette") && !page.contains("tiroir"), "{page}");
            seen += usize::from(page.contains("vue"));
        }
        // Five scripts, the whole manual, and the page of extract: what is not hidden is there.
        assert_eq!(seen, Shell::value_variants().len() + 2);
    }
}
