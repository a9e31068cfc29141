import type { Language } from '@domus/contract';

const none = '–';

/** 1536 MiB → "1.5 GiB". */
export function bytes(value: number | null): string {
  if (value === null) return none;
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(value) / 10));
  const amount = value / 1024 ** power;
  return `${Number(amount.toFixed(1))} ${units[power]}`;
}
export const mib = (value: number): string => bytes(value * 1024 ** 2);

const steps = [
  ['second', 60],
  ['minute', 60],
  ['hour', 24],
  ['day', 30],
  ['month', 12],
  ['year', Number.POSITIVE_INFINITY],
] as const;

/** "3 minutes ago", in the language of the person. */
export function ago(instant: string | null, language: Language, now = Date.now()): string {
  if (instant === null) return none;
  let amount = (Date.parse(instant) - now) / 1000;
  for (const [unit, limit] of steps) {
    if (Math.abs(amount) < limit) {
      return new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' }).format(
        Math.round(amount),
        unit,
      );
    }
    amount /= limit;
  }
  return instant;
}

export const orNone = (value: string | null | undefined): string => value || none;
export const yesNo = (value: boolean, language: Language): string =>
  language === 'zh-CN' ? (value ? '是' : '否') : value ? 'yes' : 'no';
