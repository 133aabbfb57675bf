//! Texts with placeholders, compared.

use crate::fact::symbol::{may_become, same};

#[test]
fn what_differs_outside_of_symbols_differs_for_sure() {
    assert_eq!(same("/run/__X__/a.sock", "/run/__X__/a.sock"), Some(true));
    assert_eq!(same("/run/__X__/a.sock", "/run/__X__/b.sock"), Some(false));
    assert_eq!(same("/srv/a", "/srv/b"), Some(false));
    assert_eq!(same("/a/{{ x }}", "/b/{{ x }}"), Some(false));
    assert_eq!(same("/run/__X__/a", "/run/x/a"), None);
    assert_eq!(same("__X__a", "a__X__"), None);
    assert_eq!(same("/run/__XA__/a", "/run/__XB__/a"), None);
    assert_eq!(same("${A}", "${B}"), None);
}

#[test]
fn a_template_becomes_what_has_all_that_it_writes_out() {
    assert!(may_become("{{ a }}.conf.{{ b }}", "shop.conf.live"));
    assert!(!may_become("{{ a }}.conf.{{ b }}", "shop.settings"));
    assert!(!may_become("x{{ a }}.conf", "shop.conf"));
    assert!(!may_become("{{ a }}.conf", "shop.conf.live"));
    assert!(may_become("shop", "shop") && !may_become("shop", "shops"));
}

#[test]
fn an_unknown_checkout_is_a_symbol_as_well() {
    assert_eq!(same("{checkout}/static", "{checkout}/static"), Some(true));
    assert_eq!(same("{checkout}/static", "{checkout}/media"), Some(false));
    assert_eq!(same("/srv/app/static", "{checkout}/static"), None);
}
