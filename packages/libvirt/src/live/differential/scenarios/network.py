"""Networks, their ports and leases."""

conn = libvirt.open(QEMU)
lifecycle = conn.networkEventRegisterAny(None, libvirt.VIR_NETWORK_EVENT_ID_LIFECYCLE, note, "networkEventLifecycle")

XML = """<network><name>net-py</name><uuid>33333333-7079-4000-8000-000000000001</uuid>
    <bridge name='br-py'/><mac address='52:54:00:70:79:10'/>
    {}</network>"""
ADDRESSES = """<ip address='10.112.121.1' netmask='255.255.255.0'>
    <dhcp><range start='10.112.121.2' end='10.112.121.20'/></dhcp></ip>"""
net = conn.networkDefineXML(XML.format(ADDRESSES))
net.create()
net.XMLDesc()
net.isActive()
net.isPersistent()
net.bridgeName()
net.autostart()
net.setAutostart(1)
net.autostart()
put(
    f"{FOLDER}/lib/dnsmasq/br-py.status",
    """[{"ip-address": "10.112.121.9", "mac-address": "52:54:00:70:79:13", "hostname": "guest-py", "client-id": "01:02",
    "expiry-time": 2000000000}, {"ip-address": "fd00::9", "mac-address": "52:54:00:70:79:11", "iaid": "7",
    "expiry-time": 2000000001}]""",
)
net.DHCPLeases()
net.DHCPLeases("52:54:00:70:79:11")
conn.numOfNetworks()
conn.listNetworks()
conn.numOfDefinedNetworks()
conn.listAllNetworks()
conn.networkLookupByName("net-py")
conn.networkLookupByUUIDString("33333333-7079-4000-8000-000000000001")
net.update(
    libvirt.VIR_NETWORK_UPDATE_COMMAND_ADD_LAST,
    libvirt.VIR_NETWORK_SECTION_IP_DHCP_HOST,
    -1,
    "<host mac='52:54:00:70:79:11' name='one-py' ip='10.112.121.15'/>",
    libvirt.VIR_NETWORK_UPDATE_AFFECT_LIVE,
)
net.XMLDesc()

# Ports
port = net.portCreateXML(
    """<networkport><uuid>33333333-7079-4000-8000-000000000002</uuid>
    <owner><name>owner-py</name><uuid>33333333-7079-4000-8000-000000000003</uuid></owner>
    <mac address='52:54:00:70:79:12'/><bandwidth><inbound average='100'/></bandwidth>
    <plug type='bridge' bridge='br-py'/></networkport>""",
    libvirt.VIR_NETWORK_PORT_CREATE_RECLAIM,
)
port.XMLDesc()
net.listAllPorts()
net.portLookupByUUIDString("33333333-7079-4000-8000-000000000002")
port.parameters()
port.setParameters({"inbound.average": 100})
port.parameters()
port.delete()

net.destroy()
conn.listDefinedNetworks()
net.undefine()
with refused():
    conn.networkLookupByName("net-py")
net = conn.networkDefineXMLFlags(XML.format(ADDRESSES), libvirt.VIR_NETWORK_DEFINE_VALIDATE)
net.undefine()
net = conn.networkCreateXML(XML.format(""))
net.destroy()
net = conn.networkCreateXMLFlags(XML.format(""))
net.destroy()
with refused():
    conn.networkCreateXML("<network><name>no-py</name><ip address='nonsense'/></network>")
conn.networkEventDeregisterAny(lifecycle)
conn.close()
