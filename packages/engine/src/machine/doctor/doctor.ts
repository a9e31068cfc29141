import { styleText } from 'node:util';
import type { Language } from '@domus/contract';
import { localLanguage } from '../text.ts';
import type { Check } from './check.ts';
import { confinementChecks } from './confinement.ts';
import { networkChecks } from './network.ts';
import { processorChecks } from './processor.ts';
import { programChecks } from './programs.ts';
import { resourceChecks } from './resources.ts';

export interface DoctorOptions {
  readonly dataDir: string;
  /** TCP ports that the engine is to listen on. */
  readonly ports: readonly number[];
  /** Socket of the engine's own libvirtd, looked at after the machine's. */
  readonly libvirtSocket?: string;
}

/** Looks at this machine and changes nothing. Takes a second or two; every look has a deadline of its own. */
export async function examineMachine(options: DoctorOptions): Promise<Check[]> {
  const [programs, network, confinement] = await Promise.all([
    programChecks(),
    networkChecks(options.ports),
    confinementChecks(options.libvirtSocket),
  ]);
  return [...processorChecks(), ...resourceChecks(options.dataDir), ...programs, ...network, ...confinement];
}

const marks = { ok: '✓', warn: '!', fail: '✗' } as const;
const colours = { ok: 'green', warn: 'yellow', fail: 'red' } as const;

export function doctorTable(checks: readonly Check[], options: { language: Language; colour: boolean }): string {
  const { language, colour } = options;
  const paint = (state: Check['state'], words: string) =>
    colour ? styleText(colours[state], words, { validateStream: false }) : words;
  const lines = checks.flatMap(({ state, title, detail, remedy }) => [
    `${paint(state, marks[state])} ${title[language]}: ${detail[language]}`,
    ...(remedy === null ? [] : [`    → ${remedy[language]}`]),
  ]);
  const count = (state: Check['state']) => checks.filter((each) => each.state === state).length;
  const sum =
    language === 'zh-CN'
      ? `${count('ok')} 项正常，${count('warn')} 项提醒，${count('fail')} 项失败`
      : `${count('ok')} ok, ${count('warn')} to know, ${count('fail')} failed`;
  return [...lines, '', sum].join('\n');
}

/** `{"ok": bool, "checks": [{"id", "state", "title", "detail", "remedy"}]}` in one language; ok: no check failed. */
export function doctorJson(checks: readonly Check[], language: Language): string {
  const inOneLanguage = checks.map(({ id, state, title, detail, remedy }) => ({
    id,
    state,
    title: title[language],
    detail: detail[language],
    remedy: remedy?.[language] ?? null,
  }));
  return JSON.stringify({ ok: checks.every(({ state }) => state !== 'fail'), checks: inOneLanguage }, null, 2);
}

/** `domus doctor`: prints the checks and answers the exit code, 1 where one failed. */
export async function doctor(options: DoctorOptions & { readonly output: 'table' | 'json' }): Promise<0 | 1> {
  const language = localLanguage();
  const checks = await examineMachine(options);
  const colour = process.stdout.isTTY === true && !process.env['NO_COLOR'];
  const words = options.output === 'json' ? doctorJson(checks, language) : doctorTable(checks, { language, colour });
  process.stdout.write(`${words}\n`);
  return checks.some(({ state }) => state === 'fail') ? 1 : 0;
}
