//! The words of a Caddyfile in one environment.
//!
//! Caddy replaces `{$NAME}` in the text before it looks for words, so a value can split a word,
//! end its quotes or leave nothing of it. The replacement is made within the word as written,
//! which is the same unless a value opens a quote or comment that reaches beyond the word.

use crate::fact::{Environment, Fact, Lookup, Origin};
use crate::source::{Place, Span};
use crate::syntax::caddy::lexer::{Reading, lex};
use crate::syntax::caddy::token::{Token, Variable};

/// Variables of one word that are kept as its origins. The first ones are what a reader follows.
const ORIGINS: usize = 4;

/// These words as Caddy has them when it runs in `environment`. Where the environment does not
/// tell, the word has `${NAME}`, as in every other format.
pub(super) fn expand(tokens: &[Token], environment: &Environment) -> Vec<Token> {
    let mut expanded = Vec::with_capacity(tokens.len());
    let mut starts_line = false;
    for token in tokens {
        let first = expanded.len();
        replaced(token, environment, &mut expanded);
        starts_line |= token.starts_line;
        // A word of which nothing is left hands its place at the start of a line on.
        if let Some(head) = expanded.get_mut(first) {
            head.starts_line = starts_line;
            starts_line = false;
        }
    }
    expanded
}

fn replaced(token: &Token, environment: &Environment, expanded: &mut Vec<Token>) {
    let Some(written) = &token.written else {
        expanded.push(token.clone());
        return;
    };
    let start = token.place.span.start;
    let mut text = String::new();
    let mut evidence = Vec::new();
    let mut done = 0;
    for variable in &token.variables {
        let value = resolve(variable, environment);
        let Place { span: Span { start: from, end: to }, .. } = variable.place;
        text.push_str(&written[done..(from - start) as usize]);
        text.push_str(&value.value);
        evidence.push(value);
        done = (to - start) as usize;
    }
    text.push_str(&written[done..]);
    // What decides is the variable; then where its value comes from.
    expanded.extend(lex(&text, Reading::Replaced(token.place)).tokens.into_iter().map(
        |mut word| {
            let places = token.variables.iter().zip(&evidence).take(ORIGINS);
            word.text = places.fold(word.text, |text, (variable, value)| {
                Fact::at(text.value.clone(), variable.place).given(&text).given(value)
            });
            word
        },
    ));
}

/// What a variable brings in. Unset, it brings its default; if that is all one can say of a
/// variable that may be set elsewhere, nothing is.
fn resolve(variable: &Variable, environment: &Environment) -> Fact<String> {
    match environment.get(&variable.name) {
        Lookup::Set(value) => value,
        Lookup::Unknown(why) => why.map(|_| format!("${{{}}}", variable.name)),
        Lookup::Absent => {
            let default = variable.default.clone().unwrap_or_default();
            Fact::new(default, Origin::At(variable.place))
        }
    }
}
