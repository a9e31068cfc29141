"""Secrets: any bytes, zeros too."""

conn = libvirt.open(QEMU)
conn.secretEventRegisterAny(None, libvirt.VIR_SECRET_EVENT_ID_LIFECYCLE, note, "secretEventLifecycle")
changed = conn.secretEventRegisterAny(None, libvirt.VIR_SECRET_EVENT_ID_VALUE_CHANGED, note, "secretEventValueChanged")
secret = conn.secretDefineXML(
    """<secret ephemeral='no' private='no'><uuid>55555555-7079-4000-8000-000000000001</uuid>
    <description>of both</description><usage type='volume'><volume>/secret-py</volume></usage></secret>"""
)
secret.XMLDesc()
secret.setValue(b"s3cret\0\xff\x80bytes")
secret.value()
conn.numOfSecrets()
conn.listSecrets()
conn.listAllSecrets()
conn.secretLookupByUUIDString("55555555-7079-4000-8000-000000000001")
conn.secretLookupByUsage(libvirt.VIR_SECRET_USAGE_TYPE_VOLUME, "/secret-py")
secret.undefine()
with refused():
    secret.value()
conn.secretEventDeregisterAny(changed)
conn.close()
