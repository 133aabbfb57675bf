//! Models that a server's application imports before Django is set up.

use crate::fact::Fact;

/// An import of the module that a server loads, by which a model is asked for too early: "Apps aren't
/// loaded yet" (`AppRegistryNotReady`, of `Apps.check_apps_ready`), or no settings are named by then.
#[derive(Clone, Debug)]
pub struct Early {
    /// In the module that the server loads.
    pub import: Fact<()>,
    /// A model's class, an import of Django's own models, or the call of `get_user_model`.
    pub asks: Fact<()>,
    /// Where the application is made, which sets Django up, if that comes afterwards.
    pub set_up: Option<Fact<()>>,
}
