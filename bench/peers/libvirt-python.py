"""libvirt-python as a peer: reads lines `CALL REPETITIONS 1`, answers one line of JSON for each (CPU µs a call, calls/s)."""

import json
import resource
import sys
import time

import libvirt

few, many = libvirt.open(sys.argv[1]), libvirt.open(sys.argv[2])
domain = few.listAllDomains(0)[0]
calls = {
    "domainGetInfo": domain.info,
    "domainGetXMLDesc": lambda: domain.XMLDesc(0),
    "list-few": lambda: few.listAllDomains(0),
    "list-many": lambda: many.listAllDomains(0),
    "stats-many": lambda: many.getAllDomainStats(0, 0),
    # what a REST list holds of each VM: state, memory, CPUs and definition
    "look-few": lambda: [(each.state(0), each.info(), each.XMLDesc(0)) for each in few.listAllDomains(0)],
    "look-many": lambda: [(each.state(0), each.info(), each.XMLDesc(0)) for each in many.listAllDomains(0)],
}


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


print(json.dumps({"ready": True}), flush=True)
for line in sys.stdin:
    name, repetitions, _ = line.split()
    count, call = int(repetitions), calls[name]
    began, began_cpu = time.perf_counter(), cpu()
    for _ in range(count):
        call()
    seconds, used = time.perf_counter() - began, cpu() - began_cpu
    print(json.dumps({"cpuMicros": used * 1e6 / count, "perSecond": count / seconds}), flush=True)
