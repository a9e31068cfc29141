"""The host as QEMU's driver sees it, and what a connection tells of itself."""

conn = libvirt.open(QEMU)

conn.getType()
conn.getVersion()
conn.getLibVersion()
conn.getHostname()
conn.getURI()
conn.getMaxVcpus("qemu")
conn.getInfo()
conn.getCapabilities()
with refused():
    conn.getSysinfo()
conn.isSecure()
conn.getDomainCapabilities(None, "x86_64", "q35", "qemu")
conn.getStoragePoolCapabilities()
conn.getCPUModelNames("x86_64")
conn.getCPUMap()
conn.getCPUStats(libvirt.VIR_NODE_CPU_STATS_ALL_CPUS)
conn.getMemoryStats(libvirt.VIR_NODE_MEMORY_STATS_ALL_CELLS)
conn.getFreeMemory()
conn.getCellsFreeMemory(0, 1)
conn.getFreePages([4], 0, 1)
conn.getSecurityModel()
conn.getMemoryParameters()
conn.setIdentity({"user-name": "ü"})

# CPUs
model = "<cpu><arch>x86_64</arch><model>qemu64</model></cpu>"
conn.compareCPU(model)
conn.baselineCPU([model, "<cpu><arch>x86_64</arch><model>Nehalem</model></cpu>"])
conn.compareHypervisorCPU(None, "x86_64", None, "qemu", model)
conn.baselineHypervisorCPU(None, "x86_64", None, "qemu", [model])

# Settings of the whole machine: set to what they are
conn.setMemoryParameters({"shm_pages_to_scan": conn.getMemoryParameters()["shm_pages_to_scan"]})
conn.allocPages({2048: 0}, 0, 1)

# What this machine cannot
with refused():
    conn.getSEVInfo()
with refused():
    conn.suspendForDuration(99, 1)
with refused():
    libvirt_qemu.qemuAttach(conn, 1, 0)
with refused():
    conn.domainXMLFromNative("qemu-argv", "qemu-system-x86_64")
with refused():
    conn.getMaxVcpus("no such type")

# Native configuration
conn.domainXMLToNative(
    "qemu-argv",
    """<domain type='qemu'><name>native-py</name><uuid>11111111-7079-4000-8000-0000000000ff</uuid>
    <memory unit='MiB'>32</memory><os><type>hvm</type></os></domain>""",
)

conn.registerCloseCallback(note, "close")
conn.unregisterCloseCallback()
conn.close()
