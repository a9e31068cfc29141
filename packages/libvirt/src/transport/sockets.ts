import type { ClientEnvironment } from '../environment.ts';
import { LibvirtError } from '../errors.ts';
import { isSession, type LibvirtUri } from './uri.ts';

/** Drivers with a modular daemon of their own, in the order in which libvirt looks for one where the URI names no driver. */
const PROBED_DRIVERS = ['xen', 'qemu', 'lxc', 'vbox', 'bhyve', 'vz'];

/**
 * Where a daemon on this machine listens for this URI; the first that answers is meant. A modular daemon (virtqemud) goes
 * before the one for all drivers (libvirtd, or virtproxyd in its place), as in libvirt.
 */
export function localSockets(uri: LibvirtUri, readonly: boolean, environment: ClientEnvironment): string[] {
  const { socket, mode = 'auto' } = uri.parameters;
  if (socket !== undefined) return [socket];
  const session = isSession(uri, environment.isRoot);
  const folder = session ? environment.userSocketFolder : environment.systemSocketFolder;
  const direct = (uri.driver === '' ? PROBED_DRIVERS : [uri.driver]).map((driver) => `virt${driver}d`);
  const daemons = { direct, legacy: ['libvirt'], auto: [...direct, 'libvirt'] }[mode];
  return daemons.map((daemon) => `${folder}/${daemon}-${suffix(readonly && !session)}`);
}

/** Where a daemon takes orders of its administrator: `libvirtd:///system`, `virtqemud:///system`, `virtlogd:///session`. */
export function adminSocket(uri: LibvirtUri, environment: ClientEnvironment): string {
  if (uri.parameters.socket !== undefined) return uri.parameters.socket;
  if (uri.transport !== 'unix' || !/^(libvirtd|virt\w+d)$/.test(uri.driver)) {
    const message = 'the URI of an administrator names a daemon of this machine, like libvirtd:///system';
    throw new LibvirtError({ code: 'INVALID_URI', message });
  }
  const folder = uri.path === '/session' ? environment.userSocketFolder : environment.systemSocketFolder;
  return `${folder}/${uri.driver === 'libvirtd' ? 'libvirt' : uri.driver}-admin-sock`;
}

/** The socket of another machine's daemon, for ways that need its path: nobody can look there which one exists. */
export function remoteSocket(uri: LibvirtUri, readonly: boolean): string {
  const { socket, mode = 'auto' } = uri.parameters;
  if (socket !== undefined) return socket;
  if (mode !== 'direct') return `/var/run/libvirt/libvirt-${suffix(readonly)}`;
  if (uri.driver !== '') return `/var/run/libvirt/virt${uri.driver}d-${suffix(readonly)}`;
  throw new LibvirtError({
    code: 'INVALID_URI',
    message: 'parameter mode cannot be direct where the URI names no driver',
  });
}

const suffix = (readonly: boolean): string => (readonly ? 'sock-ro' : 'sock');
