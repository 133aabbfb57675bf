//! What nginx would stop at, told apart as far as rules tell it apart.

use crate::diagnostic::{Edit, Fix, Safety};
use crate::source::Place;
use crate::syntax;
use crate::syntax::nginx::directives::Value;
use crate::syntax::nginx::units::Resolution;

/// A fault of the text alone. Whether a directive may stand outside of the blocks of its file
/// depends on what includes that, and is not judged here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    UnclosedQuote,
    TextAfterQuote,
    /// `{n}` in an expression that is not quoted: nginx takes the brace for a block's.
    UnquotedBrace,
    /// A `$` right before a block's brace: nginx takes both for the start of a `${variable}`.
    BraceAfterDollar,
    TooLong,
    MissingSemicolon,
    /// The next line reads like a directive, and nginx takes it for arguments of this one
    /// without a word.
    SwallowedLine,
    UnclosedBlock,
    UnmatchedBrace,
    /// A path with nothing around it, which the next line becomes the arguments of.
    PathForName,
    /// A parameter where a directive is to begin, as the line before ended too early:
    /// `server 127.0.0.1:8000; fail_timeout=0;`.
    ParameterForName,
    /// `{` with no name before it.
    NamelessBlock,
    StraySemicolon,
    /// In a block that nginx takes the directive nowhere in: `limit_req_zone` in a `server`.
    Misplaced,
    ArgumentCount,
    BlockMissing,
    BlockUnexpected,
    /// `proxy_pass host:8000`: a URL without `http://`.
    UrlWithoutScheme,
    /// `client_max_body_size 10MB`: not what its directive takes.
    Value(Value),
    /// `listen 80 snebuf=128k`: a word that its directive refuses.
    Parameter,
    /// `if $x`, `if ($x == y)`: what nginx takes for no condition.
    Condition,
    /// `server_name *`: a star that no dot follows, or a dot alone.
    ServerName,
    ByteOrderMark,
    TooDeep,
}

impl Fault {
    /// Whether nginx stops here. What it silently reads otherwise than it looks is a fault too.
    pub fn is_fatal(self) -> bool {
        self != Self::SwallowedLine
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub fault: Fault,
    pub place: Place,
    /// The directive it is about, where one is.
    pub directive: Option<String>,
    /// What else takes part, as the line that nginx reads on with.
    pub also: Option<Place>,
    /// The whole of the word that it is in, or what stands in the place of a semicolon.
    pub word: Option<Place>,
    /// What was plainly meant instead.
    pub meant: Option<String>,
}

/// `；`, which ends nothing.
pub(super) const FULL_WIDTH: char = '\u{FF1B}';

impl Problem {
    pub(super) fn new(fault: Fault, place: Place) -> Self {
        Self { fault, place, directive: None, also: None, word: None, meant: None }
    }

    pub(super) fn of(mut self, directive: &str) -> Self {
        self.directive = Some(directive.to_owned());
        self
    }

    pub(super) fn also(mut self, place: Place) -> Self {
        self.also = Some(place);
        self
    }

    /// What nobody would write otherwise.
    fn fix(&self) -> Option<Fix> {
        let (safety, title, edits) = match self.fault {
            Fault::UnquotedBrace => {
                let word = self.word?;
                let quotes = vec![Edit::ahead(word, "\""), Edit::behind(word, "\"")];
                (Safety::Safe, "put it in quotes", quotes)
            }
            Fault::MissingSemicolon => {
                let edit = match self.word {
                    Some(word) => Edit::replace(word, ";"),
                    None => Edit::behind(self.place, ";"),
                };
                (Safety::Safe, "add the semicolon", vec![edit])
            }
            // It may be meant to be read so.
            Fault::SwallowedLine => {
                (Safety::Unsafe, "add the semicolon", vec![Edit::behind(self.place, ";")])
            }
            Fault::StraySemicolon => {
                (Safety::Safe, "take it out", vec![Edit::replace(self.place, "")])
            }
            Fault::Value(_) | Fault::Parameter => {
                let meant = self.meant.as_deref()?;
                let title = format!("write `{meant}`");
                let edits = vec![Edit::replace(self.place, meant)];
                return Some(Fix { safety: Safety::Safe, title, edits });
            }
            Fault::UnclosedQuote
            | Fault::TextAfterQuote
            | Fault::BraceAfterDollar
            | Fault::TooLong
            | Fault::UnclosedBlock
            | Fault::UnmatchedBrace
            | Fault::NamelessBlock
            | Fault::PathForName
            | Fault::ParameterForName
            | Fault::Misplaced
            | Fault::ArgumentCount
            | Fault::BlockMissing
            | Fault::BlockUnexpected
            | Fault::UrlWithoutScheme
            | Fault::Condition
            | Fault::ServerName
            | Fault::ByteOrderMark
            | Fault::TooDeep => return None,
        };
        Some(Fix { safety, title: title.to_owned(), edits })
    }

    pub fn message(&self) -> String {
        // nginx takes `\n` for the end of a line, which would end this one as well.
        let name = self.directive.as_deref().unwrap_or("this directive").escape_debug();
        match self.fault {
            Fault::UnclosedQuote => "a quote is opened here and not closed".to_owned(),
            Fault::TextAfterQuote => "text follows a closing quote without a space".to_owned(),
            Fault::UnquotedBrace => {
                "nginx takes the brace of this unquoted expression for the start of a block"
                    .to_owned()
            }
            Fault::BraceAfterDollar => {
                "nginx takes `${` for the start of a variable, not of a block".to_owned()
            }
            Fault::TooLong => "nginx reads no word or comment of 4096 bytes or more".to_owned(),
            Fault::MissingSemicolon if self.word.is_some_and(is_full_width) => {
                format!("`{name}` ends in a full-width semicolon, which is a letter to nginx")
            }
            Fault::MissingSemicolon if self.word.is_some() => {
                format!(
                    "`{name}` ends in a backslash, which takes the end of the line for a letter"
                )
            }
            Fault::MissingSemicolon => format!("`{name}` is not ended by a semicolon"),
            Fault::SwallowedLine => {
                format!("without a semicolon, nginx takes the next line for arguments of `{name}`")
            }
            Fault::UnclosedBlock => format!("the block of `{name}` is not closed"),
            Fault::UnmatchedBrace => "this brace closes no block".to_owned(),
            Fault::PathForName | Fault::ParameterForName => {
                format!("`{name}` is no directive, and nginx takes it for one")
            }
            Fault::NamelessBlock => "a block is opened without a name".to_owned(),
            Fault::StraySemicolon => "this semicolon ends no directive".to_owned(),
            Fault::Misplaced => format!("`{name}` is not allowed here"),
            Fault::ArgumentCount => format!("`{name}` has a wrong number of arguments"),
            Fault::BlockMissing => format!("`{name}` has no block"),
            Fault::BlockUnexpected => format!("`{name}` takes no block"),
            Fault::UrlWithoutScheme => {
                format!("`{name}` has neither `http://` nor `https://` before the host")
            }
            Fault::Value(Value::Each(_)) | Fault::Parameter => {
                format!("`{name}` knows no such word")
            }
            Fault::Value(value) => format!("`{name}` takes {}, and not this", taken(value)),
            Fault::Condition => "this is no condition that nginx knows".to_owned(),
            Fault::ServerName => {
                "this is no server name: `_` or `default_server` stand for all".to_owned()
            }
            Fault::ByteOrderMark => {
                "nginx takes the byte order mark for a part of the first name".to_owned()
            }
            Fault::TooDeep => "blocks are nested deeper than is read".to_owned(),
        }
    }
}

impl From<Problem> for syntax::Problem {
    fn from(problem: Problem) -> Self {
        let fix = problem.fix().map(Box::new);
        let it = Self { fix, ..Self::new(problem.place, problem.message()) };
        match (problem.also, problem.fault) {
            (None, _) => it,
            (Some(place), Fault::UnclosedBlock) => it.also(place, "another one begins here"),
            (Some(place), Fault::Misplaced) => it.also(place, "it is in this block"),
            (Some(place), Fault::ParameterForName) => {
                it.also(place, "what it belongs to ends here")
            }
            (Some(place), _) => it.also(place, "nginx reads on here"),
        }
    }
}

/// What a directive takes, as a message says it.
fn taken(value: Value) -> String {
    let any_of = |words: &str| match words.rsplit_once('|') {
        Some((most, last)) => format!("`{}` or `{last}`", most.replace('|', "`, `")),
        None => format!("`{words}`"),
    };
    match value {
        Value::Any | Value::Each(_) => "something else".to_owned(),
        Value::Flag => any_of("on|off"),
        Value::Number { most: u64::MAX, .. } => "a whole number".to_owned(),
        Value::Number { least, most } => format!("a number from {least} to {most}"),
        Value::Size => "a number of bytes, or of `k` or `m`".to_owned(),
        Value::Offset => "a number of bytes, or of `k`, `m` or `g`".to_owned(),
        Value::Time(Resolution::Milliseconds) => {
            "a time in `ms`, `s`, `m`, `h`, `d` or `w`".to_owned()
        }
        Value::Time(Resolution::Seconds) => {
            "a time in `s`, `m`, `h`, `d`, `w`, `M` or `y`".to_owned()
        }
        Value::Buffers => "a number of buffers and their size, as `8 16k`".to_owned(),
        Value::One(words) => any_of(words),
    }
}

/// A backslash is shorter.
fn is_full_width(meant: Place) -> bool {
    (meant.span.end - meant.span.start) as usize == FULL_WIDTH.len_utf8()
}
