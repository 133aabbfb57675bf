//! Keys, sections and values of one word.

use crate::syntax::systemd::value::{self, Timeout};
use crate::syntax::systemd::{Fault, Manager, check};
use crate::tests::systemd::{faults, parse, unit};
use std::time::Duration;

#[test]
fn spans_of_time_are_read() {
    let after = |seconds: u64| Some(Timeout::After(Duration::from_secs(seconds)));
    assert_eq!(value::seconds("90"), after(90));
    assert_eq!(value::seconds("1min 30s"), after(90));
    assert_eq!(value::seconds("1.5h"), after(5400));
    assert_eq!(value::seconds("2m3s"), after(123));
    assert_eq!(value::seconds("500ms"), Some(Timeout::After(Duration::from_millis(500))));
    assert_eq!(value::seconds("infinity"), Some(Timeout::Never));
    for bad in ["", "soon", "5 parsecs", "1..2", "-5", "5 # x"] {
        assert_eq!(value::seconds(bad), None, "{bad}");
    }
}

#[test]
fn modes_are_octal() {
    assert_eq!(value::mode("0750"), Some(0o750));
    assert_eq!(value::mode("7"), Some(0o7));
    assert_eq!(value::mode("0o7"), None);
    assert_eq!(value::mode("0899"), None);
    assert_eq!(value::mode("70000"), None);
}

#[test]
fn values_that_cannot_be_read_are_located() {
    for (line, fault, at) in [
        ("Restart=alway", Fault::InvalidValue, "alway"),
        ("Type=daemon", Fault::InvalidValue, "daemon"),
        ("PrivateTmp=maybe", Fault::InvalidValue, "maybe"),
        ("UMask=u=rwx", Fault::InvalidValue, "u=rwx"),
        ("RestartSec=soon", Fault::InvalidValue, "soon"),
        ("KillSignal=SIGNOPE", Fault::InvalidValue, "SIGNOPE"),
        ("RuntimeDirectory=/run/x", Fault::InvalidValue, "/run/x"),
        ("WorkingDirectory=\"/srv/a\"", Fault::PathNotAbsolute, "\"/srv/a\""),
        ("ReadWritePaths=/a b", Fault::PathNotAbsolute, "b"),
        ("EnvironmentFile=.env", Fault::PathNotAbsolute, ".env"),
        ("User=www-data # app", Fault::InlineComment, "# app"),
        ("PrivateTmp=yes # x", Fault::InlineComment, "# x"),
        ("LimitNOFILE=65536\t# many", Fault::InlineComment, "# many"),
        ("execstart=/bin/x", Fault::UnknownKey, "execstart"),
        ("StartLimitIntervalSec=5", Fault::WrongSection, "StartLimitIntervalSec"),
        ("WantedBy=multi-user.target", Fault::WrongSection, "WantedBy"),
    ] {
        assert_eq!(faults(line), [(fault, at.to_owned())], "{line}");
    }
}

#[test]
fn what_systemd_takes_is_not_reported() {
    for line in [
        "Restart=always",
        "RestartSec=1min",
        "UMask=0007",
        "WorkingDirectory=/srv/a b",
        "WorkingDirectory=~",
        "WorkingDirectory=-/x",
        "PIDFile=x/y.pid",
        "PrivateTmp=disconnected",
        "ReadWritePaths=-/a +/b %t/c",
        "RuntimeDirectory=gunicorn app/x",
        "X-Mine=1",
        "User=",
        "StandardOutput=append:/var/log/x",
        "KillSignal=TERM",
        "Environment=A=b#c",
        "Type=notify-reload",
        "UMask={{ umask }}",
        "Restart=__RESTART__",
        "TimeoutSec=5",
        "LimitNOFILE=65536",
        "RestartMode=direct",
        "SyslogIdentifier=a",
        "ProtectSystem=strict",
        "RuntimeDirectoryPreserve=restart",
    ] {
        assert_eq!(faults(line), [], "{line}");
    }
}

#[test]
fn sections_depend_on_the_kind_of_unit() {
    let problems = |name: &str, text: &str| {
        let (file, _) = parse(text);
        let found = check(&file, &unit(name), Manager::System);
        found.into_iter().map(|it| it.fault).collect::<Vec<_>>()
    };
    assert_eq!(
        problems("a.socket", "[Socket]\nListenStream=1\n[Install]\nWantedBy=x.target\n"),
        []
    );
    assert_eq!(problems("a.socket", "[Service]\nUser=x\n"), [Fault::UnknownSection]);
    assert_eq!(problems("a.service", "[X-Mine]\nUser=x\n"), []);
    assert_eq!(problems("a.service", "[Unit]\nDescription=Shop # 1\n"), []);
}

#[test]
fn secrets_in_units_are_found() {
    let text = "[Service]\nEnvironment=A=1 \"DB_PASSWORD=p w\" URL=redis://:x@h DEBUG=1\nExecStart=/x --api-key=abc --token=${T}\n";
    let (file, _) = parse(text);
    let found: Vec<_> = crate::syntax::systemd::secrets(&file)
        .into_iter()
        .map(|place| &text[place.span.range()])
        .collect();
    assert_eq!(found, ["x", "p w", "abc"]);
}
