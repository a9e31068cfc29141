"""Pools, volumes and their bytes."""

import os

conn = libvirt.open(QEMU)
conn.storagePoolEventRegisterAny(None, libvirt.VIR_STORAGE_POOL_EVENT_ID_LIFECYCLE, note, "storagePoolEventLifecycle")
refresh = conn.storagePoolEventRegisterAny(
    None, libvirt.VIR_STORAGE_POOL_EVENT_ID_REFRESH, note, "storagePoolEventRefresh"
)

pool = conn.storagePoolDefineXML(
    f"""<pool type='dir'><name>pool-py</name><uuid>22222222-7079-4000-8000-000000000001</uuid>
    <target><path>{FOLDER}/pool-py</path></target></pool>"""
)
pool.build()
pool.create()
pool.refresh()
pool.info()
pool.XMLDesc()
pool.isActive()
pool.isPersistent()
pool.autostart()
pool.setAutostart(1)
pool.autostart()
conn.numOfStoragePools()
conn.listStoragePools()
conn.numOfDefinedStoragePools()
conn.listAllStoragePools()
conn.storagePoolLookupByName("pool-py")
conn.storagePoolLookupByUUIDString("22222222-7079-4000-8000-000000000001")
conn.storagePoolLookupByTargetPath(f"{FOLDER}/pool-py")
with refused():
    conn.findStoragePoolSources("dir", None)

# Volumes
raw = pool.createXML(
    """<volume><name>raw-py.img</name><capacity unit='MiB'>4</capacity><allocation>0</allocation>
    <target><format type='raw'/></target></volume>"""
)
raw.info()
raw.infoFlags(libvirt.VIR_STORAGE_VOL_GET_PHYSICAL)
raw.path()
raw.XMLDesc()
raw.storagePoolLookupByVolume()
pool.numOfVolumes()
pool.listVolumes()
pool.listAllVolumes()
pool.storageVolLookupByName("raw-py.img")
conn.storageVolLookupByKey(f"{FOLDER}/pool-py/raw-py.img")
conn.storageVolLookupByPath(f"{FOLDER}/pool-py/raw-py.img")

# Bytes up and down, with holes and without
up = conn.newStream()
raw.upload(up, 4096, 1000) or sent(up, bytes(range(250)) * 4)
down = conn.newStream()
raw.download(down, 4000, 2000) or received(down)
holes = conn.newStream()
raw.download(holes, 0, 0, libvirt.VIR_STORAGE_VOL_DOWNLOAD_SPARSE_STREAM) or received_sparse(holes)
sparse = conn.newStream()
raw.upload(sparse, 0, 0, libvirt.VIR_STORAGE_VOL_UPLOAD_SPARSE_STREAM) or sent_sparse(
    sparse, [b"first", 1048571, b"second" * 1000, 1048576]
)
whole = conn.newStream()
raw.download(whole, 0, 0) or received(whole)
large = conn.newStream()
raw.upload(large, 0, 0) or sent(large, os.urandom(3 << 20))
whole = conn.newStream()
raw.download(whole, 0, 0) or received(whole)

copy = pool.createXMLFrom(
    """<volume><name>copy-py.qcow2</name><capacity unit='MiB'>4</capacity>
    <target><format type='qcow2'/><compat>1.1</compat></target></volume>""",
    raw,
)
copy.XMLDesc()
copy.resize(8 << 20)
copy.info()
raw.wipe()
raw.wipePattern(libvirt.VIR_STORAGE_VOL_WIPE_ALG_ZERO)
raw.delete()
gone = conn.newStream()
with refused():
    raw.upload(gone, 0, 0)
copy.delete()
with refused():
    pool.storageVolLookupByName("raw-py.img")

pool.destroy()
conn.numOfDefinedStoragePools()
conn.listDefinedStoragePools()
pool.delete()
pool.undefine()
with refused():
    conn.storagePoolLookupByName("pool-py")
brief = conn.storagePoolCreateXML(
    f"""<pool type='dir'><name>brief-py</name><uuid>22222222-7079-4000-8000-000000000002</uuid>
    <target><path>{FOLDER}/brief-py</path></target></pool>""",
    libvirt.VIR_STORAGE_POOL_CREATE_WITH_BUILD,
)
brief.destroy()
conn.storagePoolEventDeregisterAny(refresh)
conn.close()
