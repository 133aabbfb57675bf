//! What uWSGI, supervisord and `celery multi` start by files of their own.

use super::{UNIT, WSGI, judged, processes};
use crate::fact::Certainty;

#[test]
fn uwsgi_reads_its_ini_file_with_what_that_inserts() {
    let unit = UNIT.replace("gunicorn config.wsgi", "uwsgi --ini deploy/app.ini");
    let ini =
        "[uwsgi]\nname = shop\nmodule = config.wsgi\nuid = www\nsocket = /run/%(name)/u.sock\n";
    let found = processes(&[("deploy/app.service", &unit), ("deploy/app.ini", ini)]);
    assert_eq!(found, ["app.service www unix:/run/shop/u.sock"]);
}

#[test]
fn uwsgi_reads_another_section_of_its_file_where_one_asks_for_it() {
    let ini = "[uwsgi]\nini = :base\nsocket = /run/u.sock\n[dev]\nini = :base\nsocket = :1\n\
               [base]\nini = :base\nmodule = config.wsgi\nuid = www\n";
    for (named, found) in [("app.ini", "unix:/run/u.sock"), ("app.ini:dev", "0.0.0.0:1")] {
        let unit = UNIT.replace("gunicorn config.wsgi", &format!("uwsgi --ini deploy/{named}"));
        let all = processes(&[("deploy/app.service", &unit), ("deploy/app.ini", ini)]);
        assert_eq!(all, [format!("app.service www {found}")]);
    }
}

#[test]
fn ini_files_are_vassals_where_a_unit_starts_an_emperor() {
    let ini = "[uwsgi]\nchdir = /srv/app\nwsgi-file = config/wsgi.py\nsocket = /tmp/app.sock\n";
    let unit = "[Service]\nExecStart=/usr/bin/uwsgi --emperor /etc/uwsgi/sites\n";
    let found = processes(&[("deploy/app.ini", ini), ("deploy/emperor.service", unit)]);
    assert!(found.contains(&"app.ini ? unix:/tmp/app.sock".to_owned()), "{found:?}");
    let beside = ini.replace("/tmp/app.sock", "app.sock");
    let found = processes(&[("deploy/app.ini", &beside), ("deploy/emperor.service", unit)]);
    assert!(found.contains(&"app.ini ? unix:/srv/app/app.sock".to_owned()), "{found:?}");
    // Without one, an image may have what it starts.
    let image = ("Dockerfile", "FROM python:3.13\nCOPY . .\n");
    let alone = processes(&[("deploy/app.ini", ini), image]);
    assert!(alone.iter().all(|it| !it.starts_with("app.ini")), "{alone:?}");
}

#[test]
fn an_emperor_that_watches_one_file_starts_what_it_says() {
    let ini = "[uwsgi]\nmodule = config.wsgi\nsocket = /run/u.sock\n";
    let compose = "services:\n  web:\n    build: .\n    command: uwsgi --emperor app.ini\n";
    let image = "FROM python:3.13\nWORKDIR /app\nCOPY . .\n";
    let files = [("compose.yaml", compose), ("Dockerfile", image), ("app.ini", ini)];
    assert_eq!(processes(&files), ["web root unix:/run/u.sock"]);
    let folder = compose.replace("app.ini", "vassals");
    let files = [("compose.yaml", folder.as_str()), ("Dockerfile", image), ("app.ini", ini)];
    assert_ne!(processes(&files), ["web root unix:/run/u.sock"]);
}

#[test]
fn a_file_behind_a_switch_is_the_one_that_uwsgi_reads() {
    let ini = "[uwsgi]\nmodule = config.wsgi\nuid = www\nsocket = /run/u.sock\n";
    for switches in ["--master --log-master", "--py-autoreload 1 --enable-threads"] {
        let started = format!("uwsgi {switches} deploy/app.ini");
        let unit = UNIT.replace("gunicorn config.wsgi", &started);
        let found = processes(&[("deploy/app.service", &unit), ("deploy/app.ini", ini)]);
        assert_eq!(found, ["app.service www unix:/run/u.sock"], "{switches}");
    }
}

#[test]
fn a_program_of_supervisords_reads_the_only_file_that_can_be_meant_below_etc() {
    let program = "[program:shop]\ndirectory=/srv/shop/code\nuser=shop\n\
        environment=DJANGO_SETTINGS_MODULE=\"config.settings\"\n\
        command=/srv/venv/bin/uwsgi --ini /etc/uwsgi/apps-enabled/uwsgi.ini\n";
    let ini = "[uwsgi]\nchdir=/srv/shop/code\nmodule=config.wsgi\nsocket=127.0.0.1:9000\n";
    let files = [("deploy/supervisor.conf", program), ("deploy/uwsgi.ini", ini)];
    assert_eq!(processes(&files), ["shop shop 127.0.0.1:9000"]);
    // Of two, which one it is nobody can tell; the settings are named beside it.
    let other = ("old/uwsgi.ini", ini);
    let found = processes(&[files[0], files[1], other]);
    assert_eq!(found, ["shop shop  …"]);
}

#[test]
fn debians_service_makes_the_socket_of_a_file_that_has_none() {
    let ini = "[uwsgi]\nchdir=/srv/shop/code\nmodule=config.wsgi\n";
    let site = "server {\n    listen 80;\n    location / { uwsgi_pass unix:///var/run/uwsgi/app/shop/socket; }\n}\n";
    let with =
        |path: &str, site: &str| processes(&[(path, ini), ("conf/site.conf", site)]).concat();
    assert!(with("conf/shop.ini", site).contains("unix:/run/uwsgi/app/shop/socket"));
    assert!(!with("conf/shop.ini", &site.replace("app/shop", "app/other")).contains("unix:"));
    assert!(!with("conf/other.ini", site).contains("unix:"));
}

/// In a tree where nothing starts any of them.
#[test]
fn of_several_ini_files_the_one_is_meant_that_a_site_leads_to() {
    let ini = |port: u16| {
        format!(
            "[uwsgi]\nchdir = /srv/app\nwsgi-file = config/wsgi.py\nsocket = 127.0.0.1:{port}\n"
        )
    };
    let site = "server {\n    listen 80;\n    location / { uwsgi_pass 127.0.0.1:8002; }\n}\n";
    let (new, old) = (ini(8002), ini(3309));
    let (new, old) = (("conf/uwsgi.ini", new.as_str()), ("old/uwsgi.ini", old.as_str()));
    let started = |files: &[(&str, &str)]| {
        let found = processes(files).into_iter().filter(|it| it.starts_with("uwsgi.ini"));
        found.collect::<Vec<_>>()
    };
    assert_eq!(started(&[new, old, ("conf/nginx.conf", site)]), ["uwsgi.ini ? 127.0.0.1:8002"]);
    assert_eq!(started(&[new, old]), [""; 0]);
    // Its section says what it is, whatever it is called.
    let named = |path: &str| processes(&[(path, new.1)]).concat();
    assert_eq!(named("www.shop.org.ini"), "www.shop.org.ini ? 127.0.0.1:8002");
    // An image could have it all, but the machine's own site leads to the file.
    let image = ("Dockerfile", "FROM python:3.13\nCOPY tools /tools\n");
    let site = ("conf/nginx.conf", site);
    assert_eq!(started(&[new, image, site]), ["uwsgi.ini ? 127.0.0.1:8002"]);
    assert_eq!(started(&[old, image, site]), [""; 0]);
}

#[test]
fn an_application_that_uwsgi_mounts_is_what_it_runs() {
    let ini = "[uwsgi]\nhttp = :8000\nmount = /shop=config/wsgi.py\n";
    let image =
        "FROM python:3.13\nWORKDIR /app\nCOPY . .\nCMD [\"uwsgi\", \"--ini\", \"uwsgi.ini\"]\n";
    let wsgi = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n";
    let files = [
        ("uwsgi.ini", ini),
        ("Dockerfile", image),
        ("manage.py", wsgi),
        ("config/wsgi.py", wsgi),
        ("config/settings.py", "DEBUG = False\n"),
    ];
    assert!(processes(&files)[0].starts_with("Dockerfile "), "{:?}", processes(&files));
}

#[test]
fn programs_of_supervisord_are_processes_unless_an_image_has_the_file() {
    let config = "[program:web]\ncommand = /srv/venv/bin/gunicorn -b :9000 config.wsgi\ndirectory = /srv/app\nuser = app\n";
    let supervisor = ("deploy/supervisor.conf", config);
    assert_eq!(processes(&[supervisor]), ["web app 0.0.0.0:9000"]);
    let image = ("Dockerfile", "FROM python:3.13\nCOPY deploy/supervisor.conf /etc/\n");
    assert!(!processes(&[supervisor, image]).iter().any(|it| it.starts_with("web")));
    // It has another file of the name.
    let site = ("conf/nginx/shop.conf", "server {\n    listen 80;\n}\n");
    let programs = ("conf/programs/shop.conf", config);
    let image = ("Dockerfile", "FROM nginx:1.27\nADD conf/nginx/shop.conf /etc/nginx/conf.d/\n");
    let found = processes(&[programs, site, image]);
    assert!(found.iter().any(|it| it == "web app 0.0.0.0:9000"), "{found:?}");
}

#[test]
fn a_database_in_front_of_a_supervisord_is_not_what_its_container_is_for() {
    let compose = "services:\n  web: {build: ., restart: always}\n";
    let dockerfile = "FROM python:3.13\nWORKDIR /app\nCOPY . .\nENTRYPOINT [\"./start.sh\"]\nCMD [\"supervisord\", \"-n\", \"-c\", \"/app/supervisord.conf\"]\n";
    let config = "[program:web]\ncommand = gunicorn -b :9000 config.wsgi\nuser = app\n";
    for before in ["redis-server --daemonize yes", "nginx", "service postgresql start"] {
        let script = format!("#!/bin/sh\n{before}\nexec \"$@\"\n");
        let found = processes(&[
            ("compose.yml", compose),
            ("Dockerfile", dockerfile),
            ("supervisord.conf", config),
            ("start.sh", &script),
        ]);
        assert_eq!(found, ["web app 0.0.0.0:9000"], "{before}");
    }
}

#[test]
fn a_program_of_supervisord_reads_the_file_of_the_tree_that_it_names() {
    let ini =
        ("deploy/app.ini", "[uwsgi]\nmodule = config.wsgi\nuid = www\nsocket = /run/u.sock\n");
    for named in
        ["--ini /srv/app/deploy/app.ini", "--ini=/srv/app/deploy/app.ini", "deploy/app.ini"]
    {
        let config =
            format!("[program:web]\ncommand = /srv/venv/bin/uwsgi {named}\ndirectory = /srv/app\n");
        let found = processes(&[("deploy/supervisor.conf", &config), ini]);
        assert_eq!(found, ["web www unix:/run/u.sock"], "{named}");
    }
}

#[test]
fn the_web_server_that_supervisord_runs_is_what_a_container_is_for() {
    let compose = "services:\n  web:\n    build: .\n    ports: ['8000:9000']\n";
    let dockerfile = "FROM python:3.13\nWORKDIR /app\nCOPY . .\nCOPY deploy/supervisord.conf /etc/supervisord.conf\nCMD [\"supervisord\", \"-n\"]\n";
    let config = "[supervisord]\nnodaemon=true\n[program:web]\ncommand=gunicorn -b :9000 config.wsgi\ndirectory=/app\nuser=app\n[program:worker]\ncommand=celery -A config worker\n";
    let given = |dockerfile: &str, config: &str| {
        processes(&[
            ("docker-compose.yml", compose),
            ("Dockerfile", dockerfile),
            ("deploy/supervisord.conf", config),
        ])
    };
    assert_eq!(given(dockerfile, config), ["web app 0.0.0.0:9000"]);
    let named = dockerfile
        .replace("/etc/supervisord.conf", "/etc/my.conf")
        .replace("\"-n\"", "\"-c\", \"/etc/my.conf\"");
    assert_eq!(given(&named, config), ["web app 0.0.0.0:9000"]);
    let included = dockerfile.replace("/etc/supervisord.conf", "/etc/supervisor/conf.d/");
    assert_eq!(given(&included, config), ["web app 0.0.0.0:9000"]);
    let brought = "COPY deploy/supervisord.conf /etc/supervisord.conf";
    let link = |to: &str, at: &str| dockerfile.replace(brought, &format!("RUN ln -s {to} {at}"));
    let there = "/app/deploy/supervisord.conf";
    let linked = link(there, "/etc/supervisor/conf.d/");
    assert_eq!(given(&linked, config), ["web app 0.0.0.0:9000"]);
    let linked = link(there, "/etc/supervisor/conf.d/web.conf");
    assert_eq!(given(&linked, config), ["web app 0.0.0.0:9000"]);
    // A folder is linked as a whole, by a variable, to where Alpine's package looks.
    let of_alpine = |dockerfile: &str| {
        processes(&[
            ("docker-compose.yml", compose),
            ("Dockerfile", dockerfile),
            ("deploy/supervisor.d/web.ini", config),
        ])
    };
    let link = "ENV HOME_OF_IT=/app\nRUN ln -s $HOME_OF_IT/deploy/supervisor.d /etc/";
    let linked = dockerfile.replace(brought, link);
    assert_eq!(of_alpine(&linked), ["web app 0.0.0.0:9000"]);
    let named = linked.replace("\"-n\"", "\"-c\", \"/etc/supervisord.conf\"");
    assert_eq!(of_alpine(&named), ["web app 0.0.0.0:9000"]);
    let link = |to: &str, at: &str| dockerfile.replace(brought, &format!("RUN ln -s {to} {at}"));
    let elsewhere = link("/app/deploy/other.conf", "/etc/supervisor/conf.d/");
    assert_eq!(given(&elsewhere, config), ["config.settings ?  …", "web root  … (no settings)"]);
    // A script makes way for it, after commands of the project's own that may not be run.
    let script = "#!/bin/sh\nif [ \"$ADMIN\" ]; then\n  python manage.py assign_admins\nfi\nexec supervisord -n\n";
    let by_script = dockerfile.replace("[\"supervisord\", \"-n\"]", "[\"/app/start.sh\"]");
    let started = processes(&[
        ("docker-compose.yml", compose),
        ("Dockerfile", &by_script),
        ("deploy/supervisord.conf", config),
        ("start.sh", script),
    ]);
    assert_eq!(started, ["web app 0.0.0.0:9000"]);
    let by_variable = config.replace(":9000", ":%(ENV_PORT)s");
    assert_eq!(given(dockerfile, &by_variable), ["web app  …"]);
    let filled_in = config.replace("gunicorn", "%(here)s/gunicorn");
    let alone = ["config.settings ?  …", "web root  … (no settings)"];
    assert_eq!(given(dockerfile, &filled_in), alone);
}

#[test]
fn an_ini_file_of_uwsgi_says_what_runs_where_nothing_else_does() {
    let ini = ("uwsgi.ini", "[uwsgi]\nmodule = config.wsgi\nsocket = /run/shop/u.sock\n");
    assert_eq!(processes(&[ini]), ["uwsgi.ini ? unix:/run/shop/u.sock"]);
    let unit = ("deploy/app.service", UNIT);
    assert_eq!(processes(&[ini, unit]), ["app.service app 127.0.0.1:8000"]);
    let procfile = ("Procfile", "web: gunicorn --bind 0.0.0.0:$PORT config.wsgi\n");
    assert_eq!(processes(&[ini, procfile]).len(), 1);
    assert!(processes(&[ini, procfile])[0].starts_with("web "));
    let other = ("deploy/uwsgi_test.ini", ini.1);
    assert_eq!(processes(&[ini, other]).len(), 1);
    // Django's own module serves what the variable names.
    let own = "[uwsgi]\nmodule = django.core.wsgi:get_wsgi_application()\n\
               env = DJANGO_SETTINGS_MODULE=config.settings\nsocket = /run/shop/u.sock\n";
    assert_eq!(processes(&[("uwsgi.ini", own)]), ["uwsgi.ini ? unix:/run/shop/u.sock"]);
    let by_path = "[uwsgi]\nchdir = /srv/our-shop\nwsgi-file = /srv/our-shop/config/wsgi.py\n\
                   socket = /run/shop/u.sock\n";
    assert_eq!(processes(&[("uwsgi.ini", by_path)]), ["uwsgi.ini ? unix:/run/shop/u.sock"]);
    let second = ("deploy/uwsgi.ini", ini.1);
    assert_eq!(processes(&[ini, second]), processes(&[ini]));
    let third = ("conf/uwsgi.ini", ini.1);
    assert_eq!(processes(&[second, third]), ["config.settings ?  …"]);
    // A worker answers nobody.
    let worker = UNIT.replace("gunicorn config.wsgi", "celery -A config worker");
    let celery = ("config/celery.py", WSGI.1.replace("application", "app"));
    let beside = [ini, ("deploy/worker.service", &worker), (celery.0, &celery.1)];
    let both = ["uwsgi.ini ? unix:/run/shop/u.sock", "worker.service app "];
    assert_eq!(processes(&beside), both);
}

#[test]
fn a_script_that_documents_tell_people_to_run_starts_uwsgi_with_its_file() {
    let ini = ("deploy/uwsgi.ini", "[uwsgi]\nmodule = config.wsgi\nsocket = /run/shop/u.sock\n");
    let declared = |files: &[(&str, &str)]| {
        let outcome = judged(files);
        let mut processes = outcome.model.deployments.iter().flat_map(|it| &it.processes);
        processes.find(|it| it.name == "uwsgi.ini").map(|it| it.declared.evidence().certainty())
    };
    let script = ("deploy/start.sh", "./manage.py migrate\nuwsgi --ini uwsgi.ini\n");
    let other = ("deploy/start.sh", "# uwsgi --ini uwsgi.ini\n./manage.py migrate\n");
    let readme = ("README.md", "On the server:\n\n    cd deploy\n    sh start.sh\n");
    assert_eq!(declared(&[ini, script]), Some(Certainty::Likely));
    assert_eq!(declared(&[ini, script, readme]), Some(Certainty::Certain));
    assert_eq!(declared(&[ini, other, readme]), Some(Certainty::Likely));
}

#[test]
fn celery_multi_starts_workers_by_what_lies_beside_the_unit() {
    let unit = "[Service]\nType=forking\nUser=app\nWorkingDirectory=/srv/app\n\
        EnvironmentFile=/etc/conf.d/celery\nExecStart=/bin/sh -c '${CELERY_BIN} ";
    let orders = [
        "multi start $CELERYD_NODES -A ${CELERY_APP} ${CELERYD_OPTS}'\n",
        "-A $CELERY_APP multi start $CELERYD_NODES --loglevel=\"${CELERYD_LOG_LEVEL}\" $CELERYD_OPTS'\n",
    ];
    let told = "CELERYD_NODES=\"4\"\nCELERY_BIN=\"/srv/venv/bin/celery\"\nCELERY_APP=\"config\"\n\
        CELERYD_LOG_LEVEL=\"INFO\"\nCELERYD_OPTS=\"--concurrency=1 -Q:1-4 a,b\"\n";
    let app = ("config/celery.py", WSGI.1.replace("application", "app"));
    for order in orders {
        let unit = format!("{unit}{order}");
        let outcome =
            judged(&[("deploy/celery.service", &unit), ("deploy/celeryd", told), (app.0, &app.1)]);
        let mut processes = outcome.model.deployments.iter().flat_map(|it| &it.processes);
        let found = processes.find(|it| it.name == "celery.service");
        let found = found.map(|it| (it.kind, it.django.is_some()));
        assert_eq!(found, Some((crate::model::ProcessKind::Worker, true)), "{order}");
    }
}

/// A package in a checkout of its own name has a project inside, which is called so as well.
#[test]
fn of_two_projects_the_one_is_run_that_has_the_settings_which_are_named() {
    let entry = |kind: &str, settings: &str| {
        format!(
            "import os\nfrom django.core.{kind} import get_{kind}_application\n\
             os.environ.setdefault('DJANGO_SETTINGS_MODULE', '{settings}')\n\
             application = get_{kind}_application()\n"
        )
    };
    let (wsgi, asgi) = (entry("wsgi", "shop.settings_simple"), entry("asgi", "shop.settings"));
    let program = |name: &str, command: &str| {
        format!(
            "[program:{name}]\ncommand=/srv/venv/bin/{command}\ndirectory=/srv/shop\nuser=app\n\
             environment=DJANGO_SETTINGS_MODULE=\"shop.settings.production\"\n"
        )
    };
    let programs = program("web", "gunicorn shop.asgi:application")
        + &program("worker", "celery -A shop worker");
    let outcome = judged(&[
        ("deploy/supervisor.conf", &programs),
        ("shop/asgi.py", &asgi),
        ("shop/wsgi.py", &wsgi),
        ("shop/celery.py", "from celery import Celery\napp = Celery('shop')\n"),
        ("shop/settings_simple.py", "DEBUG = False\n"),
        ("shop/settings/__init__.py", ""),
        ("shop/settings/production.py", "DEBUG = False\n"),
        ("shop/shop/__init__.py", ""),
        ("shop/shop/settings.py", "DEBUG = True\n"),
    ]);
    let told: Vec<_> = outcome.diagnostics.iter().map(|it| it.rule).collect();
    assert!(!told.contains(&"startup/celery-app-missing"), "{told:?}");
    let named = outcome.model.deployments.iter().flat_map(|it| &it.processes);
    let named: Vec<_> =
        named.filter_map(|it| Some(it.django.as_ref()?.module.value.as_str())).collect();
    assert!(named.contains(&"shop.settings.production"), "{named:?}");
}

#[test]
fn a_call_that_sets_variables_on_a_platform_names_the_settings() {
    let cloud = ("config/settings_cloud.py", "from config.settings import *\n");
    let given = |script: &str| processes(&[cloud, ("deploy.sh", script)]);
    let call = "gcloud run deploy shop --image shop \\\n  --set-env-vars \"A=b,DJANGO_SETTINGS_MODULE=config.settings_cloud,C=d\"\n";
    assert_eq!(given(call), ["config.settings_cloud ?  …"]);
    // Which of two modules it is, nothing says then.
    let own: [&str; 0] = [];
    assert_eq!(given(&call.replace("gcloud run deploy", "docker run")), own);
    assert_eq!(given(&call.replace("config.settings_cloud", "$MODULE")), own);
    let both = format!("{call}{}", call.replace("config.settings_cloud", "config.settings"));
    assert_eq!(given(&both), own);
    let heroku = "heroku config:set DJANGO_SETTINGS_MODULE=config.settings_cloud -a shop\n";
    assert_eq!(given(heroku), ["config.settings_cloud ?  …"]);
    assert_eq!(given(&format!("# {heroku}")), own);
}

#[test]
fn a_job_of_upstart_is_a_process_of_the_machine() {
    let job = "start on runlevel [2345]\npre-start script\n    exec gunicorn other.wsgi\nend script\n\
        setuid shop\nchdir /srv/shop\nenv WORKERS=3\n\
        exec /srv/venv/bin/gunicorn --workers $WORKERS \\\n    --bind 127.0.0.1:8001 config.wsgi\n";
    let script = "start on startup\nsetuid shop\nscript\n    cd /srv/shop\n    \
        exec gunicorn --bind 127.0.0.1:8001 config.wsgi\nend script\n";
    for text in [job, script] {
        let found = processes(&[("deploy/init/shop.conf", text)]);
        assert_eq!(found, ["shop.conf shop 127.0.0.1:8001"], "{text}");
    }
    // What was set up anew has units, and the jobs no more.
    let unit = ("deploy/app.service", UNIT);
    let found = processes(&[("deploy/init/shop.conf", job), unit]);
    assert_eq!(found, ["app.service app 127.0.0.1:8000"]);
}

#[test]
fn circus_starts_the_watchers_of_its_file() {
    let watcher = "[circus]\nendpoint = tcp://127.0.0.1:5555\n\n[watcher:shop]\ncmd = /srv/venv/bin/gunicorn\n\
                   args = -b 127.0.0.1:$(port) config.wsgi\nworking_dir = /srv/app\nuid = www\n\n[env:sh*]\n";
    let found = processes(&[("deploy/circus.ini", &watcher.replace("$(port)", "9000"))]);
    assert_eq!(found, ["shop www 127.0.0.1:9000"]);
    let by_socket = watcher.replace("127.0.0.1:$(port)", "fd://$(circus.sockets.web)");
    let found = processes(&[("deploy/circus.ini", &by_socket)]);
    assert!(!found.iter().any(|it| it.starts_with("shop ")), "{found:?}");
    let other = ("config/other.py", "DEBUG = True\nALLOWED_HOSTS = ['b.example']\n");
    let named =
        format!("{}DJANGO_SETTINGS_MODULE = config.other\n", watcher.replace("$(port)", "9000"));
    let outcome = judged(&[("deploy/circus.ini", &named), other]);
    let shop = outcome.model.deployments.iter().flat_map(|it| &it.processes);
    let shop = shop.filter(|it| it.name == "shop").filter_map(|it| it.django.as_ref());
    assert_eq!(shop.map(|it| it.module.value.as_str()).collect::<Vec<_>>(), ["config.other"]);
}

#[test]
fn an_app_of_pm2_is_a_process_of_the_machine() {
    let file = "// Kept by PM2.\nconst home = '/srv/shop';\nmodule.exports = {\n  apps: [\n    { name: 'front', \
                script: 'npm', args: 'run start', env: { PORT: 3000 } },\n    {\n      name: 'api',\n      \
                script: `${home}/venv/bin/gunicorn`,\n      args: '--bind 127.0.0.1:8001 \"config.wsgi\"',\n      \
                cwd: home, interpreter: 'none', user: 'shop',\n    },\n  ],\n};\n";
    let found = |text: &str| processes(&[("deploy/ecosystem.config.js", text)]);
    assert_eq!(found(file), ["api shop 127.0.0.1:8001"]);
    let listed = file.replace(
        "'--bind 127.0.0.1:8001 \"config.wsgi\"'",
        "['--bind', '127.0.0.1:' + 8002, 'config.wsgi']",
    );
    assert_eq!(found(&listed), ["api shop 127.0.0.1:8002"]);
    let by_shell = file.replace("`${home}/venv/bin/gunicorn`", "'bash'").replace(
        "'--bind 127.0.0.1:8001 \"config.wsgi\"'",
        "\"-c 'exec gunicorn -b :8003 config.wsgi'\"",
    );
    assert_eq!(found(&by_shell), ["api shop 0.0.0.0:8003"]);
    // What a program works out nobody knows here.
    let made = file.replace("'--bind 127.0.0.1:8001 \"config.wsgi\"'", "options().join(' ')");
    assert_eq!(found(&made), ["config.settings ?  …"]);
    let json =
        r#"{"apps": [{"name": "api", "script": "gunicorn", "args": "config.wsgi -b :9000"}]}"#;
    assert_eq!(processes(&[("pm2.json", json)]), ["api ? 0.0.0.0:9000"]);
    // The pages' own file is another matter.
    let front = "module.exports = { apps: [{ name: 'front', script: 'npm', args: 'start' }] };\n";
    let two =
        |other| processes(&[("ecosystem.config.js", other), ("api/ecosystem.config.js", file)]);
    assert_eq!(two(front), ["api shop 127.0.0.1:8001"]);
    // Of two ways nobody knows which is in use.
    assert_eq!(two(file), ["config.settings ?  …"]);
    let unit = ("deploy/app.service", UNIT);
    let both = processes(&[("deploy/ecosystem.config.js", file), unit]);
    assert_eq!(both, ["app.service app 127.0.0.1:8000"]);
}

#[test]
fn what_pm2_sets_for_one_stage_is_likely() {
    let file = "module.exports = { apps: [{ name: 'api', script: 'venv/bin/gunicorn', args: 'config.wsgi', \
                env: { DJANGO_SETTINGS_MODULE: 'config.other' } }] };\n";
    let other = ("config/other.py", "DEBUG = True\nALLOWED_HOSTS = ['b.example']\n");
    let module = |text: &str| {
        let outcome = judged(&[("ecosystem.config.js", text), other]);
        let processes = outcome.model.deployments.iter().flat_map(|it| &it.processes);
        let api = processes.filter(|it| it.name == "api").find_map(|it| it.django.as_ref());
        api.map(|it| (it.module.value.clone(), it.module.evidence().certainty()))
    };
    assert_eq!(module(file), Some(("config.other".to_owned(), Certainty::Certain)));
    let staged = module(&file.replace("env:", "env_production:"));
    assert_eq!(staged, Some(("config.other".to_owned(), Certainty::Likely)));
}
