import { existsSync, globSync } from 'node:fs';
import { text } from '../packages/contract/src/index.ts';
import { engineNeeds, findProgram, type Need } from '../packages/engine/src/machine/index.ts';

const purpose = text('tests', '测试');
const need = (id: string, find: () => string | null, apt: string, dnf: string): Need => ({
  id,
  purpose,
  required: true,
  find,
  packages: ({ manager }) => (manager === 'dnf' ? dnf : apt).split(' '),
});
const file = (path: string) => () => (existsSync(path) ? path : null);
const matching = (pattern: string) => () => globSync(pattern)[0] ?? null;
const firstOf =
  (...names: string[]) =>
  () =>
    names.map((name) => findProgram(name)).find((found) => found !== null) ?? null;

const MODULAR_BUILD =
  'dpkg-dev meson ninja-build gcc libc6-dev rpcsvc-proto pkg-config xsltproc libxml2-utils python3-docutils ' +
  'libxml2-dev libglib2.0-dev libgnutls28-dev libtirpc-dev libyajl-dev libsasl2-dev';

/** What the tests use beside the engine's own needs, all of which they need too. */
export const testNeeds = (): readonly Need[] => [
  ...engineNeeds().map((each) => ({ ...each, required: true })),
  need('browser', firstOf('chromium', 'chromium-browser'), 'chromium', 'chromium'),
  need('ssh', firstOf('ssh'), 'openssh-client', 'openssh-clients'),
  need('sshd', firstOf('sshd'), 'openssh-server', 'openssh-server'),
  need('saslpasswd2', firstOf('saslpasswd2'), 'sasl2-bin libsasl2-modules libsasl2-modules-db', 'cyrus-sasl-scram'),
  need('nc', firstOf('nc'), 'netcat-openbsd', 'netcat'),
  need('openssl', firstOf('openssl'), 'openssl', 'openssl'),
  need('polkitd', file('/usr/lib/polkit-1/polkitd'), 'polkitd dbus-daemon', 'polkit dbus-daemon'),
  // Debian ships no modular daemons: packages/libvirt/tools/modular-daemons.sh builds them.
  need('modular-libvirt', firstOf('virtqemud', 'meson'), MODULAR_BUILD, 'libvirt-daemon-kvm libvirt-daemon-proxy'),
  need('spicy-screenshot', firstOf('spicy-screenshot'), 'spice-client-gtk', 'spice-gtk-tools'),
  need(
    'graphical-installer',
    file('/usr/lib/debian-installer/images/12/amd64/gtk/debian-installer/amd64/linux'),
    'debian-installer-12-netboot-amd64',
    'debian-installer-12-netboot-amd64',
  ),
  need('python3-libvirt', matching('/usr/lib*/python3*/*-packages/libvirt.py'), 'python3-libvirt', 'python3-libvirt'),
  need('qemu-ga', firstOf('qemu-ga'), 'qemu-guest-agent', 'qemu-guest-agent'),
  need(
    'libvirt-lxc',
    matching('/usr/{lib/libvirt,libexec}/libvirt_lxc'),
    'libvirt-daemon-driver-lxc',
    'libvirt-daemon-driver-lxc',
  ),
  need('xmllint', firstOf('xmllint'), 'libxml2-utils', 'libxml2'),
  need('virt-install', firstOf('virt-install'), 'virtinst', 'virt-install'),
  need('libvirt-doc', file('/usr/share/doc/libvirt-doc'), 'libvirt-doc', 'libvirt-docs'),
  need('chinese-font', chineseFont, 'fonts-wqy-microhei', 'google-noto-sans-cjk-fonts'),
];

function chineseFont(): string | null {
  const folders = [
    '/usr/share/fonts/truetype/wqy',
    '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc',
    '/usr/share/fonts/google-noto-sans-cjk-fonts',
  ];
  return folders.find((path) => existsSync(path)) ?? null;
}
