//! Sizes and times as nginx writes them (`ngx_parse_offset`, `ngx_parse_time`).

use std::time::Duration;

/// `1m`, `10k`, `1g`, `512`. Not `10MB`, which nginx refuses.
pub(super) fn size(text: &str) -> Option<u64> {
    let (digits, unit) = match text.strip_suffix(|c: char| c.is_ascii_alphabetic()) {
        Some(digits) => (digits, text[digits.len()..].to_ascii_lowercase()),
        None => (text, String::new()),
    };
    let factor = match unit.as_str() {
        "" => 1,
        "k" => 1 << 10,
        "m" => 1 << 20,
        "g" => 1 << 30,
        _ => return None,
    };
    number(digits)?.checked_mul(factor)
}

/// `60`, `60s`, `1h30m`, `500ms`. A month has 30 days and a year 365.
pub(super) fn time(text: &str) -> Option<Duration> {
    const DAY: u64 = 86_400_000;
    let mut rest = text.trim_start();
    let mut total = 0u64;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let value = number(&rest[..digits])?;
        rest = &rest[digits..];
        let letters = rest.find(|c: char| !c.is_ascii_lowercase() && c != 'M');
        let unit = &rest[..letters.unwrap_or(rest.len())];
        rest = rest[unit.len()..].trim_start_matches(' ');
        let factor = match unit {
            "ms" => 1,
            "" | "s" => 1000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => DAY,
            "w" => 7 * DAY,
            "M" => 30 * DAY,
            "y" => 365 * DAY,
            _ => return None,
        };
        total = total.checked_add(value.checked_mul(factor)?)?;
    }
    Some(Duration::from_millis(total))
}

fn number(digits: &str) -> Option<u64> {
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}
