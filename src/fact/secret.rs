//! What is secret in a file that was read: by the name it goes under, or by where it stands in a URL.
//!
//! Every layer asks here, so that what a report masks and what a rule calls a secret are one
//! thing. It judges names and shapes; whether a value looks real is for the rules to say.

use std::collections::BTreeSet;
use std::ops::Range;

/// Nouns that name a secret wherever they end a word: `PGPASSWORD`, `clientSecret`.
const ENDINGS: [&str; 7] =
    ["PASSWORD", "PASSWD", "PASSPHRASE", "SECRET", "TOKEN", "APIKEY", "SECRETKEY"];

/// Nouns that name one only as a word of their own.
const WORDS: [&str; 8] =
    ["SECRETS", "TOKENS", "PASSWORDS", "CREDENTIAL", "CREDENTIALS", "CREDS", "SALT", "SSHPASS"];

/// What a `…_KEY` may be that everybody may see.
const PUBLIC_KEYS: [&str; 13] = [
    "PUBLIC",
    "PUBLISHABLE",
    "PRIMARY",
    "FOREIGN",
    "SORT",
    "PARTITION",
    "CACHE",
    "SITE",
    "VAPID",
    "SESSION",
    "HOST",
    "OBJECT",
    "IDEMPOTENCY",
];

/// Says which of several secrets is meant, and leaves it one: `SECRET_KEY_FALLBACKS`.
const QUALIFIERS: [&str; 17] = [
    "FALLBACK",
    "FALLBACKS",
    "OLD",
    "NEW",
    "PREVIOUS",
    "CURRENT",
    "BASE64",
    "B64",
    "VALUE",
    "PROD",
    "PRODUCTION",
    "LIVE",
    "TEST",
    "DEV",
    "STAGING",
    "DEFAULT",
    "HEX",
];

/// How the name of a switch begins: `CAN_SHOW_PASSWORD` is a question, and its answer no password.
const ASKING: [&str; 7] = ["CAN", "IS", "HAS", "SHOULD", "ALLOW", "ENABLE", "DISABLE"];

/// Whether a variable, setting or option of this name holds a secret: `DB_PASSWORD`, `apiKey`;
/// not `DB_PASSWORD_FILE` (a path), `PASSWORD_HASHERS` or `PWD` (the shell's working directory).
pub fn is_secret_name(name: &str) -> bool {
    let words = words(name);
    let mut words = words.as_slice();
    let asks = |word: &String| ASKING.contains(&word.as_str());
    // `CORS_ALLOW_CREDENTIALS` asks as well.
    if words.first().is_some_and(asks) || words.get(1).is_some_and(|it| it == "ALLOW") {
        return false;
    }
    // What a provider of logins calls the application by; its secret is called so
    // (python-social-auth's documentation, "OAuth backends").
    if let [first, second, .., last] = words
        && first == "SOCIAL"
        && second == "AUTH"
        && last == "KEY"
        && !words.iter().any(|it| it == "SECRET" || it == "PRIVATE")
    {
        return false;
    }
    while let [rest @ .., last] = words
        && !rest.is_empty()
        && (QUALIFIERS.contains(&last.as_str()) || last.bytes().all(|b| b.is_ascii_digit()))
    {
        words = rest;
    }
    let [rest @ .., last] = words else { return false };
    match last.as_str() {
        // Alone, `PWD` is the shell's working directory; glued, `PASS` ends `BYPASS`.
        "PASS" if rest.last().is_some_and(|it| is_a_protocol(it)) => false,
        "PWD" | "PW" | "PASS" => !rest.is_empty(),
        "KEY" | "KEYS" => rest
            .last()
            .is_some_and(|kind| !PUBLIC_KEYS.contains(&kind.as_str()) && !is_a_set_of_keys(kind)),
        last => WORDS.contains(&last) || ENDINGS.iter().any(|ending| last.ends_with(ending)),
    }
}

/// `uwsgi_pass` and its kin say where nginx passes requests on.
fn is_a_protocol(word: &str) -> bool {
    matches!(word, "PROXY" | "UWSGI" | "FASTCGI" | "SCGI" | "GRPC" | "MEMCACHED")
}

/// Keys that open nothing by themselves: `AUTHORIZED_KEYS`, `KNOWN_KEYS`, `ALLOWED_KEYS`.
fn is_a_set_of_keys(kind: &str) -> bool {
    matches!(kind, "AUTHORIZED" | "KNOWN" | "ALLOWED" | "REQUIRED")
}

/// The words of `DB_PASSWORD`, `db-password`, `dbPassword` and `db.password`, in capitals.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_small = false;
    for char in name.chars() {
        let starts = !char.is_alphanumeric() || (after_small && char.is_uppercase());
        if starts && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if char.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(char.to_uppercase());
        }
        after_small = char.is_lowercase() || char.is_ascii_digit();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Where URLs in this text carry a password or token: `postgres://app:HERE@db/app`,
/// `https://HERE@host/`, `?password=HERE`. What only refers to one (`${DB_PASSWORD}`) is none.
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

/// Whether the text stands for a secret that is kept elsewhere, or for one still to be filled in:
/// `${X}`, `$X`, `{{ x }}`, `<x>`, `__X__`, `%(x)s`. One with a default (`${X:-y}`) is no mere
/// reference: the default is written out.
pub fn is_reference(value: &str) -> bool {
    let inner = |open: &str, close: &str| {
        let inner = value.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
        inner.filter(|inner| !inner.is_empty() && !inner.contains(open))
    };
    let is_name = |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let braced = |inner: &str| is_name(inner) || inner.contains('?');
    inner("${", "}").is_some_and(braced)
        || value.strip_prefix('$').is_some_and(|name| !name.is_empty() && is_name(name))
        || inner("{{", "}}").is_some()
        || inner("<", ">").is_some()
        || inner("__", "__").is_some_and(is_name)
        || inner("%(", ")s").is_some_and(is_name)
        || inner("{", "}").is_some_and(is_name)
}

/// Words by which somebody asks for a value to be filled in.
const REQUESTS: &[&str] = &[
    "change-me",
    "changeme",
    "change-this",
    "changethis",
    "changeit",
    "replace-me",
    "replaceme",
    "replace-this",
    "replace-with",
    "insert-your",
    "put-your",
    "your-secret-key",
    "your-password",
    "your-app",
    "your-domain",
    "your-host",
    "your-hostname",
    "your-ip",
    "your-project",
    "your-server",
    "your-site",
    "your-subdomain",
    "your-user",
    "your-username",
    "your-key",
    "your-api-key",
    "your-token",
    "your-user",
    "your-username",
    "your-project",
    "youruser",
    "yourusername",
    "yourproject",
    "yourdomain",
    "yourpassword",
    "yourproject",
    "yoursite",
    "yourusername",
];

/// Whether the text was to be replaced before anybody used it: `change-me`, `<password>`, `xxxx`.
pub fn is_placeholder(value: &str) -> bool {
    let value = value.trim().to_ascii_lowercase().replace(['_', ' '], "-");
    let marked = |open: &str, close: &str| {
        let inner = value.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
        inner.is_some_and(|inner| !inner.is_empty() && !inner.contains(['<', '>']))
    };
    let one = |sign: u8| value.len() >= 3 && value.bytes().all(|byte| byte == sign);
    let crossed = one(b'x') || one(b'?');
    // `SG.KEY`: how the vendor's begin, and what is to follow.
    let vendors = VENDORS.iter().map(|it| it.to_ascii_lowercase().replace('_', "-"));
    let mut rests = vendors.filter_map(|start| value.strip_prefix(&start).map(str::to_owned));
    let named = rests.any(|rest| ["key", "api-key", "token", "secret"].contains(&rest.as_str()));
    let asks = REQUESTS.iter().any(|words| {
        value.match_indices(words).any(|(at, _)| {
            let letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphabetic);
            let (before, after) = (&value.as_bytes()[..at], &value.as_bytes()[at + words.len()..]);
            !letter(before.last()) && !letter(after.first())
        })
    });
    // `your_django_secret_key_here`, in whatever language.
    let here = ["-here", "-aqui", "-aquí", "-ici", "-hier"].iter().any(|it| value.ends_with(it));
    let addressed =
        here && value.split('-').count() > 2 && !value.bytes().any(|it| it.is_ascii_digit());
    crossed
        || named
        || asks
        || addressed
        || value.starts_with("!!!")
        || marked("<", ">")
        || marked("--", "--")
}

/// Whether a value is a regular expression, as of the part of a URL that a token stands in.
pub fn is_pattern(value: &str) -> bool {
    ["(?P<", "(?:", "]{", "]+", "\\d", "\\w"].iter().any(|part| value.contains(part))
}

/// Whether a text says that there is no value, or answers yes or no, where a password or a key would
/// stand. Elsewhere it may mean something: `SameSite=None`.
pub fn is_none(value: &str) -> bool {
    let value = value.trim().to_ascii_lowercase().replace(['_', ' '], "-");
    let nothing =
        ["none", "null", "nil", "unset", "undefined", "not-set", "notset", "not-configured", "tbd"];
    let answers = ["true", "false", "yes", "no", "on", "off"];
    nothing.contains(&value.as_str()) || answers.contains(&value.as_str())
}

/// Whether a value says no more than what it is to be: `SECRET_KEY=secret_key`,
/// `VAPID_PRIVATE_KEY=private_key`. A single word (`DB_PASSWORD=password`) opens many a door.
pub fn is_own_name(name: &str, value: &str) -> bool {
    let (name, value) = (words(name), words(value));
    value.len() >= 2 && name.ends_with(&value)
}

/// How the keys of well-known vendors begin.
const VENDORS: &[&str] = &[
    "AKIA",
    "ASIA",
    "sk_live_",
    "rk_live_",
    "whsec_",
    "ghp_",
    "gho_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "xoxp-",
    "AIza",
    "SG.",
    "sk-proj-",
    "sk-ant-",
    "EAAC",
    "dop_v1_",
    "hf_",
    "shpat_",
    "-----BEGIN",
];

/// Words of values that are to be replaced or that somebody made up.
const MADE_UP: &[&str] = &[
    "example",
    "change",
    "your",
    "here",
    "dummy",
    "placeholder",
    "sample",
    "insecure",
    "replace",
    "generate",
    "password",
    "secret",
    "token",
    "django",
    "test",
    "local",
    "dev",
    "fake",
    "demo",
    "todo",
    "random",
    "string",
    "must",
    "please",
    "xxxx",
    "1234",
    "abcd",
    "0000",
    "foobar",
    "value",
];

/// Whether it is written as Google shows the password of an app: sixteen small letters, in fours
/// (support.google.com/accounts/answer/185833).
pub fn is_app_password(value: &str) -> bool {
    let fours: Vec<&str> = value.split(' ').collect();
    let is_four = |four: &&str| four.len() == 4 && four.bytes().all(|it| it.is_ascii_lowercase());
    fours.len() == 4
        && fours.iter().all(is_four)
        && distinct(value) >= 8
        && !MADE_UP.iter().any(|word| value.contains(word))
}

/// The same without the blanks, which Google takes as well: any word of sixteen letters, so only where
/// it is told that it goes to Google.
pub fn is_joined_app_password(value: &str) -> bool {
    value.len() == 16
        && value.bytes().all(|it| it.is_ascii_lowercase())
        && distinct(value) >= 8
        && !MADE_UP.iter().any(|word| value.contains(word))
}

/// Whether it begins as the keys of a well-known vendor do.
pub fn is_of_vendor(value: &str) -> bool {
    VENDORS.iter().any(|start| value.starts_with(start))
}

/// What a developer's own services are made with opens nothing on another machine.
pub fn is_of_the_stack(name: &str) -> bool {
    let words = [
        "POSTGRES",
        "DB",
        "DATABASE",
        "MYSQL",
        "REDIS",
        "RABBITMQ",
        "BROKER",
        "FLOWER",
        "MINIO",
        "DJANGO",
        "SECRET_KEY",
        "JWT",
        "SESSION",
        "ADMIN",
        "SUPERUSER",
        "FERNET",
        "ENCRYPTION",
        "SIGNING",
        "PASSWORD",
    ];
    words.iter().any(|word| name.contains(word)) || name == "SECRET"
}

/// How many different bytes it has.
fn distinct(value: &str) -> usize {
    value.bytes().collect::<BTreeSet<u8>>().len()
}

/// Whether a secret looks like one that a vendor or a generator made, and no word of somebody's.
pub fn is_made(value: &str) -> bool {
    let is_token = |char: char| char.is_ascii_graphic() && !matches!(char, '<' | '>' | '{' | '}');
    if is_placeholder(value) || is_reference(value) || !value.chars().all(is_token) {
        return false;
    }
    let lower = value.to_ascii_lowercase();
    let made_up = MADE_UP.iter().any(|word| lower.contains(word));
    if is_of_vendor(value) {
        return value.len() >= 16 && !made_up;
    }
    let has = |is: fn(&u8) -> bool| value.as_bytes().iter().any(is);
    value.len() >= 20
        && distinct(value) >= 12
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_alphabetic)
        && !value.contains("://")
        && !made_up
}
