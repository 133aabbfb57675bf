//! The project that all deployments run, without its settings.

pub(super) const PROJECT: &[(&str, &str)] = &[
    ("app/site_of_test/__init__.py", ""),
    (
        "app/manage.py",
        "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site_of_test.settings')\n",
    ),
    (
        "app/site_of_test/wsgi.py",
        "import os\nfrom django.core.wsgi import get_wsgi_application\n\
         os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site_of_test.settings')\n\
         application = get_wsgi_application()\n",
    ),
    (
        "app/site_of_test/asgi.py",
        "import os\nfrom django.core.asgi import get_asgi_application\n\
         os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site_of_test.settings')\n\
         application = get_asgi_application()\n",
    ),
    (
        "app/site_of_test/urls.py",
        "from django.urls import include, path, re_path\nfrom site_of_test import views\n\
         items = [path('', views.items), path('<int:number>/', views.item)]\n\
         urlpatterns = [\n    path('', views.home),\n    path('page/', views.page),\n\
         path('health/', views.health),\n    path('exempt/', views.exempt),\n\
         path('bare', views.bare),\n    path('items/', include(items)),\n\
         re_path(r'^year/(?P<year>[0-9]{4})/$', views.year),\n    path('files/<path:name>', views.file),\n]\n",
    ),
    (
        "app/site_of_test/views.py",
        "from django.http import HttpResponse\n\
         from django.views.decorators.cache import never_cache\n\
         from django.views.decorators.csrf import csrf_exempt\n\n\
         def say(name):\n    return HttpResponse(name, headers={'X-View': name})\n\n\
         def home(request):\n    return say('home')\n\n\
         @never_cache\ndef page(request):\n    return say('page')\n\n\
         def health(request):\n    return say('health')\n\n\
         @csrf_exempt\ndef exempt(request):\n    return say('exempt')\n\n\
         def bare(request):\n    return say('bare')\n\n\
         def items(request):\n    return say('items')\n\n\
         def item(request, number):\n    return say('item')\n\n\
         def year(request, year):\n    return say('year')\n\n\
         def file(request, name):\n    return say('file')\n",
    ),
    ("app/assets/site/app.css", "body {}\n"),
    ("app/assets/robots.txt", "User-agent: *\n"),
];
