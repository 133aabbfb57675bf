//! What may be asked of something that listens on this machine, and what came back.
//!
//! One question each, without credentials, that changes nothing; answers are told by their kind,
//! and no body is kept.

use crate::host::{Address, Answer, Certificate};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Probe {
    pub to: Address,
    pub ask: Ask,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ask {
    /// Only whether somebody answers.
    Connect,
    /// `GET` of a path, under a host.
    Http {
        host: String,
        path: String,
        /// Says that the client came by https, as a proxy in front would.
        #[serde(default)]
        https: bool,
    },
    /// `PING`, which Redis answers to anybody or refuses (redis.io, "PING").
    Redis,
    /// The start of a TLS handshake, under a name.
    Tls { host: String },
    /// `SSLRequest`, which PostgreSQL answers before it asks who is there (its documentation,
    /// "Message Formats").
    Postgres,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Reply {
    /// Nobody listens.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub refused: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// How long the body is, if it came to its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub length: Option<u64>,
    /// The page is Django's own for developers.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub debug: bool,
    /// The first word of Redis's or PostgreSQL's answer: `PONG`, `NOAUTH`, `S`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub word: Option<String>,
    /// The one that is shown for the name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<Certificate>,
}

/// Recorded with its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probed {
    #[serde(flatten)]
    pub probe: Probe,
    pub reply: crate::host::Known<Reply>,
}

impl Probed {
    pub(super) fn new(probe: &Probe, answer: &Answer<Reply>) -> Self {
        Self { probe: probe.clone(), reply: answer.clone().into() }
    }
}
