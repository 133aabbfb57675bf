//! How long ten thousand journeys take through a model of fifty sites, each with a project of its
//! own.
//!
//! `cargo bench --bench journeys` prints the time and fails if it is more than 200 ms.

use kilter::config::Config;
use kilter::model::journey::{End, Journeys, Request};
use kilter::run::run;
use kilter::source::{File, Tree};
use std::error::Error;
use std::fmt::Write;
use std::time::{Duration, Instant};

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SITES: usize = 50;
const JOURNEYS: usize = 10_000;

#[allow(clippy::print_stdout, reason = "a benchmark is read on the terminal")]
fn main() -> Result<(), Box<dyn Error>> {
    let tree = Tree::of(files());
    let config = Config { rules: Vec::new(), ..Config::default() };
    let outcome = run(&tree, &config);
    let deployment = outcome.model.deployments.first().ok_or("no deployment")?;
    assert_eq!(deployment.sites.len(), 2 * SITES);
    let requests = requests()?;
    // The fastest of a few runs: all else is the machine's.
    let times = (0..7).map(|_| {
        let start = Instant::now();
        let journeys = Journeys::new(deployment, None);
        let mut known = 0;
        for request in requests.iter().cycle().take(JOURNEYS) {
            let journey = journeys.answer(request);
            known += usize::from(!matches!(journey.end, End::Unknown(_)));
        }
        assert_eq!(known, JOURNEYS, "every journey has an end");
        start.elapsed()
    });
    let fastest = times.min().ok_or("no run")?;
    println!("{JOURNEYS} journeys through {SITES} sites: {fastest:.1?}");
    if fastest > Duration::from_millis(200) {
        return Err("too slow".into());
    }
    Ok(())
}

fn requests() -> Result<Vec<Request>, Box<dyn Error>> {
    let mut all = Vec::new();
    for site in 0..SITES {
        let host = format!("site{site}.example");
        all.push(Request::get(&format!("http://{host}/"))?);
        all.push(Request::get(&format!("https://www.{host}/items/12/?page=2"))?);
        all.push(Request::get(&format!("https://{host}/static/site/app.css"))?);
        all.push(Request::get(&format!("https://{host}/login/"))?.by("POST")?);
    }
    Ok(all)
}

fn files() -> Vec<File> {
    let mut files = Vec::new();
    let mut add = |path: String, text: String| {
        files.push(File { path: path.into(), bytes: text.into_bytes() });
    };
    let mut nginx = "events {}\nhttp {\n".to_owned();
    for site in 0..SITES {
        let _ = write!(nginx, "{}", server(site));
        let app = format!("srv/site{site}/app");
        let module = format!("site{site}");
        add(
            format!("etc/systemd/system/site{site}.service"),
            format!(
                "[Service]\nWorkingDirectory=/{app}\nEnvironment=DJANGO_SETTINGS_MODULE={module}.settings\n\
                 ExecStart=/usr/bin/gunicorn --bind unix:/run/site{site}.sock {module}.wsgi:application\n"
            ),
        );
        let start = format!(
            "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', '{module}.settings')\n"
        );
        add(format!("{app}/manage.py"), start.clone());
        add(format!("{app}/{module}/__init__.py"), String::new());
        add(format!("{app}/{module}/wsgi.py"), start);
        add(format!("{app}/{module}/settings.py"), settings(site));
        add(
            format!("{app}/{module}/urls.py"),
            "from django.contrib.auth.views import LoginView\nfrom django.urls import path\nfrom . import views\n\
             urlpatterns = [\n    path('', views.home),\n    path('login/', LoginView.as_view()),\n\
             path('items/<int:number>/', views.item),\n]\n"
                .to_owned(),
        );
        add(format!("{app}/static/site/app.css"), "body {}\n".to_owned());
    }
    nginx.push_str("}\n");
    add("etc/nginx/nginx.conf".to_owned(), nginx);
    files
}

fn server(site: usize) -> String {
    let names = format!("server_name site{site}.example www.site{site}.example;");
    format!(
        "server {{ listen 80; {names} return 301 https://$host$request_uri; }}\n\
         server {{ listen 443 ssl; {names}\n\
         location /static/ {{ alias /srv/site{site}/static/; }}\n\
         location ~* \\.php$ {{ return 404; }}\n\
         location / {{ proxy_pass http://unix:/run/site{site}.sock; proxy_set_header Host $host;\n\
         proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n\
         proxy_set_header X-Forwarded-Proto $scheme; }}\n}}\n"
    )
}

fn settings(site: usize) -> String {
    format!(
        "from pathlib import Path\nBASE_DIR = Path(__file__).resolve().parent.parent\n\
         SECRET_KEY = 'kilter-fixture'\nDEBUG = False\nALLOWED_HOSTS = ['.site{site}.example']\n\
         INSTALLED_APPS = ['django.contrib.staticfiles']\nMIDDLEWARE = [\n\
         'django.middleware.security.SecurityMiddleware',\n\
         'django.middleware.common.CommonMiddleware',\n\
         'django.middleware.csrf.CsrfViewMiddleware',\n]\nROOT_URLCONF = 'site{site}.urls'\n\
         SECURE_SSL_REDIRECT = True\nSECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'https')\n\
         STATIC_URL = '/static/'\nSTATIC_ROOT = '/srv/site{site}/static'\n\
         STATICFILES_DIRS = [BASE_DIR / 'static']\n"
    )
}
