import { printable, widthOf } from './width.ts';

type Line = readonly [key: string, value: string];

const isReference = (value: object): value is { id: string; name: string } =>
  Object.keys(value).sort().join() === 'id,name' && 'name' in value;

const isScalar = (value: unknown) => value === null || typeof value !== 'object';
const scalar = (value: unknown) => (value === null || value === '' ? '–' : printable(String(value)));

/** Several of the same on one line each: "ip=10.0.0.2 mac=52:54:00:… source=lease". */
const inline = (value: object): string =>
  Object.entries(value)
    .filter(([, each]) => each !== null)
    .map(([key, each]) => `${key}=${isScalar(each) ? scalar(each) : JSON.stringify(each)}`)
    .join(' ');

function linesOf(key: string, value: unknown): Line[] {
  if (value === undefined) return [];
  if (isScalar(value)) return [[key, scalar(value)]];
  if (Array.isArray(value)) {
    if (value.length === 0) return [[key, '–']];
    if (value.every(isScalar)) return [[key, value.map(scalar).join(', ')]];
    return value.map((each, index) => [index === 0 ? key : '', inline(each)] as const);
  }
  const object = value as object;
  if (isReference(object)) return [[key, `${printable(object.name)} (${object.id})`]];
  return Object.entries(object).flatMap(([inner, each]) => linesOf(`${key}.${inner}`, each));
}

/** One resource, a field a line, under the names that its JSON has. */
export function details(resource: object): string[] {
  const lines = Object.entries(resource).flatMap(([key, value]) => linesOf(key, value));
  const width = Math.max(0, ...lines.map(([key]) => widthOf(key)));
  return lines.map(([key, value]) => `${key.padEnd(width)}  ${value}`);
}
