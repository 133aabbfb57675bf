//! Values of one word: booleans, modes, spans of time, signals and closed sets of words.
//!
//! `None` is what systemd refuses to parse; it then ignores the line with a warning.

use std::time::Duration;

/// `parse_boolean` (parse-util.c).
pub fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "yes" | "y" | "true" | "t" | "on" => Some(true),
        "0" | "no" | "n" | "false" | "f" | "off" => Some(false),
        _ => None,
    }
}

/// Octal, whether or not it starts with a zero.
pub fn mode(text: &str) -> Option<u32> {
    let is_octal = !text.is_empty() && text.bytes().all(|b| matches!(b, b'0'..=b'7'));
    u32::from_str_radix(text, 8).ok().filter(|mode| is_octal && *mode <= 0o7777)
}

pub fn unsigned(text: &str) -> Option<u32> {
    match text.strip_prefix("0x") {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => text.parse().ok(),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timeout {
    After(Duration),
    Never,
}

/// systemd.time(7): `90`, `1min 30s`, `1.5h`, `infinity`. A bare number counts seconds.
pub fn seconds(text: &str) -> Option<Timeout> {
    let mut rest = text.trim();
    if rest == "infinity" {
        return Some(Timeout::Never);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let number: f64 = rest[..digits].parse().ok()?;
        rest = rest[digits..].trim_start();
        let letters = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        total += number * unit(&rest[..letters])?;
        rest = rest[letters..].trim_start();
    }
    Duration::try_from_secs_f64(total).ok().map(Timeout::After)
}

fn unit(word: &str) -> Option<f64> {
    const MINUTE: f64 = 60.0;
    const HOUR: f64 = 60.0 * MINUTE;
    const DAY: f64 = 24.0 * HOUR;
    Some(match word {
        "" | "s" | "sec" | "second" | "seconds" => 1.0,
        "us" | "usec" | "µs" | "μs" => 0.000_001,
        "ms" | "msec" => 0.001,
        "m" | "min" | "minute" | "minutes" => MINUTE,
        "h" | "hr" | "hour" | "hours" => HOUR,
        "d" | "day" | "days" => DAY,
        "w" | "week" | "weeks" => 7.0 * DAY,
        "M" | "month" | "months" => 30.44 * DAY,
        "y" | "year" | "years" => 365.25 * DAY,
        _ => return None,
    })
}

/// `SIGTERM`, `TERM`, `15`, `RTMIN+3`.
pub fn is_signal(text: &str) -> bool {
    const NAMES: [&str; 31] = [
        "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
        "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG",
        "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
    ];
    let name = text.strip_prefix("SIG").unwrap_or(text);
    NAMES.contains(&name)
        || name.starts_with("RTMIN")
        || name.starts_with("RTMAX")
        || text.parse::<u8>().is_ok_and(|number| (1..=64).contains(&number))
}

pub const SERVICE_TYPES: [&str; 8] =
    ["simple", "exec", "forking", "oneshot", "dbus", "notify", "notify-reload", "idle"];
pub const RESTART: [&str; 7] =
    ["no", "on-success", "on-failure", "on-abnormal", "on-watchdog", "on-abort", "always"];
pub const KILL_MODES: [&str; 4] = ["control-group", "process", "mixed", "none"];
pub const NOTIFY_ACCESS: [&str; 4] = ["none", "main", "exec", "all"];

/// Where a process's output goes.
pub fn is_output(text: &str) -> bool {
    let named = [
        "inherit",
        "null",
        "tty",
        "journal",
        "journal+console",
        "kmsg",
        "kmsg+console",
        "syslog",
        "syslog+console",
        "socket",
        "fd",
    ];
    let opening = ["file:", "append:", "truncate:", "fd:"];
    named.contains(&text) || opening.iter().any(|prefix| text.starts_with(prefix))
}

/// Words that some versions take where others want a boolean (NEWS of 257 and 258).
pub fn beyond_boolean(key: &str) -> &'static [&'static str] {
    match key {
        "PrivateTmp" => &["disconnected"],
        "PrivateUsers" => &["self", "identity", "full", "managed"],
        "ProtectControlGroups" => &["private", "strict"],
        "ProtectHostname" => &["private"],
        _ => &[],
    }
}
