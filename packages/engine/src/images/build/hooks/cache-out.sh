#!/bin/sh
# mmdebstrap customize hook: keeps the downloaded packages for the next build. A copy is renamed into place, so an
# interrupted build leaves no half package.
set -eu
for package in "$1"/var/cache/apt/archives/*.deb; do
  name=$(basename "$package")
  [ -e "$DOMUS_APT_CACHE/$name" ] && continue
  cp --reflink=auto "$package" "$DOMUS_APT_CACHE/$name.part.$$"
  mv "$DOMUS_APT_CACHE/$name.part.$$" "$DOMUS_APT_CACHE/$name"
done
rm -f "$1"/var/cache/apt/archives/*.deb
