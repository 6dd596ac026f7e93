//! Completions and the manual tell what the help tells.

#![cfg(all(unix, feature = "command"))]

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::{Command, Stdio};

const SHELLS: [&str; 5] = ["bash", "zsh", "fish", "powershell", "elvish"];

fn guillemet(arguments: &[&str]) -> String {
    let output = Command::new(assert_cmd::cargo::cargo_bin!("guillemet")).args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The lines of a help under a title, the first word of each.
fn words<'h>(help: &'h str, title: &str) -> Vec<&'h str> {
    let lines = help.lines().skip_while(|line| *line != title).skip(1).take_while(|line| !line.is_empty());
    lines.filter(|line| line.starts_with("  ") && !line.starts_with("          ")).map(str::trim_start).collect()
}

/// Each command with its options, as the help tells them.
fn helped() -> BTreeMap<String, Vec<String>> {
    let commands = guillemet(&["--help"]);
    let commands: Vec<&str> = words(&commands, "Commands:").into_iter().map(|line| line.split(' ').next().unwrap()).collect();
    assert!(commands.contains(&"extract") && commands.contains(&"man"), "{commands:?}");
    let options = |command: &str| {
        let help = guillemet(&[command, "--help"]);
        let long = |line: &str| line.split([' ', ',']).find(|word| word.starts_with("--")).map(String::from);
        let options: Vec<String> = words(&help, "Options:").into_iter().filter_map(long).collect();
        assert!(options.contains(&"--help".to_string()), "{command}: {options:?}");
        options
    };
    commands.into_iter().map(|command| (command.to_string(), options(command))).collect()
}

#[test]
fn completions_hold_every_command_and_option() {
    let helped = helped();
    assert!(helped["extract"].len() > 5, "{helped:?}");
    for shell in SHELLS {
        let script = guillemet(&["completions", shell]);
        for (command, options) in &helped {
            assert!(script.contains(command.as_str()), "{shell}: {command}");
            // The lines that speak of this command, where the shell's language tells.
            let own: String = match shell {
                "fish" => script.lines().filter(|line| line.contains(&format!("using_subcommand {command}\""))).collect(),
                "bash" => script.split("guillemet__subcmd__").filter(|part| part.starts_with(&format!("{command})\n"))).collect(),
                "zsh" => script.split(&format!("({command})\n_arguments")).skip(1).filter_map(|part| part.split(";;").next()).collect(),
                _ => script.split("'guillemet;").filter(|part| part.starts_with(&format!("{command}'"))).collect(),
            };
            for option in options {
                let option = if shell == "fish" { format!("-l {}", &option[2..]) } else { option.clone() };
                assert!(own.contains(&option), "{shell}: {command} {option}\n{own}");
            }
        }
    }
}

#[test]
fn the_manual_holds_every_command_and_option() {
    let plain = |page: &str| page.replace("\\-", "-").replace("\\fB", "").replace("\\fR", "").replace("\\fI", "");
    let manual = plain(&guillemet(&["man"]));
    assert!(manual.is_ascii());
    let folder = tempfile::tempdir().unwrap();
    guillemet(&["man", "-o", folder.path().to_str().unwrap()]);
    let read = |name: &str| plain(&std::fs::read_to_string(folder.path().join(name)).unwrap());
    let overview = read("guillemet.1");
    for (command, options) in helped() {
        let part = manual.split("\n.SH ").find(|part| part.starts_with(&format!("\"guillemet {command}\"")));
        let part = part.unwrap_or_else(|| panic!("{command}"));
        let page = read(&format!("guillemet-{command}.1"));
        assert!(overview.contains(&format!("guillemet-{command}(1)")), "{command}");
        for option in options {
            assert!(part.contains(&option) && page.contains(&option), "{command} {option}");
        }
        assert!(page.contains("\n.SH \"EXIT STATUS\"\n") && page.contains("\n.SH EXAMPLES\n"), "{command}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), helped().len() + 1);
}

/// Runs a program with something on its standard input; nothing where the program is not installed.
fn fed(program: &str, arguments: &[&str], input: &str) -> Option<(bool, String)> {
    let child = Command::new(program).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let Ok(mut child) = child else {
        eprintln!("{program} is not installed: not tried");
        return None;
    };
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    Some((output.status.success(), said))
}

#[test]
fn shells_and_groff_read_what_is_written_for_them() {
    for shell in ["bash", "zsh", "fish"] {
        // They do not check what comes from a pipe alike, so a file it is.
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("script");
        std::fs::write(&path, guillemet(&["completions", shell])).unwrap();
        if let Some(found) = fed(shell, &["-n", path.to_str().unwrap()], "") {
            assert_eq!(found, (true, String::new()), "{shell}");
        }
    }
    if let Some(found) = fed("groff", &["-man", "-ww", "-z", "-Tutf8"], &guillemet(&["man"])) {
        assert_eq!(found, (true, String::new()), "groff");
    }
}

#[test]
fn bash_completes_a_line() {
    let completed = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        let (last, before) = (words.len() - 1, words.len() - 2);
        let call = format!("_guillemet guillemet \"{}\" \"{}\"", words[last], words[before]);
        let ask = format!("COMP_WORDS=({line}); COMP_CWORD={last}; {call}; echo \"${{COMPREPLY[@]}}\"");
        fed("bash", &[], &format!("{}\n{ask}\n", guillemet(&["completions", "bash"])))
    };
    for (line, wanted) in
        [("guillemet comp", "compare completions"), ("guillemet compare --ig", "--ignore"), ("guillemet extract --format cs", "csv")]
    {
        if let Some(found) = completed(line) {
            assert_eq!(found, (true, format!("{wanted}\n")), "{line}");
        }
    }
}
