#!/bin/sh
# mmdebstrap essential hook, before any named package is installed: lays our files into the tree ($1), so that
# packages that read them on installation (initramfs-tools, cloud-init) find them.
set -eu
for layer in $DOMUS_LAYERS; do
  cp -R --no-preserve=ownership --preserve=mode "$layer/." "$1/"
done
