//! Paths of an application that nobody passes on to it.

use crate::fact::Fact;
use crate::model::compose::Service;
use crate::model::{Answer, Deployment, Endpoint, Host, Process, ProcessKind, Site};

/// Words in the names of images that let others in past every proxy that is in view.
const TUNNELS: &[&str] = &["cloudflare", "frp", "ngrok", "tailscale", "tunnel", "wireguard"];

impl Deployment {
    /// What every site has in place of a path of a process. `None` if one of them passes it on, or
    /// may: each has to be known, and so has every other way to the process, and the path has to be
    /// what it is to the process.
    pub fn unreached<'d>(
        &'d self,
        app: &Fact<&'d Process>,
        path: &str,
    ) -> Option<Vec<(&'d Site, Fact<Answer>)>> {
        let is_mounted = || {
            let mut routes = self.routes_before(app.value);
            app.is_mounted() || routes.any(|(_, it)| it.renamed || it.names_script())
        };
        if !self.is_closed(app.value) || is_mounted() {
            return None;
        }
        self.sites.iter().map(|site| Some((site, self.ends(site, path)?))).collect()
    }

    /// What a site answers to a path itself; or the route by which another that is in view does.
    fn ends(&self, site: &Site, path: &str) -> Option<Fact<Answer>> {
        let answer = site.answer_without_files(path)?;
        if answer.value == Answer::Pass {
            let route = site.route_for(path)?;
            let runs_django = self.process(route.value).is_some_and(|it| it.value.kind.is_web());
            let to_site = !route.value.upstreams.is_empty()
                && route.value.upstreams.iter().all(|it| self.is_a_site(&it.value));
            return (!runs_django && to_site).then(|| answer.given(&route));
        }
        Some(answer)
    }

    /// Whether an answer is what a site has for every path, though a location of it passes them all on.
    pub fn turns_all_away(&self, site: &Site, answer: &Fact<Answer>) -> bool {
        let passes_all = site.routes.iter().any(|it| it.part() == Some("/"));
        let is_refusal = matches!(answer.value, Answer::Status(_) | Answer::Redirect);
        let of_all = self.ends(site, "/").filter(|_| passes_all && is_refusal);
        of_all.is_some_and(|it| it.evidence().place() == answer.evidence().place())
    }

    /// Whether an upstream is a container whose sites are in view.
    fn is_a_site(&self, upstream: &Endpoint) -> bool {
        let Endpoint::Tcp { host: Host::Name(name), .. } = upstream else { return false };
        self.has_sites(name)
    }

    fn has_sites(&self, service: &str) -> bool {
        let of = |site: &Site| self.view(site.view).container.as_deref() == Some(service);
        self.sites.iter().any(of)
    }

    /// Whether a process is reached by the sites in view alone.
    fn is_closed(&self, process: &Process) -> bool {
        if process.is_assumed() || !process.listens_known || self.sites.is_empty() {
            return false;
        }
        let Some(project) = &self.compose else {
            let is_local = |it: &Endpoint| {
                matches!(it, Endpoint::Unix(_) | Endpoint::Tcp { host: Host::Loopback, .. })
            };
            return process.listens.iter().all(|it| is_local(&it.value.endpoint));
        };
        let external = project.networks.iter().any(|it| it.external);
        let lets_in = |(service, it, _): &(&Service, &Process, _)| {
            let image = service.image.as_ref().map(ToString::to_string).unwrap_or_default();
            let of_data = matches!(it.kind, ProcessKind::Database | ProcessKind::Cache);
            let is_front = !service.ports.is_empty() && !self.has_sites(&it.name);
            service.network_mode.is_some()
                || !service.labels.is_empty()
                || TUNNELS.iter().any(|word| image.contains(word))
                || is_front && !of_data
        };
        project.elsewhere.is_empty() && !external && !self.services().iter().any(lets_in)
    }
}
