"""Processors, memory, shares and limits of a guest of QEMU, alive and in its definition."""

from guest import guest_xml, make_disks

LIVE, CONFIG = libvirt.VIR_DOMAIN_AFFECT_LIVE, libvirt.VIR_DOMAIN_AFFECT_CONFIG

conn = libvirt.open(QEMU)
make_disks(conn, FOLDER, "tune-py", 2, bytes.fromhex(BOOT_SECTOR))
lan = conn.networkDefineXML(
    """<network><name>lan-py</name><uuid>33333333-7079-4000-8000-000000000011</uuid>
    <bridge name='lan-py'/><mac address='52:54:00:70:79:20'/></network>"""
)
lan.create()
vm = conn.defineXML(
    guest_xml(
        FOLDER,
        "tune-py",
        2,
        """<interface type='network'>
            <mac address='52:54:00:70:79:21'/><source network='lan-py'/><target dev='tap-py'/><model type='virtio'/>
        </interface>""",
        vcpus="<vcpu current='1'>2</vcpu><iothreads>1</iothreads>",
    )
)
vm.create()

# Processors
vm.vcpus()
vm.vcpusFlags(CONFIG)
vm.vcpuPinInfo()
vm.pinVcpu(0, (True, False))
vm.pinVcpuFlags(1, (False, True), CONFIG)
vm.vcpuPinInfo(CONFIG)
vm.pinEmulator((True, True), LIVE)
vm.emulatorPinInfo(LIVE)
vm.setVcpus(2)
vm.setVcpusFlags(1, CONFIG)
vm.setVcpu("1", 0, CONFIG)
with refused():
    vm.getCPUStats(True)

# I/O threads
vm.ioThreadInfo(LIVE)
vm.addIOThread(2, LIVE | CONFIG)
vm.pinIOThread(2, (True, False), LIVE)
vm.setIOThreadParams(2, {"poll_max_ns": 32768}, LIVE)
vm.ioThreadInfo(LIVE)
vm.delIOThread(2, LIVE | CONFIG)

# Memory
vm.setMemory(24576)
vm.setMemoryFlags(28672, CONFIG)
with refused():
    vm.setMaxMemory(65536)
vm.setMemoryStatsPeriod(5, LIVE)
vm.setMemoryParameters({"hard_limit": 200000, "swap_hard_limit": 300000}, CONFIG)
vm.memoryParameters(CONFIG)
with refused():
    vm.setMemoryParameters({"hard_limit": 200000}, LIVE)

# Shares and limits; those of the processor want control groups even for a definition
with refused():
    vm.schedulerType()
vm.setBlkioParameters({"weight": 300}, CONFIG)
vm.blkioParameters(CONFIG)
vm.setNumaParameters({"numa_nodeset": "0", "numa_mode": libvirt.VIR_DOMAIN_NUMATUNE_MEM_PREFERRED}, CONFIG)
vm.numaParameters(CONFIG)
vm.setPerfEvents({"cpu_cycles": True}, CONFIG)
vm.perfEvents(CONFIG)
vm.setInterfaceParameters("tap-py", {"inbound.average": 1000, "outbound.peak": 2000}, CONFIG)
vm.interfaceParameters("tap-py", CONFIG)
vm.interfaceStats("tap-py")
put(
    f"{FOLDER}/lib/dnsmasq/lan-py.status",
    '[{"ip-address": "10.112.121.7", "mac-address": "52:54:00:70:79:21", "expiry-time": 2000000000}]',
)
lan.DHCPLeases()
vm.interfaceAddresses(libvirt.VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_LEASE)
vm.startDirtyRateCalc(1)
vm.XMLDesc()
vm.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE)

# Devices
SERIAL = "<serial type='null'><target port='1'/></serial>"
RNG = "<rng model='virtio'><backend model='random'>/dev/urandom</backend><alias name='ua-rng'/></rng>"
CD = """<disk type='file' device='cdrom'>{}<target dev='hdc' bus='ide'/><readonly/></disk>"""
vm.attachDevice(RNG)
vm.attachDeviceFlags(SERIAL, CONFIG)
vm.attachDeviceFlags(CD.format(""), CONFIG)
vm.updateDeviceFlags(CD.format(f"<source file='{FOLDER}/disks-tune-py/boot.raw'/>"), CONFIG)
vm.detachDeviceFlags(SERIAL, CONFIG)
with refused():
    vm.attachDevice("<disk/>")
vm.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE)
vm.destroy()
vm.setMaxMemory(65536)
vm.maxMemory()
vm.undefine()
lan.destroy()
lan.undefine()
conn.close()
