//! Names of secrets.

use crate::fact::spelling::is_slip;

/// Nouns that name a secret wherever they end a word: `PGPASSWORD`, `clientSecret`.
const ENDINGS: [&str; 7] =
    ["PASSWORD", "PASSWD", "PASSPHRASE", "SECRET", "TOKEN", "APIKEY", "SECRETKEY"];

/// Nouns that name one only as a word of their own.
const WORDS: [&str; 10] = [
    "SECRETS",
    "TOKENS",
    "PASSWORDS",
    "CREDENTIAL",
    "CREDENTIALS",
    "CREDS",
    "SALT",
    "SSHPASS",
    // Of Redis (redis.conf, "SECURITY").
    "REQUIREPASS",
    "MASTERAUTH",
];

/// What a `…_KEY` may be that everybody may see.
const PUBLIC_KEYS: [&str; 18] = [
    // The number of a key that packages are checked by: `apt-key --recv-keys`.
    "GPG",
    "INDEXNOW",
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
    // What the names of others begin with: `CACHE_REDIS_PREFIX_KEY`.
    "PREFIX",
    "IDEMPOTENCY",
    // A map is drawn in the browser, which has its key (Google Maps, "API Security Best Practices").
    "MAPS",
    "MAP",
];

/// What services of the world outside have pages carry, by what those call it: the key of a map, of an editor
/// or a counter of visits, a token that only lets events in. What such a service keeps secret is called
/// otherwise (`PUSHER_SECRET`), as each says where it shows what to put into a page.
const OF_PAGES: [&str; 14] = [
    "AMPLITUDE_API_KEY",
    "CKEDITOR_LICENSE_KEY",
    "CLIENT_ITEM_ACCESS_TOKEN",
    "DATADOG_CLIENT_TOKEN",
    "DD_CLIENT_TOKEN",
    "MAPTILER_API_KEY",
    "MAPTILER_KEY",
    "MIXPANEL_TOKEN",
    "PADDLE_CLIENT_TOKEN",
    "PUSHER_APP_KEY",
    "PUSHER_KEY",
    "SEGMENT_WRITE_KEY",
    "STADIA_API_KEY",
    "TINYMCE_API_KEY",
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
    let capitals = capitals(name);
    let words = words(&capitals);
    // Most names are none of a secret, which their last word says sooner than the exceptions do.
    ends_in_a_secret(&words) && !is_open(&capitals, &words)
}

/// Whether the last word that says more than which of several is a noun for a secret.
fn ends_in_a_secret(mut words: &[&str]) -> bool {
    while let [rest @ .., last] = words
        && !rest.is_empty()
        && (QUALIFIERS.contains(last) || last.bytes().all(|b| b.is_ascii_digit()))
    {
        words = rest;
    }
    let [rest @ .., last] = words else { return false };
    // The second of several: `API_KEY2`.
    match last.trim_end_matches(|it: char| it.is_ascii_digit()) {
        // Alone, `PWD` is the shell's working directory; glued, `PASS` ends `BYPASS`.
        "PASS" if rest.last().is_some_and(|it| is_a_protocol(it)) => false,
        "PWD" | "PW" | "PASS" => !rest.is_empty(),
        "KEY" | "KEYS" => {
            // `GOOGLE_MAPS_API_KEY`: the word before says what it is of.
            let kind = if let [.., kind @ ("MAPS" | "MAP"), "API"] = rest {
                Some(kind)
            } else {
                rest.last()
            };
            kind.is_some_and(|kind| !PUBLIC_KEYS.contains(kind) && !is_a_set_of_keys(kind))
        }
        last => {
            // `EMAIL_HOST_PASSWOED`. Most names are nothing like one, which the first letter says.
            let is_meant = |it: &&str| last.get(..1) == it.get(..1) && is_slip(last, it);
            WORDS.contains(&last)
                || ENDINGS.iter().any(|ending| last.ends_with(ending))
                || ENDINGS.iter().any(is_meant)
        }
    }
}

/// Whether a name that ends as those of secrets do is one of something that anybody may see.
fn is_open(capitals: &str, words: &[&str]) -> bool {
    let asks = |word: &&str| ASKING.contains(word);
    // `CORS_ALLOW_CREDENTIALS` asks as well.
    if words.first().is_some_and(asks) || words.get(1).is_some_and(|it| *it == "ALLOW") {
        return true;
    }
    // What a provider of logins calls the application by; its secret is called so
    // (python-social-auth's documentation, "OAuth backends").
    if let [first, second, .., last] = words
        && (*first, *second, *last) == ("SOCIAL", "AUTH", "KEY")
        && !words.iter().any(|it| matches!(*it, "SECRET" | "PRIVATE"))
    {
        return true;
    }
    // The names of secrets that Kubernetes pulls images with.
    if capitals.ends_with("PULL_SECRETS") || capitals.ends_with("PULL_SECRET") {
        return true;
    }
    // What pages search with, and hand out to do so (Algolia's documentation, "API keys").
    OF_PAGES.iter().any(|it| capitals.ends_with(it))
        || (words.first() == Some(&"ALGOLIA") && words.contains(&"SEARCH"))
}

/// `uwsgi_pass` and its kin say where nginx passes requests on.
fn is_a_protocol(word: &str) -> bool {
    matches!(word, "PROXY" | "UWSGI" | "FASTCGI" | "SCGI" | "GRPC" | "MEMCACHED")
}

/// Keys that open nothing by themselves: `AUTHORIZED_KEYS`, `KNOWN_KEYS`, `ALLOWED_KEYS`.
fn is_a_set_of_keys(kind: &str) -> bool {
    matches!(kind, "AUTHORIZED" | "KNOWN" | "ALLOWED" | "REQUIRED")
}

fn words(capitals: &str) -> Vec<&str> {
    capitals.split('_').filter(|word| !word.is_empty()).collect()
}

/// `DB_PASSWORD`, `db-password`, `dbPassword` and `db.password`, all as the first is written.
fn capitals(name: &str) -> String {
    let mut capitals = String::with_capacity(name.len() + 4);
    let mut after_small = false;
    for char in name.chars() {
        if !char.is_alphanumeric() || (after_small && char.is_uppercase()) {
            capitals.push('_');
        }
        if char.is_ascii_alphanumeric() {
            capitals.push(char.to_ascii_uppercase());
        } else if char.is_alphanumeric() {
            capitals.extend(char.to_uppercase());
        }
        after_small = char.is_lowercase() || char.is_ascii_digit();
    }
    capitals
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
    // What Amazon gave out opens what is there, be it `DJANGO_AWS_SECRET_ACCESS_KEY`.
    let is_amazons = name.split('_').any(|word| word == "AWS");
    !is_amazons && (words.iter().any(|word| name.contains(word)) || name == "SECRET")
}

/// Whether a value says no more than what it is to be: `SECRET_KEY=secret_key`,
/// `VAPID_PRIVATE_KEY=private_key`, `EMAIL_HOST_PASSWORD=email_password`. A single word
/// (`DB_PASSWORD=password`) opens many a door.
pub fn is_own_name(name: &str, value: &str) -> bool {
    let (name, value) = (capitals(name), capitals(value));
    let (mut name, value) = (words(&name), words(&value));
    // `SHOP_DB_PASSWORD_SECRET=shop-db-password`: how a store of secrets calls the one that has it.
    if let [.., "PASSWORD" | "KEY" | "TOKEN", "SECRET"] = name.as_slice() {
        name.truncate(name.len() - 1);
    }
    let mut left = name.iter();
    value.len() >= 2
        && name.last() == value.last()
        && value.iter().all(|it| left.any(|own| own == it))
}
