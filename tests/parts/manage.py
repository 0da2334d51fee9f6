"""The application that the plans of examples/ deploy: its version stands in VERSION, its data in PostgreSQL, asked by psql.

Version 2 writes into a table that its migration makes: started before it, it lives and cannot take a submission.
"""

import json
import os
import pathlib
import socketserver
import subprocess
import sys
import threading
import time
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler

HOME = pathlib.Path(__file__).resolve().parent
VERSION = (HOME / "VERSION").read_text().strip()
HAS_PROGRESS = not VERSION.startswith("v1.")
# What a test that was killed leaves behind ends by itself.
LIFETIME = 300

SCHEMA = """openapi: 3.0.3
info: {{title: SIGIM, version: {version}}}
paths:
  /api/v1/submissions/:
    post:
      operationId: submissions_create
      requestBody:
        required: true
        content:
          application/json:
            schema: {{$ref: '#/components/schemas/Request'}}
      responses:
        '201':
          description: made
          content:
            application/json:
              schema: {{$ref: '#/components/schemas/Submission'}}
components:
  schemas:
    Request:
      type: object
      required: [titulo]
      properties:
        titulo: {{type: string}}
        dummy: {{type: boolean}}
    Submission:
      type: object
      required: [id]
      properties:
        id: {{type: integer}}
{more}"""


class Failed(Exception):
    pass


def sql(statement, **values):
    """The rows of a statement, its values quoted by psql; each row a list of texts."""
    words = ["psql", "-XqtA", "-F", "\t", "-v", "ON_ERROR_STOP=1"]
    for name, value in values.items():
        words += ["-v", f"{name}={value}"]
    done = subprocess.run(words + [os.environ["DATABASE_URL"]], input=statement, text=True, capture_output=True)
    if done.returncode:
        raise Failed(done.stderr.strip())
    return [line.split("\t") for line in done.stdout.splitlines() if line]


def submit(title, key):
    rows = sql(
        "insert into submission (titulo, clave) values (:'titulo', :'clave')"
        " on conflict (clave) do update set titulo = excluded.titulo returning id;",
        titulo=title,
        clave=key,
    )
    number = int(rows[0][0])
    if HAS_PROGRESS:
        sql("insert into avance (submission, paso) values (:id, 1) on conflict do nothing;", id=number)
    return number


def go_on(number, key):
    if HAS_PROGRESS:
        sql(
            "update avance set paso = paso + 1, clave = :'clave'"
            " where submission = :id and (clave is distinct from :'clave' or :'clave' = '');",
            id=number,
            clave=key,
        )
    return {"id": number, "version": VERSION}


def broken():
    """What is answered with 500: a path's beginning; nothing where no file says so, or its text is not there yet."""
    try:
        return (HOME.parent.parent / "broken").read_text().strip()
    except FileNotFoundError:
        return ""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def address_string(self):
        return "-"

    def log_message(self, *_):
        pass

    def answer(self, status, body):
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/yaml" if isinstance(body, str) else "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
        line = {"ts": datetime.now(timezone.utc).isoformat(), "status": status, "path": self.path}
        print(json.dumps(line), flush=True)

    def do_GET(self):
        self.respond(b"")

    def do_POST(self):
        self.respond(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def respond(self, body):
        try:
            self.answer(*self.found(body))
        except Failed as why:
            self.answer(500, {"error": str(why)})

    def found(self, body):
        parts = self.path.strip("/").split("/")
        begins = broken()
        if begins and self.path.startswith(begins):
            return 500, {"error": "broken"}
        match (self.command, *parts):
            case ("GET", "salud"):
                return 200, {"status": "ok"}
            case ("GET", "version"):
                return 200, {"version": VERSION}
            case ("GET", "api", "schema"):
                return 200, schema()
        if self.headers.get("Authorization") != f"Bearer {os.environ['API_SECRET_TOKEN']}":
            return 401, {"error": "who are you?"}
        match (self.command, *parts):
            case ("GET", "api", "v1", "whoami"):
                return 200, {"username": "smoke"}
            case ("POST", "api", "v1", "submissions"):
                asked = json.loads(body)
                return 201, {"id": submit(asked["titulo"], self.headers.get("Idempotency-Key", asked["titulo"]))}
            case ("POST", "api", "v1", "submissions", number, "guardar-y-avanzar"):
                return 200, go_on(int(number), self.headers.get("Idempotency-Key", ""))
            case ("POST", "api", "v1", "ocr", "verify"):
                if b"\x89PNG" not in body:
                    return 400, {"error": "no image"}
                sql("update vision_monthly_usage set count = count + 1;")
                return 200, {"text": "SIGIM referencia 1"}
        return 404, {"error": "not here"}


class Service(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    request_queue_size = 64


def schema():
    return SCHEMA.format(version=VERSION.lstrip("v"), more="        paso: {type: integer}\n" if HAS_PROGRESS else "")


def runserver(path):
    pathlib.Path(path).unlink(missing_ok=True)
    threading.Timer(LIFETIME, os._exit, [0]).start()
    Service(path, Handler).serve_forever()


def migrations():
    """The files that the database has not seen, in order."""
    sql("create table if not exists esquema_version (version text primary key);")
    seen = {row[0] for row in sql("select version from esquema_version;")}
    return [file for file in sorted((HOME / "migraciones").glob("*.sql")) if file.stem not in seen]


def migrate():
    for file in migrations():
        words = ["psql", "-Xq", "-v", "ON_ERROR_STOP=1", "--single-transaction", os.environ["DATABASE_URL"], "-f", file]
        if subprocess.run(words).returncode:
            return 1
        print(f"applied {file.stem}")
    return 0


def usage(form):
    count = int(sql("select count from vision_monthly_usage;")[0][0])
    print(json.dumps({"count": count}) if form == "json" else f"vision usage this month: {count}")


def main(words):
    match words:
        case ["runserver", path]:
            runserver(path)
        case ["celery"] | ["celery-beat"]:
            time.sleep(LIFETIME)
        case ["migrate", "--noinput"]:
            return migrate()
        case ["migrate", "--check"]:
            return 1 if migrations() else 0
        case ["collectstatic", "--noinput"]:
            (HOME / "static").mkdir(exist_ok=True)
            (HOME / "static" / "version.txt").write_text(VERSION)
        case ["report_vision_usage"]:
            usage("text")
        case ["report_vision_usage", "--format", "json"]:
            usage("json")
        case ["spectacular"]:
            print(schema(), end="")
        case _:
            print(f"manage.py does not know {words}", file=sys.stderr)
            return 64
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failed as why:
        sys.exit(f"manage.py: {why}")
