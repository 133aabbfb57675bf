//! The deployment: which processes run, under which settings, behind which sites.
//!
//! One vocabulary for every format. Methods take facts and return facts, so what a rule learns
//! is as certain as all that was looked at; `None` is the answer where nobody can tell. Borrows
//! no tree and knows no rule.

pub mod caddy;
pub mod command;
pub mod compose;
pub mod contract;
mod deployment;
mod endpoint;
mod files;
pub mod image;
pub mod nginx;
pub mod project;
mod reading;
pub mod text;
pub mod units;
mod view;

pub use crate::source::Unread;
pub use crate::syntax::Fault;
pub use crate::syntax::kind::Kind;
pub use crate::syntax::{nginx::Fault as NginxFault, systemd::Fault as UnitFault};
pub use deployment::{Deployment, Stage};
pub use endpoint::{Endpoint, Host, reaches};
pub use files::{Files, Found, Read};
pub use reading::{Reading, Refused};
pub use view::{Dir, Mount, Storage, View, ViewId};

/// Everything that rules may look at.
#[derive(Debug, Default)]
pub struct Model {
    pub deployments: Vec<Deployment>,
    pub reading: Reading,
}

impl Model {
    pub fn build(_files: &Files) -> Self {
        Self::default()
    }
}
