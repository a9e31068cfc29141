"""libvirt-python against a simulated host: prints as JSON what it saw. Argument: the host's URI."""
import json
import sys

import libvirt

libvirt.virEventRegisterDefaultImpl()
connection = libvirt.open(sys.argv[1])
connection.setKeepAlive(5, 3)
name = connection.getHostname().split(".")[0]
events = []

connection.domainEventRegisterAny(
    None,
    libvirt.VIR_DOMAIN_EVENT_ID_LIFECYCLE,
    lambda conn, domain, event, detail, opaque: events.append(["any", domain.name(), event, detail]),
    None,
)
connection.domainEventRegister(
    lambda conn, domain, event, detail, opaque: events.append(["old", domain.name(), event, detail]), None
)
connection.networkEventRegisterAny(
    None,
    libvirt.VIR_NETWORK_EVENT_ID_LIFECYCLE,
    lambda conn, network, event, detail, opaque: events.append(["network", network.name(), event, detail]),
    None,
)

off = connection.lookupByName(f"{name}-vm-9")
off.create()
off.destroy()
network = connection.networkLookupByName("default")
network.destroy()
network.create()


def give_up(timer, opaque):
    raise SystemExit(f"only these events came: {events}")


libvirt.virEventAddTimeout(20_000, give_up, None)
while len(events) < 6:
    libvirt.virEventRunDefaultImpl()

stream = connection.newStream(0)
connection.lookupByName(f"{name}-vm-0").openConsole(None, stream, 0)
console = stream.recv(1024)
stream.send(b"hello")
console += stream.recv(1024)
stream.finish()

print(
    json.dumps(
        {
            "type": connection.getType(),
            "domains": len(connection.listAllDomains()),
            "stats": len(connection.getAllDomainStats()),
            "networks": [network.name() for network in connection.listAllNetworks()],
            "pools": [pool.name() for pool in connection.listAllStoragePools()],
            "events": events,
            "console": console.decode(),
        }
    )
)
