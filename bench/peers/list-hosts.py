"""libvirt-python connects to many hosts at one socket, keeps all connections, and lists the domains of each."""

import json
import sys
import time

import libvirt

socket, hosts = sys.argv[1], int(sys.argv[2])
connections, domains = [], []
began = time.perf_counter()
for host in range(hosts):
    connection = libvirt.open(f"test+unix:///host-{host}?socket={socket}")
    connections.append(connection)
    domains.extend(connection.listAllDomains())
seconds = time.perf_counter() - began
with open("/proc/self/status") as status:
    rss = next(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))
print(json.dumps({"domains": len(domains), "seconds": seconds, "rssMiB": rss / 1024}))
