//! `postgresql.conf` and `pg_hba.conf`, as PostgreSQL's manual describes them.

use crate::model::{Breadth, PostgresServer};
use crate::source::{File, FileId, Sources};
use crate::syntax::postgres::{self, Line};

fn source(text: &str) -> (Sources, FileId) {
    let mut sources = Sources::default();
    sources.add(vec![File { path: "pg_hba.conf".into(), bytes: text.into() }]);
    let id = sources.ids()[0];
    (sources, id)
}

/// The settings of a text, one `name=value` each.
fn settings(text: &str) -> Vec<String> {
    let (_, id) = source(text);
    let read = postgres::settings(id, text).into_iter();
    read.map(|(name, value)| format!("{name}={}", value.value)).collect()
}

/// The records of a text: method, and what is between commas.
fn records(text: &str) -> Vec<String> {
    let (_, id) = source(text);
    let read = postgres::records(id, text).into_iter().map(|line| match line {
        Line::Include => "include".to_owned(),
        Line::Record(it) => {
            let users: Vec<_> = it.users.iter().map(|it| it.text.as_str()).collect();
            let address = it.address.map_or_else(|| "socket".to_owned(), |it| it.text);
            format!("{} {} {} {}", it.connection, users.join("+"), address, it.method.value)
        }
    });
    read.collect()
}

/// Where the first of the widest records that trust stands, and how wide it is.
fn trusts(text: &str) -> Option<(String, Breadth)> {
    let (_, id) = source(text);
    let mut server = PostgresServer::default();
    server.read_records(id, text);
    let trust = server.trusts()?;
    let span = trust.at.evidence().place()?.span;
    Some((text[span.range()].to_owned(), trust.breadth))
}

#[test]
fn settings_are_read_with_and_without_sign_and_quotes() {
    let text = "# listen_addresses = '*'\n\
                Listen_Addresses = 'localhost, 10.0.0.5' # the private one\n\
                port 5433\n\
                log_line_prefix='it''s # %m '\n\
                ssl=on#yes\n\
                broken = 'never closed\n\
                = 5\n\
                include_dir 'conf.d'\n";
    assert_eq!(
        settings(text),
        [
            "listen_addresses=localhost, 10.0.0.5",
            "port=5433",
            "log_line_prefix=it's # %m ",
            "ssl=on",
            "include_dir=conf.d",
        ]
    );
}

#[test]
fn records_have_lists_quotes_masks_and_continued_lines() {
    let text = "# TYPE DATABASE USER ADDRESS METHOD\n\
                local all all peer\n\
                host all one, two,\"th ree\" 10.0.0.0/8 md5 # trust\n\
                host all all 10.0.0.0 255.0.0.0 trust\n\
                hostssl all \\\n  all all cert map=x\n\
                include more.conf\n\
                host all\n\
                host all all \\";
    assert_eq!(
        records(text),
        [
            "local all socket peer",
            "host one+two+th ree 10.0.0.0/8 md5",
            "host all 10.0.0.0 trust",
            "hostssl all all cert",
            "include",
        ]
    );
}

#[test]
fn the_first_record_that_fits_decides() {
    let trust = "host all all 192.168.0.0/16 trust";
    let found = Some((trust.to_owned(), Breadth::Network));
    assert_eq!(trusts(trust), found);
    for before in [
        "host all all 192.168.0.0/16 reject",
        "host all all 192.0.0.0/8 md5",
        "host all all all scram-sha-256",
        "include all.conf",
    ] {
        assert_eq!(trusts(&format!("{before}\n{trust}")), None, "{before}");
    }
    for before in [
        "local all all peer",
        "hostssl all all all md5",
        "host shop all all md5",
        "host all shop all md5",
        "host all all 192.168.7.0/24 md5",
        "host all all ::/0 md5",
        "host \"all\" all all md5",
    ] {
        assert_eq!(trusts(&format!("{before}\n{trust}")), found, "{before}");
    }
    let replication = "host replication all all trust";
    let found = Some((replication.to_owned(), Breadth::Public));
    assert_eq!(trusts(&format!("host all all all md5\n{replication}")), found);
}

#[test]
fn what_a_record_is_for() {
    let breadth = |address: &str| trusts(&format!("host all all {address} trust")).map(|it| it.1);
    for one in ["127.0.0.1/32", "127.0.0.0/8", "::1/128", "203.0.113.5/32", "samehost", "db.lan"] {
        assert_eq!(breadth(one), None, "{one}");
    }
    for network in ["10.0.0.0/8", "172.16.0.0 255.240.0.0", "samenet", "fd00::/8"] {
        assert_eq!(breadth(network), Some(Breadth::Network), "{network}");
    }
    for public in ["all", "0.0.0.0/0", "::/0", "203.0.113.0/24", "0.0.0.0 0.0.0.0"] {
        assert_eq!(breadth(public), Some(Breadth::Public), "{public}");
    }
    for odd in ["${NETWORK}", "10.0.0.0/x", "\"all\"", "/", "10.0.0.0/999"] {
        let _ = breadth(odd);
    }
}

#[test]
fn secrets_of_both_files_are_known() {
    let text = "host all all all ldap ldapserver=a ldapbindpasswd=\"kx7H q2v\"\n\
                primary_conninfo = 'host=a password=kx7Hq2vP'\n\
                password_encryption = scram-sha-256\n";
    let (_, id) = source(text);
    let found = postgres::secrets(id, text);
    let shown = |it: &crate::source::Place| &text[it.span.range()];
    let found: Vec<_> = found.iter().map(shown).collect();
    assert!(found.iter().any(|it| it.contains("kx7H q2v")), "{found:?}");
    assert!(found.iter().any(|it| it.contains("kx7Hq2vP")), "{found:?}");
    assert!(!found.iter().any(|it| it.contains("scram")), "{found:?}");
}
