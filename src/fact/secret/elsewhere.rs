//! What stands where a secret would, and opens nothing by itself.

/// Whether the text stands for a secret that is kept elsewhere, or for one still to be filled in:
/// `${X}`, `$X`, `{{ x }}`, `<x>`, `__X__`, `%(x)s`, `op://x/y`. One with a default (`${X:-y}`) is
/// no mere reference: the default is written out. What is encrypted counts as one: the key is elsewhere. So
/// does the name of a file that has it, as `GOOGLE_APPLICATION_CREDENTIALS` is given one.
pub fn is_reference(value: &str) -> bool {
    let inner = |open: &str, close: &str| {
        let inner = value.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
        inner.filter(|inner| !inner.is_empty() && !inner.contains(open))
    };
    let is_name = |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let braced = |inner: &str| is_name(inner) || inner.contains('?');
    is_key_file(value)
        || inner("${", "}").is_some_and(braced)
        || value.strip_prefix('$').is_some_and(|name| !name.is_empty() && is_name(name))
        || inner("{{", "}}").is_some()
        || inner("<", ">").is_some()
        || inner("__", "__").is_some_and(is_name)
        || inner("%(", ")s").is_some_and(is_name)
        || inner("{", "}").is_some_and(is_name)
        || is_address_in_store(value)
        || is_encrypted(value)
        || is_entry_of_store(value)
}

/// `queue:orders:shop:1`: what somebody calls an entry of Redis, whose documentation recommends such names
/// ("Keys and values").
fn is_entry_of_store(value: &str) -> bool {
    let parts: Vec<&str> = value.split(':').collect();
    let is_word = |it: &&&str| it.len() > 2 && it.bytes().all(|b| b.is_ascii_lowercase());
    let is_part = |it: &&str| {
        let is_number = it.len() < 4 && it.bytes().all(|b| b.is_ascii_digit());
        !it.is_empty() && (is_number || is_word(&it))
    };
    parts.len() > 2 && parts.iter().all(is_part) && parts.iter().filter(is_word).count() > 1
}

/// Whether it says where a store has the secret, for a program to put that in its place before the start.
fn is_address_in_store(value: &str) -> bool {
    const BEGINNINGS: [&str; 10] = [
        // 1Password, "Secret reference syntax".
        "op://",
        // Bank-Vaults, "Vault Secrets Webhook"; for OpenBao as well.
        "vault:",
        "bao:",
        // helmfile/vals, "Expression Syntax".
        "ref+",
        // What `valueFrom` of Amazon's ECS and others take.
        "arn:aws:secretsmanager:",
        "arn:aws:ssm:",
        // GoogleCloudPlatform/berglas, "Secret reference".
        "sm://",
        "berglas://",
        // Azure App Service, "Use Key Vault references"; Azure Container Apps, "Manage secrets".
        "@Microsoft.KeyVault(",
        "secretref:",
    ];
    BEGINNINGS.iter().any(|start| value.len() > start.len() && value.starts_with(start))
}

/// Whether it is ciphertext, which is committed on purpose: of sops and eyaml (getsops.io, "Encryption
/// format"), and of dotenvx ("Encryption").
fn is_encrypted(value: &str) -> bool {
    let is_of_sops = value.starts_with("ENC[") && value.ends_with(']');
    is_of_sops || value.strip_prefix("encrypted:").is_some_and(|it| !it.is_empty())
}

/// A path, by the ending of what keeps keys.
fn is_key_file(value: &str) -> bool {
    const ENDINGS: [&str; 6] = [".json", ".pem", ".key", ".p12", ".pfx", ".crt"];
    let bare = value.trim_matches(['"', '\'']);
    let is_part = |it: u8| it.is_ascii_alphanumeric() || b"._-/~".contains(&it);
    ENDINGS.iter().any(|it| bare.len() > it.len() && bare.ends_with(it))
        && bare.bytes().all(is_part)
}
