"""A guest of QEMU from its definition to its end."""

from guest import boots, guest_xml, make_disks

conn = libvirt.open(QEMU)
BOOT = bytes.fromhex(BOOT_SECTOR)
make_disks(conn, FOLDER, "life-py", 1, BOOT)
XML = guest_xml(
    FOLDER,
    "life-py",
    1,
    f"""<disk type='file'><source file='{FOLDER}/disks-life-py/boot.raw'/><target dev='vdb'/></disk>
    <graphics type='vnc' autoport='yes'/><video><model type='vga'/></video>
    <channel type='unix'><target type='virtio' name='chat'/></channel>""",
)
vm = conn.defineXML(XML)
conn.domainEventRegisterAny(vm, libvirt.VIR_DOMAIN_EVENT_ID_LIFECYCLE, note, "domainEventCallbackLifecycle")
vm.XMLDesc()
vm.isActive()
vm.isPersistent()
vm.isUpdated()
vm.autostart()
vm.setAutostart(1)
vm.autostart()
conn.numOfDefinedDomains()
conn.listDefinedDomains()
vm.createWithFlags(libvirt.VIR_DOMAIN_START_PAUSED)
vm.state()
vm.resume()
settle(boots(conn, BOOT), "life-py")
vm.info()
vm.state()
vm.controlInfo()
vm.OSType()
vm.XMLDesc()
vm.XMLDesc(libvirt.VIR_DOMAIN_XML_SECURE | libvirt.VIR_DOMAIN_XML_MIGRATABLE)
vm.maxMemory()
vm.maxVcpus()
vm.memoryStats()
vm.messages()
vm.securityLabel()
vm.securityLabelList()
vm.jobInfo()
vm.jobStats()
vm.launchSecurityInfo()
conn.lookupByID(vm.ID())
conn.lookupByName("life-py")
conn.lookupByUUIDString("66666666-7079-4000-8000-000000000001")
conn.lookupByUUID(bytes.fromhex("66666666707940008000000000000001"))
conn.numOfDomains()
conn.listDomainsID()
conn.listAllDomains()
conn.domainListGetStats([vm])
conn.getAllDomainStats(libvirt.VIR_DOMAIN_STATS_STATE | libvirt.VIR_DOMAIN_STATS_BALLOON)

# Its devices
console = conn.newStream()
vm.openConsole(None, console, libvirt.VIR_DOMAIN_CONSOLE_FORCE) or talked(console, b"salve domus", b"domus")
vm.sendKey(libvirt.VIR_KEYCODE_SET_LINUX, 10, [30, 48], 2)
vm.injectNMI()
vm.memoryPeek(0x7C00, 64, libvirt.VIR_MEMORY_PHYSICAL)
vm.blockPeek("vdb", 0, 512)
chat = conn.newStream()
vm.openChannel("chat", chat) or chat.abort()

# Monitor
libvirt_qemu.qemuMonitorCommand(vm, "info status", libvirt_qemu.VIR_DOMAIN_QEMU_MONITOR_COMMAND_HMP)
libvirt_qemu.qemuMonitorCommand(vm, '{"execute":"query-name"}', 0)
libvirt_qemu.qemuMonitorCommandWithFiles(vm, '{"execute":"query-name"}')
with refused():
    libvirt_qemu.qemuAgentCommand(vm, '{"execute":"guest-ping"}', 1, 0)

# Stop and go
vm.suspend()
vm.state()
picture = conn.newStream()
vm.screenshot(picture, 0) and received(picture)
vm.resume()
vm.reset()
vm.reboot()
vm.shutdown()
vm.shutdownFlags(libvirt.VIR_DOMAIN_SHUTDOWN_ACPI_POWER_BTN)
vm.setLifecycleAction(libvirt.VIR_DOMAIN_LIFECYCLE_REBOOT, libvirt.VIR_DOMAIN_LIFECYCLE_ACTION_RESTART)
with refused():
    vm.pMSuspendForDuration(libvirt.VIR_NODE_SUSPEND_TARGET_MEM, 0)
with refused():
    vm.setLaunchSecurityState({"secret": "x", "secret-header": "y"})
with refused():
    vm.sendProcessSignal(1, libvirt.VIR_DOMAIN_PROCESS_SIGNAL_HUP)

# Metadata
vm.setMetadata(libvirt.VIR_DOMAIN_METADATA_TITLE, "für beide", None, None)
vm.setMetadata(libvirt.VIR_DOMAIN_METADATA_ELEMENT, "<note>salve</note>", "n", "urn:note")
vm.metadata(libvirt.VIR_DOMAIN_METADATA_TITLE, None)
vm.metadata(libvirt.VIR_DOMAIN_METADATA_ELEMENT, "urn:note")
with refused():
    vm.metadata(libvirt.VIR_DOMAIN_METADATA_DESCRIPTION, None)

# Out of memory and back
vm.coreDump(f"{FOLDER}/core-py", libvirt.VIR_DUMP_LIVE)
vm.coreDumpWithFormat(f"{FOLDER}/core2-py", libvirt.VIR_DOMAIN_CORE_DUMP_FORMAT_RAW, libvirt.VIR_DUMP_MEMORY_ONLY)
vm.save(f"{FOLDER}/saved-py")
conn.saveImageGetXMLDesc(f"{FOLDER}/saved-py")
conn.saveImageDefineXML(f"{FOLDER}/saved-py", conn.saveImageGetXMLDesc(f"{FOLDER}/saved-py", 1))
conn.restore(f"{FOLDER}/saved-py")
vm.saveFlags(f"{FOLDER}/saved-py", None, libvirt.VIR_DOMAIN_SAVE_PAUSED)
conn.restoreFlags(f"{FOLDER}/saved-py", None, libvirt.VIR_DOMAIN_SAVE_RUNNING)
vm.saveParams({"file": f"{FOLDER}/saved-py"})
conn.restoreParams({"file": f"{FOLDER}/saved-py"})
vm.managedSave()
vm.hasManagedSaveImage()
vm.managedSaveGetXMLDesc()
vm.managedSaveDefineXML(vm.managedSaveGetXMLDesc(libvirt.VIR_DOMAIN_SAVE_IMAGE_XML_SECURE))
vm.managedSaveRemove()
with refused():
    vm.managedSaveGetXMLDesc()
with refused():
    vm.destroy()
vm.rename("living-py")
vm.rename("life-py")
vm.undefineFlags(libvirt.VIR_DOMAIN_UNDEFINE_MANAGED_SAVE)
with refused():
    conn.lookupByName("life-py")
vm = conn.defineXMLFlags(XML, libvirt.VIR_DOMAIN_DEFINE_VALIDATE)
vm.undefine()
conn.close()
