// API pages: `npm run docs -w @domus/libvirt`. Every symbol of the hand-made face is documented, or this fails. Members of
// what is generated from libvirt's own tables are called as there, and libvirt's documentation tells what they mean.
import { readFileSync } from 'node:fs';
import * as enums from './src/generated/enums.ts';

const xmlTypes = readFileSync(new URL('src/generated/xml/types.ts', import.meta.url), 'utf8');

function* generatedNames() {
  for (const [name, values] of Object.entries(enums)) {
    for (const value of Object.keys(values)) yield `index.enums.${name}.__type.${value}`;
  }
  for (const [, name, body] of xmlTypes.matchAll(/^export interface (\w+) \{\n(.*?)^\}/gms)) {
    yield `index.xml.${name}`;
    for (const [, property] of body.matchAll(/^ {2}'?([^'?]+?)'?\??: /gm)) yield `index.xml.${name}.${property}`;
  }
}

/** Object types without a name: the alternative, option or result that they are is documented as a whole. */
const unnamed = {
  'index.CredentialRequest': ['kind', 'host', 'user', 'keyfile', 'prompt', 'echo'],
  'index.LibvirtEvent': ['kind'],
  'index.ReconnectingEvent': ['kind', 'connection', 'error', 'retryMs'],
  'index.StreamPacket': ['data', 'hole'],
  'index.TypedParameter': ['type', 'value'],
  'index.Caller.openStream': ['ret', 'stream'],
  'index.Connection.openStream': ['ret', 'stream'],
  'index.MigrationTarget.openStream': ['ret', 'stream'],
  'index.MigrationTarget.domains': ['reference'],
  'index.Domain.screenshot': ['mime', 'image'],
  'index.DomainInterface.addrs': ['addr', 'family', 'prefix'],
  'index.DomainStats.getControlInfo': ['state', 'stateTimeMs'],
  'index.Host.getCPUMap': ['present', 'online'],
  'server.Fault': ['kind', 'delayMs', 'afterBytes', 'how', 'code', 'message'],
  'server.ListenAddress': ['path', 'port', 'host'],
  'testing.ServerPeer.streamPackets': ['header', 'data'],
};
const memberNames = Object.entries(unnamed).flatMap(([name, members]) =>
  members.map((member) => `${name}.__type.${member}`),
);

const wireStructs = [
  'RemoteDomainInterfaceStatsRet',
  'RemoteNonnullDomain',
  'RemoteNonnullDomainCheckpoint',
  'RemoteNonnullDomainSnapshot',
  'RemoteNonnullInterface',
  'RemoteNonnullNetwork',
  'RemoteNonnullNetworkPort',
  'RemoteNonnullNodeDevice',
  'RemoteNonnullNwfilter',
  'RemoteNonnullNwfilterBinding',
  'RemoteNonnullSecret',
  'RemoteNonnullStoragePool',
  'RemoteNonnullStorageVol',
  'RemoteTypedParam',
];

export default {
  name: '@domus/libvirt',
  entryPoints: ['src/index.ts', 'src/server/index.ts', 'src/testing/index.ts'],
  out: 'api',
  excludeInternal: true,
  // A clone without a remote has no page to link to.
  disableSources: true,
  // `npm run types` does it.
  skipErrorChecking: true,
  validation: { notExported: true, invalidLink: true, notDocumented: true },
  intentionallyNotDocumented: [...generatedNames(), ...memberNames],
  // Tables and structs of the wire: the names that stand for them are documented.
  intentionallyNotExported: [
    'src/events/kinds.ts:eventKinds',
    'src/generated/admin.ts:AdminNonnullClient',
    'src/generated/admin.ts:AdminNonnullServer',
    'src/generated/procedures.ts:Procedures',
    ...wireStructs.map((name) => `src/generated/remote.ts:${name}`),
    'src/generated/events.ts:EventMessages',
    'src/rpc/frame.ts:FrameHeader',
    'src/rpc/procedure.ts:ProcedureId',
    'src/rpc/stream-sink.ts:StreamSink',
    'src/server/event-registry.ts:EventWire',
    'src/server/simulation/domains.ts:Domains',
    'src/server/simulation/domains.ts:HostContext',
    'src/server/simulation/networks.ts:Networks',
    'src/server/simulation/secrets.ts:Secrets',
    'src/server/simulation/storage-pools.ts:StoragePools',
    'src/server/wire.ts:Wire',
    'src/testing/private-host.ts:PrivateHost',
    'src/transport/uri-parameters.ts:readers',
    'src/xml/device.ts:One',
    'src/xdr/writer.ts:XdrWriter',
    'src/xml/xml-error.ts:XmlPlace',
  ],
  treatWarningsAsErrors: true,
  treatValidationWarningsAsErrors: true,
};
