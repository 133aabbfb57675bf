"""Runs application servers and asks web servers, for the tests of journeys.

Reads one command per line as JSON and answers each with one line. A server is forked from this
process, which has imported what all of them need, and is ended with it.
"""

import datetime
import importlib
import json
import os
import signal
import socket
import ssl
import sys

import django.core.asgi  # noqa: F401
import django.core.wsgi  # noqa: F401
import django.middleware.csrf  # noqa: F401
import django.middleware.security  # noqa: F401
import gunicorn.app.wsgiapp  # noqa: F401
import gunicorn.workers.gthread  # noqa: F401
import uvicorn  # noqa: F401
import whitenoise.middleware  # noqa: F401

MAINS = {
    "gunicorn": ("gunicorn.app.wsgiapp", "run"),
    "uvicorn": ("uvicorn.main", "main"),
    # Twisted's reactor does not survive a fork, so daphne is imported in the child.
    "daphne": ("daphne.cli", "CommandLineInterface.entrypoint"),
}


def start(argv, cwd, log):
    pid = os.fork()
    if pid:
        return {"pid": pid}
    os.setpgid(0, 0)
    os.chdir(cwd)
    sys.path.insert(0, cwd)
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    null = os.open(os.devnull, os.O_RDONLY)
    for target, source in ((0, null), (1, out), (2, out)):
        os.dup2(source, target)
    os.environ["DJANGO_SETTINGS_MODULE"] = "site_of_test.settings"
    os.environ.pop("FORWARDED_ALLOW_IPS", None)
    sys.argv = argv
    if os.path.basename(argv[0]) == "uwsgi":
        os.execv(os.path.join(os.path.dirname(sys.executable), "uwsgi"), argv)
    module, name = MAINS[os.path.basename(argv[0])]
    main = importlib.import_module(module)
    for part in name.split("."):
        main = getattr(main, part)
    try:
        main()
    finally:
        os._exit(1)


def stop(pid):
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    os.waitpid(pid, 0)
    return {}


def ask(tls, port, request):
    """Status, Location and view of the answer; nothing if there is none."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=30) as plain:
            if tls:
                context = ssl.create_default_context()
                context.check_hostname = False
                context.verify_mode = ssl.CERT_NONE
                # Always the same name: a host may be none that TLS would take.
                with context.wrap_socket(plain, server_hostname="example.com") as stream:
                    return exchange(stream, request)
            return exchange(plain, request)
    except OSError:
        return None


def exchange(stream, request):
    stream.sendall(request.encode("latin-1"))
    answer = b""
    while b"\r\n\r\n" not in answer:
        piece = stream.recv(65536)
        if not piece:
            break
        answer += piece
    head = answer.split(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    if not head[0].startswith("HTTP/"):
        return None
    fields = dict(line.split(": ", 1) for line in head[1:] if ": " in line)
    fields = {name.lower(): value for name, value in fields.items()}
    return {
        "status": int(head[0].split(" ")[1]),
        "location": fields.get("location"),
        "view": fields.get("x-view"),
    }


def certificate(path):
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "example.com")])
    now = datetime.datetime.now(datetime.timezone.utc)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    with open(path, "wb") as file:
        file.write(signed.public_bytes(pem) + key.private_bytes(pem, form, plain))
    return {}


def main():
    running = set()
    for line in sys.stdin:
        command = json.loads(line)
        kind = command.pop("do")
        if kind == "start":
            answer = start(**command)
            running.add(answer["pid"])
        elif kind == "stop":
            running.discard(command["pid"])
            answer = stop(**command)
        elif kind == "ask":
            answer = {"answers": [ask(*one) for one in command["requests"]]}
        elif kind == "certificate":
            answer = certificate(**command)
        print(json.dumps(answer), flush=True)
    for pid in running:
        stop(pid)


main()
