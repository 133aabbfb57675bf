//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::{Certainty, Fact};
use crate::model::datastore::{Credential, Mismatch};
use crate::model::{Connection, Deployment, Process, Target};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "env/credential-mismatch",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Deployment(check),
    page: include_str!("../../../rules/env/credential-mismatch.md"),
};

fn check(deployment: &Deployment, out: &mut Findings) {
    // The servers of which it was said that they ask for no password: that is one thing to mend.
    let mut open: Vec<&str> = Vec::new();
    for process in deployment.processes.iter().filter(|it| it.kind.is_app()) {
        let app = process.fact();
        for connection in app.told_connections() {
            let Some(Target::Service(service, server)) = deployment.target(process, &connection)
            else {
                continue;
            };
            for mismatch in deployment.credentials(service, server, &connection) {
                let (made, what) = (&mismatch.made, mismatch.what);
                // The image makes one, and the others are made by hand, or by a script that is
                // given what the image made.
                let told = &deployment.surroundings.told;
                if what == Credential::Database && told.creates_databases
                    || told.creates_users && process.is_given_text(&made.value)
                {
                    continue;
                }
                let name = service.name.value.as_str();
                if matches!(what, Credential::Unasked | Credential::Unsent) {
                    if open.contains(&name) {
                        continue;
                    }
                    open.push(name);
                }
                let at = app.outside(mismatch.used);
                let at = at.unwrap_or_else(|| mismatch.used.map(|_| ()));
                let pair = Pair { process, connection: &connection, at, name };
                match what {
                    Credential::Unasked => pair.unasked(&mismatch, out),
                    Credential::Unsent => pair.unsent(&mismatch, out),
                    Credential::User => pair.differ("user", &mismatch, out),
                    Credential::Database => pair.differ("database", &mismatch, out),
                    Credential::Password => pair.differ("password", &mismatch, out),
                }
            }
        }
    }
}

/// An application and the service that it connects to.
struct Pair<'a> {
    process: &'a Process,
    connection: &'a Connection,
    /// Where the application says what it uses.
    at: Fact<()>,
    name: &'a str,
}

impl Pair<'_> {
    fn unasked(&self, mismatch: &Mismatch<'_>, out: &mut Findings) {
        let Self { process, connection, at, name } = self;
        // Measured with Redis 7.0 and redis-py 3.5 to 7.0, which are refused; 8.1 names a user
        // besides, and any password is that one's.
        let why = "clients from redis 8 on are let in all the same";
        out.report(
            *process,
            format!("`{}` sends a password, and `{name}` has none", process.name),
            at.clone()
                .doubt(Certainty::Likely, why)
                .label("the application sends this one, and is refused"),
        )
        .also(mismatch.made.label("nothing gives it `requirepass`"))
        .because(&connection.known_by)
        .help("start it with `redis-server --requirepass`, or send no password");
    }

    fn unsent(&self, mismatch: &Mismatch<'_>, out: &mut Findings) {
        let Self { process, connection, at, name } = self;
        out.report(
            *process,
            format!("`{}` sends no password, and `{name}` asks for one", process.name),
            at.label(format!("{} names this server, and no password", connection.setting)),
        )
        .through(connection.assigned.clone(), "which is assigned here")
        .also(mismatch.made.label("without this one Redis refuses every command"))
        .because(&connection.known_by)
        .because(&mismatch.made)
        .help("put the password into the address: `redis://:PASSWORD@HOST:6379/0`");
    }

    fn differ(&self, what: &str, mismatch: &Mismatch<'_>, out: &mut Findings) {
        let Self { process, connection, at, name } = self;
        let (first, second) = match mismatch.what {
            Credential::Password => ("this password".to_owned(), "another password".to_owned()),
            _ => (format!("{what} `{}`", mismatch.used), format!("{what} `{}`", mismatch.made)),
        };
        out.report(
            *process,
            format!("`{}` and `{name}` do not have the same {what}", process.name),
            at.label(format!("the application uses {first}")),
        )
        .also(mismatch.made.label(format!("`{name}` is made with {second}")))
        .because(&connection.known_by)
        .help(format!("let both take the {what} from one variable"));
    }
}
