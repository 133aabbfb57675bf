//! Patterns that no URLconf of the project spells out: those of Django's own, and places where any
//! may be.

use crate::fact::Fact;
use crate::model::urls::{Pattern, Route, Target, View, route};
use crate::source::{FileId, Place, Span};

/// `django.contrib.auth.urls`.
const AUTH: &[&str] = &[
    "login/",
    "logout/",
    "password_change/",
    "password_change/done/",
    "password_reset/",
    "password_reset/done/",
    "reset/<uidb64>/<token>/",
    "reset/done/",
];

/// A place that may have any pattern.
pub(super) fn unseen(file: FileId, span: Span, why: &str) -> Pattern {
    Pattern {
        route: Route::Literal(String::new()),
        shown: Fact::at(why.to_owned(), Place { file, span }),
        target: Target::Unseen(why.to_owned()),
        perhaps: false,
        folder: None,
    }
}

/// What `include("django.contrib.auth.urls")` has.
pub(super) fn auth(file: FileId, span: Span) -> Vec<Pattern> {
    let pattern = |text: &&str| Pattern {
        route: route::of_path(text, false),
        shown: Fact::at(format!("path({text:?})"), Place { file, span }),
        target: Target::View(View {
            name: format!("django.contrib.auth.urls {text}"),
            is_checked: Some(true),
            appends_slash: true,
            is_name_only: false,
        }),
        perhaps: false,
        folder: None,
    };
    AUTH.iter().map(pattern).collect()
}
