"""Ways in: with a name and a password, and without a URI."""


def credentials(wanted, _):
    for each in wanted:
        each[4] = USER[0] if each[0] == libvirt.VIR_CRED_AUTHNAME else USER[1]
    return 0


ASKED = [[libvirt.VIR_CRED_AUTHNAME, libvirt.VIR_CRED_PASSPHRASE], credentials, None]
conn = libvirt.openAuth(SASL, ASKED, libvirt.VIR_CONNECT_RO)
conn.getHostname()
conn.close()

# Without any URI the client takes the daemon at its usual place, and asks it which it is.
NOWHERE = f"{FOLDER}/usual"
OPEN = "import libvirt; print(libvirt.open().getURI())"
os.makedirs(NOWHERE)
os.symlink(QEMU.split("=")[1], f"{NOWHERE}/libvirt-sock")
command(
    *("unshare", "--mount", "sh", "-c"),
    f"mkdir -p /run/libvirt && mount --bind {NOWHERE} /run/libvirt && exec {sys.executable} -c '{OPEN}'",
) and None
