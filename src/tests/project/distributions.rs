//! The tables of distributions.

use crate::model::project::distributions::{
    brought_by, brought_by_extra, extras, is_known, modules_of, names, providers_of, suggests,
};
use crate::syntax::requirements::normalise;
use std::collections::BTreeSet;

#[test]
fn every_row_is_found_and_stands_once() {
    let names: Vec<&str> = names().collect();
    let unique: BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(names.len(), unique.len());
    for name in &names {
        // A row out of order is not found.
        assert!(is_known(name), "{name} is out of order");
        assert_eq!(normalise(name), *name);
        assert!(!modules_of(name).is_empty(), "{name} is imported as something");
    }
    assert!(names.len() >= 250, "{}", names.len());
}

#[test]
fn what_is_brought_along_is_known_itself() {
    for name in names() {
        let brought: Vec<&str> = brought_by(name).collect();
        assert!(brought.iter().all(|it| is_known(it) && *it != name), "{name}: {brought:?}");
        let mut sorted = brought.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(brought, sorted, "{name}");
    }
}

#[test]
fn extras_stand_once_and_bring_what_is_known() {
    let rows: Vec<_> = extras().collect();
    assert!(rows.windows(2).all(|pair| (pair[0].0, pair[0].1) < (pair[1].0, pair[1].1)));
    for (name, extra, brings) in rows {
        assert!(is_known(name), "{name}");
        assert_eq!(normalise(extra), *extra);
        assert!(brings.split_whitespace().all(is_known), "{name}[{extra}]: {brings}");
    }
    assert_eq!(brought_by_extra("channels", "daphne"), Some("daphne"));
    assert_eq!(brought_by_extra("channels", "acme"), None);
}

#[test]
fn modules_lead_to_distributions_and_back() {
    for (name, module) in [
        ("pillow", "PIL"),
        ("djangorestframework", "rest_framework"),
        ("python-decouple", "decouple"),
        ("django-environ", "environ"),
        ("psycopg2-binary", "psycopg2"),
        ("django-allauth", "allauth"),
        ("django-cors-headers", "corsheaders"),
        ("pyyaml", "yaml"),
    ] {
        assert!(modules_of(name).iter().any(|it| it == module), "{name}");
        assert!(providers_of(module).any(|it| it == name), "{module}");
    }
    assert_eq!(modules_of("my-app"), ["my_app"]);
    assert_eq!(providers_of("my_app").count(), 0);
}

#[test]
fn names_suggest_modules() {
    for (name, module) in [
        ("my-app", "my_app"),
        ("my-app", "myapp"),
        ("django-my-app", "my_app"),
        ("python-thing", "thing"),
    ] {
        assert!(suggests(name, module), "{name}");
    }
    assert!(!suggests("my-app", "app"));
}
