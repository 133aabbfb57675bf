//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::fact::Certainty;
use crate::model::datastore::{NO_PASSWORD, UNSENT};
use crate::model::{Deployment, Target};
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
        for connection in app.connections() {
            let Some(Target::Service(service, server)) = deployment.target(process, &connection)
            else {
                continue;
            };
            for (used, made, what) in deployment.credentials(service, server, &connection) {
                // The image makes one, and the others are made by hand, or by a script that is
                // given what the image made.
                if what == "database" && deployment.surroundings.told.creates_databases {
                    continue;
                }
                if deployment.surroundings.told.creates_users && process.is_given_text(&made.value)
                {
                    continue;
                }
                let at = app.outside(used).unwrap_or_else(|| used.map(|_| ()));
                let name = &service.name.value;
                if what == NO_PASSWORD {
                    if open.contains(&name.as_str()) {
                        continue;
                    }
                    open.push(name);
                    // Measured with Redis 7.0 and redis-py 3.5 to 7.0, which are refused; 8.1 names a
                    // user besides, and any password is that one's.
                    let why = "clients from redis 8 on are let in all the same";
                    let at = at.doubt(Certainty::Likely, why);
                    out.report(
                        process,
                        format!("`{}` sends a password, and `{name}` has none", process.name),
                        at.label("the application sends this one, and is refused"),
                    )
                    .also(made.label("nothing gives it `requirepass`"))
                    .because(&connection.known_by)
                    .help("start it with `redis-server --requirepass`, or send no password");
                    continue;
                }
                if what == UNSENT {
                    if open.contains(&name.as_str()) {
                        continue;
                    }
                    open.push(name);
                    out.report(
                        process,
                        format!("`{}` sends no password, and `{name}` asks for one", process.name),
                        at.label(format!(
                            "{} names this server, and no password",
                            connection.setting
                        )),
                    )
                    .through(connection.assigned.clone(), "which is assigned here")
                    .also(made.label("without this one Redis refuses every command"))
                    .because(&connection.known_by)
                    .because(&made)
                    .help("put the password into the address: `redis://:PASSWORD@HOST:6379/0`");
                    continue;
                }
                let (first, second) = match what {
                    "password" => ("this password".to_owned(), "another password".to_owned()),
                    _ => (format!("{what} `{used}`"), format!("{what} `{made}`")),
                };
                out.report(
                    process,
                    format!("`{}` and `{name}` do not have the same {what}", process.name),
                    at.label(format!("the application uses {first}")),
                )
                .also(made.label(format!("`{name}` is made with {second}")))
                .because(&connection.known_by)
                .help(format!("let both take the {what} from one variable"));
            }
        }
    }
}
