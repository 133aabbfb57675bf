//! Words that everybody tries first.

const WORDS: [&str; 7] = ["postgres", "password", "secret", "admin", "root", "guest", "test"];

/// What may stand before them: `supersecret` is tried no later.
const HEADS: [&str; 4] = ["super", "my", "top", "very"];

/// Whether a value is one of them, with whatever digits behind it: who has it has nothing that others have not.
pub fn is_tried_first(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let word = lower.trim_end_matches(|it: char| it.is_ascii_digit());
    let bare = HEADS.iter().find_map(|it| word.strip_prefix(it));
    let bare = bare.map_or(word, |it| it.trim_start_matches(['-', '_']));
    WORDS.contains(&bare)
}
