"""LXC's driver: what it does without starting a container, for which a daemon needs control groups of its own."""

conn = libvirt.open(LXC)
conn.getType()
conn.getCapabilities()
conn.domainXMLFromNative("lxc-tools", "lxc.rootfs = /var/lib/none\nlxc.utsname = native-py\n")
box = conn.defineXML(
    """<domain type='lxc'><name>box-py</name><uuid>88888888-7079-4000-8000-000000000001</uuid>
    <memory unit='MiB'>64</memory><os><type>exe</type><init>/bin/sh</init></os>
    <devices><console type='pty'/></devices></domain>"""
)
box.XMLDesc()
with refused():
    libvirt_lxc.lxcOpenNamespace(box, 0)
box.undefine()
conn.close()
