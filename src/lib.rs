//! kilter reads every file that decides how a Django site runs, and says where they disagree.
//!
//! Files become [`source`]s, sources trees ([`syntax`]), trees and evaluated settings
//! one [`model`] made of [`fact`]s. [`rules`] look at the model only and say
//! [`diagnostic`]s, which [`report`] prints. [`run`] is that sentence as code: start there.

pub mod cli;
pub mod config;
pub mod diagnostic;
pub mod doctor;
pub mod fact;
pub mod fix;
pub mod host;
pub mod model;
pub mod python;
pub mod report;
pub mod rules;
pub mod run;
pub mod source;
pub mod syntax;

#[cfg(test)]
mod tests;
