"""As much of MySQL's protocol as it takes to set a password over TLS.

https://dev.mysql.com/doc/dev/mysql-server/latest/PAGE_PROTOCOL.html
"""

import hashlib
import socket
import struct

CAPABILITIES = (
    0x00000001  # CLIENT_LONG_PASSWORD
    | 0x00000008  # CLIENT_CONNECT_WITH_DB
    | 0x00000200  # CLIENT_PROTOCOL_41
    | 0x00000800  # CLIENT_SSL
    | 0x00002000  # CLIENT_TRANSACTIONS
    | 0x00008000  # CLIENT_RESERVED2 (secure connection)
    | 0x00080000  # CLIENT_PLUGIN_AUTH
)
UTF8 = 45  # utf8mb4_general_ci
DENIED = {1044, 1045, 1698, 3118, 3955}  # access denied, account locked


class AccessDenied(Exception):
    """The server does not know this user or this password."""


class Error(Exception):
    """The server refuses a statement."""


class Connection:
    def __init__(self, host, port, user, password, database, context):
        self.socket = socket.create_connection((host, port), timeout=10)
        self.reader = self.socket.makefile("rb")
        try:
            self._start(host, user, password, database, context)
        except BaseException:
            self._drop()
            raise

    def execute(self, statement):
        self.sequence = 0
        self._send(b"\x03" + statement.encode())
        self._check(self._receive())

    def close(self):
        try:
            self.sequence = 0
            self._send(b"\x01")
        finally:
            self._drop()

    def _drop(self):
        self.reader.close()
        self.socket.close()

    def _start(self, host, user, password, database, context):
        greeting = self._receive()
        self._check(greeting)
        if greeting[0] != 10:
            raise Error("the server speaks a protocol not known here")
        end = greeting.index(b"\0", 1)
        rest = greeting[end + 5 :]  # after the version and the thread's number
        scramble, lower, upper, length = rest[:8], rest[9:11], rest[14:16], rest[16]
        offered = struct.unpack("<I", lower + upper)[0]
        if not offered & 0x800:
            raise Error("the server does not offer TLS")
        rest = rest[27:]
        size = max(13, length - 8)
        scramble += rest[:size].rstrip(b"\0")
        plugin = rest[size:].split(b"\0")[0]

        head = struct.pack("<IIB23x", CAPABILITIES, 1 << 24, UTF8)
        self._send(head)  # SSLRequest
        self.socket = context.wrap_socket(self.socket, server_hostname=host)
        self.reader = self.socket.makefile("rb")
        if plugin not in ANSWERS:
            plugin = b"caching_sha2_password"
        answer = ANSWERS[plugin](password, scramble)
        self._send(
            head + user.encode() + b"\0" + bytes([len(answer)]) + answer + database.encode() + b"\0" + plugin + b"\0"
        )
        while True:
            packet = self._receive()
            if packet[0] == 0x00:
                return
            if packet[0] == 0xFE:  # another method
                plugin, _, scramble = packet[1:].partition(b"\0")
                if plugin not in ANSWERS:
                    raise Error("the server wants a method of authentication not known here")
                self._send(ANSWERS[plugin](password, scramble.rstrip(b"\0")))
            elif packet[0] == 0x01 and packet[1:] == b"\x04":  # the password itself, over TLS
                self._send(password.encode() + b"\0")
            elif packet[0] != 0x01:
                self._check(packet)
                raise Error("the server answers in a way not known here")

    def _check(self, packet):
        if packet[0] == 0xFF:
            code = struct.unpack("<H", packet[1:3])[0]
            raise (AccessDenied if code in DENIED else Error)(f"{code}: {packet[3:].decode(errors='replace')}")

    def _send(self, body):
        self.socket.sendall(struct.pack("<I", len(body))[:3] + bytes([self.sequence]) + body)
        self.sequence += 1

    def _receive(self):
        head = self.reader.read(4)
        if len(head) < 4:
            raise Error("the server closed the connection")
        self.sequence = head[3] + 1
        return self.reader.read(struct.unpack("<I", head[:3] + b"\0")[0])


def native(password, scramble):
    inner = hashlib.sha1(password.encode()).digest()
    mask = hashlib.sha1(scramble + hashlib.sha1(inner).digest()).digest()
    return bytes(a ^ b for a, b in zip(inner, mask))


def caching(password, scramble):
    inner = hashlib.sha256(password.encode()).digest()
    mask = hashlib.sha256(hashlib.sha256(inner).digest() + scramble).digest()
    return bytes(a ^ b for a, b in zip(inner, mask))


ANSWERS = {b"mysql_native_password": native, b"caching_sha2_password": caching}


def literal(value):
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def account(user):
    return literal(user) + "@'%'"


def set_password(connection, user, password):
    connection.execute(f"ALTER USER {account(user)} IDENTIFIED BY {literal(password)}")


def set_own_password(connection, _user, password):
    connection.execute(f"ALTER USER USER() IDENTIFIED BY {literal(password)}")


def ensure_user(connection, user, password):
    connection.execute(f"CREATE USER IF NOT EXISTS {account(user)} IDENTIFIED BY {literal(password)} REQUIRE SSL")


def share_permissions(connection, original, clone):
    connection.execute(f"GRANT {account(original)} TO {account(clone)}")
    connection.execute(f"ALTER USER {account(clone)} DEFAULT ROLE {account(original)}")
