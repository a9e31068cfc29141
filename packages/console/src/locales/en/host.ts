export const host = {
  none: 'No hosts',
  noneHint: 'A host is a machine with libvirt on which VMs run.',
  state: { connecting: 'Connecting', up: 'Up', down: 'Down' },
  downTitle: 'This host does not answer. Its VMs may go on running.',
  cpu: 'CPU',
  cpus: 'CPUs',
  cpuUnknown: 'Not known until the host answers',
  model: 'Model',
  vendor: 'Vendor',
  vendorText: '{{vendor}}, {{architecture}}',
  topology: 'Topology',
  topologyText: '{{sockets}} × {{cores}} × {{threads}} (sockets × cores × threads), {{count}} CPUs',
  extension: 'Virtualisation',
  extensions: { vmx: 'VT-x (vmx)', svm: 'AMD-V (svm)', none: 'None' },
  kvmDevice: '/dev/kvm present',
  kvmOffered: 'libvirt offers KVM',
  nested: 'Nested KVM',
  accelerator: 'Guests get',
  reason: {
    'kvm-usable': 'The CPU has the extension and the hypervisor offers KVM: guests run at nearly full speed.',
    'no-cpu-extension':
      'The CPU shows neither VT-x nor AMD-V, so KVM cannot run ordinary guests, whether /dev/kvm is there or not. Guests are emulated. In a virtual machine: let its own host pass the extension on (nested virtualisation). On hardware: switch it on in the firmware.',
    'no-kvm-device':
      'The CPU has the extension, but /dev/kvm is missing: load the module kvm_intel or kvm_amd. Until then guests are emulated.',
    'kvm-not-offered':
      'The CPU has the extension, but libvirt does not offer KVM: check that QEMU may open /dev/kvm. Until then guests are emulated.',
  },
  hypervisor: 'Hypervisor',
  hypervisorType: 'Hypervisor',
  versionOf: '{{what}} {{version}}',
  libvirt: 'libvirt',
  mode: 'Mode',
  modes: { system: 'System (all features)', session: 'Session (without root)' },
  uri: 'libvirt URI',
  lastSeen: 'Last seen',
  memoryFree: 'Free memory',
  memoryUsed: 'Used',
  vmsText: '{{running}} running of {{total}}',
  limitation: {
    'no-bridges': 'No bridged networks',
    'no-bridgesHint':
      'libvirt runs without root here: VMs get user-mode networking and cannot be reached from outside.',
    'no-confinement': 'Guests are not confined by AppArmor or SELinux',
    'no-confinementHint':
      'The host has no mandatory access control that libvirt can use: a guest that breaks out of QEMU is held by its user alone.',
    emulation: 'Guests are emulated',
    emulationHint:
      'KVM is not usable on this host, so guests run some ten to thirty times slower than on the CPU itself.',
  },
};
