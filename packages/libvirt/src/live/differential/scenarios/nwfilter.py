"""Packet filters and their bindings."""

conn = libvirt.open(QEMU)
XML = """<filter name='filter-py' chain='root'><uuid>44444444-7079-4000-8000-000000000001</uuid>
    <rule action='drop' direction='inout' priority='500'><tcp dstportstart='22'/></rule></filter>"""
filter = conn.nwfilterDefineXML(XML)
filter.XMLDesc()
conn.numOfNWFilters()
conn.listNWFilters()
conn.listAllNWFilters()
conn.nwfilterLookupByName("filter-py")
conn.nwfilterLookupByUUIDString("44444444-7079-4000-8000-000000000001")
conn.nwfilterDefineXMLFlags(XML)
filter.undefine()
with refused():
    conn.nwfilterLookupByName("filter-py")
conn.close()
