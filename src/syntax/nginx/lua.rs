//! The extent of a Lua block, whose strings and comments may hold braces.
//!
//! Lua itself is not read (Lua 5.1 reference manual, 2.1 "Lexical Conventions").

/// The offset of the brace that closes the block entered just before `at`.
pub(super) fn closing_brace(bytes: &[u8], mut at: usize) -> Option<usize> {
    let mut depth = 0usize;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 0 => return Some(at),
            b'}' => depth -= 1,
            b'"' | b'\'' => at = end_of_string(bytes, at),
            b'[' => at = end_of_long_bracket(bytes, at).unwrap_or(at),
            b'-' if bytes.get(at + 1) == Some(&b'-') => {
                let end_of_line = || {
                    let line = bytes[at..].iter().position(|&byte| byte == b'\n');
                    line.map_or(bytes.len(), |length| at + length)
                };
                at = end_of_long_bracket(bytes, at + 2).unwrap_or_else(end_of_line);
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// The offset of the closing quote, or of the end of the line where it is missing.
fn end_of_string(bytes: &[u8], open: usize) -> usize {
    let mut at = open + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'\n' => return at,
            _ if byte == bytes[open] => return at,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// The last offset of `[==[ … ]==]`, if that is what begins here.
fn end_of_long_bracket(bytes: &[u8], open: usize) -> Option<usize> {
    let rest = bytes.get(open..)?.strip_prefix(b"[")?;
    let level = rest.iter().take_while(|&&byte| byte == b'=').count();
    if rest.get(level) != Some(&b'[') {
        return None;
    }
    let close: Vec<u8> = [b"]".to_vec(), vec![b'='; level], b"]".to_vec()].concat();
    let found = rest.windows(close.len()).position(|window| window == close);
    Some(found.map_or(bytes.len(), |length| open + 1 + length + close.len() - 1))
}
