import { join } from 'node:path';
import type { ClientEnvironment } from '../environment.ts';

/** The surroundings of a user whose files are all below one folder. */
export function testEnvironment(folder: string, changes: Partial<ClientEnvironment> = {}): ClientEnvironment {
  return {
    isRoot: false,
    user: 'somebody',
    home: join(folder, 'home'),
    userConfigFolder: join(folder, 'home/.config/libvirt'),
    systemConfigFolder: join(folder, 'etc/libvirt'),
    systemPkiFolder: join(folder, 'etc/pki'),
    userSocketFolder: join(folder, 'run/user/libvirt'),
    systemSocketFolder: join(folder, 'run/libvirt'),
    defaultUri: undefined,
    adminDefaultUri: undefined,
    authFile: undefined,
    sshAgent: undefined,
    ...changes,
  };
}
