//! What the terminal can show, worked out from what it says of itself.
//!
//! A function of the environment that is handed in: reading it is others' business.

/// What was asked for by `--color`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colour {
    #[default]
    Auto,
    Always,
    Never,
}

/// How a report for people looks. No format for programs depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    pub colour: bool,
    /// Columns at which text is wrapped.
    pub width: usize,
    /// Rules link to their pages by the escape sequence OSC 8.
    pub hyperlinks: bool,
}

impl Style {
    pub const PLAIN: Self = Self { colour: false, width: 100, hyperlinks: false };

    /// `columns` is the terminal's width, none if the output is no terminal.
    ///
    /// What is asked for wins; then NO_COLOR (no-color.org: "when present and not an empty
    /// string"), CLICOLOR_FORCE and FORCE_COLOR, CLICOLOR=0 (bixense.com/clicolors), TERM=dumb.
    pub fn of(
        colour: Colour,
        columns: Option<usize>,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Self {
        let set = |name| variable(name).is_some_and(|value| !value.is_empty());
        let forced = |name| set(name) && variable(name).is_some_and(|value| value != "0");
        let capable = variable("TERM").is_none_or(|term| term != "dumb");
        let colour = match colour {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto if set("NO_COLOR") => false,
            Colour::Auto if forced("CLICOLOR_FORCE") || forced("FORCE_COLOR") => true,
            Colour::Auto => {
                columns.is_some() && capable && variable("CLICOLOR").is_none_or(|it| it != "0")
            }
        };
        let hyperlinks = match variable("FORCE_HYPERLINK") {
            Some(value) if !value.is_empty() => value != "0",
            _ => colour && columns.is_some() && capable && links(&variable),
        };
        let width = columns.unwrap_or(Self::PLAIN.width).clamp(40, 140);
        Self { colour, width, hyperlinks }
    }
}

/// Whether this terminal is known to understand OSC 8. The others print the link's address or
/// garbage, so a terminal that does not say who it is gets none.
fn links(variable: &impl Fn(&str) -> Option<String>) -> bool {
    const PROGRAMS: [&str; 7] =
        ["ghostty", "Hyper", "iTerm.app", "rio", "tabby", "vscode", "WezTerm"];
    const TERMS: [&str; 4] = ["alacritty", "foot", "xterm-ghostty", "xterm-kitty"];
    let is_one_of =
        |name, known: &[&str]| variable(name).is_some_and(|value| known.contains(&value.as_str()));
    // VTE understands it from 0.50 on; 0.50.0 itself crashed on some links.
    let vte = variable("VTE_VERSION").and_then(|version| version.parse::<u32>().ok());
    vte.is_some_and(|version| version > 5000)
        || ["DOMTERM", "WT_SESSION", "KONSOLE_VERSION"].iter().any(|it| variable(it).is_some())
        || is_one_of("TERM_PROGRAM", &PROGRAMS)
        || is_one_of("TERM", &TERMS)
}
