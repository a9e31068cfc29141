"""What scenarios with guests of QEMU share: a pool with disks, and the guest's XML."""

from libvirt import VIR_MEMORY_PHYSICAL


def make_disks(conn, folder, name, number, first_sector):
    """A pool of its own with `boot.qcow2`, which begins with this sector, and `data.qcow2`, 1 MiB each."""
    pool = conn.storagePoolDefineXML(
        f"""<pool type='dir'><name>disks-{name}</name><uuid>77777777-7079-4000-8000-{number:012}</uuid>
        <target><path>{folder}/disks-{name}</path></target></pool>"""
    )
    pool.build()
    pool.create()
    raw = pool.createXML(volume_xml("boot.raw", "raw"))
    stream = conn.newStream()
    raw.upload(stream, 0, 0)
    stream.send(first_sector)
    stream.finish()
    pool.createXMLFrom(volume_xml("boot.qcow2", "qcow2"), raw)
    pool.createXML(volume_xml("data.qcow2", "qcow2"))


def boots(conn, sector):
    """A condition: whether the guest of this name has come to this boot sector."""
    return lambda name: conn.lookupByName(name).memoryPeek(0x7C00, 512, VIR_MEMORY_PHYSICAL) == sector


def volume_xml(name, format):
    compat = "<compat>1.1</compat>" if format == "qcow2" else ""
    return f"""<volume><name>{name}</name><capacity unit='MiB'>1</capacity>
    <target><format type='{format}'/>{compat}</target></volume>"""


def guest_xml(folder, name, number, devices="", more="", vcpus="<vcpu>1</vcpu>", namespace=""):
    return f"""<domain type='qemu'{namespace}>
    <name>{name}</name>
    <uuid>66666666-7079-4000-8000-{number:012}</uuid>
    <memory unit='MiB'>32</memory>
    {vcpus}
    <os><type arch='x86_64' machine='pc'>hvm</type></os>
    <features><acpi/></features>
    <devices>
        <disk type='file' device='disk'>
            <driver name='qemu' type='qcow2'/>
            <source file='{folder}/disks-{name}/boot.qcow2'/><target dev='vda' bus='virtio'/>
        </disk>
        <controller type='usb' model='none'/>
        <serial type='pty'/>
        <console type='pty'/>
        <memballoon model='virtio'/>
        {devices}
    </devices>
    {more}
    </domain>"""
