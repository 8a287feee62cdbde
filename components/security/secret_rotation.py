"""Rotates the password of a database user in a secret.

Secrets Manager calls handler once for each of the four steps of a rotation:
https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html

With MODE "single-user" the user keeps its name, and gets a new password. With
"alternating-users" every other rotation is about a second user with the same
permissions, so that the password in use stays valid until the next rotation.
"""

import json
import os
import secrets
import ssl
import string

import boto3

import secret_mysql
import secret_postgres

CLONE = "_clone"
PASSWORD_LENGTH = 40
ENGINES = {"postgres": secret_postgres, "mysql": secret_mysql}


def handler(event, _context):
    client = boto3.client("secretsmanager")
    arn, token, step = event["SecretId"], event["ClientRequestToken"], event["Step"]
    stages = client.describe_secret(SecretId=arn)["VersionIdsToStages"]
    if token not in stages:
        raise ValueError("the version to rotate to does not exist")
    if "AWSCURRENT" in stages[token]:
        return  # done already: Secrets Manager tries steps again
    if "AWSPENDING" not in stages[token]:
        raise ValueError("the version to rotate to is not pending")
    if step == "createSecret":
        create(client, arn, token)
    elif step == "setSecret":
        set_password(client, arn, token)
    elif step == "testSecret":
        connect(pending(client, arn, token)).close()
    elif step == "finishSecret":
        current = next(version for version, names in stages.items() if "AWSCURRENT" in names)
        client.update_secret_version_stage(
            SecretId=arn, VersionStage="AWSCURRENT", MoveToVersionId=token, RemoveFromVersionId=current
        )
    else:
        raise ValueError("unknown step")
    print(json.dumps({"secret": arn, "step": step, "done": True}))


def create(client, arn, token):
    try:
        pending(client, arn, token)
        return
    except client.exceptions.ResourceNotFoundException:
        pass
    new = read(client, arn, VersionStage="AWSCURRENT")
    if os.environ["MODE"] == "alternating-users":
        name = new["username"]
        new["username"] = name[: -len(CLONE)] if name.endswith(CLONE) else name + CLONE
    alphabet = string.ascii_letters + string.digits
    new["password"] = "".join(secrets.choice(alphabet) for _ in range(PASSWORD_LENGTH))
    client.put_secret_value(
        SecretId=arn, ClientRequestToken=token, SecretString=json.dumps(new), VersionStages=["AWSPENDING"]
    )


def set_password(client, arn, token):
    new, current = pending(client, arn, token), read(client, arn, VersionStage="AWSCURRENT")
    if new["host"] != current["host"]:
        raise ValueError("the pending version is about another host than the current one")
    engine = ENGINES[new["engine"]]
    try:
        connect(new).close()
        return  # an earlier try got this far
    except engine.AccessDenied:
        pass
    master = os.environ.get("MASTER_SECRET_ARN")
    if not master:
        if new["username"] != current["username"]:
            raise ValueError("only the master user can set the password of another user")
        try:
            database = connect(current)
        except engine.AccessDenied:
            # A rotation that was stopped between two steps leaves the one before in force.
            database = connect(read(client, arn, VersionStage="AWSPREVIOUS"))
        try:
            engine.set_own_password(database, new["username"], new["password"])
        finally:
            database.close()
        return
    database = connect({**new, **{key: read(client, master)[key] for key in ("username", "password")}})
    try:
        name = new["username"]
        if name.endswith(CLONE) and os.environ["MODE"] == "alternating-users":
            original = name[: -len(CLONE)]
            engine.ensure_user(database, original, current["password"])
            engine.ensure_user(database, name, new["password"])
            engine.share_permissions(database, original, name)
        else:
            engine.ensure_user(database, name, new["password"])
        engine.set_password(database, name, new["password"])
    finally:
        database.close()


def pending(client, arn, token):
    return read(client, arn, VersionId=token, VersionStage="AWSPENDING")


def read(client, arn, **version):
    return json.loads(client.get_secret_value(SecretId=arn, **version)["SecretString"])


def connect(secret):
    # The authorities of RDS, beside the public ones, which sign for RDS proxies.
    context = ssl.create_default_context()
    context.load_verify_locations(os.path.join(os.path.dirname(__file__), "authorities.pem"))
    return ENGINES[secret["engine"]].Connection(
        secret["host"], int(secret["port"]), secret["username"], secret["password"], secret["dbname"], context
    )
