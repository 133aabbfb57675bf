//! What a value looks like that stands where a secret would.

use crate::fact::secret::elsewhere::is_reference;
use crate::fact::secret::pem::is_private_key;
use std::collections::BTreeSet;

/// Whether a text is the name of a file that holds secrets: `google-cloud-key.json`.
pub fn is_file_name(value: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "crt", "env", "ini", "json", "key", "p12", "p8", "pem", "pfx", "toml", "txt", "yaml", "yml",
    ];
    let ending = value.rsplit_once('.').map(|(_, ending)| ending);
    let is_plain = |it: char| it.is_alphanumeric() || "/._-~\\ ".contains(it);
    ending.is_some_and(|it| ENDINGS.contains(&it)) && value.chars().all(is_plain)
}

/// Words by which somebody asks for a value to be filled in, in the languages that they are met in.
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
    "replace-in-production",
    "change-in-production",
    "change-to",
    "do-not-use",
    "dont-use",
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
    "youruser",
    "yourusername",
    "yourproject",
    "yourdomain",
    "yourpassword",
    "yoursite",
    "pon-aqui",
    "tu-password",
    "tu-clave",
    "tu-contraseña",
    "tu-contrasena",
    "tu-dominio",
    "tu-usuario",
    "cambiame",
    "cámbiame",
    "cambiar-esto",
    "cambiar-por",
    "cambia-esto",
    "sua-senha",
    "sua-chave",
    "seu-dominio",
    "seu-usuario",
    "mude-me",
    "mude-isso",
    "altere-me",
    "altere-isso",
    "troque-me",
    "troque-isso",
    "votre-mot-de-passe",
    "changez-moi",
    "changer-moi",
    "à-changer",
    "dein-passwort",
    "ihr-passwort",
    "passwort-eintragen",
    "hier-eintragen",
    "bitte-ändern",
    "bitte-aendern",
    "cambiami",
    "la-tua-password",
    "ваш-пароль",
    "ваш-ключ",
    "ваш-токен",
    "ваш-домен",
    "ваш-секретный-ключ",
];

/// What names of secrets are made of.
const OF_NAMES: &[&str] = &[
    "access", "api", "app", "auth", "aws", "client", "consumer", "django", "key", "private",
    "public", "s3", "secret", "token",
];

/// Whether the text was to be replaced before anybody used it: `change-me`, `<password>`, `xxxx`.
pub fn is_placeholder(value: &str) -> bool {
    let value = with_dashes(value);
    let marked = |open: &str, close: &str| {
        let inner = value.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
        inner.is_some_and(|inner| !inner.is_empty() && !inner.contains(['<', '>']))
    };
    let all = |sign: u8| !value.is_empty() && value.bytes().all(|byte| byte == sign);
    let one = |sign: u8| value.len() >= 3 && all(sign);
    let crossed = one(b'x') || one(b'?') || one(b'.') || one(b'*') || all(b'#');
    let published = PUBLISHED.iter().any(|it| it.eq_ignore_ascii_case(&value.replace('-', "_")));
    let begins_as =
        |start: &str| VENDORS.iter().any(|it| it.to_ascii_lowercase().replace('_', "-") == start);
    // `SG.KEY`: how the vendor's begin, and what is to follow.
    let is_named = || {
        let rest = ["key", "api-key", "token", "secret"].iter();
        rest.filter_map(|it| value.strip_suffix(it)).any(begins_as)
    };
    // `sk_live_your_stripe_secret_key`
    let is_to_be_yours = || value.find("your-").is_some_and(|at| begins_as(&value[..at]));
    // Most values are shorter than the words, and it takes long to begin to look for some.
    let asks = REQUESTS.iter().filter(|it| it.len() <= value.len()).any(|words| {
        value.match_indices(words).any(|(at, _)| {
            let letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphabetic);
            let (before, after) = (&value.as_bytes()[..at], &value.as_bytes()[at + words.len()..]);
            !letter(before.last()) && !letter(after.first())
        })
    });
    // `server_name server.name;`
    let repeats_directive =
        matches!(value.as_str(), "server-name" | "server.name" | "domain-name" | "domain.name");
    // Domains of guides, which nobody who follows one has.
    let is_of_guides = matches!(
        value.strip_prefix("www.").unwrap_or(&value),
        "mysite.com" | "mydomain.com" | "domain.com"
    );
    // `your_django_secret_key_here`, in whatever language.
    let here = ["-here", "-aqui", "-aquí", "-ici", "-hier"].iter().any(|it| value.ends_with(it))
        || value.starts_with("your-") && value.contains("-here-");
    let addressed =
        here && value.split('-').count() > 2 && !value.bytes().any(|it| it.is_ascii_digit());
    // `这里填写邮箱密码`: nobody types that for a password, and whoever reads it knows what to put there.
    let is_note = value.chars().filter(|it| ('\u{2e80}'..='\u{d7ff}').contains(it)).count() > 2;
    // `NOOONONONO`: somebody took it out before the code was shown; `N/A`.
    let is_no = value == "n/a"
        || ["nono", "nooo"].iter().any(|it| value.starts_with(it))
            && value.bytes().all(|it| b"no".contains(&it));
    // The end of a key, crossed out or left out.
    let masked = value.ends_with("xxxxxx") || value.len() > 3 && value.ends_with("...");
    // `key-xxx`: how a vendor's begin, and the rest crossed out.
    let is_crossed = |part: &str| part.len() > 2 && part.bytes().all(|byte| byte == b'x');
    let crossed =
        crossed || value.split_once('-').is_some_and(|(_, rest)| rest.split('-').all(is_crossed));
    crossed
        || published
        || masked
        || is_no
        || repeats_directive
        || is_of_guides
        || is_note
        || value == "cannot-be-seen"
        || value == "prod-password"
        || names_itself(&value)
        || asks
        || addressed
        || value.starts_with("!!!")
        || is_made_up_address(&value)
        || is_counted_out(&value)
        || marked("<", ">")
        || marked("--", "--") && !value.starts_with("-----begin")
        || is_named()
        || is_to_be_yours()
}

/// Whether a text is what a secret would be called, and no more than that: `secret_key`. A file may well be
/// called so.
pub fn is_its_own_name(value: &str) -> bool {
    names_itself(&with_dashes(value))
}

/// In small letters, with one sign between words.
fn with_dashes(value: &str) -> String {
    value.trim().to_lowercase().replace(['_', ' '], "-")
}

fn names_itself(value: &str) -> bool {
    let words: Vec<&str> = value.split('-').collect();
    let is_word = |it: &&str| !it.is_empty() && it.bytes().all(|b| b.is_ascii_lowercase());
    // `X-API-KEY` is a header's.
    let is_header = words.first() == Some(&"x");
    let has_few = matches!(words.len(), 2 | 3) && words.iter().all(is_word) && !is_header;
    // `aws_s3_secret_access_key`: of words that such names are made of, any number.
    let is_of_names = || words.len() > 1 && words.iter().all(|it| OF_NAMES.contains(it));
    matches!(words.last(), Some(&"key" | &"token")) && (has_few || is_of_names())
}

/// Whether it is an address that people write where none is known: `1.2.3.4`, `111.111.111.111`.
fn is_made_up_address(value: &str) -> bool {
    let numbers: Vec<&str> = value.split('.').collect();
    let is_number =
        |it: &&str| (1..=3).contains(&it.len()) && it.bytes().all(|it| it.is_ascii_digit());
    let counts = || counts_up(&numbers.concat());
    let repeats = || numbers[0].len() == 3 && numbers.iter().all(|it| *it == numbers[0]);
    numbers.len() == 4 && numbers.iter().all(is_number) && (counts() || repeats())
}

/// Whether it is digits in a row that somebody typed to fill a length, as of the id of an app, or the whole
/// alphabet. A password that does no more than use each digit once is a bad one, and somebody's.
fn is_counted_out(value: &str) -> bool {
    let digits = value.trim_start_matches(|it: char| it.is_ascii_lowercase());
    let letters = &value.as_bytes()[..value.len() - digits.len()];
    let spells = letters.len() > 10
        && letters.iter().zip((b'a'..=b'z').cycle()).all(|(letter, next)| *letter == next);
    match letters.is_empty() {
        true => value.len() > 10 && counts_up(value),
        false => spells && counts_up(digits.strip_prefix('0').unwrap_or(digits)),
    }
}

/// `123`, `123456789012`.
fn counts_up(digits: &str) -> bool {
    digits.bytes().zip(b"1234567890".iter().cycle()).all(|(digit, next)| digit == *next)
}

/// What vendors let everybody use where pages are tested: reCAPTCHA (developers.google.com/recaptcha/docs/faq),
/// hCaptcha (docs.hcaptcha.com, "Integration Testing") and Turnstile (developers.cloudflare.com/turnstile,
/// "Testing").
const PUBLISHED: [&str; 6] = [
    "6LeIxAcTAAAAAJcZVRqyHh71UMIEGNQ_MXjiZKhI",
    "6LeIxAcTAAAAAGG_vFI1TnRWxMZNFuojJ4WifJWe",
    "0x0000000000000000000000000000000000000000",
    "1x0000000000000000000000000000000AA",
    "2x0000000000000000000000000000000AA",
    "3x0000000000000000000000000000000AA",
];

/// Whether a value is a regular expression, as of the part of a URL that a token stands in.
pub fn is_pattern(value: &str) -> bool {
    ["(?P<", "(?:", "]{", "]+", "\\d", "\\w"].iter().any(|part| value.contains(part))
}

/// Whether a value says how often something may be done, whatever it is called after: `20/minute`, as
/// Django REST framework and django-ratelimit have it.
pub fn is_rate(value: &str) -> bool {
    let Some((times, per)) = value.split_once('/') else { return false };
    let per = per.trim_start_matches(|it: char| it.is_ascii_digit());
    let units = ["s", "sec", "second", "m", "min", "minute", "h", "hour", "d", "day"];
    !times.is_empty() && times.bytes().all(|it| it.is_ascii_digit()) && units.contains(&per)
}

/// Whether a text says that there is no value, or answers yes or no, where a password or a key would
/// stand. Elsewhere it may mean something: `SameSite=None`.
pub fn is_none(value: &str) -> bool {
    let value = value.trim().to_ascii_lowercase().replace(['_', ' '], "-");
    let nothing = [
        "none",
        "null",
        "nil",
        "unset",
        "undefined",
        "not-set",
        "notset",
        "not-configured",
        "tbd",
        "invalid",
        "missing",
        // What everybody says who has no account: `ftp`'s, and databases that are there for all.
        "anonymous",
        // RabbitMQ's own, which everybody knows.
        "guest",
        "no-pass",
        "no-password",
        "no-key",
        "no-secret",
        "no-token",
    ];
    let answers = ["true", "false", "yes", "no", "on", "off"];
    // `no_DB_PWD`, which says what there is none of.
    let names_it = value.strip_prefix("no-").is_some_and(|it| {
        it.contains('-') && it.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
    });
    nothing.contains(&value.as_str()) || answers.contains(&value.as_str()) || names_it
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
    // Along a row of keys.
    "qwert",
    "asdfg",
    "zxcvb",
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

/// Whether it has a word in it of values that are to be replaced or that somebody made up.
pub fn is_made_up(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    MADE_UP.iter().any(|word| value.contains(word))
}

/// Whether it is written as Google shows the password of an app: sixteen small letters, in fours
/// (support.google.com/accounts/answer/185833).
pub fn is_app_password(value: &str) -> bool {
    let fours: Vec<&str> = value.trim().split(' ').collect();
    let is_four = |four: &&str| four.len() == 4 && four.bytes().all(|it| it.is_ascii_lowercase());
    fours.len() == 4 && fours.iter().all(is_four) && distinct(value) >= 8 && !is_made_up(value)
}

/// Whether it begins as the keys of a well-known vendor do.
pub fn is_of_vendor(value: &str) -> bool {
    VENDORS.iter().any(|start| value.starts_with(start))
}

/// How many different bytes it has.
fn distinct(value: &str) -> usize {
    value.bytes().collect::<BTreeSet<u8>>().len()
}

/// Whether it is a phrase that says what belongs there: `passphrase_encoded_into_base64`,
/// `SHOP_S3_ACCESS_KEY`.
fn is_phrase(value: &str) -> bool {
    let words: Vec<&str> = value.split(['_', '-', ' ']).collect();
    let is_word = |word: &&str| {
        let letters = word.trim_end_matches(|it: char| it.is_ascii_digit());
        let is_small = letters.bytes().all(|it| it.is_ascii_lowercase());
        let is_large = letters.bytes().all(|it| it.is_ascii_uppercase());
        (is_small || is_large) && (1..=12).contains(&word.len()) && word.len() - letters.len() <= 3
    };
    words.len() >= 4 && words.iter().all(is_word)
}

/// Whether it is a row of pairs, as of keys under names, in which nothing but words and phrases stands:
/// `first:put-your-key-here,second:another-key-that-you-made`.
fn is_row_of_words(value: &str) -> bool {
    let is_word = |it: &str| it.len() <= 12 && it.bytes().all(|it| it.is_ascii_alphanumeric());
    let parts = || value.split([',', ':', ';']).map(str::trim);
    let has_phrase = parts().any(|it| is_phrase(it) || is_placeholder(it));
    has_phrase && parts().all(|it| is_word(it) || is_phrase(it) || is_placeholder(it))
}

/// Whether a secret looks like one that a vendor or a generator made, and no word of somebody's.
pub fn is_made(value: &str) -> bool {
    let is_token = |char: char| char.is_ascii_graphic() && !matches!(char, '<' | '>' | '{' | '}');
    if is_private_key(value) {
        return true;
    }
    if is_placeholder(value)
        || is_phrase(value)
        || is_row_of_words(value)
        || is_reference(value)
        // Its author crossed a part of it out.
        || value.contains("***")
        || !value.chars().all(is_token)
    {
        return false;
    }
    let lower = value.to_ascii_lowercase();
    let made_up = MADE_UP.iter().any(|word| lower.contains(word));
    if is_of_vendor(value) {
        // Google's have 39 letters, all of them.
        let is_whole = !value.starts_with("AIza") || value.len() == 39;
        return value.len() >= 16 && is_whole && !made_up;
    }
    let has = |is: fn(&u8) -> bool| value.as_bytes().iter().any(is);
    value.len() >= 20
        && distinct(value) >= 12
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_alphabetic)
        && !value.contains("://")
        && !made_up
}
