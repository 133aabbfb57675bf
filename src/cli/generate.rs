//! `kilter completions SHELL` and `kilter man`: what packages install beside the program.

use crate::cli::{Cli, Exit, Failure};
use clap::CommandFactory;
use clap_complete::Shell;
use std::io::Write;

pub(super) fn completions(shell: Shell, out: &mut dyn Write) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    // Into memory first: the generator panics where it cannot write.
    clap_complete::generate(shell, &mut Cli::command(), "kilter", &mut script);
    out.write_all(&script)?;
    Ok(Exit::Clean)
}

/// One page for the program and all its commands, as man(1) finds a program by one name.
pub(super) fn man(out: &mut dyn Write) -> Result<Exit, Failure> {
    let mut command = Cli::command();
    command.build();
    clap_mangen::Man::new(command.clone()).render(out)?;
    for sub in command.get_subcommands().filter(|it| !it.is_hide_set() && it.get_name() != "help") {
        writeln!(out, ".SH \"KILTER {}\"", sub.get_name().to_uppercase())?;
        let page = clap_mangen::Man::new(sub.clone());
        page.render_description_section(out)?;
        page.render_options_section(out)?;
    }
    Ok(Exit::Clean)
}
