//! What a heredoc says: its lines without the indentation of the closing marker.

pub(super) struct Content {
    pub text: String,
    /// A line lacks the indentation that its end has, which Caddy refuses.
    pub uneven: bool,
}

/// Why Caddy does not take this for the name of a heredoc.
pub(super) fn refused(marker: &str) -> Option<String> {
    let named = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_');
    if marker.is_empty() {
        Some("a heredoc needs a name after `<<`".to_owned())
    } else if marker.starts_with('<') {
        Some("a heredoc opens with two `<`".to_owned())
    } else if !marker.chars().all(named) {
        Some("the name of a heredoc has letters, digits, dashes and underscores only".to_owned())
    } else {
        None
    }
}

/// `body` reaches from the line below the opening marker to just before the closing one.
pub(super) fn content(body: &str) -> Content {
    let (lines, indentation) = body.rsplit_once('\n').unwrap_or(("", body));
    let mut uneven = false;
    let stripped = |line: &str| {
        let line = line.replace('\r', "");
        match line.strip_prefix(indentation) {
            Some(rest) => rest.to_owned(),
            None => {
                uneven |= !line.is_empty();
                line
            }
        }
    };
    let text = lines.split('\n').map(stripped).collect::<Vec<_>>().join("\n");
    Content { text, uneven }
}
