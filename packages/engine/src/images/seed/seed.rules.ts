// The files of a cloud-init seed ("NoCloud" data source). JSON is YAML, so nothing that a person typed can break out of
// its value. Source: cloud-init documentation, "NoCloud", "Users and groups", "MIME multi-part archive".

import { type Text, text } from '@domus/contract';
export type SeedRequest = {
  hostname: string;
  /** A new value makes cloud-init configure the guest again. */
  instanceId: string;
  /** Absent: the default user of the image. */
  user?: string;
  /** crypt(5) hash. With it the user may log in by password, on the console and over SSH. */
  passwordHash?: string;
  sshKeys: readonly string[];
  timezone?: string;
  /** The person's own user data, its values win over ours, its lists follow ours. */
  userData?: string;
  /** cloud-init network configuration, version 1 or 2; without it every card asks DHCP. */
  networkConfig?: string;
};

export type SeedFiles = { 'user-data': string; 'meta-data': string; 'network-config'?: string };

export type SeedProblem = { field: keyof SeedRequest; message: Text };
export type SeedResult = { ok: true; files: SeedFiles } | ({ ok: false } & SeedProblem);

export function buildSeed(request: SeedRequest): SeedResult {
  const problem = problemOf(request);
  if (problem) return { ok: false, ...problem };
  const own = `#cloud-config\n${json(cloudConfig(request))}`;
  const files: SeedFiles = {
    'user-data': request.userData === undefined ? own : multipart(own, request.userData),
    'meta-data': json({
      'instance-id': request.instanceId,
      'local-hostname': request.hostname,
      // Everything up to the first login is applied before the network comes up, in one run of cloud-init instead of
      // two. A person's own user data may count on the network (bootcmd, #include), so then it waits for it.
      ...(request.userData === undefined ? { dsmode: 'local' } : {}),
    }),
  };
  if (request.networkConfig !== undefined) files['network-config'] = request.networkConfig;
  return { ok: true, files };
}

function cloudConfig(request: SeedRequest): Record<string, unknown> {
  const byPassword = request.passwordHash !== undefined;
  return {
    ...userConfig(request),
    ssh_pwauth: byPassword,
    chpasswd: { expire: false },
    ...(request.timezone === undefined ? {} : { timezone: request.timezone }),
  };
}

function userConfig({ user, passwordHash, sshKeys }: SeedRequest): Record<string, unknown> {
  const keys = sshKeys.length > 0 ? { ssh_authorized_keys: sshKeys } : {};
  if (user === undefined) return { ...keys, ...(passwordHash === undefined ? {} : { password: passwordHash }) };
  const account = {
    name: user,
    groups: ['adm', 'audio', 'cdrom', 'dialout', 'plugdev', 'sudo', 'users', 'video', 'wheel'],
    shell: '/bin/bash',
    sudo: 'ALL=(ALL) NOPASSWD:ALL',
    lock_passwd: passwordHash === undefined,
    ...(passwordHash === undefined ? {} : { passwd: passwordHash }),
    ...keys,
  };
  return { users: [account] };
}

function problemOf(request: SeedRequest): SeedProblem | undefined {
  const label = /^(?!-)[A-Za-z0-9-]{1,63}(?<!-)$/;
  if (request.hostname.length > 253 || !request.hostname.split('.').every((part) => label.test(part))) {
    return {
      field: 'hostname',
      message: text(
        'A host name has letters, digits and hyphens, in parts of at most 63 characters',
        '主机名由字母、数字和连字符组成，每段最多 63 个字符',
      ),
    };
  }
  if (request.instanceId === '')
    return { field: 'instanceId', message: text('The instance id is empty', '实例 ID 为空') };
  if (request.user !== undefined && !/^[a-z_][a-z0-9_-]{0,31}$/.test(request.user)) {
    return {
      field: 'user',
      message: text(
        'A user name begins with a small letter; small letters, digits, _ and - follow',
        '用户名以小写字母开头，其后为小写字母、数字、_ 和 -',
      ),
    };
  }
  if (request.user === 'root')
    return {
      field: 'user',
      message: text('root does not log in; choose another user name', 'root 不能登录；请选择其他用户名'),
    };
  if (request.passwordHash !== undefined && !/^\$[0-9a-z]+\$[\x21-\x7e]+$/.test(request.passwordHash)) {
    return { field: 'passwordHash', message: text('The password is not a crypt(5) hash', '密码不是 crypt(5) 哈希') };
  }
  if (!request.sshKeys.every((key) => /^[a-z0-9@.-]+ [A-Za-z0-9+/]+={0,2}( [^\r\n]*)?$/.test(key))) {
    return {
      field: 'sshKeys',
      message: text(
        'An SSH public key is one line: type, base64 key, comment',
        'SSH 公钥为一行：类型、base64 密钥、注释',
      ),
    };
  }
  if (request.timezone !== undefined && !/^[A-Za-z0-9_+-]+(\/[A-Za-z0-9_+-]+)*$/.test(request.timezone)) {
    return {
      field: 'timezone',
      message: text('A time zone is a name such as Europe/Berlin', '时区是类似 Europe/Berlin 的名称'),
    };
  }
  if (request.userData !== undefined && contentType(request.userData) === undefined) {
    return {
      field: 'userData',
      message: text(
        `User data begins with one of: ${userDataKinds.map(([start]) => start).join(', ')}`,
        `用户数据应以下列之一开头：${userDataKinds.map(([start]) => start).join('、')}`,
      ),
    };
  }
  return undefined;
}

const userDataKinds = [
  ['#cloud-config-archive', 'text/cloud-config-archive'],
  ['#cloud-config', 'text/cloud-config'],
  ['#cloud-boothook', 'text/cloud-boothook'],
  ['#include-once', 'text/x-include-once-url'],
  ['#include', 'text/x-include-url'],
  ['## template: jinja', 'text/jinja2'],
  ['#!', 'text/x-shellscript'],
] as const;

function contentType(userData: string): string | undefined {
  return userDataKinds.find(([start]) => userData.startsWith(start))?.[1];
}

function multipart(own: string, userData: string): string {
  let boundary = 'domus-part';
  while (userData.includes(boundary)) boundary += '-';
  const part = (type: string, body: string, headers: readonly string[] = []) =>
    [
      `--${boundary}`,
      `Content-Type: ${type}; charset="utf-8"`,
      'Content-Transfer-Encoding: 8bit',
      'MIME-Version: 1.0',
      ...headers,
      '',
      body.endsWith('\n') ? body : `${body}\n`,
    ].join('\n');
  return [
    `Content-Type: multipart/mixed; boundary="${boundary}"\nMIME-Version: 1.0\n\n`,
    part(contentType(userData) ?? 'text/plain', userData),
    // The first part that sets a value wins; lists are joined, ours in front, so that the user stays the first (uid 1000).
    part('text/cloud-config', own, ['Merge-Type: dict(recurse_list)+list(prepend)+str()']),
    `--${boundary}--\n`,
  ].join('');
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
