//! Whether nginx takes a line where an include puts it, asked of nginx itself.

use crate::tests::nginx::Dice;
use crate::tests::nginx::model::Files;
use crate::tests::nginx::oracle::{check, folder};
use std::fs;

/// The levels, each with where its lines stand.
const LEVELS: &[(&str, &str)] = &[
    ("main", "include line.inc; events {} http {}"),
    ("events", "events { include line.inc; } http {}"),
    ("http", "events {} http { include line.inc; }"),
    ("server", "events {} http { server { include line.inc; } }"),
    ("location", "events {} http { server { location / { include line.inc; } } }"),
    ("server-if", "events {} http { server { if ($arg_a) { include line.inc; } } }"),
    (
        "location-if",
        "events {} http { server { location / { if ($arg_a) { include line.inc; } } } }",
    ),
    (
        "limit_except",
        "events {} http { server { location / { limit_except GET { include line.inc; } } } }",
    ),
    ("upstream", "events {} http { upstream a { include line.inc; } }"),
];

/// Levels tried for each directive.
const TRIED: usize = 3;

#[test]
fn included_lines_are_refused_where_nginx_refuses_them() {
    let table = include_str!("../../syntax/nginx/directives.tsv");
    let rows = table.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let names: Vec<&str> = rows.filter(|row| row[2] == "simple").map(|row| row[0]).collect();
    let folder = folder("misplaced");
    let path = folder.path().join("nginx.conf");
    let mut dice = Dice::new(7);
    let (mut refused, mut taken, mut unknown, mut wrong) = (0, 0, 0, Vec::new());
    for name in names {
        for _ in 0..TRIED {
            let (level, main) = dice.pick(LEVELS);
            // Where a directive may stand is asked before what it is given.
            let line = format!("{name} a;");
            fs::write(&path, main).unwrap();
            fs::write(folder.path().join("line.inc"), &line).unwrap();
            let said = check(&path);
            if said.contains("unknown directive") {
                unknown += 1;
                continue;
            }
            let stops = said.contains(&format!("\"{name}\" directive is not allowed here"));
            let config = Files::new(&[("nginx.conf", main), ("line.inc", &line)]).config();
            if config.misplaced().is_empty() == stops {
                wrong.push(format!("{name} in {level}: {said}"));
            }
            if stops { refused += 1 } else { taken += 1 }
        }
    }
    println!("nginx refused {refused}, took {taken} and did not know {unknown}");
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(refused > 500 && taken > 200, "{refused} refused, {taken} taken");
}

#[test]
fn nginx_does_not_start_without_events() {
    let folder = folder("events");
    let path = folder.path().join("nginx.conf");
    for (text, starts) in [("http {}", false), ("events {} http {}", true)] {
        fs::write(&path, text).unwrap();
        let said = check(&path);
        assert_eq!(said.contains("no \"events\" section"), !starts, "{said}");
        assert_eq!(said.contains("test is successful"), starts, "{said}");
    }
}
