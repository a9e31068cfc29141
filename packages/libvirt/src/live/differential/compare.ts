/** Compares what libvirt-python was told with what this client was told. */
import { withoutOwnText } from './moving.ts';
import type { Twins } from './twins.ts';

/** A value that changes by itself from call to call: only its kind counts. */
class Moving {
  readonly kind: string;

  constructor(value: unknown) {
    this.kind = kindOf(value);
  }
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'list';
  return typeof value === 'bigint' ? 'number' : typeof value;
}

function movingValue(value: unknown): unknown {
  return Array.isArray(value) ? value.map(movingValue) : new Moving(value);
}

/** Puts Moving in place of fields, and of typed parameters, whose name matches. */
export function withMoving(value: unknown, moving: RegExp): unknown {
  if (Array.isArray(value)) return value.map((each) => withMoving(each, moving));
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if ('tag' in value && 'val' in value && moving.test(String(value.tag)))
    return { ...value, val: new Moving(value.val) };
  if ('field' in value && 'value' in value && moving.test(String(value.field))) {
    if (!isRecord(value.value)) return { ...value, value: new Moving(value.value) };
    const { type, value: inner } = value.value as { type: number; value: unknown };
    return { ...value, value: { type, value: new Moving(inner) } };
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      moving.test(name) ? movingValue(each) : withMoving(each, moving),
    ]),
  );
}

/** Where `py` and `ts` differ; of twins, other than as twins do. */
export function differences(py: unknown, ts: unknown, twins?: Twins, path = '', field = ''): string[] {
  const different = ([theirs, ours]: readonly unknown[] = [py, ts]) => [
    `${path || 'value'}: ${shown(theirs)} ≠ ${shown(ours)}`,
  ];
  if (ts instanceof Moving) return kindOf(py) === ts.kind ? [] : [`${path}: ${shown(py)} is no ${ts.kind}`];
  if (typeof py === 'string' && typeof ts === 'string') {
    if (py === ts) return [];
    if (!twins) return different(at(py, ts));
    const [theirs, ours] = [withoutOwnText(twins.text(py)), withoutOwnText(ts)];
    if (theirs !== ours) return different(at(theirs, ours));
    twins.learnText(py, ts);
    return [];
  }
  if (py instanceof Uint8Array && ts instanceof Uint8Array) return bytesDiffer(py, ts, twins) ? different() : [];
  if (typeof py === 'number' && typeof ts === 'number' && twins?.isAssigned(field)) {
    return twins.pairs(field, py, ts) ? [] : different();
  }
  if (Array.isArray(py) && ts instanceof Uint8Array) {
    return py.every((bit, at) => bit === ((ts[at >> 3]! >> (at & 7)) % 2 === 1)) ? [] : different();
  }
  if (Array.isArray(py) && Array.isArray(ts)) {
    if (py.length !== ts.length) return different();
    return py.flatMap((each, at) => differences(each, ts[at], twins, `${path}[${at}]`, field));
  }
  // An empty dictionary and an empty list of parameters are one to Python.
  if (isRecord(py) && Array.isArray(ts) && ts.length === 0 && Object.keys(py).length === 0) return [];
  if (!isRecord(py) || !isRecord(ts)) return Object.is(py ?? null, ts ?? null) ? [] : different();
  const names = new Set([...Object.keys(py), ...Object.keys(ts)]);
  return [...names].flatMap((name) => differences(py[name], ts[name], twins, path ? `${path}.${name}` : name, name));
}

function bytesDiffer(py: Uint8Array, ts: Uint8Array, twins: Twins | undefined): boolean {
  if (Buffer.compare(py, ts) === 0) return false;
  if (!twins || differences(Buffer.from(py).toString(), Buffer.from(ts).toString(), twins).length > 0) return true;
  twins.learnBytes(py, ts);
  return false;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

/** Of two long texts the part where they part. */
function at(py: string, ts: string): [string, string] {
  let same = 0;
  while (same < py.length && py[same] === ts[same]) same++;
  const from = Math.max(0, same - 80);
  return [py.slice(from, same + 200), ts.slice(from, same + 200)];
}

function shown(value: unknown): string {
  const text =
    value instanceof Uint8Array
      ? `bytes ${Buffer.from(value).toString('hex')}`
      : JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? `${each}n` : each));
  return text === undefined ? 'nothing' : text.length > 600 ? `${text.slice(0, 600)}…` : text;
}
