//! Sizes and times as nginx writes them (`ngx_parse_size`, `ngx_parse_offset`, `ngx_parse_time`).

use std::time::Duration;

/// `10k`, `1m`, `512`: what is kept in memory. Not `1g`, nor `10MB`.
pub(super) fn size(text: &str) -> Option<u64> {
    scaled(text, &[('k', 1 << 10), ('m', 1 << 20)])
}

/// The same and `1g`: what may be as long as a file.
pub fn offset(text: &str) -> Option<u64> {
    scaled(text, &[('k', 1 << 10), ('m', 1 << 20), ('g', 1 << 30)])
}

fn scaled(text: &str, units: &[(char, u64)]) -> Option<u64> {
    let unit = units.iter().find(|(unit, _)| text.ends_with([*unit, unit.to_ascii_uppercase()]));
    let digits = if unit.is_some() { &text[..text.len() - 1] } else { text };
    number(digits)?.checked_mul(unit.map_or(1, |(_, factor)| *factor)).filter(|it| is_signed(*it))
}

/// What a time is counted in, which decides the units that it may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resolution {
    /// Up to weeks.
    Milliseconds,
    /// No `ms`.
    Seconds,
}

const DAY: u64 = 86_400_000;

/// The units of a time, each of which may follow those before it. A blank ends seconds.
const TIMES: [(&str, u64); 9] = [
    ("y", 365 * DAY),
    ("M", 30 * DAY),
    ("w", 7 * DAY),
    ("d", DAY),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1000),
    ("ms", 1),
    ("", 1000),
];

/// `60`, `60s`, `1h30m`, `500ms`. A month has 30 days and a year 365.
pub fn time(text: &str, of: Resolution) -> Option<Duration> {
    let mut units = match of {
        Resolution::Milliseconds => &TIMES[2..],
        Resolution::Seconds => &TIMES[..],
    };
    let (mut rest, mut total) = (text, 0u64);
    loop {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (value, behind) = (number(&rest[..digits])?, &rest[digits..]);
        let letters = behind.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(behind.len());
        let (unit, behind) = behind.split_at(letters);
        let at = units.iter().position(|(known, _)| *known == unit)?;
        if unit == "ms" && of == Resolution::Seconds {
            return None;
        }
        total = total.checked_add(value.checked_mul(units[at].1)?).filter(|it| is_signed(*it))?;
        units = &units[(at + 1).min(units.len() - 1)..];
        rest = behind.trim_start_matches(' ');
        if rest.is_empty() {
            return Some(Duration::from_millis(total));
        }
        if unit.is_empty() && rest.len() == behind.len() {
            return None;
        }
    }
}

/// A count without a unit (`ngx_atoi`).
pub(super) fn number(digits: &str) -> Option<u64> {
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten().filter(|it| is_signed(*it))
}

/// Whether a machine of 64 bits counts so far.
fn is_signed(number: u64) -> bool {
    i64::try_from(number).is_ok()
}
