#!/bin/sh
# mmdebstrap essential hook, before any named package is installed: lays our files into the tree ($1), so that
# packages that read them on installation (initramfs-tools, cloud-init) find them. In a guest everybody may read them,
# whatever the umask of this checkout was.
set -eu
for layer in $DOMUS_LAYERS; do
  tar -C "$layer" --owner=0 --group=0 --mode='u=rwX,go=rX' -cf - . | tar -C "$1" --no-overwrite-dir -xf -
done
