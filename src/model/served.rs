//! Containers that run the server of a known image: a database, a cache, a proxy.

use crate::fact::Fact;
use crate::model::command::Step;
use crate::model::image::{Flavour, Image, Role};
use crate::model::{Container, ProcessKind};
use camino::Utf8Path;

impl Container {
    /// What the container is there for, if it runs the server of a known image.
    pub fn role(&self) -> Option<Fact<Role>> {
        Some(self.serves()?.map(|flavour| flavour.stock.role))
    }

    /// A known image whose server runs: as it is pulled, or with files put on it. An image with a
    /// start of its own takes what it needs of its base, as a backup takes `pg_dump`.
    pub fn serves(&self) -> Option<&Fact<Flavour>> {
        let Some(image) = &self.image else { return self.stock() };
        let is_server = |step: &Step| {
            let kind = step.started.kind(false);
            matches!(kind, ProcessKind::Database | ProcessKind::Cache | ProcessKind::Proxy)
        };
        let starts_it = image.starts_as_its_base() || image.starts_server_below();
        let serves = starts_it || self.main().is_some_and(is_server);
        self.flavour.as_ref().filter(|it| serves && it.value.stock.role != Role::Base)
    }

    /// A known image whose own entrypoint brings up its server, be it with files put on it: what that
    /// entrypoint asks for, and what it makes, is the same.
    pub fn starts_as_stock(&self) -> Option<&Fact<Flavour>> {
        let known = self.serves()?;
        const MAKE_DATA: [&str; 4] = ["initdb", "pg_ctl", "mysqld", "mysql_install_db"];
        let has_data = |image: &Image| {
            let is_program = |word: &str| MAKE_DATA.iter().any(|name| word.ends_with(name));
            let makes = |text: &str| text.split_whitespace().any(is_program);
            let mut data = known.value.stock.data.iter();
            data.any(|it| image.may_bring_to(Utf8Path::new(it.path)))
                || image.steps().iter().any(|it| makes(&it.run.form.text()))
        };
        let is_same = |image: &Image| {
            image.keeps_entrypoint()
                && self.starts_server()
                && !self.runs_tools_alone()
                && !has_data(image)
        };
        self.image.as_ref().is_none_or(is_same).then_some(known)
    }

    /// Whether the server of the image is what runs: a script of the service's own may use nothing but
    /// the database's tools, as for backups.
    pub(super) fn starts_server(&self) -> bool {
        let is_server = |step: &Step| {
            let kind = step.started.kind(false);
            let name = step.program_name();
            matches!(kind, ProcessKind::Database | ProcessKind::Cache)
                || name.ends_with("-server")
                || ["docker-entrypoint.sh", "mysqld", "mariadbd", "mongod", "memcached"]
                    .contains(&name)
        };
        let is_script = |step: &Step| step.script.is_some() || step.program_name().ends_with(".sh");
        self.steps.iter().any(is_server) || !self.steps.iter().any(is_script)
    }

    /// A known image, used as it is pulled, and for what it is there for.
    pub fn stock(&self) -> Option<&Fact<Flavour>> {
        let is_used = || self.image.is_none() && !self.runs_tools_alone();
        self.flavour.as_ref().filter(|_| is_used())
    }

    /// Whether its command comes to nothing but clients and what passes the time between them: a backup
    /// takes `pg_dump` from the image of its database, whose entrypoint then starts no server
    /// (`docker-entrypoint.sh` of postgres, mysql, mongo and redis looks at the first word).
    fn runs_tools_alone(&self) -> bool {
        !self.steps.is_empty() && self.steps.iter().all(|it| TOOLS.contains(&it.program_name()))
    }
}

/// What scripts of backups and of preparations consist of.
const TOOLS: &[&str] = &[
    "[",
    ":",
    "aws",
    "cat",
    "cd",
    "chmod",
    "chown",
    "cp",
    "createdb",
    "cron",
    "crond",
    "crontab",
    "date",
    "echo",
    "exit",
    "export",
    "false",
    "find",
    "gzip",
    "ls",
    "mariadb",
    "mariadb-dump",
    "mkdir",
    "mongo",
    "mongodump",
    "mongosh",
    "mv",
    "mysql",
    "mysqladmin",
    "mysqldump",
    "pg_basebackup",
    "pg_dump",
    "pg_dumpall",
    "pg_isready",
    "pg_restore",
    "printf",
    "psql",
    "rclone",
    "redis-cli",
    "rm",
    "set",
    "sleep",
    "sort",
    "tail",
    "test",
    "touch",
    "trap",
    "true",
    "wait",
    "wc",
];
