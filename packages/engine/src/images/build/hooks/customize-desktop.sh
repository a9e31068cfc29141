#!/bin/sh
# Run by customize.sh for images with a desktop.
set -eu
chroot "$1" systemctl enable domus-desktop.service
chroot "$1" systemctl set-default graphical.target
# spice-webdavd serves the viewer's folder on the guest's loopback; announcing it on the network is not wanted.
chroot "$1" systemctl mask avahi-daemon.service avahi-daemon.socket
