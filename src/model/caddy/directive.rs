//! The matcher and the arguments of a directive.

use crate::model::caddy::MatcherSet;
use crate::model::caddy::limits;
use crate::model::caddy::matcher::Scope;
use crate::model::caddy::release::Release;
use crate::syntax::Problem;
use crate::syntax::caddy::{Directive, Token};
use std::sync::Arc;

pub(super) struct Arguments<'a> {
    pub matcher: Option<Arc<MatcherSet>>,
    /// Without the matcher.
    pub words: &'a [Token],
}

/// Directives whose first argument is never a matcher.
const UNMATCHED: &[&str] =
    &["bind", "handle_errors", "invoke", "log", "log_name", "tls", "try_files"];

/// Directives that have a matcher only if something else follows it.
const MATCHED_IF_MORE: &[&str] = &["rewrite", "root"];

impl<'a> Arguments<'a> {
    pub(super) fn of(
        directive: &'a Directive,
        scope: &Scope,
        release: Release,
        problems: &mut Vec<Problem>,
    ) -> Self {
        let name = directive.name().text();
        let words = directive.arguments();
        let whole = Self { matcher: None, words };
        let is_alone =
            MATCHED_IF_MORE.contains(&name) && words.len() < 2 && release.has_unmatched_paths();
        let arguments = match words.split_first() {
            Some((first, rest)) if !UNMATCHED.contains(&name) && !is_alone => {
                match first.text().chars().next() {
                    Some('*') if first.text() == "*" => Self { matcher: None, words: rest },
                    Some('/') => {
                        Self { matcher: Some(Arc::new(MatcherSet::path(first))), words: rest }
                    }
                    Some('@') => Self { matcher: named(first, scope, problems), words: rest },
                    _ => whole,
                }
            }
            _ => whole,
        };
        limits::check(directive, arguments.words.len(), problems);
        if name == "handle_path"
            && arguments.matcher.as_ref().is_none_or(|it| it.written_path().is_none())
        {
            problems.push(Problem::new(directive.head(), "`handle_path` needs a path"));
        }
        arguments
    }
}

fn named(token: &Token, scope: &Scope, problems: &mut Vec<Problem>) -> Option<Arc<MatcherSet>> {
    let matcher = scope.get(token.text()).cloned();
    if matcher.is_none() {
        let message = format!("no matcher is named `{}`", token.text());
        problems.push(Problem::new(token.place, message));
    }
    // Without it nothing matches, rather than everything.
    Some(matcher.unwrap_or_else(|| Arc::new(MatcherSet::unknown(token))))
}
