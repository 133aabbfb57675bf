//! Passwords and keys that everybody with the compose file can read.

use crate::fact::Fact;
use crate::fact::secret::{
    is_none, is_own_name, is_public, is_reference, is_secret_name, url_secrets,
};
use crate::fact::symbol::is_shouted;
use crate::model::compose::{Service, Variable};
use crate::model::text::{Fallback, Part, Source, Text};
use std::sync::Arc;

/// A password or key that stands in the file.
pub struct WrittenSecret<'c> {
    /// The variable that the service gets it in, alone or in a URL.
    pub name: &'c str,
    /// The password itself, which is to tell it from others and for nobody to see.
    pub secret: String,
    /// The whole value.
    pub at: Fact<()>,
    /// It is what a secret is called that the service is given: its name is the password then, not what is in
    /// the file.
    pub is_name: bool,
}

/// Variables that images take a password from, and with `_FILE` behind the name the path of one (Docker Hub:
/// postgres, mysql, mariadb, mongo, Bitnami's of PostgreSQL and RabbitMQ; Elasticsearch's guide, "Install with
/// Docker").
const OF_IMAGES: [&str; 9] = [
    "ELASTIC_PASSWORD",
    "MARIADB_PASSWORD",
    "MARIADB_ROOT_PASSWORD",
    "MONGO_INITDB_ROOT_PASSWORD",
    "MYSQL_PASSWORD",
    "MYSQL_ROOT_PASSWORD",
    "POSTGRES_PASSWORD",
    "POSTGRESQL_PASSWORD",
    "RABBITMQ_PASSWORD",
];

impl WrittenSecret<'_> {
    /// Whether one file has the same password twice.
    pub fn is_same_as(&self, other: &Self) -> bool {
        let file = |it: &Self| it.at.evidence().place().map(|it| it.file);
        self.secret == other.secret && self.is_name == other.is_name && file(self) == file(other)
    }
}

impl Service {
    /// The variables that hold a password or key which is written out here.
    pub fn written_secrets(&self) -> Vec<WrittenSecret<'_>> {
        let written = |text: &Text| {
            let literal = |part: &Fact<Part>| part.value.source == Source::Literal;
            text.parts().iter().all(literal)
        };
        let secrets = self.environment.iter().filter_map(|variable| {
            let text = variable.value.as_ref().filter(|text| written(text))?;
            let (name, value) = (variable.name.value.as_str(), text.to_string());
            // How the images of tutum are told that there is none.
            let named = is_secret_name(name) && !is_plain(name, &value) && value != "**None**";
            let is_name = self.secrets.iter().any(|it| it.source.to_string() == value);
            let named = named && (!is_name || OF_IMAGES.contains(&name));
            // RabbitMQ's own, which everybody knows.
            let in_url = url_secrets(&value);
            let in_url = in_url.into_iter().next().filter(|_| !value.contains("guest:guest@"));
            if !named && in_url.is_none() {
                return None;
            }
            let secret = in_url.map_or(value.clone(), |range| value[range].to_owned());
            Some(WrittenSecret { name, secret, at: Fact::at((), text.place), is_name })
        });
        secrets.collect()
    }

    /// What stands in for variables that are not set and that hold a password or key, as their own
    /// names say or those that the service gets them under: `${DB_PASSWORD:-…}`.
    pub fn secret_defaults(&self) -> Vec<Fallback> {
        let is_secret = |name: &str, it: &Fallback| {
            let value = &it.literal.value;
            let named = is_secret_name(&it.name) || is_secret_name(name);
            let named = named && !is_user_name(&it.name);
            let in_url = !url_secrets(value).is_empty() && !value.contains("guest:guest@");
            in_url || named && !is_plain(&it.name, value)
        };
        let of_variable = |variable: &Variable| {
            let text = variable.value.as_ref();
            // Beside others, what the name speaks of may be any of them.
            let is_whole = text.is_some_and(|text| text.parts().len() == 1);
            let name = if is_whole { variable.name.value.as_str() } else { "" };
            let defaults = text.into_iter().flat_map(Text::defaults);
            defaults.filter(|it| is_secret(name, it)).collect::<Vec<_>>()
        };
        let commands = [&self.command, &self.entrypoint].into_iter().flatten();
        let words = commands.flat_map(|it| &it.words).flat_map(Text::defaults);
        let words = words.filter(|it| is_secret("", it));
        self.environment.iter().flat_map(of_variable).chain(words).collect()
    }

    /// Where a password stands as the default of a variable that has no value, alone or in a URL:
    /// `${DB_PASSWORD:-…}`.
    pub fn falls_back_to(&self, secret: &WrittenSecret<'_>) -> Vec<Fact<()>> {
        let secret = secret.secret.as_str();
        let is_it = |it: &Fallback| {
            let text = it.literal.value.as_str();
            text == secret || url_secrets(text).into_iter().any(|range| &text[range] == secret)
        };
        let defaults = self.secret_defaults().into_iter().filter(|it| it.used && is_it(it));
        // It stands there, whatever the variable has elsewhere.
        defaults.filter_map(|it| Some(Fact::at((), it.literal.evidence().place()?))).collect()
    }

    /// The arguments of its build that have a password, alone or in a URL: the image keeps them (Docker's
    /// manual, "docker image history").
    pub fn built_with(&self, secret: &WrittenSecret<'_>) -> Vec<Fact<()>> {
        let secret = secret.secret.as_str();
        let has_it = |text: &&Text| {
            text.known().is_some_and(|it| {
                let text = it.value.as_str();
                text == secret || url_secrets(text).into_iter().any(|range| &text[range] == secret)
            })
        };
        let args = self.build.iter().flat_map(|it| &it.args).filter_map(|it| it.value.as_ref());
        args.filter(has_it).map(|it| Fact::at((), it.place)).collect()
    }

    /// The variables that its environment and its commands have defaults for.
    pub fn defaulted(&self) -> Vec<Arc<str>> {
        let values = self.environment.iter().filter_map(|it| it.value.as_ref());
        let commands = [&self.command, &self.entrypoint].into_iter().flatten();
        let words = commands.flat_map(|it| &it.words);
        values.chain(words).flat_map(Text::defaults).map(|it| it.name).collect()
    }
}

/// Whether a variable says who logs in, whatever a service gets it under: what S3 calls a key of access
/// is the name beside its secret one (AWS, "Managing access keys for IAM users"; MinIO, `MINIO_ROOT_USER`).
fn is_user_name(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let of_s3 = ["AWS", "S3", "MINIO"].iter().any(|it| name.contains(it));
    name.ends_with("USER")
        || name.ends_with("USERNAME")
        || name.ends_with("ACCESS_KEY_ID")
        || of_s3 && name.ends_with("ACCESS_KEY") && !name.contains("SECRET")
}

/// A switch, a number, a path or what pages have is no secret, whatever it is called; a password may be a
/// number.
fn is_plain(name: &str, value: &str) -> bool {
    let is_password = name.to_ascii_uppercase().contains("PASS");
    let lower = value.to_lowercase();
    value.len() < 4
        || is_shouted(value.trim_matches(['\'', '"']))
        || lower.starts_with("your")
        || value.starts_with('/')
        || !is_password && value.bytes().all(|it| it.is_ascii_digit())
        || !is_password && is_own_name(name, value)
        || is_none(value)
        || is_reference(value)
        || is_public(name, value)
}
