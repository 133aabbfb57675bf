//! How messages name several things.

/// "`A`", "`A` and `B`", "`A`, `B` and 3 others".
pub(super) fn several(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => format!("`{one}`"),
        [one, two] => format!("`{one}` and `{two}`"),
        [one, two, three] => format!("`{one}`, `{two}` and `{three}`"),
        [one, two, rest @ ..] => format!("`{one}`, `{two}` and {} others", rest.len()),
    }
}

/// "A", "A and B", "A, B and C": all of them, where each is to be known.
pub(super) fn each(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [before @ .., last] => format!("{} and {last}", before.join(", ")),
    }
}
