#!/bin/sh
# install-with-dnf.sh PACKAGE…: installs packages on Fedora, RHEL and their family. Run as root.
# Names that a release does not have are left out (strict=0): the caller looks again afterwards.
set -eu
exec dnf install -y --setopt=install_weak_deps=False --setopt=strict=0 -- "$@"
