//! Commands of descriptions, as a shell or a container gets them.

use crate::fact::Fact;
use crate::model::Files;
use crate::model::build::aligned::aligned;
use crate::model::compose::{self, Form};
use crate::model::text::Text;
use crate::source::Place;
use crate::syntax::shlex;
use crate::syntax::spliced::Spliced;

pub(super) enum Command {
    Line(Fact<String>),
    Words(Vec<Fact<String>>),
}

impl Command {
    pub(super) fn place(&self) -> Option<Place> {
        match self {
            Self::Line(line) => line.evidence().place(),
            Self::Words(words) => words.first()?.evidence().place(),
        }
    }

    /// As a container gets it. No platform says of each way to start an image whether a shell takes part, and
    /// whoever joins programs or names variables means one.
    pub(super) fn given(&self, files: &Files) -> Option<compose::Command> {
        let place = self.place()?;
        let words = match self {
            Self::Words(words) => {
                let text = |it: &Fact<String>| {
                    Text::literal(it.value.clone(), it.evidence().place().unwrap_or(place))
                };
                words.iter().map(text).collect()
            }
            Self::Line(line) => {
                let is_meant_for_shell = line.value.contains(['&', '|', ';', '<', '>', '$', '\n']);
                let cut = shlex::split(&spliced(files, line)?);
                let is_shells = |it: &Vec<Spliced>| matches!(it.as_slice(), [_, option, _] if option.as_str() == "-c");
                let literal = |it: &Spliced| Text::literal(it.as_str(), it.place());
                match cut {
                    Some(words) if !is_meant_for_shell || is_shells(&words) => {
                        words.iter().map(literal).collect()
                    }
                    _ => {
                        let shell = ["/bin/sh", "-c"].map(|it| Text::literal(it, place));
                        shell
                            .into_iter()
                            .chain([Text::literal(without_shell(line), place)])
                            .collect()
                    }
                }
            }
        };
        let form = Form::List;
        Some(compose::Command { place, words, form, line: None, dropped: None, malformed: false })
    }
}

/// `/bin/bash -c ./manage.py migrate && gunicorn shop.wsgi`, as Render's manual has it without quotes ("Docker
/// on Render"): all of the rest is meant.
fn without_shell(line: &Fact<String>) -> &str {
    let text = line.value.trim();
    let shells = ["/bin/bash -c ", "/bin/sh -c ", "bash -c ", "sh -c "];
    shells.iter().find_map(|it| text.strip_prefix(it)).unwrap_or(text)
}

/// A text with the way back to its lines.
pub(super) fn spliced(files: &Files, text: &Fact<String>) -> Option<Spliced> {
    let place = text.evidence().place()?;
    let written = aligned(files, text).written;
    Some(written.unwrap_or_else(|| Spliced::new(text.value.trim(), place)))
}
