// The arrows of ARCHITECTURE.md as rules. tools/layers.test.ts proves that they bite.
const only = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

export default {
  forbidden: [
    only('no-cycles', 'a cycle has no beginning to read from', {}, { circular: true }),
    only('libvirt-stands-alone', '@domus/libvirt is published alone: saxes and Node only', { path: '^packages/libvirt/src' }, { path: '^packages/(?!libvirt/)' }),
    only('spice-stands-alone', '@domus/spice is published alone', { path: '^packages/spice/src' }, { path: '^packages/(?!spice/)' }),
    only('spice-core-is-neutral', 'wire, channels and codecs know neither DOM nor Node', { path: '^packages/spice/src/(wire|channels|codecs|draw)/', pathNot: '\\.test\\.ts$' }, { path: '^(packages/spice/src/(browser|node)/|node:)', dependencyTypes: ['core', 'local'] }),
    only('contract-imports-nobody', 'the contract is data', { path: '^packages/contract/src' }, { path: '^packages/(?!contract/)' }),
    only('ways-in-know-the-contract-only', 'console and cli speak to the engine over its API', { path: '^packages/(console|cli)/src' }, { path: '^packages/(engine|libvirt)/' }),
    only('cli-draws-nothing', 'only the console draws', { path: '^packages/cli/src' }, { path: '^packages/(spice|console)/' }),
    only('engine-imports-no-way-in', 'the engine serves the console, it does not import it', { path: '^packages/engine/src' }, { path: '^packages/(console|cli|spice)/' }),
    only('subjects-never-import-faces', 'faces speak for subjects, not the other way round', { path: '^packages/engine/src/(?!faces/|main\\.ts|wire\\.ts)', pathNot: '\\.test\\.ts$' }, { path: '^packages/engine/src/faces/' }),
    only('only-the-adapter-knows-libvirt', 'subjects reach a host through the hypervisor port', { path: '^packages/engine/src/(?!hypervisor/libvirt/)', pathNot: '\\.test\\.ts$' }, { path: '^packages/libvirt/' }),
    only('only-main-wires', 'adapters are chosen in wire.ts alone', { path: '^packages/engine/src/(?!hypervisor/|main\\.ts|wire\\.ts)', pathNot: '\\.test\\.ts$' }, { path: '^packages/engine/src/hypervisor/(libvirt|simulated)/' }),
    only('subject-by-its-index', 'a subject reaches another only through its index.ts', { path: '^packages/engine/src/([^/]+)/.+', pathNot: '\\.test\\.ts$' }, { path: '^packages/engine/src/([^/]+)/.+', pathNot: ['^packages/engine/src/$1/', '/index\\.ts$', '^packages/engine/src/hypervisor/libvirt/'] }),
    only('pure-rules', 'rules take values and return values: no clock, no I/O', { path: '\\.rules\\.ts$' }, { path: '^node:', dependencyTypes: ['core'] }),
  ],
  options: { doNotFollow: { path: 'node_modules' }, exclude: { path: '(^|/)(node_modules|dist|generated|\\.node)/' }, tsConfig: { fileName: 'tsconfig.base.json' }, tsPreCompilationDeps: true, enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types'] } },
};
