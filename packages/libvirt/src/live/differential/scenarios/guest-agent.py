"""What the agent in a guest is asked for."""

conn = libvirt.open(QEMU)
conn.domainEventRegisterAny(
    None, libvirt.VIR_DOMAIN_EVENT_ID_AGENT_LIFECYCLE, note, "domainEventCallbackAgentLifecycle"
)

# No guest opens its end of the channel: a console's is open from the start, which is all that libvirt waits for.
vm = conn.createXML(
    f"""<domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
    <name>agent-py</name><uuid>66666666-7079-4000-8000-000000000005</uuid>
    <memory unit='MiB'>32</memory><os><type arch='x86_64' machine='pc'>hvm</type></os>
    <devices>
        <controller type='usb' model='none'/>
        <channel type='unix'>
            <source mode='connect' path='{FOLDER}/agent-py'/><target type='virtio' name='org.qemu.guest_agent.0'/>
        </channel>
    </devices>
    <qemu:override><qemu:device alias='channel0'><qemu:frontend>
        <qemu:property name='driver' type='string' value='virtconsole'/>
    </qemu:frontend></qemu:device></qemu:override>
    </domain>"""
)
vm.XMLDesc()
libvirt_qemu.qemuAgentCommand(vm, '{"execute":"guest-ping"}', 5, 0)
vm.agentSetResponseTimeout(10)
vm.hostname(libvirt.VIR_DOMAIN_GET_HOSTNAME_AGENT)
vm.getTime()
vm.fsInfo()
vm.interfaceAddresses(libvirt.VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_AGENT)
vm.guestVcpus()
vm.guestInfo()
vm.guestInfo(libvirt.VIR_DOMAIN_GUEST_INFO_OS | libvirt.VIR_DOMAIN_GUEST_INFO_TIMEZONE)

# Blocked, lest it be done to this machine
with refused():
    vm.setTime({"seconds": 1000000000, "nseconds": 0})
with refused():
    vm.setUserPassword("root", "geheim")
with refused():
    vm.fsFreeze()
with refused():
    vm.fsThaw()
with refused():
    vm.fSTrim(None, 0)
with refused():
    vm.setGuestVcpus("1", 1)
with refused():
    vm.authorizedSSHKeysGet("root")
with refused():
    vm.authorizedSSHKeysSet("root", ["ssh-ed25519 AAAA"], libvirt.VIR_DOMAIN_AUTHORIZED_SSH_KEYS_SET_APPEND)
with refused():
    vm.pMSuspendForDuration(libvirt.VIR_NODE_SUSPEND_TARGET_MEM, 0)
with refused():
    vm.shutdownFlags(libvirt.VIR_DOMAIN_SHUTDOWN_GUEST_AGENT)
vm.destroy()
conn.close()
