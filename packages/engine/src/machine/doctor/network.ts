import { execFile } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import { createServer } from 'node:net';
import { hostname } from 'node:os';
import { promisify } from 'node:util';
import { text } from '@domus/contract';
import { findProgram } from '../files.ts';
import { type Check, check, fail, ok, warn } from './check.ts';

const run = promisify(execFile);

export async function networkChecks(ports: readonly number[]): Promise<Check[]> {
  return await Promise.all([bridgeCheck(), hostnameCheck(), ...ports.map(portCheck)]);
}

/** Tries it for real, in a network namespace of its own that vanishes with the try. */
async function bridgeCheck(): Promise<Check> {
  const title = text('Bridges (NAT networks)', '网桥（NAT 网络）');
  if (process.getuid?.() !== 0) {
    return check(
      'bridges',
      title,
      warn(
        text(
          'Not without root: guests get QEMU user-mode network',
          '没有 root 权限时不可用：虚拟机使用 QEMU 用户态网络',
        ),
        text('Start Domus as root, or use the system libvirtd', '以 root 启动 Domus，或使用系统的 libvirtd'),
      ),
    );
  }
  const unshare = findProgram('unshare');
  const ip = findProgram('ip');
  if (unshare === null || ip === null) {
    const missing = text('Cannot be tried: "unshare" or "ip" is missing', '无法检测：缺少 unshare 或 ip');
    return check(
      'bridges',
      title,
      warn(missing, text('Install iproute2 and util-linux', '安装 iproute2 和 util-linux')),
    );
  }
  try {
    await run(unshare, ['--net', ip, 'link', 'add', 'domus0', 'type', 'bridge'], { timeout: 10_000 });
    return check('bridges', title, ok(text('Can be made', '可以创建')));
  } catch (error) {
    const reason = error instanceof Error ? error.message.trim().split('\n').at(-1)! : String(error);
    return check(
      'bridges',
      title,
      warn(
        text(`Cannot be made: ${reason}`, `无法创建：${reason}`),
        text(
          'Load the kernel module "bridge"; in a container, give it CAP_NET_ADMIN',
          '加载内核模块 bridge；在容器中请授予 CAP_NET_ADMIN',
        ),
      ),
    );
  }
}

/** libvirtd asks for the machine's own name when it starts and waits about 10 s where nothing answers. */
async function hostnameCheck(): Promise<Check> {
  const title = text('Host name resolves', '主机名可解析');
  const name = hostname();
  const deadline = Symbol('deadline');
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof deadline>((resolve) => {
    timer = setTimeout(() => resolve(deadline), 3_000);
  });
  const answer = await Promise.race([lookup(name).catch(() => null), late]);
  clearTimeout(timer);
  if (answer !== null && answer !== deadline) {
    const found = `${name} → ${answer.address}`;
    return check('hostname', title, ok(text(found, found)));
  }
  return check(
    'hostname',
    title,
    warn(
      text(`"${name}" does not: libvirtd starts about 10 s later`, `“${name}”无法解析：libvirtd 启动会晚约 10 秒`),
      text(`Add to /etc/hosts: 127.0.1.1 ${name}`, `在 /etc/hosts 中加入：127.0.1.1 ${name}`),
    ),
  );
}

async function portCheck(port: number): Promise<Check> {
  const title = text(`Port ${port}`, `端口 ${port}`);
  const id = `port-${port}`;
  if (await isFree(port)) return check(id, title, ok(text('Free', '空闲')));
  if (await isDomus(port)) return check(id, title, ok(text('Domus answers there', 'Domus 正在此端口运行')));
  return check(
    id,
    title,
    fail(
      text('Taken by another program', '被其他程序占用'),
      text('Choose another with: domus up --port N', '用 domus up --port N 选择其他端口'),
    ),
  );
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return await new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

async function isDomus(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/setup`, { signal: AbortSignal.timeout(2_000) });
    const answer: unknown = await response.json();
    return typeof answer === 'object' && answer !== null && 'required' in answer;
  } catch {
    return false;
  }
}
