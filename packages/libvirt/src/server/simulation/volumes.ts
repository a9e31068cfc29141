/** The volumes of a storage pool. Their bytes are kept in memory, as far as they are not zeros. */
import type { RemoteNonnullStorageVol } from '../../generated/remote.ts';
import { attribute, child, cloneXml, element, formatXml, sizeInBytes, text, type XmlElement } from '../../xml/index.ts';
import { ServerFailure } from '../failure.ts';
import type { ServerStream } from '../server-stream.ts';
import { GUEST_DISK_BYTES, guestIndex, guestName, type HostIdentity } from './baseline.ts';
import { readNamed } from './document.ts';
import type { Origin } from './lazy-store.ts';
import { SparseBytes } from './sparse-bytes.ts';

export interface VolumeSeed {
  readonly pool: string;
  readonly name: string;
  readonly path: string;
  readonly format: string;
  readonly capacityBytes: number;
  /** What it is said to occupy before anything is written to it. */
  readonly allocationBytes: number;
  readonly backingStore?: XmlElement | undefined;
}

/** The host's file system as far as owners and times go; nobody is simulated who could change them. */
const MODE = '0600';

export class SimulatedVolume {
  readonly #seed: VolumeSeed;
  capacityBytes: number;
  /** The file itself: of a raw volume what the guest sees, of others that and the format's own. */
  bytes = new SparseBytes();
  #writtenBytes = 0;

  constructor(seed: VolumeSeed) {
    this.#seed = seed;
    this.capacityBytes = seed.capacityBytes;
  }

  get key(): string {
    return this.#seed.path;
  }

  get name(): string {
    return this.#seed.name;
  }

  get format(): string {
    return this.#seed.format;
  }

  get allocationBytes(): number {
    return Math.max(this.#seed.allocationBytes, this.bytes.allocatedBytes);
  }

  get lengthBytes(): number {
    if (this.format === 'raw') return this.capacityBytes;
    return Math.max(this.#seed.allocationBytes, this.#writtenBytes);
  }

  get ref(): RemoteNonnullStorageVol {
    return { pool: this.#seed.pool, name: this.name, key: this.key };
  }

  get xml(): string {
    const bytes = (name: string, value: number) => element(name, { unit: 'bytes' }, value);
    const permissions = element(
      'permissions',
      {},
      element('mode', {}, MODE),
      element('owner', {}, 0),
      element('group', {}, 0),
    );
    const target = element(
      'target',
      {},
      element('path', {}, this.key),
      element('format', { type: this.format }),
      permissions,
    );
    const { backingStore } = this.#seed;
    const volume = element(
      'volume',
      { type: 'file' },
      element('name', {}, this.name),
      element('key', {}, this.key),
      bytes('capacity', this.capacityBytes),
      bytes('allocation', this.allocationBytes),
      bytes('physical', this.allocationBytes),
      target,
      backingStore && cloneXml(backingStore),
    );
    return `${formatXml(volume)}\n`;
  }

  resize(capacityBytes: number): void {
    if (this.format === 'raw') this.bytes.clear(capacityBytes, Number.MAX_SAFE_INTEGER);
    this.capacityBytes = capacityBytes;
  }

  wipe(): void {
    this.bytes = new SparseBytes();
  }

  /** Takes what a client uploads. `length` 0: as much as it sends. */
  async receive(stream: ServerStream, offset: number, length: number): Promise<void> {
    let at = offset;
    const end = length === 0 ? Number.POSITIVE_INFINITY : offset + length;
    for await (const packet of stream) {
      const taken = 'data' in packet ? packet.data.length : packet.hole;
      if (at + taken > end) throw new ServerFailure('OPERATION_FAILED', 'more data than was announced', 'STORAGE');
      if ('data' in packet) this.bytes.write(at, packet.data);
      else this.bytes.clear(at, packet.hole);
      at += taken;
      // A file grows with what is written to it.
      this.#writtenBytes = Math.max(this.#writtenBytes, at);
      if (this.format === 'raw') this.capacityBytes = Math.max(this.capacityBytes, at);
    }
  }

  /** Sends a range; zeros as holes where the client knows these. `length` 0: to the end. */
  async transmit(stream: ServerStream, offset: number, length: number, isSparse: boolean): Promise<void> {
    const left = Math.max(this.lengthBytes - offset, 0);
    for (const piece of this.bytes.pieces(offset, length === 0 ? left : Math.min(length, left))) {
      if (typeof piece !== 'number') await stream.write(piece);
      else if (isSparse) await stream.writeHole(piece);
      else await writeZeros(stream, piece);
    }
    stream.end();
  }
}

const ZEROS = Buffer.alloc(256 * 1024);

async function writeZeros(stream: ServerStream, count: number): Promise<void> {
  for (let left = count; left > 0; left -= ZEROS.length) await stream.write(ZEROS.subarray(0, left));
}

/** Reads a volume's definition for a pool. */
export function readVolume(xml: string, pool: string, folder: string): VolumeSeed {
  const volume = readNamed(xml, 'volume');
  const name = text(volume, 'name')!;
  if (name.includes('/')) throw new ServerFailure('XML_ERROR', `volume name '${name}' cannot contain '/'`, 'STORAGE');
  const capacityBytes = sizeInBytes(child(volume, 'capacity'), 'bytes');
  if (capacityBytes === undefined) throw new ServerFailure('XML_ERROR', 'missing capacity element', 'STORAGE');
  return {
    pool,
    name,
    path: `${folder}/${name}`,
    format: attribute(child(volume, 'target', 'format'), 'type') ?? 'raw',
    capacityBytes,
    allocationBytes: Math.min(sizeInBytes(child(volume, 'allocation'), 'bytes') ?? capacityBytes, capacityBytes),
    backingStore: child(volume, 'backingStore'),
  };
}

/** A pool that has a disk for each of the host's guests. */
export function guestDisks(host: HostIdentity, pool: string, folder: string): Origin<SimulatedVolume> {
  const suffix = '.qcow2';
  const indexOfName = (name: string) =>
    name.endsWith(suffix) ? guestIndex(host, name.slice(0, -suffix.length)) : undefined;
  return {
    count: host.domainCount,
    make: (index) => {
      const name = `${guestName(host, index)}${suffix}`;
      const size = { capacityBytes: GUEST_DISK_BYTES, allocationBytes: GUEST_DISK_BYTES / 10 };
      return new SimulatedVolume({ pool, name, path: `${folder}/${name}`, format: 'qcow2', ...size });
    },
    indexOfKey: (key) => (key.startsWith(`${folder}/`) ? indexOfName(key.slice(folder.length + 1)) : undefined),
    indexOfName,
  };
}
