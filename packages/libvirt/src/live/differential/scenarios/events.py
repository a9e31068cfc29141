"""Every event that can be provoked, as it is registered now and as it was before callbacks had numbers."""

import socket

from guest import boots, volume_xml

EVENTS = {
    "Lifecycle": libvirt.VIR_DOMAIN_EVENT_ID_LIFECYCLE,
    "Reboot": libvirt.VIR_DOMAIN_EVENT_ID_REBOOT,
    "RtcChange": libvirt.VIR_DOMAIN_EVENT_ID_RTC_CHANGE,
    "Watchdog": libvirt.VIR_DOMAIN_EVENT_ID_WATCHDOG,
    "IoError": libvirt.VIR_DOMAIN_EVENT_ID_IO_ERROR,
    "Graphics": libvirt.VIR_DOMAIN_EVENT_ID_GRAPHICS,
    "IoErrorReason": libvirt.VIR_DOMAIN_EVENT_ID_IO_ERROR_REASON,
    "ControlError": libvirt.VIR_DOMAIN_EVENT_ID_CONTROL_ERROR,
    "BlockJob": libvirt.VIR_DOMAIN_EVENT_ID_BLOCK_JOB,
    "DiskChange": libvirt.VIR_DOMAIN_EVENT_ID_DISK_CHANGE,
    "TrayChange": libvirt.VIR_DOMAIN_EVENT_ID_TRAY_CHANGE,
    "Pmwakeup": libvirt.VIR_DOMAIN_EVENT_ID_PMWAKEUP,
    "Pmsuspend": libvirt.VIR_DOMAIN_EVENT_ID_PMSUSPEND,
    "BalloonChange": libvirt.VIR_DOMAIN_EVENT_ID_BALLOON_CHANGE,
    "PmsuspendDisk": libvirt.VIR_DOMAIN_EVENT_ID_PMSUSPEND_DISK,
    "DeviceRemoved": libvirt.VIR_DOMAIN_EVENT_ID_DEVICE_REMOVED,
}
LATER_EVENTS = {
    "domainEventBlockJob2": libvirt.VIR_DOMAIN_EVENT_ID_BLOCK_JOB_2,
    "domainEventCallbackTunable": libvirt.VIR_DOMAIN_EVENT_ID_TUNABLE,
    "domainEventCallbackAgentLifecycle": libvirt.VIR_DOMAIN_EVENT_ID_AGENT_LIFECYCLE,
    "domainEventCallbackDeviceAdded": libvirt.VIR_DOMAIN_EVENT_ID_DEVICE_ADDED,
    "domainEventCallbackMigrationIteration": libvirt.VIR_DOMAIN_EVENT_ID_MIGRATION_ITERATION,
    "domainEventCallbackJobCompleted": libvirt.VIR_DOMAIN_EVENT_ID_JOB_COMPLETED,
    "domainEventCallbackDeviceRemovalFailed": libvirt.VIR_DOMAIN_EVENT_ID_DEVICE_REMOVAL_FAILED,
    "domainEventCallbackMetadataChange": libvirt.VIR_DOMAIN_EVENT_ID_METADATA_CHANGE,
    "domainEventBlockThreshold": libvirt.VIR_DOMAIN_EVENT_ID_BLOCK_THRESHOLD,
    "domainEventMemoryFailure": libvirt.VIR_DOMAIN_EVENT_ID_MEMORY_FAILURE,
    "domainEventMemoryDeviceSizeChange": libvirt.VIR_DOMAIN_EVENT_ID_MEMORY_DEVICE_SIZE_CHANGE,
}

conn = libvirt.open(QEMU)
old = libvirt.open(OLD)
callbacks = [conn.domainEventRegisterAny(None, id, note, f"domainEventCallback{name}") for name, id in EVENTS.items()]
for name, id in LATER_EVENTS.items():
    conn.domainEventRegisterAny(None, id, note, name)
old.domainEventRegister(note, "domainEventLifecycle")
for name, id in list(EVENTS.items())[1:]:
    tray = old.domainEventRegisterAny(None, id, note, f"domainEvent{name}")
monitor = libvirt_qemu.qemuMonitorEventRegister(conn, None, "RESUME", note, "qemuDomainMonitorEvent")

# Its disk lies where no room is left
command(*INSIDE, "sh", "-c", f"mkdir {FOLDER}/full && mount -t tmpfs -o size=512k none {FOLDER}/full")
pool = conn.storagePoolDefineXML(
    f"""<pool type='dir'><name>full-py</name><uuid>77777777-7079-4000-8000-000000000006</uuid>
    <target><path>{FOLDER}/full/pool-py</path></target></pool>"""
)
pool.create(libvirt.VIR_STORAGE_POOL_CREATE_WITH_BUILD)
POKE = bytes.fromhex(POKE_SECTOR)
raw = pool.createXML(
    """<volume><name>boot.raw</name><capacity unit='MiB'>1</capacity><allocation>0</allocation>
    <target><format type='raw'/></target></volume>"""
)
up = conn.newStream()
raw.upload(up, 0, 0) or sent(up, POKE)
pool.createXML(volume_xml("other.qcow2", "qcow2"))
command(*INSIDE, "sh", "-c", f"cat /dev/zero > {FOLDER}/full/rest; test -s {FOLDER}/full/rest")

CD = """<disk type='file' device='cdrom'><driver name='qemu' type='raw'/>{}
    <target dev='hdc' bus='ide'/><readonly/></disk>"""
vm = conn.defineXML(
    f"""<domain type='qemu'>
    <name>event-py</name><uuid>66666666-7079-4000-8000-000000000006</uuid>
    <memory unit='MiB'>32</memory><os><type arch='x86_64' machine='pc'>hvm</type></os>
    <features><acpi/></features>
    <pm><suspend-to-mem enabled='yes'/><suspend-to-disk enabled='yes'/></pm>
    <devices>
        <disk type='file'><driver name='qemu' type='raw' error_policy='report'/>
            <source file='{FOLDER}/full/pool-py/boot.raw'/><target dev='vda' bus='virtio'/></disk>
        {CD.format(f"<source file='{FOLDER}/missing-py' startupPolicy='optional'/>")}
        <controller type='scsi' model='virtio-scsi'/>
        <controller type='usb' model='none'/>
        <serial type='pty'/><console type='pty'/>
        <graphics type='vnc' socket='{FOLDER}/vnc-py'/><video><model type='vga'/></video>
        <watchdog model='ib700' action='none'/>
    </devices>
    </domain>"""
)
vm.create()


settle(boots(conn, POKE), "event-py")


def poked(bytes, answer=b"."):
    """Has the guest do this."""
    stream = conn.newStream()
    vm.openConsole(None, stream, libvirt.VIR_DOMAIN_CONSOLE_FORCE)
    return talked(stream, bytes, answer)


poked(b"b\x70\x00\x04b\x71\x00\x05", b"..")
poked(b"b\x43\x04\x0f")
vm.setBlockThreshold("vda", 1)
poked(b"d")
vm.suspend()
vm.resume()
vm.reset()
DISK = f"""<disk type='file'><driver name='qemu' type='qcow2'/><source file='{FOLDER}/full/pool-py/other.qcow2'/>
    <target dev='sda' bus='scsi'/><alias name='ua-disk'/></disk>"""
vm.attachDevice(DISK)
vm.detachDevice(DISK)
vm.attachDevice(DISK)
vm.detachDeviceAlias("ua-disk")
settle(lambda name: "ua-disk" not in conn.lookupByName(name).XMLDesc(), "event-py")
settle(lambda name: "tray='open'" not in conn.lookupByName(name).XMLDesc(), "event-py")
vm.updateDeviceFlags(CD.format(f"<source file='{FOLDER}/full/pool-py/other.qcow2'/>"))
settle(lambda name: "tray='open'" not in conn.lookupByName(name).XMLDesc(), "event-py")
vm.updateDeviceFlags(CD.format(""))
vm.setBlockIoTune("vda", {"total_iops_sec": 5000}, libvirt.VIR_DOMAIN_AFFECT_LIVE)
vm.snapshotCreateXML(
    f"""<domainsnapshot><name>over</name>
    <disks><disk name='vda'><source file='{FOLDER}/over-py.qcow2'/></disk></disks></domainsnapshot>""",
    libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY | libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_NO_METADATA,
)
vm.blockPull("vda")
settle(lambda name: not conn.lookupByName(name).blockJobInfo("vda"), "event-py")
vm.setMetadata(libvirt.VIR_DOMAIN_METADATA_TITLE, "ü", None, None)


def greet(name):
    """As a viewer does: version, no security, shared."""
    with socket.socket(socket.AF_UNIX) as viewer:
        viewer.connect(f"{FOLDER}/{name}")
        viewer.recv(12)
        for word in (b"RFB 003.008\n", b"\x01", b"\x01"):
            viewer.send(word)
            viewer.recv(1024)
    return True


settle(greet, "vnc-py")
vm.managedSave()
vm.create()
settle(boots(conn, POKE), "event-py")


def falls_asleep(name, deep):
    """Has the guest's processor ask the chipset for it; the guest has no time to answer."""
    stream = conn.newStream()
    conn.lookupByName(name).openConsole(None, stream, libvirt.VIR_DOMAIN_CONSOLE_FORCE)
    # A first word, answered, shows that the guest listens.
    stream.send(b"b\x80\x00\x00")
    stream.recv(1)
    stream.send(b"w\x04\x06" + (b"\x00\x28" if deep else b"\x00\x24"))
    stream.finish()
    return True


settle(lambda name: falls_asleep(name, False), "event-py")
settle(lambda name: conn.lookupByName(name).state()[0] == libvirt.VIR_DOMAIN_PMSUSPENDED, "event-py")
vm.pMWakeup()
vm.reset()
settle(boots(conn, POKE), "event-py")
settle(lambda name: falls_asleep(name, True), "event-py")
settle(lambda name: not conn.lookupByName(name).isActive(), "event-py")
vm.undefine()
pool.destroy()
pool.undefine()
libvirt_qemu.qemuMonitorEventDeregister(conn, monitor)
old.domainEventDeregisterAny(tray)
old.domainEventDeregister(note)
for each in callbacks:
    conn.domainEventDeregisterAny(each)
old.close()
conn.close()
