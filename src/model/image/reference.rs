//! The name of an image: `registry/owner/name:tag@digest`.

use std::fmt;

/// Registries that hand out what Docker Hub has under the names that it has there: Docker Hub's own
/// names, Google's mirror, and those that the public pulls through where Docker Hub cannot be reached.
/// Each of the latter is one at which public Dockerfiles name Docker's own images, `python` or `golang`,
/// with `library/` before them or without (our own search, 2026).
const HUBS: &[&str] = &[
    "docker.io",
    "index.docker.io",
    "registry-1.docker.io",
    "registry.docker.com",
    "registry.hub.docker.com",
    "mirror.gcr.io",
    "docker.1ms.run",
    "docker.1panel.live",
    "docker.arvancloud.ir",
    "docker.haiocloud.com",
    "docker.iranrepo.ir",
    "docker.iranserver.com",
    "docker.m.daocloud.io",
    "docker.xuanyuan.me",
    "dockerhub.timeweb.cloud",
    "dockerhub1.beget.com",
    "dockerproxy.com",
    "focker.ir",
    "hub.hamdocker.ir",
    "hub.rat.dev",
    "huecker.io",
    "registry.docker.ir",
];

/// Those that have it in a folder: Amazon's has much besides what Docker itself publishes.
const FOLDERS: &[(&str, &str)] =
    &[("public.ecr.aws", "docker/"), ("cr.yandex", "mirror/"), ("m.daocloud.io", "docker.io/")];
/// GitLab's, of each group's own registry ("Dependency proxy for container images").
const DEPENDENCY_PROXY: &str = "/dependency_proxy/containers/";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// `docker.io`, if none is named.
    pub registry: String,
    /// With its owner: `library/postgres`, `bitnami/redis`.
    pub repository: String,
    pub tag: Option<String>,
    pub digest: Option<String>,
}

impl Reference {
    /// As Docker's `reference` package takes a familiar name apart.
    pub fn parse(text: &str) -> Option<Self> {
        let (name, digest) = match text.split_once('@') {
            Some((name, digest)) => (name, Some(digest.to_owned())),
            None => (text, None),
        };
        let (name, tag) = match name.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => (name, Some(tag.to_owned())),
            Some(_) | None => (name, None),
        };
        if name.is_empty() || name.contains(char::is_whitespace) {
            return None;
        }
        let (registry, path) = match name.split_once('/') {
            Some((host, path)) if host.contains(['.', ':']) || host == "localhost" => (host, path),
            Some(_) | None => ("docker.io", name),
        };
        let official = registry == "docker.io" && !path.contains('/');
        let repository = if official { format!("library/{path}") } else { path.to_owned() };
        Some(Self { registry: registry.to_owned(), repository, tag, digest })
    }

    /// The name without registry and owner.
    pub fn name(&self) -> &str {
        self.repository.rsplit('/').next().unwrap_or_default()
    }

    /// What Docker Hub calls it, where it comes from there, if by a mirror: `redis`, `bitnami/redis`.
    pub fn on_hub(&self) -> Option<&str> {
        let (registry, whole) = (self.registry.as_str(), self.repository.as_str());
        let of_folder =
            |(of, folder): &(&str, &str)| whole.strip_prefix(folder).filter(|_| registry == *of);
        let by_proxy = || whole.split_once(DEPENDENCY_PROXY).map(|(_, name)| name);
        let name = match HUBS.contains(&registry) {
            true => Some(whole),
            false => FOLDERS.iter().find_map(of_folder).or_else(by_proxy),
        };
        name.map(|it| it.strip_prefix("library/").unwrap_or(it))
    }

    /// Whether two names are of one image, whatever their tags.
    pub fn is_like(&self, other: &Self) -> bool {
        self.registry == other.registry && self.repository == other.repository
    }

    /// Whether the next pull may bring another version.
    pub fn is_floating(&self) -> bool {
        self.digest.is_none() && self.tag.as_deref().is_none_or(|tag| tag == "latest")
    }

    /// The version that the tag begins with: `16.4-alpine` is 16 and 4.
    pub fn version(&self) -> Option<Vec<u32>> {
        let tag = self.tag.as_deref()?;
        let tag = tag.strip_prefix('v').unwrap_or(tag);
        let end = tag.find(|it: char| !it.is_ascii_digit() && it != '.').unwrap_or(tag.len());
        let parts = tag[..end].trim_end_matches('.').split('.').map(|it| it.parse().ok());
        parts.collect()
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.registry != "docker.io" {
            write!(f, "{}/", self.registry)?;
        }
        f.write_str(self.repository.strip_prefix("library/").unwrap_or(&self.repository))?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        match &self.digest {
            Some(digest) => write!(f, "@{digest}"),
            None => Ok(()),
        }
    }
}
