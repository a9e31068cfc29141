import { accessSync, constants } from 'node:fs';
import { text } from '@domus/contract';
import { readFolder } from '../files.ts';
import { judgeVirtualisation, type VirtualisationFacts } from '../virtualisation.rules.ts';
import { readLocalVirtualisation } from '../virtualisation.ts';
import { type Check, check, ok, warn } from './check.ts';

const emulation = text(
  'Guests are emulated (TCG): they work, several times slower',
  '虚拟机使用模拟（TCG）：可以运行，但会慢数倍',
);
const enable = text(
  'Switch on VT-x or AMD-V in the firmware set-up; inside a VM, let its host expose nested virtualisation',
  '在固件设置中启用 VT-x 或 AMD-V；若在虚拟机内，请让其主机开启嵌套虚拟化',
);

export function processorChecks(facts = readLocalVirtualisation(), kvmWritable = canOpenKvm()): Check[] {
  return [extensionCheck(facts), kvmCheck(facts, kvmWritable), nestedCheck(facts), iommuCheck()];
}

function extensionCheck(facts: Omit<VirtualisationFacts, 'kvmOffered'>): Check {
  const title = text('CPU virtualisation', 'CPU 虚拟化');
  const { extension } = judgeVirtualisation({ ...facts, kvmOffered: facts.kvmDevice });
  if (extension === 'vmx') return check('cpu', title, ok(text('VT-x (vmx)', 'VT-x（vmx）')));
  if (extension === 'svm') return check('cpu', title, ok(text('AMD-V (svm)', 'AMD-V（svm）')));
  const none = text(`None (no vmx, no svm). ${emulation.en}`, `无（没有 vmx 或 svm）。${emulation['zh-CN']}`);
  return check('cpu', title, warn(none, enable));
}

function kvmCheck(facts: Omit<VirtualisationFacts, 'kvmOffered'>, writable: boolean): Check {
  const title = text('KVM', 'KVM');
  const { reason } = judgeVirtualisation({ ...facts, kvmOffered: facts.kvmDevice });
  if (reason === 'no-cpu-extension') {
    const detail = facts.kvmDevice
      ? text('/dev/kvm is there without vmx or svm: not used', '/dev/kvm 存在但 CPU 没有 vmx 或 svm：不使用')
      : text('No /dev/kvm', '没有 /dev/kvm');
    return check('kvm', title, warn(detail, enable));
  }
  if (reason === 'no-kvm-device') {
    const load = text('modprobe kvm_intel or kvm_amd', '运行 modprobe kvm_intel 或 kvm_amd');
    return check('kvm', title, warn(text('The kvm module is not loaded', '未加载 kvm 模块'), load));
  }
  if (!writable) {
    const join = text('Add your user to the group kvm and sign in again', '将您的用户加入 kvm 组并重新登录');
    return check('kvm', title, warn(text('/dev/kvm is closed to this user', '当前用户无法访问 /dev/kvm'), join));
  }
  return check('kvm', title, ok(text('/dev/kvm answers', '/dev/kvm 可用')));
}

function nestedCheck({ nested }: Pick<VirtualisationFacts, 'nested'>): Check {
  const detail =
    nested === null
      ? text('Unknown: the kvm module is not loaded', '未知：未加载 kvm 模块')
      : nested
        ? text('Guests may use KVM themselves', '虚拟机内可以使用 KVM')
        : text('Off: guests cannot use KVM themselves', '关闭：虚拟机内不能使用 KVM');
  return check('nested', text('Nested virtualisation', '嵌套虚拟化'), ok(detail));
}

function iommuCheck(): Check {
  const title = text('IOMMU (VT-d, AMD-Vi)', 'IOMMU（VT-d、AMD-Vi）');
  const groups = readFolder('/sys/kernel/iommu_groups').length;
  if (groups > 0) return check('iommu', title, ok(text(`${groups} groups`, `${groups} 个组`)));
  return check(
    'iommu',
    title,
    warn(
      text('No groups: PCI devices cannot be given to guests', '没有 IOMMU 组：无法将 PCI 设备分配给虚拟机'),
      text(
        'Switch on VT-d or AMD-Vi in the firmware and boot with intel_iommu=on',
        '在固件中启用 VT-d 或 AMD-Vi，并以 intel_iommu=on 启动',
      ),
    ),
  );
}

function canOpenKvm(): boolean {
  try {
    accessSync('/dev/kvm', constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
