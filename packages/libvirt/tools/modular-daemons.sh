#!/bin/sh
# Builds virtqemud, virtnetworkd, virtstoraged and virtproxyd into the folder given. Debian builds them and throws them away
# (debian/not-installed), so they are made here from the source package of the installed libvirt; its installed drivers serve
# them. Not optimised: they are built once and run for seconds. Needs meson, ninja-build, dpkg-dev and libvirt's build dependencies; changes nothing else.
set -eu
target=$1
version=$(dpkg-query -W -f '${source:Version}' libvirt-daemon)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

mkdir -p lists/partial sources
for file in /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list; do
  test -f "$file" || continue
  sed 's/^Types:.*/Types: deb-src/; s/^deb /deb-src /' "$file" > "sources/$(basename "$file")"
done
apt() {
  apt-get -q -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$work/sources" -o Dir::State::lists="$work/lists" \
    -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o APT::Sandbox::User=root "$@"
}
test -f sources/sources.list && mv sources/sources.list sources/main.list
apt update
apt source "libvirt=$version"

daemons='virtqemud virtnetworkd virtstoraged virtproxyd'
cd libvirt-*/
meson setup build --buildtype=plain --prefix=/usr --libdir="lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)" --sysconfdir=/etc --localstatedir=/var \
  --auto-features=disabled -Drunstatedir=/run -Ddriver_remote=enabled -Ddriver_libvirtd=enabled -Ddriver_qemu=enabled \
  -Ddriver_network=enabled -Ddriver_test=enabled -Dstorage_dir=enabled -Dstorage_fs=enabled -Dsasl=enabled -Dyajl=enabled \
  -Dinit_script=none
# shellcheck disable=SC2046,SC2086
nice -n 10 ninja -C build $(printf 'src/%s ' $daemons)
mkdir -p "$target"
for daemon in $daemons; do
  install -s "build/src/$daemon" "$target/$daemon.new"
  mv "$target/$daemon.new" "$target/$daemon"
done
