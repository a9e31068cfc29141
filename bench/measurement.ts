/** A figure measured several times: its median, and how far apart the runs were (the noise). */
export interface Sample {
  median: number;
  /** Half the distance between the quartiles, as a part of the median: 0.05 is ±5 %. Null for one run. */
  spread: number | null;
}

export interface Measurement {
  /** What was measured, with its unit in brackets. */
  name: string;
  /** `less`: a cost, limits are upper ones. `more`: a speed, limits are lower ones. */
  better: 'less' | 'more';
  ours: Sample | null;
  peer: Sample | null;
  /** Limits for ours ÷ peer. */
  must?: number;
  aim?: number;
}

/** One line of `--json`. */
export interface Row {
  name: string;
  ours: number | null;
  peer: number | null;
  /** ours ÷ peer, of the medians. */
  ratio: number | null;
  must: number | null;
  aim: number | null;
  /** Whether the ratio keeps to `must`; null where there is no `must` or no ratio. */
  ok: boolean | null;
}

export interface Report {
  measurements: Measurement[];
  /** What a reader must know to read the figures. */
  notes: string[];
}

export function sample(values: readonly number[]): Sample {
  const sorted = [...values].sort((a, b) => a - b);
  const median = quantile(sorted, 0.5);
  const spread =
    values.length < 2 || median === 0 ? null : (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 2 / median;
  return { median, spread };
}

/** Linear between neighbours. @throws RangeError without values */
function quantile(sorted: readonly number[], part: number): number {
  const at = (sorted.length - 1) * part;
  const low = sorted[Math.floor(at)];
  const high = sorted[Math.ceil(at)];
  if (low === undefined || high === undefined) throw new RangeError('nothing was measured');
  return low + (high - low) * (at - Math.floor(at));
}

export function rowOf({ name, better, ours, peer, must, aim }: Measurement): Row {
  const ratio = ours === null || peer === null || peer.median === 0 ? null : ours.median / peer.median;
  const ok = ratio === null || must === undefined ? null : better === 'less' ? ratio <= must : ratio >= must;
  return {
    name,
    ours: ours?.median ?? null,
    peer: peer?.median ?? null,
    ratio,
    must: must ?? null,
    aim: aim ?? null,
    ok,
  };
}

const HEADINGS = ['', 'ours', '±', 'peer', '±', 'ours ÷ peer', 'must', 'aim', 'ok'];

/** A table that reads well on a terminal and as Markdown. */
export function tableOf(measurements: readonly Measurement[]): string {
  const lines = measurements.map((measurement) => {
    const { name, ours, peer, ratio, must, aim, ok } = rowOf(measurement);
    const limit = (value: number | null) =>
      value === null ? '' : `${measurement.better === 'less' ? '≤' : '≥'} ${value}`;
    return [
      name,
      figure(ours),
      percent(measurement.ours),
      figure(peer),
      percent(measurement.peer),
      figure(ratio),
      limit(must),
      limit(aim),
      ok === null ? '' : ok ? 'yes' : 'NO',
    ];
  });
  const widths = HEADINGS.map((heading, i) =>
    Math.max(3, heading.length, ...lines.map((line) => line[i]?.length ?? 0)),
  );
  const draw = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(' | ')} |`;
  const rule = widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [draw(HEADINGS), draw(rule), ...lines.map(draw)].join('\n');
}

/** Three significant digits; whole above 100. */
function figure(value: number | null): string {
  if (value === null) return '-';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
}
const percent = (of: Sample | null): string => (of?.spread == null ? '' : `${Math.round(of.spread * 100)} %`);
