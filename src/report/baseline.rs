//! What is known already: findings that a project has decided to live with for now.
//!
//! A file of fingerprints with enough words beside them to be reviewed, one finding a line, no
//! line numbers. A finding is known if one of its kind is in the baseline and not yet taken: the
//! one in the same file if there is one, any other where a folder was renamed. So a second
//! finding that looks like a known one is new.

use crate::diagnostic::Diagnostic;
use crate::report::fingerprint;
use crate::source::Shown;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

const VERSION: u64 = 1;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    entries: BTreeSet<Entry>,
}

/// One known finding. Rule and message are there for those who read the file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Empty if no file was to blame.
    pub path: String,
    pub rule: String,
    pub fingerprint: String,
    pub message: String,
}

/// Why a file is no baseline.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum BaselineError {
    #[error("it is no baseline: {0}")]
    Malformed(String),
    #[error("it is a baseline of version {0}, and this kilter reads version {VERSION}")]
    Version(u64),
}

/// What a baseline leaves of a run.
#[derive(Debug)]
pub struct Applied {
    pub new: Vec<Diagnostic>,
    /// How many findings were known.
    pub known: usize,
    /// The baseline without what is no longer found.
    pub shrunk: Baseline,
}

impl Baseline {
    /// Of everything that was found.
    pub fn of(diagnostics: &[Diagnostic], shown: Shown<'_>) -> Self {
        let fingerprints = fingerprint::all(diagnostics, shown);
        let entry = |(it, fingerprint): (&Diagnostic, String)| Entry {
            path: path(it, shown).to_owned(),
            rule: it.rule.to_owned(),
            fingerprint,
            message: it.message.clone(),
        };
        Self { entries: diagnostics.iter().zip(fingerprints).map(entry).collect() }
    }

    pub fn parse(text: &str) -> Result<Self, BaselineError> {
        let malformed = |error: serde_json::Error| BaselineError::Malformed(error.to_string());
        // The version first: another one may have other fields.
        let mut value: Value = serde_json::from_str(text).map_err(malformed)?;
        match value.get("version").and_then(Value::as_u64) {
            Some(VERSION) => {}
            Some(other) => return Err(BaselineError::Version(other)),
            None => return Err(BaselineError::Malformed("it has no version".to_owned())),
        }
        let findings = value.get_mut("findings").map(Value::take).unwrap_or_default();
        Ok(Self { entries: serde_json::from_value(findings).map_err(malformed)? })
    }

    /// As it is kept in a repository: by path, a finding a line, so that a change is a line too.
    pub fn write(&self) -> String {
        let lines: Vec<_> = self
            .entries
            .iter()
            .map(|entry| serde_json::to_string(entry).expect("strings only"))
            .map(|entry| format!("    {entry}"))
            .collect();
        let findings = match lines.as_slice() {
            [] => "[]".to_owned(),
            lines => format!("[\n{}\n  ]", lines.join(",\n")),
        };
        format!("{{\n  \"version\": {VERSION},\n  \"findings\": {findings}\n}}\n")
    }

    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    pub fn apply(&self, diagnostics: Vec<Diagnostic>, shown: Shown<'_>) -> Applied {
        let fingerprints = fingerprint::all(&diagnostics, shown);
        let keys: Vec<(&str, &str)> = diagnostics
            .iter()
            .zip(&fingerprints)
            .map(|(it, fingerprint)| (fingerprint::kind(fingerprint), path(it, shown)))
            .collect();

        let mut in_place: BTreeMap<(&str, &str), Vec<&Entry>> = BTreeMap::new();
        for entry in &self.entries {
            let kind = fingerprint::kind(&entry.fingerprint);
            in_place.entry((kind, &entry.path)).or_default().push(entry);
        }
        let mut known: Vec<Option<&Entry>> =
            keys.iter().map(|key| in_place.get_mut(key)?.pop()).collect();

        // All that stayed in their file are matched before one that moved takes an entry.
        let mut anywhere: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
        for ((kind, _), entries) in in_place {
            anywhere.entry(kind).or_default().extend(entries);
        }
        for (known, (kind, _)) in known.iter_mut().zip(&keys).filter(|(known, _)| known.is_none()) {
            *known = anywhere.get_mut(kind).and_then(Vec::pop);
        }

        let shrunk = Self { entries: known.iter().copied().flatten().cloned().collect() };
        let new = diagnostics.into_iter().zip(&known).filter(|(_, known)| known.is_none());
        Applied {
            new: new.map(|(it, _)| it).collect(),
            known: known.iter().flatten().count(),
            shrunk,
        }
    }
}

fn path<'a>(it: &Diagnostic, shown: Shown<'a>) -> &'a str {
    it.place().map_or("", |place| shown.path(place.file))
}
