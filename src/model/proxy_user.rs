//! As whom a web server connects to sockets, and what owner, group and mode let it do there.

use crate::fact::{Certainty, Fact};
use crate::model::site::Engine;
use crate::model::{Deployment, Endpoint, Listening, Process, Site};

/// Who may be what to the web server: as far as it is known, its user is one of several.
#[derive(Clone, Copy, Debug)]
pub struct Owned<'a> {
    pub user: &'a str,
    pub group: Option<&'a str>,
    pub mode: u32,
}

/// What the web server needs of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wants {
    /// To connect to a socket.
    Write = 2,
    /// To enter a directory.
    Enter = 1,
}

/// Whether the web server may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum May {
    Yes,
    No,
    /// If it is in the group, which no file in view says.
    IfMember,
}

/// A socket that a process makes and a site connects to.
#[derive(Clone, Debug)]
pub struct Connected<'a> {
    pub site: &'a Site,
    pub process: Fact<&'a Process>,
    pub listening: &'a Fact<Listening>,
    /// At the line of the site.
    pub upstream: &'a Fact<Endpoint>,
}

impl Site {
    /// The users that it may run as: the one that its configuration names, or else those of the
    /// packages.
    pub fn users(&self) -> Vec<String> {
        match &self.engine {
            Engine::Nginx { config, .. } => {
                let named = config.main().own("user").last();
                let named = named.and_then(|line| Some(line.args.first()?.value.clone()));
                match named {
                    Some(user) => vec![user],
                    None => ["www-data", "nginx", "http", "www"].map(str::to_owned).to_vec(),
                }
            }
            Engine::Caddy { .. } => vec!["caddy".to_owned(), "www-data".to_owned()],
            Engine::Traefik { .. } => vec!["root".to_owned()],
        }
    }

    /// Where nginx is told to leave root what everybody asks it for: it drops to another user for that by
    /// itself (ngx_core_module, `user`).
    pub fn stays_root(&self) -> Option<Fact<()>> {
        let Engine::Nginx { config, .. } = &self.engine else { return None };
        let user = config.main().own("user").last()?.args.first()?;
        (user.value == "root").then(|| user.map(|_| ()))
    }

    /// What owner, group and mode of a file let the web server do.
    pub fn may(&self, wants: Wants, file: Owned<'_>) -> May {
        let users = self.users();
        let is = |name: &str| users.iter().any(|user| user == name);
        let bit = wants as u32;
        if is("root") || file.mode & bit != 0 {
            return May::Yes;
        }
        if is(file.user) {
            return if file.mode & (bit << 6) != 0 { May::Yes } else { May::No };
        }
        match file.group {
            _ if file.mode & (bit << 3) == 0 => May::No,
            Some(group) if is(group) => May::Yes,
            Some(_) | None => May::IfMember,
        }
    }
}

impl Deployment {
    /// The same, where a script or a guide that puts the web server's user into some group is
    /// believed to mean this one.
    pub fn may(&self, site: &Site, wants: Wants, file: Owned<'_>) -> May {
        match site.may(wants, file) {
            May::IfMember if self.surroundings.tls.adds_to_groups => May::Yes,
            may => may,
        }
    }

    /// nginx's sites on the machine itself whose workers may not enter the home of root, with the
    /// user that they run as. Its mode is 0700 on every distribution.
    pub fn shut_out_of_roots_home(&self) -> Vec<(&Site, Fact<String>)> {
        if self.surroundings.tls.opens_home_of_root {
            return Vec::new();
        }
        let on_host = self.sites.iter().filter(|site| self.is_on_host_view(site));
        let user = |site: &Site| {
            let Engine::Nginx { config, .. } = site.engine() else { return None };
            let user = config.main().value_or("user", "nobody", "ngx_core_module");
            let why = "the main configuration, which names the user, is not in view";
            let known = config.is_whole() || site.installed;
            Some(if known { user } else { user.doubt(Certainty::Likely, why) })
        };
        let users = on_host.filter_map(|site| Some((site, user(site)?)));
        users.filter(|(_, user)| user.value != "root").collect()
    }

    /// Every socket file of the machine that a site connects to and a process listens on.
    pub fn connected(&self) -> Vec<Connected<'_>> {
        let mut found: Vec<Connected<'_>> = Vec::new();
        for site in &self.sites {
            for route in &site.routes {
                let Some(process) = self.process(route).filter(|it| self.is_on_host(it.value))
                else {
                    continue;
                };
                for upstream in &route.upstreams {
                    let listening = process.value.listens.iter().find(|it| {
                        let unix = matches!(it.value.endpoint, Endpoint::Unix(_));
                        unix && crate::model::reaches(&upstream.value, &it.value.endpoint)
                            == Some(true)
                    });
                    let Some(listening) = listening else { continue };
                    let again = found.iter().any(|it| {
                        std::ptr::eq(it.process.value, process.value)
                            && it.site.users() == site.users()
                    });
                    if !again {
                        let process = process.clone();
                        found.push(Connected { site, process, listening, upstream });
                    }
                }
            }
        }
        found
    }
}

/// The digits of a mode, as systemd and uWSGI write it.
pub fn mode(text: &str) -> Option<u32> {
    u32::from_str_radix(text, 8).ok()
}
