//! Makes the braces of a file match, so that one forgotten `}` does not swallow the sites that
//! follow.
//!
//! Only a file whose braces do not match is touched. There, indentation says what was meant: a
//! line that is indented no deeper than the line that opened a block is outside of it.

use crate::source::Place;
use crate::syntax::Problem;
use crate::syntax::caddy::structure::{GLUED, UNCLOSED, UNOPENED};
use crate::syntax::caddy::token::Token;

struct Open {
    brace: Place,
    indentation: usize,
    /// Its lines are not indented, so that indentation says nothing of where it ends.
    flat: bool,
}

impl Open {
    /// Whether a line with this indentation lies outside. A `}` in the column of the line that
    /// opened the block is its end.
    fn ended_before(&self, token: &Token, indentation: usize) -> bool {
        let limit = if token.closes() { indentation + 1 } else { indentation };
        !self.flat && !token.opens() && self.indentation >= limit
    }
}

/// Adds the missing `}` and drops those that close nothing, and says which they were.
pub(super) fn balance(text: &str, tokens: Vec<Token>) -> (Vec<Token>, Vec<Problem>) {
    if are_balanced(&tokens) {
        return (tokens, Vec::new());
    }
    let mut problems = Vec::new();
    let tokens = split_glued(tokens, &mut problems);
    let mut balanced = Vec::with_capacity(tokens.len() + 1);
    let mut open: Vec<Open> = Vec::new();
    let mut indentation = 0;
    let mut opened = false;
    for token in tokens {
        if token.starts_line {
            indentation = column(text, token.place);
            if let (Some(block), true) = (open.last_mut(), opened) {
                block.flat = !token.closes() && indentation <= block.indentation;
            }
            while let Some(block) = open.pop_if(|block| block.ended_before(&token, indentation)) {
                problems.push(unclosed(block.brace));
                balanced.push(closing(token.place));
            }
        }
        opened = token.opens();
        if token.opens() {
            open.push(Open { brace: token.place, indentation, flat: false });
        } else if token.closes() && open.pop().is_none() {
            problems.push(Problem::new(token.place, UNOPENED));
            continue;
        }
        balanced.push(token);
    }
    let end = text.len();
    for block in open.into_iter().rev() {
        problems.push(unclosed(block.brace));
        balanced.push(closing(Place::new(block.brace.file, end, end)));
    }
    (balanced, problems)
}

fn unclosed(brace: Place) -> Problem {
    Problem::new(brace, UNCLOSED)
}

/// `example.com{` at the end of a line was meant to open a block.
fn split_glued(tokens: Vec<Token>, problems: &mut Vec<Problem>) -> Vec<Token> {
    let mut split: Vec<Token> = Vec::with_capacity(tokens.len());
    for token in tokens {
        if token.starts_line {
            split_last(&mut split, problems);
        }
        split.push(token);
    }
    split_last(&mut split, problems);
    split
}

fn split_last(tokens: &mut Vec<Token>, problems: &mut Vec<Problem>) {
    let Some(mut token) = tokens.pop_if(|token| token.ends_in_brace()) else { return };
    problems.push(Problem::new(token.place, GLUED));
    let end = token.place.span.end as usize;
    let brace = Place::new(token.place.file, end - "{".len(), end);
    token.text = token.text.map(|text| text.trim_end_matches('{').to_owned());
    token.place.span.end = brace.span.start;
    tokens.extend([token, Token::brace("{", brace)]);
}

fn are_balanced(tokens: &[Token]) -> bool {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate() {
        if token.opens() {
            depth += 1;
        } else if token.closes() {
            match depth.checked_sub(1) {
                Some(outer) => depth = outer,
                // Whether one may stand at the end of the file depends on the site before it.
                None => {
                    return index + 1 == tokens.len() && !tokens.iter().any(Token::ends_in_brace);
                }
            }
        }
    }
    depth == 0
}

/// The `}` that should stand before this place.
fn closing(before: Place) -> Token {
    let start = before.span.start as usize;
    Token::brace("}", Place::new(before.file, start, start))
}

fn column(text: &str, place: Place) -> usize {
    let above = &text[..place.span.start as usize];
    above.len() - above.rfind('\n').map_or(0, |line_break| line_break + 1)
}
