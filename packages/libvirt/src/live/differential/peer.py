"""
The other client: runs a scenario, which is an ordinary program for libvirt-python, one top-level statement at a time.

    peer.py SCENARIO GLOBALS    GLOBALS: names of the scenario's own, as JSON

A line on stdin runs the next statement; the answer is a line of JSON: its value, or the refusal of the daemon, or the
problem that nobody expected. What scenarios may use beside libvirt itself stands below.
"""

import ast
import json
import os
import re
import subprocess
import sys
import threading
import time
import traceback

import libvirt
import libvirt_lxc
import libvirt_qemu

DEADLINE_S = 30
UNTOLD = object()
TWINS = (("-py", "-ts"), ("-7079-", "-7473-"), (":70:79:", ":74:73:"), (".112.121.", ".116.115."))


class Peer:
    """What the running statement left behind, and the events that came."""

    refusal = None
    settled = False
    pair = None
    events = []


class refused:
    """`with refused():` the daemon says no to exactly one call in there, whatever the client."""

    def __enter__(self):
        return self

    def __exit__(self, kind, error, _):
        if kind is None:
            raise AssertionError("was not refused")
        if issubclass(kind, libvirt.libvirtError):
            Peer.refusal = error
        # A command tells its refusal in words of its own.
        return issubclass(kind, (libvirt.libvirtError, subprocess.CalledProcessError))


def settle(holds, *names):
    """Waits until `holds` is true of each object by its name here and by that of its twin; compares nothing."""
    Peer.settled = True
    for name in names or ("",):
        for each in dict.fromkeys((name, twin_of(name))):
            deadline = time.monotonic() + DEADLINE_S
            while not (holds(each) if name else holds()):
                if time.monotonic() > deadline:
                    raise AssertionError(f"{each}: still not so")
                time.sleep(0.01)


def twin_of(text):
    for py, ts in TWINS:
        text = text.replace(py, ts)
    return text


def pair(field, mine, theirs):
    """Says of two numbers that the daemon gave that they are twins."""
    Peer.pair = [field, mine, theirs]


def put(path, text):
    """A file for the daemon to find, and its twin."""
    for each in (path, twin_of(path)):
        os.makedirs(os.path.dirname(each), exist_ok=True)
        with open(each, "w", encoding="utf-8") as file:
            file.write(twin_of(text) if each != path else text)


def received(stream):
    """All bytes of a download; a statement that ends with it is compared byte for byte."""
    data = bytearray()
    stream.recvAll(lambda _, chunk, into: into.extend(chunk), data)
    stream.finish()
    return bytes(data)


def received_sparse(stream):
    """The same with its holes: a list of bytes and lengths."""
    packets = []
    stream.sparseRecvAll(
        lambda _, chunk, into: into.append(chunk), lambda _, length, into: into.append(length), packets
    )
    stream.finish()
    return packets


def sent(stream, data):
    stream.sendAll(lambda _, count, rest: take(rest, count), bytearray(data))
    stream.finish()


def sent_sparse(stream, packets):
    for packet in packets:
        if isinstance(packet, int):
            stream.sendHole(packet)
        else:
            stream.send(packet)
    stream.finish()


def take(rest, count):
    chunk = bytes(rest[:count])
    del rest[:count]
    return chunk


def talked(stream, said, answer):
    """Says something on a console; the bytes heard up to the answer."""
    heard = bytearray()
    stream.send(said)
    while answer not in heard:
        heard.extend(stream.recv(1024))
    stream.abort()
    return bytes(heard)


def command(*words):
    """What a program says; nothing on stderr, no failure."""
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def note(_, *payload):
    """The callback of every event: its payload, and last the name under which it was registered."""
    Peer.events.append([payload[-1], *(plain(each) for each in payload[:-1])])


REFERENCES = {
    libvirt.virDomain: lambda it: {"name": it.name(), "uuid": it.UUIDString(), "id": it.ID()},
    libvirt.virNetwork: lambda it: {"name": it.name(), "uuid": it.UUIDString()},
    libvirt.virNetworkPort: lambda it: {"net": plain(it.network()), "uuid": it.UUIDString()},
    libvirt.virStoragePool: lambda it: {"name": it.name(), "uuid": it.UUIDString()},
    libvirt.virStorageVol: lambda it: {"name": it.name(), "key": it.key()},
    libvirt.virNodeDevice: lambda it: {"name": it.name()},
    libvirt.virInterface: lambda it: {"name": it.name(), "mac": it.MACString()},
    libvirt.virSecret: lambda it: {"uuid": it.UUIDString(), "usageType": it.usageType(), "usageID": it.usageID()},
    libvirt.virNWFilter: lambda it: {"name": it.name(), "uuid": it.UUIDString()},
    libvirt.virNWFilterBinding: lambda it: {"portdev": it.portDev(), "filtername": it.filterName()},
    libvirt.virDomainSnapshot: lambda it: {"name": it.getName(), "dom": plain(it.domain())},
    libvirt.virDomainCheckpoint: lambda it: {"name": it.getName(), "dom": plain(it.domain())},
}


def plain(value):
    """Any value of libvirt-python as JSON; objects by what identifies them."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else {"$int": str(value)}
    if isinstance(value, float):
        return {"$double": value}
    if isinstance(value, (bytes, bytearray)):
        return {"$bytes": value.hex()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {str(name): plain(each) for name, each in value.items()}
    for kind, reference in REFERENCES.items():
        if isinstance(value, kind):
            return reference(value)
    return None


def told(error):
    return {
        "number": error.get_error_code(),
        "domain": error.get_error_domain(),
        "level": error.get_error_level(),
        "message": error.get_error_message(),
    }


def run(statement, names):
    """Runs one statement; the value of an expression or of what a single name was given."""
    Peer.refusal, Peer.settled, Peer.pair = None, False, None
    if isinstance(statement, ast.Expr):
        return eval(compile(ast.Expression(statement.value), names["__file__"], "eval"), names)
    exec(compile(ast.Module([statement], []), names["__file__"], "exec"), names)
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
        return names[statement.targets[0].id]
    return UNTOLD


def answer(statement, names):
    try:
        value = run(statement, names)
    except BaseException as error:
        return {"problem": "".join(traceback.format_exception_only(error)).strip()}
    if Peer.refusal:
        return {"refusal": told(Peer.refusal)}
    if Peer.pair:
        return {"pair": Peer.pair}
    if Peer.settled:
        return {"settled": True}
    return {} if value is UNTOLD or isinstance(value, libvirt.virConnect) else {"value": plain(value)}


def deliver_events():
    while True:
        libvirt.virEventRunDefaultImpl()


def main(path, given):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    sys.path.insert(0, os.path.dirname(path))
    names = {**globals(), **json.loads(given), "__file__": path}
    libvirt.registerErrorHandler(lambda *_: None, None)
    libvirt.virEventRegisterDefaultImpl()
    threading.Thread(target=deliver_events, daemon=True).start()
    for statement in ast.parse(text).body:
        if not sys.stdin.readline():
            return
        source = ast.get_source_segment(text, statement)
        print(json.dumps({"line": statement.lineno, "source": source, **answer(statement, names)}), flush=True)
    sys.stdin.readline()
    print(json.dumps({"done": True}), flush=True)
    wanted = int(sys.stdin.readline() or 0)
    settle(lambda: len(Peer.events) >= wanted)
    print(json.dumps(Peer.events), flush=True)


main(*sys.argv[1:])
