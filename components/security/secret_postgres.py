"""As much of PostgreSQL's protocol as it takes to set a password over TLS.

https://www.postgresql.org/docs/current/protocol.html
"""

import base64
import hashlib
import hmac
import secrets
import socket
import struct


class AccessDenied(Exception):
    """The server does not know this user or this password."""


class Error(Exception):
    """The server refuses a statement."""


class Connection:
    def __init__(self, host, port, user, password, database, context):
        raw = socket.create_connection((host, port), timeout=10)
        try:
            raw.sendall(struct.pack("!II", 8, 80877103))  # SSLRequest
            if raw.recv(1) != b"S":
                raise Error("the server does not offer TLS")
            self.socket = context.wrap_socket(raw, server_hostname=host)
        except BaseException:
            raw.close()
            raise
        self.reader = self.socket.makefile("rb")
        try:
            self._start(user, password, database)
        except BaseException:
            self._drop()
            raise

    def execute(self, statement):
        self._send(b"Q", statement.encode() + b"\0")
        rows, failure = [], None
        while True:
            kind, body = self._receive()
            if kind == b"D":
                rows.append(body)
            elif kind == b"E":
                failure = fields(body)
            elif kind == b"Z":
                break
        if failure:
            raise Error(f"{failure.get('C')}: {failure.get('M')}")
        return rows

    def close(self):
        try:
            self._send(b"X", b"")
        finally:
            self._drop()

    def _drop(self):
        self.reader.close()
        self.socket.close()

    def _start(self, user, password, database):
        options = {"user": user, "database": database, "client_encoding": "UTF8", "application_name": "rotation"}
        body = b"".join(k.encode() + b"\0" + v.encode() + b"\0" for k, v in options.items()) + b"\0"
        self.socket.sendall(struct.pack("!II", len(body) + 8, 196608) + body)
        exchange = None
        while True:
            kind, body = self._receive()
            if kind == b"Z":
                return
            if kind == b"E":
                failure = fields(body)
                # Wrong password, unknown user, or one without the right to log in.
                denied = failure.get("C", "").startswith("28")
                raise (AccessDenied if denied else Error)(f"{failure.get('C')}: {failure.get('M')}")
            if kind != b"R":
                continue
            method = struct.unpack("!I", body[:4])[0]
            if method == 0:
                continue
            if method == 3:
                self._send(b"p", password.encode() + b"\0")
            elif method == 5:
                inner = hashlib.md5((password + user).encode()).hexdigest().encode()
                self._send(b"p", b"md5" + hashlib.md5(inner + body[4:8]).hexdigest().encode() + b"\0")
            elif method == 10:
                if b"SCRAM-SHA-256" not in body[4:].split(b"\0"):
                    raise Error("the server offers no method of authentication known here")
                exchange = Scram(password)
                first = exchange.first()
                self._send(b"p", b"SCRAM-SHA-256\0" + struct.pack("!I", len(first)) + first)
            elif method == 11:
                self._send(b"p", exchange.final(body[4:]))
            elif method == 12:
                exchange.verify(body[4:])
            else:
                raise Error("the server offers no method of authentication known here")

    def _send(self, kind, body):
        self.socket.sendall(kind + struct.pack("!I", len(body) + 4) + body)

    def _receive(self):
        head = self.reader.read(5)
        if len(head) < 5:
            raise Error("the server closed the connection")
        return head[:1], self.reader.read(struct.unpack("!I", head[1:])[0] - 4)


class Scram:
    """https://www.rfc-editor.org/rfc/rfc7677, without channel binding"""

    def __init__(self, password, nonce=None):
        self.password = password.encode()
        self.nonce = nonce or base64.b64encode(secrets.token_bytes(18)).decode()
        self.bare = f"n=,r={self.nonce}"

    def first(self):
        return ("n,," + self.bare).encode()

    def final(self, challenge):
        given = dict(part.split("=", 1) for part in challenge.decode().split(","))
        if not given["r"].startswith(self.nonce):
            raise Error("the server does not answer the question asked")
        salted = hashlib.pbkdf2_hmac("sha256", self.password, base64.b64decode(given["s"]), int(given["i"]))
        without_proof = f"c=biws,r={given['r']}"
        message = f"{self.bare},{challenge.decode()},{without_proof}".encode()
        key = digest(salted, b"Client Key")
        signature = digest(hashlib.sha256(key).digest(), message)
        proof = bytes(a ^ b for a, b in zip(key, signature))
        self.expected = digest(digest(salted, b"Server Key"), message)
        return f"{without_proof},p={base64.b64encode(proof).decode()}".encode()

    def verify(self, answer):
        given = dict(part.split("=", 1) for part in answer.decode().split(","))
        if not hmac.compare_digest(base64.b64decode(given.get("v", "")), self.expected):
            raise Error("the server does not know the password either")


def digest(key, message):
    return hmac.new(key, message, hashlib.sha256).digest()


def fields(body):
    return {part[:1].decode(): part[1:].decode(errors="replace") for part in body.split(b"\0") if part}


def verifier(password):
    """What the server keeps of a password. Statements with it may end in a log."""
    salt, rounds = secrets.token_bytes(16), 4096
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, rounds)
    stored = hashlib.sha256(digest(salted, b"Client Key")).digest()
    encode = lambda value: base64.b64encode(value).decode()
    return f"SCRAM-SHA-256${rounds}:{encode(salt)}${encode(stored)}:{encode(digest(salted, b'Server Key'))}"


def name(identifier):
    return '"' + identifier.replace('"', '""') + '"'


def literal(value):
    return "'" + value.replace("'", "''") + "'"


def set_password(connection, user, password):
    connection.execute(f"ALTER ROLE {name(user)} WITH LOGIN PASSWORD {literal(verifier(password))}")


def set_own_password(connection, user, password):
    # Who is not an administrator may not say LOGIN, even of itself.
    connection.execute(f"ALTER ROLE {name(user)} WITH PASSWORD {literal(verifier(password))}")


def ensure_user(connection, user, password):
    if not connection.execute(f"SELECT 1 FROM pg_roles WHERE rolname = {literal(user)}"):
        connection.execute(f"CREATE ROLE {name(user)} WITH LOGIN PASSWORD {literal(verifier(password))}")


def share_permissions(connection, original, clone):
    """What the clone creates belongs to the original, so that both can change it."""
    connection.execute(f"GRANT {name(original)} TO {name(clone)}")
    connection.execute(f"ALTER ROLE {name(clone)} SET role TO {literal(original)}")
