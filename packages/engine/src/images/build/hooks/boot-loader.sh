#!/bin/sh
# mmdebstrap customize hook: makes both GRUB images with the tree's own GRUB ($1), then removes GRUB's packages again:
# the images hold every module they need and read only /boot/grub/grub.cfg. The prefix names no disk: GRUB takes
# the one it was started from.
set -eu
common="part_gpt ext2 normal configfile linux serial terminal echo test ls cat boot reboot halt"
in_tree() { chroot "$1" sh -euc "$2" domus; }
in_tree "$1" "
  mkdir -p /boot/loader
  grub-mkimage -O i386-pc -p '(,gpt3)/boot/grub' -o /boot/loader/core.img biosdisk $common
  cp /usr/lib/grub/i386-pc/boot.img /boot/loader/boot.img
  grub-mkimage -O x86_64-efi -p '(,gpt3)/boot/grub' -o /boot/loader/BOOTX64.EFI $common
  DEBIAN_FRONTEND=noninteractive apt-get -o Dpkg::Use-Pty=0 -y purge --auto-remove grub-common grub-pc-bin grub-efi-amd64-bin
"
