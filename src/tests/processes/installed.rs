//! What an image installs, by its steps.

use super::judged;
use crate::model::Process;

/// Whether what the image of a Dockerfile with these lines installs is known, and has gunicorn; a list
/// that nothing names has it in any case.
fn installs(lines: &str) -> Option<bool> {
    let dockerfile = format!("FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\n{lines}\n");
    let compose = "services:\n  web:\n    build: .\n    command: gunicorn config.wsgi\n";
    let project = "[tool.poetry.dependencies]\ndjango = '5.2'\n[tool.poetry.group.web.dependencies]\ngunicorn = '*'\n";
    let outcome = judged(&[
        ("compose.yaml", compose),
        ("Dockerfile", &dockerfile),
        ("base.txt", "Django==5.2\n"),
        ("requirements/prod.txt", "-r ../base.txt\ngunicorn==23.0.0\n"),
        ("pyproject.toml", project),
        ("Pipfile", "[packages]\ndjango = '*'\n[dev-packages]\ngunicorn = '*'\n"),
        ("lib/setup.py", "from setuptools import setup\nsetup()\n"),
    ]);
    let mut processes = outcome.model.deployments.iter().flat_map(|it| &it.processes);
    let django = processes.find_map(|it: &Process| it.django.as_ref()).expect("the web process");
    let requirements = &django.requirements;
    let known = || requirements.has("gunicorn").expect("all of it is known").value;
    requirements.is_told().then(known)
}

#[test]
fn what_each_step_installs_is_followed() {
    let without = [
        "RUN pip install -r base.txt",
        "RUN pip3 install --no-cache-dir -i https://pypi.example/simple -rbase.txt -c requirements/prod.txt",
        "RUN python -m pip install --requirement=base.txt",
        "RUN --mount=type=cache,target=/root/.cache uv pip install --system -r base.txt",
        "RUN uv pip sync base.txt",
        "ARG MORE=whitenoise\nRUN pip install -r base.txt $MORE",
        "RUN cd requirements && pip install -r ../base.txt",
        "RUN if [ -n \"$MORE\" ]; then pip install whitenoise; fi && pip install django",
        "RUN pip install poetry && poetry install --only main --no-root",
        "RUN poetry install --only=main",
        "RUN poetry export -o /all.txt --only main && pip install -r /all.txt",
        "RUN pip install pipenv && pipenv install --system --deploy",
        "RUN apt-get update && apt-get install -y python3-dev libpq-dev && pip install -r base.txt",
        "RUN pip wheel -w /wheels -r base.txt && pip install --no-index /wheels/*",
        "RUN curl -sSL https://install.example | sh && pip install -r base.txt",
    ];
    for lines in without {
        assert_eq!(installs(lines), Some(false), "{lines}");
    }
    let with = [
        "RUN pip install -r requirements/prod.txt",
        "RUN pip install -r base.txt 'gunicorn[gevent]'",
        "RUN poetry install --no-root",
        "RUN pipenv sync --dev --system",
    ];
    for lines in with {
        assert_eq!(installs(lines), Some(true), "{lines}");
    }
}

#[test]
fn an_image_is_not_known_by_a_step_that_may_install_anything() {
    let unknown = [
        "RUN pip install -r base.txt $(cat more.txt)",
        "RUN pip install -r $(uname -m).txt",
        "RUN pip install -r elsewhere.txt",
        "RUN pip install -r base.txt && ./more.sh",
        "RUN pip install -r base.txt && sh more.sh",
        "RUN pip install -r base.txt && conda install gunicorn",
        "RUN pip install -r base.txt ./lib",
        "RUN pip install -r base.txt https://example.com/gunicorn.zip",
        "RUN pip install -r base.txt && cd lib && python setup.py install",
        "RUN apt-get install -y python3-gunicorn && pip install -r base.txt",
        "RUN apk add py3-gunicorn && pip install -r base.txt",
        "RUN echo gunicorn >> base.txt && pip install -r base.txt",
        "RUN sed -i 's/5.2/5.2 gunicorn/' base.txt\nRUN pip install -r base.txt",
        "RUN python more.py base.txt && pip install -r base.txt",
        "COPY --from=registry.example.org/venv /venv /venv\nRUN pip install -r base.txt",
        "RUN make install && pip install -r base.txt",
        "RUN pip install -r base.txt wheels/*.whl",
        "RUN poetry add gunicorn && pip install -r base.txt",
        "RUN true",
    ];
    for lines in unknown {
        assert_eq!(installs(lines), None, "{lines}");
    }
}
