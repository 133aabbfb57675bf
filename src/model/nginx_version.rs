//! Which nginx reads a configuration, by the image that it runs in.

use crate::fact::Fact;
use crate::model::nginx::Config;
use crate::model::{Deployment, Engine};
use std::ptr;

/// What a tag leaves out is the newest there is.
const NEWEST: u32 = u32::MAX;

/// Images whose tags are the versions of the nginx in them.
const IMAGES: &[&str] = &["nginx", "nginxinc/nginx-unprivileged"];

impl Deployment {
    /// The version of nginx that a configuration is for: `1.27-alpine` is the last 1.27, and a tag
    /// without a number the newest. `None` if no such image in view has its sites.
    pub fn nginx_version(&self, config: &Config) -> Option<Fact<[u32; 3]>> {
        let mut views = self.sites.iter().filter_map(|site| match site.engine() {
            Engine::Nginx { config: own, .. } => {
                ptr::eq(&raw const **own, config).then_some(site.view)
            }
            Engine::Caddy { .. } | Engine::Traefik { .. } => None,
        });
        let service = self.view(views.next()?).container.as_deref()?;
        let flavour = self.container(service)?.flavour.as_ref()?;
        flavour.try_map(|flavour| {
            let reference = &flavour.reference;
            reference.on_hub().filter(|name| IMAGES.contains(name))?;
            if reference.digest.is_some() {
                return None;
            }
            let tag = reference.tag.as_deref().unwrap_or_default();
            if tag.contains('$') {
                return None;
            }
            let parts = match tag.starts_with(|it: char| it.is_ascii_digit()) {
                true => reference.version()?,
                false => Vec::new(),
            };
            let part = |at: usize| parts.get(at).copied().unwrap_or(NEWEST);
            Some([part(0), part(1), part(2)])
        })
    }
}
