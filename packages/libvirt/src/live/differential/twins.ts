/**
 * Each scenario makes its things for libvirt-python, and this client makes their twins: names with `-py` become `-ts`, and
 * so on below. What the daemon chooses by itself (ids, cookies, free ports) is learnt from the replies of both.
 */

/** 'py' and 'ts' in names, and in hexadecimal and decimal in UUIDs, MAC and IP addresses. */
const MARKS: readonly (readonly [py: string, ts: string])[] = [
  ['-py', '-ts'],
  ['-7079-', '-7473-'],
  [':70:79:', ':74:73:'],
  ['.112.121.', '.116.115.'],
];

/** Integers that a daemon assigns, by the name of their field. */
const ASSIGNED = new Set(['id', 'callbackID']);

export class Twins {
  readonly #texts = new Map<string, string>();
  readonly #bytes = new Map<string, Uint8Array>();
  readonly #numbers = new Map<string, number>();

  /** The same for the twin, deep; the very value where there is nothing to change. */
  of(value: unknown, field = ''): unknown {
    if (typeof value === 'string') return this.text(value);
    if (typeof value === 'number') return this.#numbers.get(`${field} ${value}`) ?? value;
    if (value instanceof Uint8Array) return this.#bytes.get(Buffer.from(value).toString('hex')) ?? value;
    if (Array.isArray(value)) {
      const items = value.map((each) => this.of(each, field));
      return items.every((each, at) => each === value[at]) ? value : items;
    }
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(([name, each]) => [name, this.of(each, name)] as const);
    const same = entries.every(([name, each]) => each === (value as Record<string, unknown>)[name]);
    return same ? value : Object.fromEntries(entries);
  }

  text(value: string): string {
    const learnt = this.#texts.get(value);
    if (learnt !== undefined) return learnt;
    return MARKS.reduce((text, [py, ts]) => text.replaceAll(py, ts), value);
  }

  isAssigned(field: string): boolean {
    return ASSIGNED.has(field);
  }

  /** Whether a number that the daemon assigned may be the twin of this one; from now on it is. */
  pairs(field: string, py: number, ts: number): boolean {
    const known = this.#numbers.get(`${field} ${py}`);
    if (known !== undefined && known !== ts) return false;
    this.#numbers.set(`${field} ${py}`, ts);
    return true;
  }

  learnText(py: string, ts: string): void {
    if (py !== ts) this.#texts.set(py, ts);
  }

  learnBytes(py: Uint8Array, ts: Uint8Array): void {
    this.#bytes.set(Buffer.from(py).toString('hex'), ts);
  }
}
