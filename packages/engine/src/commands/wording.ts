import type { Language } from '@domus/contract';

interface HostWords {
  name: string;
  state: string;
  reason: string | null;
  accelerator: 'kvm' | 'qemu';
  why: string;
  mode: 'system' | 'session';
  supervised: boolean;
}

const whyEn: Readonly<Record<string, string>> = {
  'kvm-usable': 'KVM is usable',
  'no-cpu-extension': 'the CPU shows neither VT-x (vmx) nor AMD-V (svm)',
  'no-kvm-device': 'there is no /dev/kvm',
  'kvm-not-offered': 'libvirt does not offer KVM',
};
const whyZh: Readonly<Record<string, string>> = {
  'kvm-usable': 'KVM 可用',
  'no-cpu-extension': 'CPU 没有 VT-x（vmx）或 AMD-V（svm）',
  'no-kvm-device': '没有 /dev/kvm',
  'kvm-not-offered': 'libvirt 不提供 KVM',
};

/** What "domus up" and its sisters say to a person at a terminal. */
export function wording(language: Language) {
  const zh = language === 'zh-CN';
  return {
    address: (url: string) => (zh ? `控制台：${url}` : `Console:  ${url}`),
    authority: (path: string) => (zh ? `浏览器需要信任的 CA：${path}` : `CA for your browser to trust: ${path}`),
    setupLink: (url: string) =>
      zh
        ? `设置管理员密码（一次性链接，24 小时有效）：\n  ${url}`
        : `Set the administrator's password (one-time link, valid for 24 hours):\n  ${url}`,
    host: ({ name, state, reason, accelerator, why, mode, supervised }: HostWords): string => {
      const cause = (zh ? whyZh : whyEn)[why] ?? why;
      const how = accelerator === 'kvm' ? 'KVM' : zh ? '软件模拟（慢很多倍）' : 'emulation, many times slower';
      const session =
        mode === 'session'
          ? zh
            ? '；会话模式：没有网桥，虚拟机只能使用用户态网络'
            : '; session mode: no bridges, guests get user-mode networking only'
          : '';
      const daemon = supervised
        ? zh
          ? '，自带 libvirtd'
          : ', its own libvirtd'
        : zh
          ? '，使用本机的 libvirtd'
          : ", the machine's libvirtd";
      if (state !== 'up')
        return zh
          ? `主机：${name} ${state}${reason === null ? '' : `（${reason}）`}`
          : `Host:     ${name} is ${state}${reason === null ? '' : ` (${reason})`}`;
      return zh
        ? `主机：${name} up${daemon}；${how}（${cause}）${session}`
        : `Host:     ${name} is up${daemon}; guests run by ${how} (${cause})${session}`;
    },
    images: (names: readonly string[]) => (zh ? `镜像：${names.join('、')}` : `Images:   ${names.join(', ')}`),
    noImages: zh ? '镜像：无（domus image build debian-12）' : 'Images:   none (domus image build debian-12)',
    firstImage: zh
      ? '镜像：正在构建 debian-12（domus operation list）'
      : 'Images:   building debian-12 from packages (domus operation list)',
    ready: (stop: 'Ctrl-C' | '"domus down"') =>
      zh ? `Domus 已就绪。${stop} 停止引擎，虚拟机继续运行。` : `Domus is ready. ${stop} stops it; VMs go on running.`,
    stopping: zh ? '正在停止……' : 'Stopping …',
    stopped: zh ? 'Domus 已停止；虚拟机继续运行。' : 'Domus is stopped; VMs go on running.',
    notRunning: (folder: string) => (zh ? `${folder} 上没有运行 Domus` : `Domus does not run on ${folder}`),
    running: (url: string, pid: number) =>
      zh ? `Domus 正在运行：${url}（进程 ${pid}）` : `Domus runs at ${url} (process ${pid})`,
  };
}
