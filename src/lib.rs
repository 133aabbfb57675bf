//! kilter reads every file that decides how a Django site runs, and says where they disagree.
//!
//! Files become [`source`]s, sources trees ([`syntax`]), trees and evaluated settings
//! one model made of [`fact`]s. Rules look at the model only and say
//! [`diagnostic`]s, which [`report`] prints.

pub mod diagnostic;
pub mod fact;
pub mod report;
pub mod source;
pub mod syntax;

#[cfg(test)]
mod tests;
