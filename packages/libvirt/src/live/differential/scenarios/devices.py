"""Node devices and host interfaces as udev tells them."""

conn = libvirt.open(QEMU)
conn.nodeDeviceEventRegisterAny(None, libvirt.VIR_NODE_DEVICE_EVENT_ID_LIFECYCLE, note, "nodeDeviceEventLifecycle")
update = conn.nodeDeviceEventRegisterAny(None, libvirt.VIR_NODE_DEVICE_EVENT_ID_UPDATE, note, "nodeDeviceEventUpdate")
conn.numOfDevices(None)
conn.listDevices("net")
conn.listAllDevices()
lo = conn.nodeDeviceLookupByName("net_lo_00_00_00_00_00_00")
lo.XMLDesc()
lo.parent()
lo.numOfCaps()
lo.listCaps()
lo.isActive()
lo.isPersistent()
lo.autostart()

# No device here can be given away or made
with refused():
    lo.dettach()
with refused():
    lo.detachFlags("vfio")
with refused():
    lo.reAttach()
with refused():
    lo.reset()
with refused():
    lo.destroy()
with refused():
    lo.setAutostart(1)
with refused():
    lo.create()
with refused():
    lo.undefine()
with refused():
    conn.nodeDeviceLookupSCSIHostByWWN("2000000012341234", "1000000012341234")
MEDIATED = """<device><parent>computer</parent><capability type='mdev'><type id='none'/></capability></device>"""
with refused():
    conn.nodeDeviceCreateXML(MEDIATED)
with refused():
    conn.nodeDeviceDefineXML(MEDIATED)

# Host interfaces
conn.numOfInterfaces()
conn.listInterfaces()
conn.numOfDefinedInterfaces()
conn.listDefinedInterfaces()
conn.listAllInterfaces()
lo = conn.interfaceLookupByName("lo")
lo.XMLDesc()
lo.isActive()
conn.interfaceLookupByMACString("00:00:00:00:00:00")
with refused():
    lo.destroy()
conn.nodeDeviceEventDeregisterAny(update)
conn.close()
