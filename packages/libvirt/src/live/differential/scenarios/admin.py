"""The administration of the daemon. libvirt-python has nothing for it: the other client is libvirt's own virt-admin."""


def virt_admin(*words):
    """What virt-admin says: of `key: value` a dictionary, of a table its rows, else its last word."""
    lines = command("env", "TZ=UTC", "virt-admin", "-c", ADMIN, *words).strip().splitlines()
    if len(lines) > 1 and set(lines[1]) == {"-"}:
        return [[value(cell) for cell in re.split("  +", line.strip())] for line in lines[2:]]
    pairs = [line.split(":", 1) for line in lines]
    if all(len(pair) == 2 for pair in pairs) and len(pairs) > 1:
        return {key.strip(): value(text.strip()) for key, text in pairs}
    return lines[-1].split(" ")[-1] if lines else 0


def value(text):
    return int(text) if re.fullmatch(r"-?\d+", text) else {"yes": True, "no": False}.get(text, text)


def client_info(id):
    told = virt_admin("client-info", "libvirtd", str(id))
    return {key: told[key] for key in told if key not in ("id", "connection_time", "transport")}


virt_admin("version")["Running against daemon"]
virt_admin("server-list")
virt_admin("server-threadpool-info", "libvirtd")
virt_admin("server-threadpool-set", "libvirtd", "--max-workers", "21")
virt_admin("server-threadpool-info", "libvirtd")
virt_admin("server-clients-info", "libvirtd")
virt_admin("server-clients-set", "libvirtd", "--max-clients", "5001", "--max-unauth-clients", "5000")
virt_admin("server-clients-info", "libvirtd")
virt_admin("daemon-log-filters")
virt_admin("daemon-log-filters", "--filters", "3:util.json")
virt_admin("daemon-log-filters")
virt_admin("daemon-log-outputs")
virt_admin("daemon-log-outputs", "--outputs", "3:file:/var/log/libvirt/libvirtd.log")
virt_admin("daemon-timeout", "--timeout", "0")
with refused():
    virt_admin("server-update-tls", "libvirtd")

# The daemon knows each client by a number: that of our twin is the next
client = libvirt.open(TEST)
clients = virt_admin("client-list", "libvirtd")
client_info(clients[-2][0])
pair("id", clients[-2][0], clients[-1][0])
virt_admin("client-disconnect", "libvirtd", str(clients[-2][0])) and None
with refused():
    virt_admin("client-info", "libvirtd", "4000000000")
