"""Disks of a running guest: figures, limits, jobs, snapshots, checkpoints, backups."""

from guest import guest_xml, make_disks

conn = libvirt.open(QEMU)
make_disks(conn, FOLDER, "block-py", 3, bytes.fromhex(BOOT_SECTOR))
DISKS = f"{FOLDER}/disks-block-py"
vm = conn.defineXML(guest_xml(FOLDER, "block-py", 3))
vm.createWithFlags(libvirt.VIR_DOMAIN_START_PAUSED)


def job_is(name, wanted):
    """`wanted` of the information on vda's job."""
    return wanted(conn.lookupByName(name).blockJobInfo("vda"))


vm.blockInfo("vda")
vm.blockStats("vda")
vm.blockStatsFlags("vda")
vm.diskErrors()
vm.blockIoTune("vda")
vm.setBlockIoTune("vda", {"total_iops_sec": 5000}, libvirt.VIR_DOMAIN_AFFECT_LIVE)
vm.blockIoTune("vda")
vm.setBlockThreshold("vda", 1 << 30)
vm.blockResize("vda", 2 << 20, libvirt.VIR_DOMAIN_BLOCK_RESIZE_BYTES)
vm.blockInfo("vda")
vm.blockJobInfo("vda")

# Copy, with its job at the slowest
vm.undefine()
vm.blockCopy(
    "vda",
    f"<disk type='file'><source file='{DISKS}/copy.qcow2'/><driver type='qcow2'/></disk>",
    {"bandwidth": 1 << 20},
)
vm.blockJobSetSpeed("vda", 0)
settle(lambda name: job_is(name, lambda job: job["cur"] == job["end"] and job["end"] > 0), "block-py")
vm.blockJobInfo("vda")
vm.blockJobAbort("vda", libvirt.VIR_DOMAIN_BLOCK_JOB_ABORT_PIVOT)
settle(lambda name: job_is(name, lambda job: not job), "block-py")
vm = conn.defineXML(vm.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE))

# External snapshots, and the chain taken down again
vm.snapshotCreateXML(
    f"""<domainsnapshot><name>outer</name><creationTime>1</creationTime>
    <disks><disk name='vda'><source file='{DISKS}/outer.qcow2'/></disk></disks></domainsnapshot>""",
    libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY | libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_NO_METADATA,
)
vm.blockPull("vda")
settle(lambda name: job_is(name, lambda job: not job), "block-py")
vm.snapshotCreateXML(
    f"""<domainsnapshot><name>again</name>
    <disks><disk name='vda'><source file='{DISKS}/again.qcow2'/></disk></disks></domainsnapshot>""",
    libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY | libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_NO_METADATA,
)
vm.blockRebase("vda", None)
settle(lambda name: job_is(name, lambda job: not job), "block-py")
vm.snapshotCreateXML(
    f"""<domainsnapshot><name>third</name>
    <disks><disk name='vda'><source file='{DISKS}/third.qcow2'/></disk></disks></domainsnapshot>""",
    libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY | libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_NO_METADATA,
)
vm.blockCommit("vda", None, None, 0, libvirt.VIR_DOMAIN_BLOCK_COMMIT_ACTIVE)
settle(lambda name: job_is(name, lambda job: job["cur"] == job["end"] and job["end"] > 0), "block-py")
vm.blockJobAbort("vda", libvirt.VIR_DOMAIN_BLOCK_JOB_ABORT_PIVOT)
settle(lambda name: job_is(name, lambda job: not job), "block-py")
vm.XMLDesc()

# Internal snapshots
first = vm.snapshotCreateXML("<domainsnapshot><name>first</name><description>ü</description></domainsnapshot>")
second = vm.snapshotCreateXML("<domainsnapshot><name>second</name></domainsnapshot>")
vm.snapshotNum()
vm.snapshotListNames()
vm.listAllSnapshots()
vm.hasCurrentSnapshot()
vm.snapshotCurrent()
vm.snapshotLookupByName("first")
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

# Checkpoints and backups
one = vm.checkpointCreateXML("<domaincheckpoint><name>one</name></domaincheckpoint>")
PULL = f"<domainbackup mode='pull'><server transport='unix' socket='{FOLDER}/nbd-py'/></domainbackup>"
vm.backupBegin(PULL, "<domaincheckpoint><name>two</name></domaincheckpoint>")
vm.backupGetXMLDesc()
vm.jobInfo()
vm.jobStats()
vm.abortJob()
settle(lambda name: conn.lookupByName(name).jobInfo()[0] == 0, "block-py")
vm.backupBegin(PULL, None)
vm.abortJobFlags()
settle(lambda name: conn.lookupByName(name).jobInfo()[0] == 0, "block-py")
vm.backupBegin(
    f"""<domainbackup><disks><disk name='vda' type='file'><target file='{DISKS}/backup.qcow2'/></disk></disks>
    </domainbackup>""",
    None,
)
settle(lambda name: conn.lookupByName(name).jobInfo()[0] == 0, "block-py")
with refused():
    vm.backupGetXMLDesc()
with refused():
    vm.abortJobFlags()
vm.listAllCheckpoints()
one = vm.checkpointLookupByName("one")
two = vm.checkpointLookupByName("two")
one.getXMLDesc()
one.listAllChildren()
two.getParent()
two.delete()
one.delete()
vm.destroyFlags(libvirt.VIR_DOMAIN_DESTROY_GRACEFUL)
vm.undefine()
conn.close()
