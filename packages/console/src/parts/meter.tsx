import { Progress } from '@patternfly/react-core';
import { percent } from './format.ts';

interface MeterProps {
  label: string;
  used: number;
  total: number;
  /** Used and total in words. */
  text: string;
  /** False: being full is nothing to worry about (virtual CPUs are meant to be shared). */
  warns?: boolean;
}

/** How much of something is used; a warning from 85 % on, an alarm from 95 %. */
export function Meter({ label, used, total, text, warns = true }: MeterProps) {
  const value = percent(used, total);
  const variant = !warns
    ? undefined
    : value >= 95
      ? ('danger' as const)
      : value >= 85
        ? ('warning' as const)
        : undefined;
  return (
    <Progress
      size="sm"
      {...(label === '' ? { 'aria-label': text } : { title: label })}
      value={Math.min(100, value)}
      valueText={text}
      label={text}
      measureLocation="top"
      {...(variant === undefined ? {} : { variant })}
    />
  );
}
