import type { Report } from './measurement.ts';

export interface Comparison {
  about: string;
  /** Loads and runs it; `say` tells how far it is. */
  run: (say: (text: string) => void) => Promise<Report>;
}

export const comparisons: ReadonlyMap<string, Comparison> = new Map(
  Object.entries({
    'define-start': {
      about: 'making and starting a VM through Domus against virsh on the same daemon',
      run: async (say) => (await import('./define-start.ts')).defineStart(say),
    },
    'engine-memory': {
      about: 'memory of the engine and its PostgreSQL, idle and with 100 VMs',
      run: async (say) => (await import('./engine-memory.ts')).engineMemory(say),
    },
    'rest-list': {
      about: 'GET /api/v1/vms with 100 and 1,000 VMs, against libvirt-python’s own list',
      run: async (say) => (await import('./rest-list.ts')).restList(say),
    },
    libvirt: {
      about: '@domus/libvirt against libvirt-python and go-libvirt on the same daemon',
      run: async (say) => (await import('./libvirt.ts')).libvirtCalls(say),
    },
    'libvirt-streams': {
      about: '@domus/libvirt against virsh: volumes there and back, whole and sparse',
      run: async (say) => (await import('./libvirt-streams.ts')).libvirtStreams(say),
    },
    'libvirt-simulation': {
      about: '@domus/libvirt and libvirt-python listing 100,000 domains of 1,000 simulated hosts',
      run: async (say) => (await import('./libvirt-simulation.ts')).libvirtSimulation(say),
    },
    spice: {
      about: '@domus/spice’s decoders against spice-html5’s on the same images',
      run: async (say) => (await import('./spice.ts')).spiceDecoders(say),
    },
    'spice-client': {
      about: 'a whole headless client against spice-gtk’s, shown the same recorded session',
      run: async (say) => (await import('./spice-client.ts')).spiceClient(say),
    },
    page: {
      about: 'weight of the pages and time to the first pixel of a VM’s screen in Chromium',
      run: async (say) => (await import('./page.ts')).pageWeight(say),
    },
  } satisfies Record<string, Comparison>),
);
