//! What the environment says about the terminal.

use crate::report::{Colour, Style};

fn style(colour: Colour, columns: Option<usize>, variables: &[(&str, &str)]) -> Style {
    Style::of(colour, columns, |name| {
        let found = variables.iter().find(|(key, _)| *key == name);
        found.map(|(_, value)| (*value).to_owned())
    })
}

#[test]
fn colour_follows_the_terminal_and_what_was_asked_for() {
    let auto = |columns, variables: &[_]| style(Colour::Auto, columns, variables).colour;
    assert!(auto(Some(80), &[]));
    assert!(!auto(None, &[]), "no terminal");
    assert!(!auto(Some(80), &[("NO_COLOR", "1")]));
    assert!(auto(Some(80), &[("NO_COLOR", "")]), "an empty NO_COLOR is none");
    assert!(auto(None, &[("CLICOLOR_FORCE", "1")]));
    assert!(auto(None, &[("FORCE_COLOR", "1")]));
    assert!(!auto(None, &[("CLICOLOR_FORCE", "0")]));
    assert!(!auto(None, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(!auto(Some(80), &[("CLICOLOR", "0")]));
    assert!(!auto(Some(80), &[("TERM", "dumb")]));
    assert!(style(Colour::Always, None, &[("NO_COLOR", "1")]).colour, "an option wins");
    assert!(!style(Colour::Never, Some(80), &[("FORCE_COLOR", "1")]).colour);
}

#[test]
fn links_are_for_terminals_that_know_them() {
    let links = |columns, variables: &[_]| style(Colour::Auto, columns, variables).hyperlinks;
    assert!(!links(Some(80), &[]));
    assert!(links(Some(80), &[("VTE_VERSION", "7200")]));
    assert!(!links(Some(80), &[("VTE_VERSION", "4800")]));
    assert!(links(Some(80), &[("TERM_PROGRAM", "vscode")]));
    assert!(links(Some(80), &[("TERM", "xterm-kitty")]));
    assert!(!links(None, &[("TERM_PROGRAM", "vscode")]), "no terminal");
    assert!(links(None, &[("FORCE_HYPERLINK", "1")]));
    assert!(!links(Some(80), &[("TERM", "xterm-kitty"), ("FORCE_HYPERLINK", "0")]));
}

#[test]
fn text_is_wrapped_at_the_terminals_width_within_reason() {
    let width = |columns| style(Colour::Auto, columns, &[]).width;
    assert_eq!((width(Some(90)), width(Some(3)), width(Some(500))), (90, 40, 140));
    assert_eq!(width(None), Style::PLAIN.width);
}
