import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';

/** What libvirt's clients read from their surroundings. */
export interface ClientEnvironment {
  readonly isRoot: boolean;
  readonly user: string;
  readonly home: string;
  /** `$XDG_CONFIG_HOME/libvirt` */
  readonly userConfigFolder: string;
  readonly systemConfigFolder: string;
  readonly systemPkiFolder: string;
  /** `$XDG_RUNTIME_DIR/libvirt`: sockets of the user's own daemons. */
  readonly userSocketFolder: string;
  readonly systemSocketFolder: string;
  /** LIBVIRT_DEFAULT_URI, LIBVIRT_ADMIN_DEFAULT_URI, LIBVIRT_AUTH_FILE, SSH_AUTH_SOCK */
  readonly defaultUri: string | undefined;
  readonly adminDefaultUri: string | undefined;
  readonly authFile: string | undefined;
  readonly sshAgent: string | undefined;
}

export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): ClientEnvironment {
  const variable = (name: string) => (variables[name] === '' ? undefined : variables[name]);
  const home = variable('HOME') ?? homedir();
  const runtime = variable('XDG_RUNTIME_DIR') ?? variable('XDG_CACHE_HOME') ?? join(home, '.cache');
  return {
    isRoot: process.geteuid?.() === 0,
    // Asked for only by those who sign in: the answer is looked up in files.
    get user() {
      return userInfo().username;
    },
    home,
    userConfigFolder: join(variable('XDG_CONFIG_HOME') ?? join(home, '.config'), 'libvirt'),
    systemConfigFolder: '/etc/libvirt',
    systemPkiFolder: '/etc/pki',
    userSocketFolder: join(runtime, 'libvirt'),
    systemSocketFolder: '/run/libvirt',
    defaultUri: variable('LIBVIRT_DEFAULT_URI'),
    adminDefaultUri: variable('LIBVIRT_ADMIN_DEFAULT_URI'),
    authFile: variable('LIBVIRT_AUTH_FILE'),
    sshAgent: variable('SSH_AUTH_SOCK'),
  };
}
