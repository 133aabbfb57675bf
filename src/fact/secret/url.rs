//! Passwords and tokens in URLs.

use crate::fact::secret::{is_reference, is_secret_name};
use std::net::Ipv6Addr;
use std::ops::Range;

/// Where URLs in this text carry a password or token: `postgres://app:HERE@db/app`,
/// `https://HERE@host/`, `?password=HERE`, `https://hooks.slack.com/services/T1/B1/HERE`. What only refers to one (`${DB_PASSWORD}`) is none.
pub fn url_credentials(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut from, mut end) = (0, 0);
    while let Some(at) = text[from..].find("://") {
        let start = from + at + "://".len();
        // A URL inside another ends with it, and was seen as a part of its query.
        if start > end {
            end = text[start..]
                .find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`'))
                .map_or(text.len(), |length| start + length);
            found.extend(query_secrets(text, start..end));
            found.extend(webhook_secret(text, start..end));
        }
        found.extend(user_info_secret(text, start..end));
        from = start;
    }
    found.retain(|range| !is_reference(&text[range.clone()]));
    found.sort_by_key(|range| (range.start, range.end));
    found.dedup();
    found
}

/// A raw `/`, `#` or `?` should not stand in a password, and does: the last `@` counts unless
/// what comes before it reads as a host with a port.
fn user_info_secret(text: &str, url: Range<usize>) -> Option<Range<usize>> {
    let rest = &text[url.clone()];
    let rest = rest.find("://").map_or(rest, |next| &rest[..next]);
    let authority = rest.find(['/', '?', '#']).map_or(rest, |end| &rest[..end]);
    let user_info = match (authority.rfind('@'), authority.split_once(':')) {
        (Some(at), _) => &authority[..at],
        (None, _) if let Some(user_info) = before_port(authority) => user_info,
        (None, Some((_, port)))
            if !port.is_empty() && !port.bytes().all(|b| b.is_ascii_digit()) =>
        {
            &rest[..rest.rfind('@')?]
        }
        (None, _) => return None,
    };
    let secret = match user_info.split_once(':') {
        Some((user, _)) => user.len() + 1..user_info.len(),
        // A bare user is none, a bare token is: the shortest in use (GitHub's) has 20 and more.
        None if user_info.len() >= 20 => 0..user_info.len(),
        None => return None,
    };
    (!secret.is_empty()).then(|| url.start + secret.start..url.start + secret.end)
}

/// `app:HERE:5432`, where the `@` and the host were left out. Digits alone are no password but another
/// port, and an address of IPv6 has as many colons.
fn before_port(authority: &str) -> Option<&str> {
    let (user_info, port) = authority.rsplit_once(':')?;
    let (_, password) = user_info.split_once(':')?;
    let is_port = |it: &str| it.parse::<u16>().is_ok();
    let is_address = authority.starts_with('[') || user_info.parse::<Ipv6Addr>().is_ok();
    (is_port(port) && !is_port(password) && !is_address).then_some(user_info)
}

/// Whoever knows the end of such an address may post to a channel (Slack, "Sending messages using incoming
/// webhooks"; Discord, "Webhook Resource").
fn webhook_secret(text: &str, url: Range<usize>) -> Option<Range<usize>> {
    const HOOKS: [&str; 3] =
        ["hooks.slack.com/services/", "discord.com/api/webhooks/", "discordapp.com/api/webhooks/"];
    let path = HOOKS.iter().find_map(|hook| text[url.clone()].strip_prefix(hook))?;
    let start = url.end - path.len() + path.rfind('/')? + 1;
    let is_token = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_');
    let length = text[start..url.end].find(|it| !is_token(it)).unwrap_or(url.end - start);
    // The shortest in use are Slack's.
    (length >= 20).then(|| start..start + length)
}

/// What of these opens something. The key of a Sentry DSN only lets events in, and stands in the pages
/// of whoever has a front end (docs.sentry.io, "DSN Explainer"): `https://KEY@host/1`.
pub fn url_secrets(text: &str) -> Vec<Range<usize>> {
    let mut found = url_credentials(text);
    found.retain(|range| {
        let is_bare = text[..range.start].ends_with("://");
        let path = text[range.end..].split_once('/').map_or("", |(_, path)| path);
        let project = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        let is_key = text[range.clone()].bytes().all(|it| it.is_ascii_hexdigit());
        let is_project = !project.is_empty() && project.bytes().all(|it| it.is_ascii_digit());
        !(is_bare && is_key && is_project)
    });
    found
}

fn query_secrets(text: &str, url: Range<usize>) -> Vec<Range<usize>> {
    let Some(query) = text[url.clone()].find('?') else { return Vec::new() };
    let mut start = url.start + query + 1;
    let mut found = Vec::new();
    for pair in text[start..url.end].split('&') {
        // `next=https://host/?token=…`: what is asked of the inner URL.
        let inner = pair.rfind('?').map_or(0, |at| at + 1);
        for begin in [0, inner] {
            if let Some((name, value)) = pair[begin..].split_once('=')
                && is_secret_name(name)
                && !value.is_empty()
            {
                found.push(start + begin + name.len() + 1..start + pair.len());
                break;
            }
        }
        start += pair.len() + 1;
    }
    found
}
