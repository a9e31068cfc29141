import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { text } from '@domus/contract';
import { fileExists, readSmallFile } from '../files.ts';
import { type Check, check, ok, warn } from './check.ts';

export async function confinementChecks(privateSocket?: string): Promise<Check[]> {
  return [await libvirtCheck(privateSocket), userCheck(), guestUserCheck(), mandatoryAccessCheck()];
}

const systemSockets = ['/run/libvirt/virtqemud-sock', '/run/libvirt/libvirt-sock'];

async function libvirtCheck(privateSocket: string | undefined): Promise<Check> {
  const title = text('libvirt daemon', 'libvirt 守护进程');
  for (const socket of privateSocket === undefined ? systemSockets : [...systemSockets, privateSocket]) {
    if (!fileExists(socket)) continue;
    const refusal = await connectRefusal(socket);
    if (refusal === null) return check('libvirtd', title, ok(text(`Answers at ${socket}`, `在 ${socket} 响应`)));
    if (refusal === 'EACCES') {
      return check(
        'libvirtd',
        title,
        warn(
          text(
            `${socket} is closed to this user: Domus runs its own, in session mode`,
            `当前用户无法访问 ${socket}：Domus 将以会话模式运行自己的守护进程`,
          ),
          text('Add your user to the group libvirt and sign in again', '将您的用户加入 libvirt 组并重新登录'),
        ),
      );
    }
  }
  return check(
    'libvirtd',
    title,
    ok(text('None runs: "domus up" starts one of its own', '没有运行：“domus up”会启动自己的守护进程')),
  );
}

/** Why a Unix socket cannot be connected to, null where it can. */
async function connectRefusal(path: string): Promise<string | null> {
  const socket = connect(path);
  socket.setTimeout(3_000);
  return await new Promise((resolve) => {
    const end = (refusal: string | null) => {
      socket.destroy();
      resolve(refusal);
    };
    socket.once('connect', () => end(null));
    socket.once('timeout', () => end('ETIMEDOUT'));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}

function userCheck(): Check {
  const title = text('User', '用户');
  const { username, uid } = userInfo();
  if (uid === 0) return check('user', title, ok(text('root', 'root')));
  const member = groupMembers('libvirt').includes(username);
  const detail = member
    ? text(`${username}, in the group libvirt`, `${username}，属于 libvirt 组`)
    : text(username, username);
  return check('user', title, ok(detail));
}

function guestUserCheck(): Check {
  const title = text('User of the guests (QEMU)', '虚拟机进程（QEMU）的用户');
  const passwd = readSmallFile('/etc/passwd') ?? '';
  const name = ['libvirt-qemu', 'qemu'].find((each) => new RegExp(`^${each}:`, 'm').test(passwd));
  if (name !== undefined) return check('guest-user', title, ok(text(name, name)));
  return check(
    'guest-user',
    title,
    warn(
      text('Neither libvirt-qemu nor qemu exists', '不存在 libvirt-qemu 或 qemu 用户'),
      text('The package libvirt-daemon-system makes it', '软件包 libvirt-daemon-system 会创建它'),
    ),
  );
}

function groupMembers(group: string): string[] {
  const line = new RegExp(`^${group}:[^:]*:\\d+:(.*)$`, 'm').exec(readSmallFile('/etc/group') ?? '');
  return line?.[1]?.split(',') ?? [];
}

function mandatoryAccessCheck(): Check {
  const title = text('Confinement of guests (sVirt)', '虚拟机隔离（sVirt）');
  if (readSmallFile('/sys/module/apparmor/parameters/enabled') === 'Y') {
    return check('confinement', title, ok(text('AppArmor', 'AppArmor')));
  }
  const enforcing = readSmallFile('/sys/fs/selinux/enforce');
  if (enforcing === '1') return check('confinement', title, ok(text('SELinux, enforcing', 'SELinux，强制模式')));
  if (enforcing === '0') {
    return check(
      'confinement',
      title,
      warn(
        text('SELinux is permissive: it only logs', 'SELinux 处于宽容模式：仅记录'),
        text('setenforce 1', 'setenforce 1'),
      ),
    );
  }
  return check(
    'confinement',
    title,
    warn(
      text(
        'Neither AppArmor nor SELinux: guests are held by their user alone',
        '没有 AppArmor 或 SELinux：虚拟机仅由其用户权限隔离',
      ),
      text('Boot a kernel with one of them switched on', '启动启用了其中之一的内核'),
    ),
  );
}
