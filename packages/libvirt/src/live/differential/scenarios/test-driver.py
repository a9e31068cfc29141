"""The test driver: does without hardware and guests what QEMU here cannot, agents and host interfaces above all."""

conn = libvirt.open(TEST)

# The host
conn.getType()
conn.getVersion()
conn.getMaxVcpus(None)
conn.getInfo()
conn.getCapabilities()
conn.getSysinfo()
conn.getCPUStats(0)
conn.getFreeMemory()
conn.getCellsFreeMemory(0, 1)
conn.getCPUMap()
conn.getCPUModelNames("x86_64")
conn.getSecurityModel()
conn.findStoragePoolSources("logical", None)

# A domain of its own
vm = conn.defineXML(
    """<domain type='test'>
    <name>vm-py</name>
    <uuid>11111111-7079-4000-8000-000000000001</uuid>
    <memory unit='MiB'>64</memory>
    <vcpu current='2'>4</vcpu>
    <iothreads>1</iothreads>
    <cputune><shares>2048</shares></cputune>
    <os><type>hvm</type></os>
    <devices>
        <disk type='file'><source file='/guest/vm-py'/><target dev='vda' bus='virtio'/></disk>
        <interface type='network'>
            <mac address='52:54:00:70:79:01'/><source network='default'/>
            <target dev='tap-py'/><bandwidth><inbound average='100'/></bandwidth>
        </interface>
    </devices>
    </domain>"""
)
vm.create()
vm.info()
vm.state()
vm.controlInfo()
vm.OSType()
vm.XMLDesc()
vm.memoryStats()
vm.getCPUStats(True)
vm.getCPUStats(False)
vm.diskErrors()
vm.blockStats("vda")
vm.blockInfo("vda")
vm.interfaceStats("52:54:00:70:79:01")
vm.interfaceAddresses(libvirt.VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_LEASE)
vm.memoryPeek(0, 16, libvirt.VIR_MEMORY_PHYSICAL)
vm.schedulerType()
vm.messages()
vm.securityLabel()

# Processors and threads
vm.vcpus()
vm.vcpuPinInfo()
vm.pinVcpu(1, (True, False, True))
vm.vcpuPinInfo()
vm.pinEmulator((True, True, False, False))
vm.emulatorPinInfo()
vm.setVcpus(3)
vm.setVcpusFlags(4, libvirt.VIR_DOMAIN_AFFECT_LIVE)
vm.vcpusFlags(libvirt.VIR_DOMAIN_AFFECT_LIVE)
vm.maxVcpus()
vm.ioThreadInfo()
vm.addIOThread(7, libvirt.VIR_DOMAIN_AFFECT_LIVE)
vm.pinIOThread(7, (True, False, False, True))
vm.setIOThreadParams(7, {"poll_max_ns": 1000}, libvirt.VIR_DOMAIN_AFFECT_LIVE)
vm.ioThreadInfo()
vm.delIOThread(7, libvirt.VIR_DOMAIN_AFFECT_LIVE)

# Tuning, by typed parameters of every type
vm.schedulerParameters()
vm.setSchedulerParameters({"weight": 60})
with refused():
    vm.schedulerParametersFlags()
vm.setMemoryParameters({"hard_limit": 70000}, libvirt.VIR_DOMAIN_AFFECT_LIVE)
vm.memoryParameters()
vm.setBlkioParameters({"weight": 500}, libvirt.VIR_DOMAIN_AFFECT_LIVE)
vm.blkioParameters()
vm.setNumaParameters({"numa_nodeset": "0", "numa_mode": 0}, libvirt.VIR_DOMAIN_AFFECT_CONFIG)
vm.numaParameters(libvirt.VIR_DOMAIN_AFFECT_CONFIG)
vm.setInterfaceParameters("tap-py", {"inbound.average": 200}, libvirt.VIR_DOMAIN_AFFECT_LIVE)
vm.interfaceParameters("tap-py")
vm.setBlockIoTune("vda", {"total_bytes_sec": 1000000, "total_bytes_sec_max": 2000000}, libvirt.VIR_DOMAIN_AFFECT_LIVE)
vm.blockIoTune("vda")
vm.setPerfEvents({"cmt": True}, libvirt.VIR_DOMAIN_AFFECT_CONFIG)
vm.perfEvents(libvirt.VIR_DOMAIN_AFFECT_CONFIG)
vm.setMemory(32768)
vm.setMemoryFlags(40960, libvirt.VIR_DOMAIN_AFFECT_LIVE)
vm.maxMemory()
vm.XMLDesc()

# What an agent in the guest would do
vm.hostname()
vm.getTime()
vm.setTime({"seconds": 1000000000, "nseconds": 5})
vm.getTime()
vm.setUserPassword("root", "geheim")
vm.fsInfo()
vm.fsFreeze(["/"])
vm.fsThaw()
vm.fSTrim(None, 0)
vm.injectNMI()
vm.sendKey(0, 0, [30, 48], 2)
vm.sendProcessSignal(1, libvirt.VIR_DOMAIN_PROCESS_SIGNAL_HUP)
picture = conn.newStream()
vm.screenshot(picture, 0) and received(picture)

# Its life
vm.suspend()
vm.resume()
vm.reboot()
vm.reset()
vm.setLifecycleAction(libvirt.VIR_DOMAIN_LIFECYCLE_CRASH, libvirt.VIR_DOMAIN_LIFECYCLE_ACTION_PRESERVE)
vm.setMetadata(libvirt.VIR_DOMAIN_METADATA_ELEMENT, "<note>salve</note>", "n", "urn:note")
vm.metadata(libvirt.VIR_DOMAIN_METADATA_ELEMENT, "urn:note")
vm.coreDump(f"{FOLDER}/core-py")
vm.coreDumpWithFormat(f"{FOLDER}/core2-py", libvirt.VIR_DOMAIN_CORE_DUMP_FORMAT_RAW)
vm.autostart()
vm.setAutostart(1)
vm.isActive()
vm.isPersistent()
vm.isUpdated()
vm.save(f"{FOLDER}/saved-py")
conn.saveImageGetXMLDesc(f"{FOLDER}/saved-py")
conn.restore(f"{FOLDER}/saved-py")
vm.managedSave()
vm.hasManagedSaveImage()
vm.managedSaveRemove()
vm.create()
vm.shutdown()
vm.rename("named-py")
vm = conn.lookupByUUIDString("11111111-7079-4000-8000-000000000001")
vm.createWithFlags()
vm.ID()
vm.destroyFlags()
with refused():
    vm.destroy()

# Snapshots and checkpoints
vm.create()
vm.snapshotCreateXML("<domainsnapshot><name>first</name><creationTime>1000000000</creationTime></domainsnapshot>")
second = vm.snapshotCreateXML("<domainsnapshot><name>second</name><description>ü</description></domainsnapshot>")
vm.snapshotNum()
vm.snapshotListNames()
vm.listAllSnapshots()
vm.hasCurrentSnapshot()
vm.snapshotCurrent()
first = vm.snapshotLookupByName("first")
first.numChildren()
first.listChildrenNames()
first.listAllChildren()
first.isCurrent()
first.hasMetadata()
first.getXMLDesc()
second.getParent()
vm.revertToSnapshot(first)
second.delete()
first.delete()
with refused():
    vm.snapshotCurrent()
vm.checkpointCreateXML("<domaincheckpoint><name>one</name></domaincheckpoint>")
two = vm.checkpointCreateXML("<domaincheckpoint><name>two</name></domaincheckpoint>")
vm.listAllCheckpoints()
one = vm.checkpointLookupByName("one")
one.listAllChildren()
two.getParent()
two.delete()
one.delete()

# Lists
conn.numOfDomains()
conn.numOfDefinedDomains()
conn.listDomainsID()
conn.listAllDomains()
conn.getAllDomainStats()
conn.domainListGetStats([vm], libvirt.VIR_DOMAIN_STATS_STATE)
vm.destroy()
vm.undefineFlags()
vm = conn.createXML(
    """<domain type='test'><name>brief-py</name><uuid>11111111-7079-4000-8000-000000000002</uuid>
    <memory unit='MiB'>64</memory><os><type>hvm</type></os></domain>"""
)
vm.destroy()
vm = conn.createXMLWithFiles(
    """<domain type='test'><name>brief-py</name><uuid>11111111-7079-4000-8000-000000000002</uuid>
    <memory unit='MiB'>64</memory><os><type>hvm</type></os></domain>""",
    [],
)
vm.destroy()
vm = conn.defineXMLFlags(
    """<domain type='test'><name>brief-py</name><uuid>11111111-7079-4000-8000-000000000002</uuid>
    <memory unit='MiB'>64</memory><os><type>hvm</type></os></domain>"""
)
conn.listDefinedDomains()
vm.createWithFiles([])
vm.destroy()
vm.undefine()
with refused():
    conn.lookupByName("brief-py")

# Host interfaces
conn.numOfInterfaces()
conn.listInterfaces()
conn.listAllInterfaces()
conn.changeBegin() or conn.changeRollback()
conn.changeBegin() or conn.changeCommit()
link = conn.interfaceDefineXML(
    """<interface type='ethernet' name='eth-py'><start mode='none'/><mac address='52:54:00:70:79:02'/>
    <protocol family='ipv4'><ip address='10.112.121.5' prefix='24'/></protocol></interface>"""
)
conn.numOfDefinedInterfaces()
conn.listDefinedInterfaces()
conn.interfaceLookupByName("eth-py")
conn.interfaceLookupByMACString("52:54:00:70:79:02")
link.XMLDesc()
link.create()
link.isActive()
link.destroy()
link.undefine()
with refused():
    link.XMLDesc()

# Node devices
conn.numOfDevices(None)
conn.listDevices(None)
conn.listAllDevices()
hba = conn.nodeDeviceLookupByName("scsi_host1")
hba.XMLDesc()
hba.parent()
hba.numOfCaps()
hba.listCaps()
conn.nodeDeviceEventRegisterAny(None, libvirt.VIR_NODE_DEVICE_EVENT_ID_LIFECYCLE, note, "nodeDeviceEventLifecycle")
conn.nodeDeviceCreateXML(
    """<device><parent>scsi_host1</parent><capability type='scsi_host'><capability type='fc_host'>
    <wwnn>2000000012345678</wwnn><wwpn>1000000012345678</wwpn></capability></capability></device>"""
).destroy()
conn.close()
