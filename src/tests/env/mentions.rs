//! What it means that some file mentions a variable.

use crate::model::mention::{self, Use};
use crate::source::{Sources, Tree};
use crate::tests::file;
use std::collections::HashSet;

/// How a file of this text uses `SHOP_KEY`.
fn ways(path: &str, text: &str) -> Vec<Use> {
    let tree = Tree::of(vec![file(path, text)]);
    let names = HashSet::from(["SHOP_KEY".to_owned(), "DEBUG".to_owned()]);
    let found = tree.mentions(&Sources::default(), &names, mention::search, mention::way);
    found.into_values().flatten().collect()
}

#[test]
fn code_reads_what_it_names_as_a_text() {
    assert_eq!(ways("shop/mail.py", "key = os.environ['SHOP_KEY']"), [Use::Read]);
    assert_eq!(ways("shop/mail.py", "SHOP_KEY = 1"), []);
    assert_eq!(ways("front/api.ts", "process.env.SHOP_KEY"), [Use::Read]);
    assert_eq!(ways("deploy/role.yaml", "- name: SHOP_KEY"), [Use::Read]);
    assert_eq!(ways("front/api.ts", "const shop_key = 1"), []);
}

#[test]
fn a_migration_reads_variables_and_tells_nothing_of_todays_models() {
    let path = "shop/migrations/0001_initial.py";
    assert_eq!(ways(path, "create_user(password=os.environ['SHOP_KEY'])"), [Use::Read]);
    let tree = Tree::of(vec![file(path, "('scan', models.FileField())")]);
    let names = HashSet::from(["FileField".to_owned()]);
    assert!(tree.mentions(&Sources::default(), &names, mention::search, mention::way).is_empty());
}

#[test]
fn what_browsers_get_reads_what_a_bundler_fills_in() {
    assert_eq!(ways("shop/static/js/api.js", "const key = process.env.SHOP_KEY"), [Use::Read]);
    assert_eq!(ways("shop/static/js/api.js", "const url = `${SHOP_KEY}/api`"), [Use::Read]);
    assert_eq!(ways("shop/static/js/api.js", "const SHOP_KEY = 'abc'"), []);
    assert_eq!(ways("shop/static/js/api.js", "if (logger.DEBUG) {}"), []);
}

#[test]
fn a_field_of_a_settings_class_is_read_in_whatever_case() {
    let class =
        "from pydantic_settings import BaseSettings\nclass S(BaseSettings):\n  shop_key: str";
    assert_eq!(ways("shop/config.py", class), [Use::Read]);
    assert_eq!(ways("shop/config.py", "shop_key = 1"), []);
}

#[test]
fn a_prefix_of_a_class_stands_in_front_of_its_fields() {
    let names = HashSet::from(["SHOP_MAIL_KEY".to_owned(), "SHOP_GONE".to_owned()]);
    let reads = |prefixer: &str, class: &str| {
        let tree = Tree::of(vec![file("shop/base.py", prefixer), file("shop/config.py", class)]);
        let prefixers = mention::PREFIXERS.iter().map(|it| (*it).to_owned()).collect();
        let prefixes =
            tree.mentions(&Sources::default(), &prefixers, mention::search, mention::prefix);
        let fields = mention::fields(&names, &prefixes.into_values().flatten().collect());
        let wanted = fields.keys().cloned().collect();
        let found = tree.mentions(&Sources::default(), &wanted, mention::search, mention::field);
        found.keys().flat_map(|it| fields[it].clone()).map(str::to_owned).collect::<Vec<_>>()
    };
    let class = "class Mail(Base):\n    mail_key: str";
    for prefixer in [
        "SettingsConfigDict(env_prefix=\"SHOP_\")",
        "{'env_prefix': 'shop_'}",
        "env_prefix: str = 'SHOP_'",
    ] {
        assert_eq!(reads(prefixer, class), ["SHOP_MAIL_KEY"], "{prefixer}");
    }
    assert_eq!(reads("dict(env_prefix=prefix)", class), ["SHOP_MAIL_KEY"]);
    assert_eq!(reads("dict(env_prefix=\"SHOP_\")", "class M(Base):\n  mail: Mail"), [""; 0]);
    assert_eq!(reads("with env.prefixed('SHOP_'):", "env('MAIL_KEY')"), ["SHOP_MAIL_KEY"]);
    let nested = "class Mail(Base):\n    mail_key: str";
    assert_eq!(reads("dict(env_prefix=\"OTHER_\")", nested), [""; 0]);
}

#[test]
fn a_level_of_logging_is_no_variable() {
    assert_eq!(ways("shop/log.py", "{'level': 'DEBUG'}"), []);
    assert_eq!(ways("shop/log.py", "os.environ.get('DEBUG')"), [Use::Read]);
}

#[test]
fn shells_read_what_they_expand_and_not_what_they_assign() {
    assert_eq!(ways("bin/run.sh", "SHOP_KEY=1"), []);
    assert_eq!(ways("bin/run.sh", "echo ${SHOP_KEY}"), [Use::Read]);
    assert_eq!(ways("bin/run.sh", "for it in SHOP_KEY; do"), [Use::Read]);
    assert_eq!(ways("shop.service", "[Service]\nEnvironment=SHOP_KEY=1"), []);
    assert_eq!(ways("shop.service", "[Service]\nExecStart=/x ${SHOP_KEY}"), [Use::Read]);
}

#[test]
fn supervisord_fills_in_what_it_has_itself() {
    let ways = |line: &str| ways("supervisord.conf", &format!("[program:shop]\n{line}"));
    assert_eq!(ways("command=run %(ENV_SHOP_KEY)s"), [Use::Read]);
    assert_eq!(ways("environment=SHOP_KEY=1"), []);
}

#[test]
fn compose_fills_in_and_hands_on() {
    assert_eq!(ways("compose.yml", "services: {a: {environment: [SHOP_KEY=1]}}"), []);
    assert_eq!(ways("compose.yml", "image: a:${SHOP_KEY}"), [Use::FilledIn]);
    assert_eq!(ways("compose.yml", "command: echo $${SHOP_KEY}"), [Use::Read]);
}

#[test]
fn texts_for_people_tell() {
    assert_eq!(ways("README.md", "Set `SHOP_KEY`."), [Use::Told]);
    assert_eq!(ways("requirements.txt", "shop-key"), []);
}

#[test]
fn names_that_differ_in_their_case_are_looked_for_alike() {
    let tree = Tree::of(vec![file("compose.yml", "image: a:${SHOP_KEY}")]);
    let names = HashSet::from(["SHOP_KEY".to_owned(), "shop_key".to_owned()]);
    let found = tree.mentions(&Sources::default(), &names, mention::search, mention::way);
    assert_eq!(found.into_keys().collect::<Vec<_>>(), ["SHOP_KEY"]);
}

#[test]
fn programs_of_cdk_give_containers_what_they_name_with_a_value() {
    let with = |line: &str| {
        let text = format!(
            "import * as ecs from 'aws-cdk-lib/aws-ecs';\nenvironment: {{\n  {line}\n}},\n"
        );
        ways("infra/lib/service.ts", &text)
    };
    assert_eq!(with("SHOP_KEY: 'abc',"), [Use::Given]);
    assert_eq!(with("'SHOP_KEY': \"abc\","), [Use::Given]);
    assert_eq!(ways("web/src/shop.ts", "const it = { SHOP_KEY: 'abc' }"), [Use::Read]);
}

#[test]
fn manifests_of_kubernetes_give_containers_what_they_name_with_a_value() {
    let container = "spec:\n  containers:\n    - name: web\n      env:\n";
    let with = |kind: &str, item: &str| {
        ways("k8s/web.yaml", &format!("kind: {kind}\n{container}        - name: {item}\n"))
    };
    assert_eq!(with("Deployment", "SHOP_KEY\n          value: abc"), [Use::Given]);
    assert_eq!(with("Deployment", "\"SHOP_KEY\"\n          valueFrom: {}"), [Use::Given]);
    assert_eq!(with("Deployment", "SHOP_KEY"), [Use::Read]);
    assert_eq!(with("Service", "SHOP_KEY\n          value: abc"), [Use::Read]);
    let two = "kind: Service\n---\nkind: Pod\nenv:\n- name: SHOP_KEY\n  value: a\n---\n";
    assert_eq!(ways("k8s/web.yaml", two), [Use::Given]);
}

#[test]
fn task_definitions_of_ecs_give_containers_what_they_name_with_a_value() {
    let item = "{\"name\": \"SHOP_KEY\", \"value\": \"abc\"}";
    let task = format!("{{\"containerDefinitions\": [{{\"environment\": [{item}]}}]}}");
    assert_eq!(ways("aws/task-definition.json", &task), [Use::Given]);
    let terraform = "container_definitions = jsonencode([{\n  environment = [\n    { name = \"SHOP_KEY\", value = var.key },\n  ]\n}])\n";
    assert_eq!(ways("infra/ecs.tf", terraform), [Use::Given]);
    assert!(!ways("app/page.json", item).contains(&Use::Given));
}
