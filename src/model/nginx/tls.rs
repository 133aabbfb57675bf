//! Where TLS is spoken, with which certificates, protocols and ciphers.

use crate::fact::{Fact, symbol};
use crate::model::nginx::choose::Server;
use crate::model::nginx::level::Level;
use crate::model::nginx::scope::Line;
use crate::model::nginx::{Address, Config, Listener};

impl<'c> Server<'c> {
    /// Whether it may speak TLS: it says so, or it is a fragment whose server is not in view.
    pub fn may_speak_tls(self) -> bool {
        !self.is_written() || self.listeners().iter().any(|listener| listener.value.ssl)
    }
}

impl Config {
    /// The lines of a name that hold for some server with TLS, once each.
    pub fn tls_lines(&self, name: &str) -> Vec<Fact<&Line>> {
        let mut lines: Vec<Fact<&Line>> = Vec::new();
        for server in self.servers().filter(|server| server.may_speak_tls()) {
            let found = server.level().in_effect(&[name]);
            // The last one counts where a level has several, which nginx refuses anyway.
            let Some(line) = found.lines.last() else { continue };
            if !lines.iter().any(|known| std::ptr::eq(known.value, *line)) {
                lines.push(found.doubted(line.fact(*line)));
            }
        }
        lines
    }

    /// Listeners for TLS whose default server has no certificate with its key, so that nginx does
    /// not start (`ngx_http_ssl_init`). Silent where a level may have more lines than are in view.
    pub fn listeners_without_certificate(&self) -> Vec<Vec<&Fact<Listener>>> {
        let mut missing = Vec::new();
        let mut asked: Vec<&Address> = Vec::new();
        for server in self.servers().filter(|server| server.is_written()) {
            let mut own = Vec::new();
            for listener in server.listeners().iter().filter(|it| it.value.ssl) {
                let address = &listener.value.address;
                let default = self.default_server(address);
                let is_default = default.is_some_and(|it| it.level().id() == server.level().id());
                if !is_default || asked.contains(&address) {
                    continue;
                }
                asked.push(address);
                if lacks_certificate(server.level()) {
                    own.push(listener);
                }
            }
            if !own.is_empty() {
                missing.push(own);
            }
        }
        missing
    }
}

impl Level<'_> {
    /// The certificate, if it is of Let's Encrypt: it names no OCSP responder since 2025
    /// (letsencrypt.org, "Ending OCSP Support in 2025").
    pub fn certificate_without_responder(self) -> Option<Fact<String>> {
        // dehydrated asks Let's Encrypt unless it is told otherwise.
        let is_theirs = |it: &str| it.contains("letsencrypt") || it.contains("/dehydrated/");
        self.value("ssl_certificate").filter(|it| is_theirs(&it.value))
    }
}

fn lacks_certificate(level: Level<'_>) -> bool {
    let has = |name| !level.in_effect(&[name]).lines.is_empty();
    let rejects = level.is_on("ssl_reject_handshake", false, "ngx_http_ssl_module").value;
    level.unseen().is_none() && !rejects && !(has("ssl_certificate") && has("ssl_certificate_key"))
}

/// Something that nobody should speak, as OpenSSL's cipher lists name it (openssl-ciphers(1)).
struct Weakness {
    what: &'static str,
    named: fn(&str) -> bool,
    /// The words that take it out again.
    without: &'static [&'static str],
}

const WEAK: &[Weakness] = &[
    Weakness { what: "RC4", named: |word| word.contains("RC4"), without: &["RC4", "MEDIUM"] },
    Weakness {
        what: "3DES",
        named: |word| word.contains("3DES") || word.contains("DES-CBC3"),
        without: &["3DES", "DES-CBC3-SHA", "MEDIUM"],
    },
    Weakness {
        what: "DES",
        named: |word| word == "DES" || word == "DES-CBC-SHA",
        without: &["DES", "LOW"],
    },
    Weakness {
        what: "export-grade keys",
        named: |word| {
            word.starts_with("EXP-") || ["EXP", "EXPORT", "EXPORT40", "EXPORT56"].contains(&word)
        },
        without: &["EXP", "EXPORT", "EXPORT40", "EXPORT56"],
    },
    Weakness {
        what: "suites without encryption",
        named: |word| word.contains("NULL-") || word == "NULL" || word == "ENULL",
        without: &["NULL", "ENULL"],
    },
    Weakness {
        what: "suites without authentication",
        named: |word| {
            word.starts_with("ADH-")
                || word.starts_with("AECDH-")
                || ["ADH", "AECDH", "ANULL"].contains(&word)
        },
        without: &["ADH", "AECDH", "ANULL"],
    },
    Weakness {
        what: "MD5",
        named: |word| word.ends_with("-MD5") || word == "MD5",
        without: &["MD5"],
    },
];

/// The entries of a cipher list that admit something weak, each with what that is. What an
/// abbreviation like `HIGH` or `ALL` stands for depends on the version of OpenSSL.
pub fn weak_ciphers(list: &str) -> Vec<(&str, &'static str)> {
    if symbol::is_symbolic(list) || list.contains('$') {
        return Vec::new();
    }
    let excluded: Vec<String> =
        ciphers(list).filter_map(|it| it.strip_prefix(['!', '-'])).map(str::to_uppercase).collect();
    let is_out = |word: &str| excluded.iter().any(|it| it == word);
    let weakness = |entry: &str| {
        let upper = entry.to_uppercase();
        // `aRSA+RC4` is what is both.
        let words: Vec<&str> = upper.split('+').collect();
        if is_out(&upper) || words.iter().any(|word| is_out(word)) {
            return None;
        }
        let admits = |it: &&Weakness| {
            words.iter().any(|word| (it.named)(word)) && !it.without.iter().any(|it| is_out(it))
        };
        WEAK.iter().find(admits).map(|it| it.what)
    };
    let entries = ciphers(list).filter(|it| !it.starts_with(['!', '-', '+', '@']));
    entries.filter_map(|entry| Some((entry, weakness(entry)?))).collect()
}

/// The words of a cipher list.
pub fn ciphers(list: &str) -> impl Iterator<Item = &str> {
    list.split([':', ',', ' ']).filter(|it| !it.is_empty())
}
