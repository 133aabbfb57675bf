//! Which settings a process has, and of which none are known.

use super::{SETTINGS, UNIT, judged, outcome, processes};

#[test]
fn a_module_of_any_name_that_makes_an_application_names_its_settings() {
    let unit = UNIT.replace("config.wsgi", "config.server:app");
    let unit = ("deploy/app.service", unit.as_str());
    let server = "import os\nfrom django.core.wsgi import get_wsgi_application\n\
                  os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n\
                  app = get_wsgi_application()\n";
    let found = processes(&[unit, ("config/server.py", server)]);
    assert_eq!(found, ["app.service app 127.0.0.1:8000"]);
    let of_another = ("config/server.py", "from flask import Flask\napp = Flask('a')\n");
    let found = processes(&[unit, of_another]);
    assert_eq!(found, ["app.service app 127.0.0.1:8000 (no settings)", "config.settings ?  …"]);
}

#[test]
fn settings_that_nobody_judged_are_named() {
    let manage = "import os\nos.environ.setdefault(\n    'DJANGO_SETTINGS_MODULE',\n    \
                  'config.settings.' + os.environ['STAGE'],\n)\n";
    let stages =
        [("config/settings/here.py", SETTINGS.1), ("config/settings/there.py", SETTINGS.1)];
    let files = [("manage.py", manage), stages[0], stages[1]];
    let notes = outcome(&files).model.reading.notes;
    let said = "The settings of `manage.py` were not judged: which ones run is not known.";
    assert_eq!(notes, [said]);
    // Who tries a version out before it is taken has a module for that alone.
    let named = "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'\n";
    let tried = ("config/settings_uat.py", "from .settings import *\n");
    let files = [("config/wsgi.py", named), SETTINGS, tried];
    assert!(outcome(&files).model.reading.notes.is_empty());
    assert!(judged(&[("deploy/app.service", UNIT)]).model.reading.notes.is_empty());
    let exec = "with open('/etc/shop.py') as it:\n    exec(it.read())\n";
    let wsgi = "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'\n";
    let files = [
        ("deploy/app.service", UNIT),
        ("manage.py", wsgi),
        ("config/wsgi.py", wsgi),
        ("config/settings.py", exec),
    ];
    let notes = outcome(&files).model.reading.notes;
    let said = "The settings of `manage.py` were not judged: no value in them could be followed.";
    assert_eq!(notes, [said]);
}

#[test]
fn settings_that_are_not_there_are_told_of() {
    let manage = "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'\n";
    let notes = |manage| {
        let files = [("deploy/app.service", UNIT), ("manage.py", manage)];
        outcome(&files).model.reading.notes
    };
    let said = "No settings were judged: those that `manage.py` starts with were not found.";
    assert_eq!(notes(manage), [said]);
    assert!(notes("from flask_script import Manager\n").is_empty());
}

#[test]
fn a_checkout_may_be_a_package_under_another_name() {
    let wsgi = "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'shop.settings'\n";
    let manage = "import settings\nfrom django.core.management import execute_manager\n";
    let modules = |files: &[(&str, &str)]| {
        let settings = ("settings.py", "DEBUG = False\nROOT_URLCONF = 'shop.urls'\n");
        let all: Vec<_> = [settings].into_iter().chain(files.iter().copied()).collect();
        let model = outcome(&all).model;
        let apps = model.deployments.iter().flat_map(|it| it.apps());
        let name = |it: &crate::model::Process| {
            let django = it.django.as_ref()?;
            Some(format!("{} {}", django.module.value, django.urls.is_some()))
        };
        apps.filter_map(name).collect::<Vec<_>>()
    };
    let (package, urls) = (("__init__.py", ""), ("urls.py", "urlpatterns = []\n"));
    let (wsgi, manage) = (("wsgi.py", wsgi), ("manage.py", manage));
    assert_eq!(modules(&[package, urls, wsgi]), ["shop.settings true"]);
    assert_eq!(modules(&[package, urls, manage]), ["settings true"]);
    // Nothing imports a folder without `__init__.py` by another name, and one that is there is meant.
    assert!(modules(&[urls, wsgi]).is_empty());
    assert_eq!(modules(&[package, urls, manage, ("shop/__init__.py", "")]), ["settings false"]);
}

#[test]
fn a_module_that_the_settings_ask_for_values_is_no_other_settings() {
    let manage = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.dj_settings')\n";
    let told = |import: &str| {
        let settings = format!("{import}\nDEBUG = False\nINSTALLED_APPS = []\n");
        let files = [
            ("manage.py", manage),
            ("shop/dj_settings.py", settings.as_str()),
            ("shop/settings.py", "BROKER = 'x'\nINSTALLED_APPS = ('shop',)\n"),
        ];
        outcome(&files).model.reading.notes.is_empty()
    };
    assert!(told("from shop import settings"));
    assert!(told("import shop.settings"));
    assert!(!told("import shop"));
}

#[test]
fn a_default_may_ask_for_the_variable_that_it_is_the_default_of() {
    let judges = |naming: &str| {
        let wsgi = format!("import os\n{naming}\napplication = None\n");
        let files = [
            ("deploy/app.service", UNIT),
            ("manage.py", wsgi.as_str()),
            ("config/wsgi.py", wsgi.as_str()),
            ("config/main.py", "DEBUG = True\nINSTALLED_APPS = []\n"),
        ];
        outcome(&files).diagnostics.iter().any(|it| it.rule == "env/debug-on")
    };
    let asked = "os.environ.get('DJANGO_SETTINGS_MODULE', 'config.main')";
    assert!(judges(&format!("os.environ.setdefault('DJANGO_SETTINGS_MODULE', {asked})")));
    assert!(judges(&format!("os.environ['DJANGO_SETTINGS_MODULE'] = {asked}")));
    let or = "os.getenv('DJANGO_SETTINGS_MODULE') or 'config.main'";
    assert!(judges(&format!("os.environ['DJANGO_SETTINGS_MODULE'] = {or}")));
    let another = "os.environ.get('OTHER', 'config.main')";
    assert!(!judges(&format!("os.environ['DJANGO_SETTINGS_MODULE'] = {another}")));
}

#[test]
fn words_that_a_script_changes_in_what_it_prints_are_no_blanks_of_the_settings() {
    let settings = "DEBUG = False\nALLOWED_HOSTS = ['shop_site.example', '*']\n";
    let found = |script: &str| {
        let files = [
            ("deploy/app.service", UNIT),
            (
                "config/wsgi.py",
                "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'\n",
            ),
            ("config/settings.py", settings),
            ("deploy/deploy.sh", script),
        ];
        let found = outcome(&files).diagnostics;
        found.iter().any(|it| it.rule == "hosts/allowed-wildcard")
    };
    assert!(found("name=$(echo $db | sed 's/shop_site/x/')\n"));
    assert!(found("sed -i 's/shop_site//' names.txt\n"));
    assert!(!found("sed -i \"s/shop_site/$SITE/\" *\n"));
}

/// Developers' settings may take all names of those for production, and an entry point name the former.
#[test]
fn what_developers_build_on_is_no_part_of_theirs() {
    let entry = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings.NAME')\nfrom django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n";
    let loaded = |own: &str| {
        let entry = entry.replace("NAME", own);
        let own = format!("shop/settings/{own}.py");
        let files = [
            ("shop/settings/__init__.py", ""),
            ("shop/settings/production.py", "DEBUG = False\n"),
            (own.as_str(), "from .production import *\nNAME = 1\n"),
            ("shop/wsgi.py", entry.as_str()),
            ("manage.py", entry.as_str()),
        ];
        let outcome = outcome(&files);
        let mut all = outcome.model.deployments.iter().flat_map(|it| &it.processes);
        all.find_map(|it| Some(it.django.as_ref()?.module.value.clone()))
    };
    assert_eq!(loaded("dev").as_deref(), Some("shop.settings.production"));
    assert_eq!(loaded("site").as_deref(), Some("shop.settings.site"));
}
