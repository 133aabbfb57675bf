//! Which unit a file is about, and specifiers, which its name decides.

use crate::syntax::systemd::name::{self, Role};
use crate::syntax::systemd::{Manager, UnitKind, UnitName, specifier};
use crate::tests::systemd::{parse, unit};

#[test]
fn files_are_units_by_their_names() {
    for (path, expected) in [
        ("deploy/gunicorn.service", Some("gunicorn.service")),
        ("a/web@.service.j2", Some("web@.service")),
        ("x/sum-site.socket.template", Some("sum-site.socket")),
        ("__SITE__-gunicorn.service", Some("__SITE__-gunicorn.service")),
        ("static/components.services.css", None),
        ("foo.conf", None),
        (".service", None),
    ] {
        let found = match name::role(path) {
            Some(Role::Unit(unit)) => Some(unit.to_string()),
            Some(Role::DropIn { .. }) | None => None,
        };
        assert_eq!(found.as_deref(), expected, "{path}");
    }
}

#[test]
fn drop_ins_lie_in_folders_of_their_unit() {
    let drop_in = |folder: &str, name: &str, kind| {
        Some(Role::DropIn { folder: folder.to_owned(), name: name.to_owned(), kind })
    };
    let service = UnitKind::Service;
    assert_eq!(name::role("web.service.d/a.conf"), drop_in("web.service.d", "a.conf", service));
    assert_eq!(name::role("service.d/a.conf.j2"), drop_in("service.d", "a.conf", service));
    assert_eq!(name::role("nginx.d/a.conf"), None);
    assert_eq!(name::role("web.service.d/a.txt"), None);
    assert_eq!(
        unit("foo-bar-baz@x.service").drop_in_folders(),
        [
            "service.d",
            "foo-.service.d",
            "foo-bar-.service.d",
            "foo-bar-baz@.service.d",
            "foo-bar-baz@x.service.d",
        ]
    );
}

#[test]
fn names_are_taken_apart() {
    let name = unit("web@blue.service");
    assert_eq!((name.prefix.as_str(), name.instance.as_deref()), ("web", Some("blue")));
    assert_eq!(name.template().map(|it| it.to_string()).as_deref(), Some("web@.service"));
    assert!(unit("web@.service").is_template());
    assert_eq!(UnitName::parse("web"), None);
    assert_eq!(UnitName::parse("/x/web.service"), None);
}

fn expand(text: &str, name: &str) -> Option<String> {
    let (file, _) = parse(&format!("[A]\nx={text}"));
    let value = &file.sections[0].assignments[0].value;
    specifier::expand(value, &unit(name), Manager::System).ok().map(|it| it.as_str().to_owned())
}

#[test]
fn specifiers_that_the_name_decides_are_expanded() {
    for (text, expected) in [
        ("%n", Some("a-b@c-d.service")),
        ("%N", Some("a-b@c-d")),
        ("%p|%P|%j", Some("a-b|a/b|b")),
        ("%i|%I|%f", Some("c-d|c/d|/c/d")),
        ("%t/x %h %u %S %L", Some("/run/x /root root /var/lib /var/log")),
        ("100% %% %- %", Some("100% % %- %")),
        ("%H", None),
        ("%Z", None),
    ] {
        assert_eq!(expand(text, "a-b@c-d.service").as_deref(), expected, "{text}");
    }
    assert_eq!(expand("%i", "web@.service"), None);
    assert_eq!(expand("%i", "web.service").as_deref(), Some(""));
    assert_eq!(expand("%I", "web@a\\x2db.service").as_deref(), Some("a-b"));
}
