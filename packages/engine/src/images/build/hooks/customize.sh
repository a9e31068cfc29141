#!/bin/sh
# mmdebstrap customize hook, the last one: what must not be the same in two guests goes, what no guest needs goes.
set -eu
root=$1

# Made on each guest's first boot: machine identity, SSH host keys, random seed, name resolution.
: > "$root/etc/machine-id"
rm -f "$root/var/lib/dbus/machine-id" "$root"/etc/ssh/ssh_host_* "$root/var/lib/systemd/random-seed"
ln -sf ../run/systemd/resolve/stub-resolv.conf "$root/etc/resolv.conf"
chroot "$root" passwd --lock root
mkdir -p "$root/boot/efi"

chroot "$root" systemctl enable systemd-networkd.service systemd-resolved.service ssh.service
# What a guest does not miss and an emulated processor feels.
chroot "$root" systemctl mask cloud-config.service cloud-init-hotplugd.socket apt-daily.timer apt-daily-upgrade.timer \
  dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service systemd-pstore.service systemd-binfmt.service \
  proc-sys-fs-binfmt_misc.automount sys-kernel-debug.mount sys-kernel-tracing.mount systemd-pcrphase.service \
  systemd-pcrphase-sysinit.service modprobe@dm_mod.service modprobe@loop.service modprobe@fuse.service \
  modprobe@configfs.service sys-fs-fuse-connections.mount sys-kernel-config.mount

# cloud-init always runs, so its search for a reason to run, before systemd starts anything, is time lost.
mkdir -p "$root/etc/systemd/system-generators" "$root/etc/systemd/system/multi-user.target.wants"
ln -sf /dev/null "$root/etc/systemd/system-generators/cloud-init-generator"
ln -sf /usr/lib/systemd/system/cloud-init.target "$root/etc/systemd/system/multi-user.target.wants/"

# Drivers of hardware that no hypervisor gives.
for modules in "$root"/usr/lib/modules/*/kernel; do
  for unused in $DOMUS_UNUSED_MODULES; do
    rm -rf "${modules:?}/$unused"
  done
  chroot "$root" depmod "$(basename "$(dirname "$modules")")"
done

rm -rf "$root"/usr/share/man/* "$root"/usr/share/info/* "$root"/var/log/*.log "$root"/var/log/apt/*
# Never empty $root/tmp here: mmdebstrap keeps its apt configuration there, and without it the clean-up that follows
# would empty the package lists of the machine itself.

for script in $DOMUS_CUSTOMIZE; do
  "$script" "$root"
done
