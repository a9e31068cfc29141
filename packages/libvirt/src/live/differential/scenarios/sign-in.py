"""Ways to sign in, at sockets that let read only."""


def credentials(wanted, _):
    for each in wanted:
        each[4] = USER[0] if each[0] == libvirt.VIR_CRED_AUTHNAME else USER[1]
    return 0


ASKED = [[libvirt.VIR_CRED_AUTHNAME, libvirt.VIR_CRED_PASSPHRASE], credentials, None]
conn = libvirt.openAuth(SASL, ASKED, libvirt.VIR_CONNECT_RO)
conn.getHostname()
conn.close()

conn = libvirt.openReadOnly(POLKIT)
conn.getHostname()
conn.close()
