//! Private keys in the tree: whether a file has one, and whether it is for `localhost` alone or for nobody.

use crate::model::{Files, Found, Kind, Read};
use camino::Utf8Path;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::pem::Pem;

/// The shortest of any kind, one of Ed25519, has 48 bytes (RFC 8410, section 10.3).
const SHORTEST: usize = 48;

/// How public keys begin, whatever their frame is called: `SubjectPublicKeyInfo` of RSA with 1024, 2048
/// and 4096 bits, and of P-256 (RFC 5280, section 4.1).
const PUBLIC: [&str; 4] = ["MIGfMA0GCSqG", "MIIBIjANBgkq", "MIICIjANBgkq", "MFkwEwYHKoZI"];

/// Whether a text has the key itself: many a repository keeps the frame, with a word in it for whoever
/// looks for the key.
pub(super) fn has_key(text: &str) -> bool {
    let mut parts = text.split("-----BEGIN ").skip(1);
    parts.any(|part| {
        let Some((label, body)) = part.split_once("-----") else { return false };
        let body = body.split("-----END").next().unwrap_or_default();
        // Somebody crossed a part of it out.
        if body.contains("***") {
            return false;
        }
        // A text of JSON has its lines in one.
        let body = body.replace("\\n", "\n");
        // Headers of an encrypted key have a colon in them (RFC 1421, section 4.6).
        let lines = body.lines().map(str::trim).filter(|line| !line.contains(':'));
        let is_base64 = |it: char| it.is_ascii_alphanumeric() || "+/=".contains(it);
        let coded: String = lines.filter(|line| line.chars().all(is_base64)).collect();
        let is_public = PUBLIC.iter().any(|it| coded.starts_with(it));
        label.contains("PRIVATE KEY") && coded.len() * 3 / 4 >= SHORTEST && !is_public
    })
}

/// The certificates of the same name beside a key, or called `cert` beside one that is called `key`.
pub(super) fn certificates<'f>(files: &Files<'f>, key: &Utf8Path) -> Vec<Read<'f>> {
    let stem = key.file_stem().unwrap_or_default();
    let stems = [Some(stem), (stem == "key").then_some("cert")].into_iter().flatten();
    let names = stems
        .flat_map(|stem| ["crt", "cert", "cer", "pem"].map(|ending| format!("{stem}.{ending}")));
    let beside = names.map(|name| key.with_file_name(name));
    let found = beside.filter(|it| it != key).map(|it| files.find(&it)).collect::<Vec<_>>();
    found.into_iter().filter_map(Found::read).collect()
}

/// Whether the certificate beside a key is for `localhost`, or for somebody's development, and nothing
/// else.
pub(super) fn is_for_localhost(files: &Files, key: &Utf8Path) -> bool {
    certificates(files, key).iter().any(|read| {
        names(read.text)
            .is_some_and(|names| !names.is_empty() && names.iter().all(|it| is_local(it)))
    })
}

/// Whether the certificate beside a key is signed by the key itself, which no browser takes for anybody's, and
/// nothing that configures a server or builds an image names the key.
pub(super) fn opens_nothing(files: &Files, key: &Utf8Path) -> bool {
    const USERS: [Kind; 8] = [
        Kind::Nginx,
        Kind::Caddy,
        Kind::Compose,
        Kind::Dockerfile,
        Kind::Shell,
        Kind::Systemd,
        Kind::Supervisor,
        Kind::Python,
    ];
    let name = key.file_name().unwrap_or_default();
    let is_named = || USERS.into_iter().flat_map(|it| files.of(it)).any(|it| it.has(name));
    certificates(files, key).iter().any(|it| is_self_signed(it.text)) && !is_named()
}

fn is_self_signed(text: &str) -> bool {
    certificate(text, |it| it.subject() == it.issuer()) == Some(true)
}

/// What the first certificate of a text says.
fn certificate<T>(text: &str, says: impl FnOnce(&X509Certificate<'_>) -> T) -> Option<T> {
    let mut pems = Pem::iter_from_buffer(text.as_bytes()).filter_map(Result::ok);
    let pem = pems.find(|pem| pem.label == "CERTIFICATE")?;
    let certificate = pem.parse_x509().ok()?;
    Some(says(&certificate))
}

fn is_local(name: &str) -> bool {
    let mut words = name.split(|it: char| !it.is_ascii_alphanumeric());
    name.ends_with(".localhost") || words.any(|it| matches!(it, "localhost" | "development"))
}

/// The hosts that the certificate of a text is for; its subject's name counts where it has no others.
fn names(text: &str) -> Option<Vec<String>> {
    certificate(text, |certificate| {
        let alternative = certificate.subject_alternative_name().ok().flatten();
        let listed = alternative.iter().flat_map(|it| &it.value.general_names);
        let mut names: Vec<String> = listed
            .filter_map(|name| match name {
                GeneralName::DNSName(name) => Some(name.to_ascii_lowercase()),
                _ => None,
            })
            .collect();
        if names.is_empty() {
            let common = certificate.subject().iter_common_name().filter_map(|it| it.as_str().ok());
            names.extend(common.map(str::to_ascii_lowercase));
        }
        names
    })
}
