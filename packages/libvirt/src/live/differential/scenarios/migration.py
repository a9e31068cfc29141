"""A guest moves to another daemon and back, led by the client; and once more, led by the daemon."""

from guest import guest_xml, make_disks

# Its disk stays where it is: both daemons see it.
FLAGS = libvirt.VIR_MIGRATE_LIVE | libvirt.VIR_MIGRATE_UNSAFE
WAY = f"unix://{FOLDER}/way-py"

here = libvirt.open(QEMU)
there = libvirt.open(THERE)
make_disks(here, FOLDER, "move-py", 4, bytes.fromhex(BOOT_SECTOR))
vm = here.createXML(guest_xml(FOLDER, "move-py", 4))
vm.migrateSetMaxSpeed(100)
vm.migrateGetMaxSpeed()
vm.migrateSetMaxDowntime(500)
vm.migrateGetMaxDowntime()
vm.migrateSetCompressionCache(16 << 20)
vm.migrateGetCompressionCache()
with refused():
    vm.migrateStartPostCopy()

vm = vm.migrate(there, FLAGS, None, WAY)
vm.state()
vm.jobStats(libvirt.VIR_DOMAIN_JOB_STATS_COMPLETED | libvirt.VIR_DOMAIN_JOB_STATS_KEEP_COMPLETED)
there.listAllDomains()
vm = vm.migrate3(here, {"migrate_uri": WAY}, FLAGS)
vm.state()
with refused():
    vm.migrate3(there, {"migrate_uri": "nonsense:/py"}, FLAGS)

there.close()
here.close()

# As clients asked a daemon for it before version 3 of the protocol of migration
here = libvirt.open(OLD)
vm = here.lookupByName("move-py")
vm.migrateToURI(THERE_DAEMON, FLAGS | libvirt.VIR_MIGRATE_PEER2PEER | libvirt.VIR_MIGRATE_TUNNELLED)
here.close()
there = libvirt.open(OLD_THERE)
vm = there.lookupByName("move-py")
vm.destroy()
there.close()
