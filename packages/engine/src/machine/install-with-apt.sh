#!/bin/sh
# install-with-apt.sh PACKAGE…: installs packages on Debian, Ubuntu and their family. Run as root.
set -eu
export DEBIAN_FRONTEND=noninteractive

# PostgreSQL is wanted for its programs; Debian's package would otherwise make and start a cluster of its own.
if ! [ -e /usr/bin/pg_lsclusters ]; then
  mkdir -p /etc/postgresql-common/createcluster.d
  echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.d/domus.conf
fi

# Without systemd, packages would start their daemons by hand and nobody would watch them.
if ! [ -d /run/systemd/system ] && ! [ -e /usr/sbin/policy-rc.d ]; then
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
  printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
  chmod 755 /usr/sbin/policy-rc.d
fi

# A list that cannot be fetched twice may still be good enough: the installation decides.
apt-get update -q -o DPkg::Lock::Timeout=120 || apt-get update -q -o DPkg::Lock::Timeout=120 || true
apt-get install -y -q --no-install-recommends \
  -o DPkg::Lock::Timeout=120 -o Dpkg::Options::=--force-confold -o APT::Status-Fd=1 -- "$@"
