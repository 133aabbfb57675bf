//! Texts that people write for on and off.

/// What a text means to somebody who reads it as a switch: `True`, `off`, `1`. `None` of any other text.
pub fn switch(text: &str) -> Option<bool> {
    let is_one = |all: [&str; 4]| all.iter().any(|it| text.eq_ignore_ascii_case(it));
    match (is_one(["1", "true", "yes", "on"]), is_one(["0", "false", "no", "off"])) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}
