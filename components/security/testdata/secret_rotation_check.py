"""Rotates secrets of a real PostgreSQL server; secret_database_test.go starts it.

Usage: secret_rotation_check.py FOLDER PORT, with the program and its authorities.pem in
FOLDER, and a master user "dbadmin" with the password "initial" on localhost.
"""

import json
import os
import sys
import types
import uuid


class NotFound(Exception):
    pass


class Manager:
    """As much of Secrets Manager as a rotation sees of it."""

    exceptions = types.SimpleNamespace(ResourceNotFoundException=NotFound)

    def __init__(self):
        self.versions, self.stages = {}, {}

    def describe_secret(self, SecretId):
        return {"VersionIdsToStages": {version: list(names) for version, names in self.stages[SecretId].items()}}

    def get_secret_value(self, SecretId, VersionId=None, VersionStage="AWSCURRENT"):
        for version, names in self.stages[SecretId].items():
            text = self.versions.get((SecretId, version))
            if text and VersionStage in names and VersionId in (None, version):
                return {"SecretString": text}
        raise NotFound(VersionStage)

    def put_secret_value(self, SecretId, ClientRequestToken, SecretString, VersionStages):
        self.versions[SecretId, ClientRequestToken] = SecretString
        self.stages[SecretId][ClientRequestToken] = list(VersionStages)

    def update_secret_version_stage(self, SecretId, VersionStage, MoveToVersionId, RemoveFromVersionId):
        for names in self.stages[SecretId].values():
            if "AWSPREVIOUS" in names:
                names.remove("AWSPREVIOUS")
        self.stages[SecretId][RemoveFromVersionId] = ["AWSPREVIOUS"]
        self.stages[SecretId][MoveToVersionId] = [VersionStage]

    def keep(self, arn, value):
        self.versions[arn, "first"] = json.dumps(value)
        self.stages[arn] = {"first": ["AWSCURRENT"]}

    def current(self, arn):
        return json.loads(self.get_secret_value(arn)["SecretString"])


manager = Manager()
sys.modules["boto3"] = types.SimpleNamespace(client=lambda service: manager)
folder, port = sys.argv[1], int(sys.argv[2])
sys.path.insert(0, folder)
import secret_postgres  # noqa: E402
import secret_rotation  # noqa: E402

STEPS = ["createSecret", "setSecret", "testSecret", "finishSecret"]


def rotate(arn, repeat=1):
    token = str(uuid.uuid4())
    manager.stages[arn][token] = ["AWSPENDING"]
    for step in STEPS:
        for _ in range(repeat):
            secret_rotation.handler({"SecretId": arn, "ClientRequestToken": token, "Step": step}, None)
    return manager.current(arn)


def database(secret):
    return secret_rotation.connect(secret)


def refused(action, error):
    try:
        action()
    except error as reason:
        return str(reason)
    raise AssertionError("accepted")


def secret(username, password):
    return {"engine": "postgres", "host": "localhost", "port": port, "dbname": "postgres", "username": username, "password": password}


manager.keep("master", {"username": "dbadmin", "password": "initial"})

# The first rotation creates the user; with the master user every one works, whatever the user's password is.
os.environ.update(MODE="single-user", MASTER_SECRET_ARN="master")
manager.keep("app", secret("app", "never set"))
before = manager.current("app")
after = rotate("app", repeat=2)
assert after["username"] == "app" and len(after["password"]) == 40 and after["password"] != before["password"], after
database(after).close()
refused(lambda: database(before), secret_postgres.AccessDenied)

# Without the master user, the user changes its own password.
del os.environ["MASTER_SECRET_ARN"]
own = rotate("app")
database(own).close()
refused(lambda: database(after), secret_postgres.AccessDenied)

# A rotation that stopped after the password was set is picked up by the next one.
token = str(uuid.uuid4())
manager.stages["app"][token] = ["AWSPENDING"]
for step in STEPS[:2] + STEPS[1:]:
    secret_rotation.handler({"SecretId": "app", "ClientRequestToken": token, "Step": step}, None)
database(manager.current("app")).close()
secret_rotation.handler({"SecretId": "app", "ClientRequestToken": token, "Step": "finishSecret"}, None)

# Two users take turns, and the password before stays valid. What one creates, the other may change.
os.environ.update(MODE="alternating-users", MASTER_SECRET_ARN="master")
manager.keep("turns", secret("turns", "first"))
first = manager.current("turns")
second = rotate("turns", repeat=2)
assert second["username"] == "turns_clone", second
admin = database({**first, "username": "dbadmin", "password": "initial"})
admin.execute('GRANT CREATE ON SCHEMA public TO "turns"')
for valid in (first, second):
    database(valid).close()
connection = database(second)
connection.execute("CREATE TABLE things (id int)")
connection.close()
third = rotate("turns")
assert third["username"] == "turns" and third["password"] != first["password"], third
database(second).close()
refused(lambda: database(first), secret_postgres.AccessDenied)
connection = database(third)
connection.execute("ALTER TABLE things ADD COLUMN name text")
connection.close()
fourth = rotate("turns")
assert fourth["username"] == "turns_clone", fourth
database(fourth).close()

# The server never sees a password in a statement.
assert "SCRAM-SHA-256$" in secret_postgres.verifier("secret") and "secret" not in secret_postgres.verifier("secret")

# What is not pending is not touched.
manager.stages["app"]["old"] = []
refused(lambda: secret_rotation.handler({"SecretId": "app", "ClientRequestToken": "old", "Step": "setSecret"}, None), ValueError)
refused(lambda: secret_rotation.handler({"SecretId": "app", "ClientRequestToken": "x", "Step": "setSecret"}, None), ValueError)

# An impostor gets no password: neither under another name nor with another authority.
import ssl  # noqa: E402

refused(lambda: database({**own, "host": "127.0.0.1"}), ssl.SSLCertVerificationError)
open(os.path.join(folder, "authorities.pem"), "w").write(open(sys.argv[3]).read())
refused(lambda: database(own), ssl.SSLCertVerificationError)
print("rotated")
