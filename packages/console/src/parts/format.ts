import { language } from '../app/language.ts';

const binary = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

const number = (value: number, digits: number) =>
  new Intl.NumberFormat(language(), { maximumFractionDigits: digits }).format(value);

/** Bytes with a binary unit and three significant figures or so: 1536 → "1.5 KiB". */
export function bytes(count: number): string {
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < binary.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${number(value, value < 10 && unit > 0 ? 1 : 0)} ${binary[unit]}`;
}

/** Memory in MiB, with the unit that reads best. */
export const mebibytes = (mebibyteCount: number): string => bytes(mebibyteCount * 1024 * 1024);

export const percent = (part: number, whole: number): number => (whole === 0 ? 0 : Math.round((part / whole) * 100));

/** Date and time in the language of the page, to the second. */
export const instant = (iso: string): string =>
  new Intl.DateTimeFormat(language(), { dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(iso));

const spans = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** How long ago, in one unit: "5 min ago". An instant ahead of this machine's clock counts as now. */
export function ago(iso: string, nowMs: number): string {
  const seconds = Math.max(0, (nowMs - Date.parse(iso)) / 1000);
  const [unit, length] = spans.find(([, each]) => seconds >= each) ?? ['second', 1];
  const count = Math.floor(seconds / length);
  return new Intl.RelativeTimeFormat(language(), { numeric: 'auto', style: 'short' }).format(-count, unit);
}

/** A span between two instants as 4 s, 2 min 5 s, 1 h 3 min. */
export function duration(fromIso: string, toMs: number): string {
  const seconds = Math.max(0, Math.round((toMs - Date.parse(fromIso)) / 1000));
  const unit = (value: number, name: string) =>
    new Intl.NumberFormat(language(), { style: 'unit', unit: name, unitDisplay: 'short' }).format(value);
  if (seconds < 60) return unit(seconds, 'second');
  if (seconds < 3600) return `${unit(Math.floor(seconds / 60), 'minute')} ${unit(seconds % 60, 'second')}`;
  return `${unit(Math.floor(seconds / 3600), 'hour')} ${unit(Math.floor((seconds % 3600) / 60), 'minute')}`;
}
