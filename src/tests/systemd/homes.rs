//! What `ProtectHome=` leaves of a folder in a home, told by services that look for it.

use crate::tests::systemd::oracle::{Folder, run};
use crate::tests::systemd::units::load;

const HOME: &str = "/run/user/app/code";

/// What is said of the home, and what is meant to bring the folder back.
fn cases() -> Vec<String> {
    let homes = ["no", "yes", "true", "read-only", "tmpfs"];
    let others = [
        "",
        "ReadWritePaths=/run/user/app/code",
        "ReadWritePaths=-/run/user/app",
        "BindPaths=/run/user/app/code",
        "BindPaths=/run/user/app",
        "BindReadOnlyPaths=/run/user/app/code",
        "ExecPaths=/run/user/app/code",
        "ProtectSystem=strict\nReadWritePaths=/run/user/app/code /run/out",
    ];
    let pairs = homes.iter().flat_map(|home| others.iter().map(move |other| (home, other)));
    pairs.map(|(home, other)| format!("ProtectHome={home}\n{other}")).collect()
}

/// Makes the folder. No service may make its own: `+` leaves `ReadWritePaths=` and `BindPaths=` in
/// force, and a service whose folder is missing fails before its first command.
fn maker() -> String {
    format!(
        "[Unit]\nDefaultDependencies=no\n[Service]\nType=oneshot\nRemainAfterExit=yes\n\
         ExecStart=/bin/mkdir -p {HOME}\n"
    )
}

/// A service that writes down that the folder is there.
fn service(name: &str, lines: &str) -> String {
    format!(
        "[Unit]\nDefaultDependencies=no\nBefore=finish.service\n\
         Requires=make-home.service\nAfter=make-home.service\n[Service]\nType=oneshot\n\
         ExecStart=/bin/sh -c 'test -d {HOME} && echo FOUND=yes >/run/out/{name}'\n{lines}\n"
    )
}

#[test]
fn homes_are_hidden_where_systemd_hides_them() {
    let folder = Folder::new("homes");
    folder.write("units/make-home.service", &maker());
    let cases: Vec<(String, String)> =
        cases().into_iter().enumerate().map(|(at, lines)| (format!("home-{at}"), lines)).collect();
    let mut files = Vec::new();
    for (name, lines) in &cases {
        let text = service(name, lines);
        folder.write(&format!("units/{name}.service"), &text);
        files.push((format!("units/{name}.service"), text));
    }
    let names: Vec<String> = cases.iter().map(|(name, _)| name.clone()).collect();
    let found = run(&folder, &names);
    let mut wrong = Vec::new();
    load(&files, |units, _| {
        for (name, lines) in &cases {
            let unit = units.iter().find(|it| it.name.prefix == *name).expect("it is a unit");
            let is_hidden = unit.hidden(HOME.into()).is_some();
            if is_hidden == found[name].contains_key("FOUND") {
                wrong.push(format!("{lines:?}: ours {is_hidden}"));
            }
        }
    });
    println!("{} services looked for their home", cases.len());
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    assert!(cases.len() >= 40);
}
