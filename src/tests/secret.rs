//! What counts as a secret.

use crate::config::Config;
use crate::fact::secret::{
    is_none, is_placeholder, is_private_key, is_public, is_reference, is_secret_name,
    url_credentials, url_secrets,
};
use crate::run::run;
use crate::source::Tree;
use crate::tests::file;
use camino::Utf8Path;

#[test]
fn secrets_are_told_by_their_names() {
    for name in [
        "SECRET_KEY",
        "DJANGO_SECRET_KEY",
        "SECRET_KEY_FALLBACKS",
        "DB_PASSWORD",
        "PGPASSWORD",
        "POSTGRES_PASSWORD",
        "RABBITMQ_DEFAULT_PASS",
        "REDIS_PASS",
        "DB_PWD",
        "AUTH_TOKEN",
        "GITHUB_TOKEN",
        "apiKey",
        "stripe-api-key",
        "STRIPE_SECRET_KEY_LIVE",
        "AWS_SECRET_ACCESS_KEY",
        "FERNET_KEY",
        "client_secret",
        "clientSecret",
        "JWT_SECRET",
        "SOCIAL_AUTH_GITHUB_SECRET",
        "EMAIL_HOST_PASSWORD",
        "PASSWORD",
        "FIELD_ENCRYPTION_KEY",
        "KEY_PASSPHRASE",
        "SSHPASS",
        "API_KEY_2",
        "API_KEY2",
        "HASHID_SALT",
        "PUSHER_SECRET",
        "AMPLITUDE_SECRET_KEY",
        "VAULT_CLIENT_TOKEN",
    ] {
        assert!(is_secret_name(name), "{name}");
    }
}

#[test]
fn what_only_speaks_of_a_secret_is_none() {
    for name in [
        "",
        "KEY",
        "PWD",
        "OLDPWD",
        "DB_PASSWORD_FILE",
        "SECRET_KEY_FILE",
        "PASSWORD_HASHERS",
        "AUTH_PASSWORD_VALIDATORS",
        "PASSWORD_RESET_TIMEOUT",
        "TOKEN_URL",
        "CACHE_KEY_PREFIX",
        "STRIPE_PUBLIC_KEY",
        "STRIPE_PUBLISHABLE_KEY",
        "ALGOLIA_SEARCH_API_KEY",
        "RECAPTCHA_SITE_KEY",
        "AWS_ACCESS_KEY_ID",
        "AUTHORIZED_KEYS",
        "DATABASE_URL",
        "SENTRY_DSN",
        "DEBUG",
        "BYPASS",
        "COMPASS",
        "TOKENIZER",
        "PRIMARY_KEY",
        "CAN_SHOW_CREDENTIALS",
        "ALLOW_EMPTY_PASSWORD",
        "isToken",
        "CORS_ALLOW_CREDENTIALS",
        "SOCIAL_AUTH_GITHUB_KEY",
        "PUSHER_KEY",
        "SHOP_MIXPANEL_TOKEN",
        "ROLLBAR_POST_CLIENT_ITEM_ACCESS_TOKEN",
    ] {
        assert!(!is_secret_name(name), "{name}");
    }
}

fn credentials(text: &str) -> Vec<&str> {
    url_credentials(text).into_iter().map(|range| &text[range]).collect()
}

#[test]
fn urls_carry_passwords_and_tokens() {
    for (text, found) in [
        ("postgres://app:s3cret@db:5432/app", vec!["s3cret"]),
        ("redis://:s3cret@redis/0", vec!["s3cret"]),
        ("a=postgres://u:p%40w@h/d b=redis://:q@h", vec!["p%40w", "q"]),
        ("postgres://u:p#w@h/db", vec!["p#w"]),
        ("postgres://u:p@w@h/db", vec!["p@w"]),
        (
            "https://0123456789abcdef0123456789abcdef@o1.ingest.example/2",
            vec!["0123456789abcdef0123456789abcdef"],
        ),
        ("mongodb://h/db?authSource=x&password=abc", vec!["abc"]),
        ("http://a/?next=http://u:p@b/?token=t&c=d", vec!["p", "t"]),
        ("postgres://u:${P:-dev}@h/db", vec!["${P:-dev}"]),
        ("postgres://app:s3cret:5432/app", vec!["s3cret"]),
        ("redis://host:6379:0", vec![]),
        ("http://[::1]:8000/", vec![]),
        ("http://fe80::1:8000/", vec![]),
        ("postgres://user@h/db", vec![]),
        ("http://host:8000/a@b", vec![]),
        ("https://host/@handle", vec![]),
        ("postgres://u:${P}@h/db", vec![]),
        ("postgres://u:${P:?needed}@h/db", vec![]),
        ("postgres://u:{{ password }}@h/db", vec![]),
        ("postgres://u:<password>@h/db", vec![]),
        ("postgres://u:@h/db", vec![]),
        (
            "https://hooks.slack.com/services/T1/B1/kx7Hq2vPz9wLm4TnRb8Yc3Sd>",
            vec!["kx7Hq2vPz9wLm4TnRb8Yc3Sd"],
        ),
        ("https://hooks.slack.com/services/", vec![]),
        ("https://discord.com/api/webhooks/1234/", vec![]),
        ("://", vec![]),
    ] {
        assert_eq!(credentials(text), found, "{text}");
    }
}

#[test]
fn the_key_of_a_sentry_dsn_opens_nothing() {
    for (text, opens) in [
        ("https://0123456789abcdef0123456789abcdef@o1.ingest.example/2", false),
        ("https://0123456789abcdef0123456789abcdef@sentry.example/errors/2/", false),
        ("https://0123456789abcdef0123456789abcdef:fedcba98@sentry.example/2", true),
        ("https://0123456789abcdef0123456789abcdef@git.example/app.git", true),
        ("https://ghp_0123456789abcdef0123456789@git.example/2", true),
    ] {
        assert_eq!(!url_secrets(text).is_empty(), opens, "{text}");
    }
}

#[test]
fn references_are_no_secrets() {
    for text in ["${X}", "$X", "{{ x }}", "<x>", "__X__", "%(x)s", "${X:?must be set}"] {
        assert!(is_reference(text), "{text}");
    }
    for text in [
        "op://prod/shop/secret_key",
        "vault:secret/data/shop#key",
        "ref+awssecrets://shop/key",
        "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop",
        "sm://shop/db-password",
        "@Microsoft.KeyVault(SecretUri=https://shop.vault.azure.net/secrets/db/)",
        "ENC[AES256_GCM,data:7Zs1,iv:9rQ1==,tag:aB3d==,type:str]",
        "encrypted:BDqDBibm4wsYqMpCjTQ6BsDHmMadg9K3",
    ] {
        assert!(is_reference(text), "{text}");
    }
    for text in ["", "$", "${X:-y}", "${X}y", "ab$X", "hunter2", "${A}${B}", "op://", "encrypted:"]
    {
        assert!(!is_reference(text), "{text}");
    }
}

#[test]
fn a_text_that_says_there_is_none_is_no_secret() {
    for value in
        ["none", "None", "not-configured", "NOT_SET", "not set", "unset", "tbd", "False", "yes"]
    {
        assert!(is_none(value), "{value}");
    }
    for value in ["", "nonesuch", "unset-me", "changeit"] {
        assert!(!is_none(value), "{value}");
    }
}

#[test]
fn what_is_to_be_replaced_is_no_secret() {
    for value in [
        "???",
        "xxxx",
        "key-xxx",
        "sk_xxx-xxxx",
        "SG.KEY",
        "sk_live_key",
        "aws_s3_secret_access_key",
        "<password>",
        "change-me",
        "your_django_secret_key_here",
        "tu-clave-secreta-aqui",
        "prod_password",
        "abc123...",
        "123456789012345",
        "cambiar_por_una_segura",
        "mude-me",
        "ваш_пароль",
        "ВАШ_КЛЮЧ",
        "www.mysite.com",
        "insecure-change-to-a-real-one",
    ] {
        assert!(is_placeholder(value), "{value}");
    }
    for value in [
        "mysite.org",
        "?a?",
        "SG.x8Jq",
        "key",
        "X-API-KEY",
        "blue_s3_secret_access_key",
        "1234567890",
        "12345678902",
    ] {
        assert!(!is_placeholder(value), "{value}");
    }
}

#[test]
fn what_pages_carry_is_public() {
    for (name, value) in [
        ("VITE_SECRET_KEY", "kx7Hq2vPz9wLm4Tn"),
        ("GATSBY_API_TOKEN", "kx7Hq2vPz9wLm4Tn"),
        ("STRIPE_KEY", "pk_live_kx7Hq2vPz9wLm4Tn"),
        ("TOKEN", "pub0123456789abcdef0123456789abcdef"),
        ("FIREBASE_API_KEY", "AIzaSyD9vQm3kTfW2xLr8HcNpB7sYe5Ju1GaKdo"),
    ] {
        assert!(is_public(name, value), "{name}={value}");
    }
    for (name, value) in [
        ("STRIPE_KEY", "sk_live_kx7Hq2vPz9wLm4Tn"),
        ("MAPBOX_TOKEN", "sk.eyJ1Ijoic2hvcCJ9"),
        ("SECRET_KEY", "public0123456789"),
        ("GOOGLE_API_KEY", "AIzaSyD9vQm3kTfW2xLr8HcNpB7sYe5Ju1GaKdo"),
        ("FIREBASE_PRIVATE_KEY", "kx7Hq2vPz9wLm4Tn"),
    ] {
        assert!(!is_public(name, value), "{name}={value}");
    }
}

#[test]
fn private_keys_are_told_from_their_stubs() {
    let body = "n2Xb7QvK9dLr4TzYc8WmHs3JgFp6Ua1EoRi5BtNqVxZk0MhSyDwGjCfLuPeAT+/k";
    let pem =
        |label: &str, body: &str| format!("-----BEGIN {label}-----{body}-----END {label}-----");
    for text in [
        pem("PRIVATE KEY", &format!("\n{body}\n")),
        pem("RSA PRIVATE KEY", &format!("\\n{body}\\n")),
        pem("OPENSSH PRIVATE KEY", &format!("{body}\n{body}")),
    ] {
        assert!(is_private_key(&text), "{text}");
        assert!(!is_placeholder(&text), "{text}");
    }
    for text in [
        pem("PRIVATE KEY", "MIIEvQIBADANBgkq"),
        pem("PRIVATE KEY", &"x".repeat(80)),
        pem("PRIVATE KEY", &format!("{body}...")),
        pem("PUBLIC KEY", body),
        pem("ENCRYPTED PRIVATE KEY", body),
        format!("-----BEGIN PRIVATE KEY-----{body}"),
    ] {
        assert!(!is_private_key(&text), "{text}");
    }
}

#[test]
fn what_nobody_parsed_hides_its_secrets_once_it_is_shown() {
    let manage = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n";
    let files = [
        ("manage.py", manage),
        ("shop/settings.py", "DEBUG = False\n"),
        ("shop/views.py", "API_SECRET_KEY = 'u7x-aPq93kd-wWz'\n"),
    ];
    let tree = Tree::of(files.map(|(path, text)| file(path, text)).into());
    let outcome = run(&tree, &Config::default());
    let views = outcome.sources.find("shop/views.py".into()).unwrap();
    assert_eq!(outcome.sources.shown().text(views), "API_SECRET_KEY = *****************\n");
    assert_eq!(outcome.sources.get(views).secrets().len(), 1);
}

#[test]
fn what_an_option_is_given_is_hidden_in_any_format() {
    let compose = r#"services:
  one:
    image: redis
    command: redis-server --requirepass hunter2hunter --appendonly yes
    healthcheck: {test: [CMD, redis-cli, -a, hunter2hunter, ping]}
  two:
    image: redis
    command: ["redis-server", "--requirepass", "hunter2hunter"]
    healthcheck:
      test: redis-cli -h two -a 'hunter2hunter' ping | redis-cli --pass hunter2hunter ping
  three:
    image: redis
    command:
      - redis-server
      - --requirepass
      - hunter2hunter
  four:
    image: redis
    command: >
      sh -c "PGPASSWORD=hunter2hunter psql; redis-server --masterauth=hunter2hunter
      --requirepass ${REDIS_PASSWORD:-hunter2hunter}"
  five:
    image: redis
    command: redis-server --requirepass $$REDIS_PASSWORD --port 7000
    healthcheck: {test: "redis-cli --no-auth-warning -a ${REDIS_PASSWORD} ping"}
"#;
    let image = "FROM redis\nCMD [\"redis-server\", \"--requirepass\", \"hunter2hunter\"]\n";
    let script = "redis-server --requirepass \\\n  hunter2hunter\nredis-cli ping -a\n";
    let files =
        [("docker-compose.yml", compose), ("Dockerfile", image), ("deploy/start.sh", script)];
    let tree = Tree::of(files.map(|(path, text)| file(path, text)).into());
    let outcome = run(&tree, &Config::default());
    for (path, text) in files {
        let id = outcome.sources.find(path.into()).unwrap();
        let hidden = text.replace("hunter2hunter", "*************");
        assert_eq!(outcome.sources.shown().text(id), hidden);
    }
}

#[test]
fn private_keys_are_hidden_in_any_format_and_their_marks_are_not() {
    let key = |body: &str, label: &str| {
        format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n")
    };
    let (begin, hidden) = ("MIIEvAIBADANBgkqhkiG9w0BAQEFAASC", "********************************");
    for label in ["PRIVATE KEY", "RSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY"] {
        let text = |body: &str| {
            format!("{}{}", key("MIIGTTCC", "CERTIFICATE"), key(&format!("{body}\n{body}"), label))
        };
        for path in ["certs/site.pem", "deploy/start.sh", "notes.txt"] {
            let mut files = vec![file(path, &*text(begin))];
            files.push(file("compose.yaml", &*format!("services: {{a: {{env_file: {path}}}}}")));
            let outcome = run(&Tree::of(files), &Config::default());
            let Some(id) = outcome.sources.find(path.into()) else {
                panic!("nothing reads {path}");
            };
            assert_eq!(outcome.sources.shown().text(id), text(hidden), "{path}");
        }
    }
    // Of a key that is cut off, the rest of the file is the key.
    let cut = file("site.key", "-----BEGIN PRIVATE KEY-----\nMIIE\n");
    let outcome = run(&Tree::of(vec![cut, file(".gitignore", "*.pyc\n")]), &Config::default());
    if let Some(id) = outcome.sources.find("site.key".into()) {
        assert_eq!(outcome.sources.shown().text(id), "-----BEGIN PRIVATE KEY-----\n****\n");
    }
}

#[test]
fn a_secret_is_hidden_wherever_else_its_file_has_it() {
    let (known, word) = ("hunter2hunter2", "postgres");
    let text =
        format!("# was {known}\nDB_PASSWORD={known}\nCACHE_PASSWORD={word}\nDB_ENGINE={word}\n");
    let tree = Tree::of(vec![file(".env", &*text)]);
    let outcome = run(&tree, &Config::default());
    let env = outcome.sources.find(".env".into()).unwrap();
    let shown = outcome.sources.shown().text(env);
    assert!(!shown.contains(known), "{shown}");
    assert!(shown.contains("DB_ENGINE=postgres"), "{shown}");
}

#[test]
fn the_password_of_an_app_is_told_by_its_fours() {
    use crate::fact::secret::is_app_password;
    assert!(is_app_password("gkvi mjtq mowp grde"));
    assert!(is_app_password("gkvi mjtq mowp grde "), "Google takes it with blanks or without");
    assert!(!is_app_password("this your pass word"), "somebody's words");
    assert!(!is_app_password("aaaa bbbb aaaa bbbb"));
    assert!(!is_app_password("gkvi mjtq mowp"));
}

#[test]
fn what_an_app_json_has_under_a_secret_name_is_hidden_in_either_form() {
    let text = "{\"env\": {\"API_TOKEN\": \"kilter-1\",\n\"SECRET_KEY\": {\"description\": \"in {braces}\",\n  \"value\": \"kilter-2\"},\n\"DEBUG\": {\"value\": \"True\"}, \"B_KEY\": {\"required\": true}}}";
    let (_, file) = crate::tests::source("app.json", text);
    let hidden = crate::syntax::secret_values(Utf8Path::new("app.json"), file, text);
    let hidden: Vec<&str> = hidden.iter().map(|it| &text[it.span.range()]).collect();
    assert_eq!(hidden, ["kilter-1", "kilter-2"]);
}
