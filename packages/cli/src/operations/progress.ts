import type { Operation } from '@domus/contract';
import { fit, printable } from '../output/width.ts';
import type { Terminal } from '../terminal.ts';

const barColumns = 20;

/** `vm.create first  [██████··············]  30 %  create-volume: 1.2 of 4 GiB` */
export function progressLine({ kind, resource, state, progress, steps }: Operation): string {
  const filled = Math.round(progress * barColumns);
  const bar = '█'.repeat(filled) + '·'.repeat(barColumns - filled);
  const step = steps.find((each) => each.state === 'running');
  const now = step === undefined ? state : step.message === null ? step.name : `${step.name}: ${step.message}`;
  const percent = String(Math.floor(progress * 100)).padStart(3);
  return printable(`${kind} ${resource.name}  [${bar}] ${percent} %  ${now}`);
}

/** One line on the screen that is written over; nothing where there is no screen. */
export function showProgress({ stderr }: Terminal): { show: (operation: Operation) => void; clear: () => void } {
  if (!stderr.isTTY) return { show: () => undefined, clear: () => undefined };
  const startOver = '\r\x1b[2K';
  return {
    show: (operation) => stderr.write(startOver + fit(progressLine(operation), (stderr.columns ?? 80) - 1)),
    clear: () => stderr.write(startOver),
  };
}
