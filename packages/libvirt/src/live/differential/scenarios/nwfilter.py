"""Packet filters and their bindings."""

conn = libvirt.open(QEMU)
XML = """<filter name='filter-py' chain='root'><uuid>44444444-7079-4000-8000-000000000001</uuid>
    <rule action='drop' direction='out' priority='500'><mac match='no' srcmacaddr='$MAC'/></rule></filter>"""
filter = conn.nwfilterDefineXML(XML)
filter.XMLDesc()
conn.numOfNWFilters()
conn.listNWFilters()
conn.listAllNWFilters()
conn.nwfilterLookupByName("filter-py")
conn.nwfilterLookupByUUIDString("44444444-7079-4000-8000-000000000001")
conn.nwfilterDefineXMLFlags(XML)

# Bound to a port by hand, as network drivers do it by themselves
command(*INSIDE, "sh", "-c", "ip tuntap add port-py mode tap && ip tuntap add port-ts mode tap")
binding = conn.nwfilterBindingCreateXML(
    """<filterbinding><owner><name>owner-py</name><uuid>44444444-7079-4000-8000-000000000002</uuid></owner>
    <portdev name='port-py'/><mac address='52:54:00:70:79:30'/>
    <filterref filter='filter-py'><parameter name='MAC' value='52:54:00:70:79:30'/></filterref></filterbinding>"""
)
binding.XMLDesc()
conn.nwfilterBindingLookupByPortDev("port-py")
conn.listAllNWFilterBindings()
with refused():
    filter.undefine()
binding.delete()
with refused():
    conn.nwfilterBindingLookupByPortDev("port-py")
filter.undefine()
with refused():
    conn.nwfilterLookupByName("filter-py")
conn.close()
