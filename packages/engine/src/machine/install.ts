import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createInterface as createPrompt } from 'node:readline/promises';
import { type Language, type Text, text } from '@domus/contract';
import { type Distribution, readDistribution } from './distribution.ts';
import { aptProgress, explainFailure, withoutAddresses } from './failure.rules.ts';
import { findProgram } from './files.ts';
import { engineNeeds, missingNeeds, type Need, packagesOf } from './needs.ts';
import { localLanguage } from './text.ts';

export interface PrepareOptions {
  /** Install without asking. */
  readonly yes: boolean;
  /** Only tell what is missing. */
  readonly noInstall: boolean;
  /** Takes each line for the person. */
  readonly report: (line: string) => void;
  readonly needs?: readonly Need[];
  readonly language?: Language;
  readonly signal?: AbortSignal;
}

/**
 * `installed` is empty where all was there. A refusal has already been told through `report`; its exit code is 3 where
 * something required is missing and nothing was tried, 1 where the installation failed.
 */
export type Prepared =
  | { readonly ok: true; readonly installed: readonly string[] }
  | {
      readonly ok: false;
      readonly exitCode: 1 | 3;
      readonly reason: 'missing' | 'declined' | 'unsupported' | 'failed';
      readonly missing: readonly Need[];
    };

/** Looks what this machine lacks, tells it with the exact command, and installs it where that is wanted. */
export async function prepareMachine(options: PrepareOptions): Promise<Prepared> {
  const { needs = engineNeeds(), language = localLanguage(), report } = options;
  const say = (line: Text) => report(line[language]);
  const missing = missingNeeds(needs);
  if (missing.length === 0) return { ok: true, installed: [] };

  const distribution = readDistribution();
  const packages = packagesOf(missing, distribution);
  say(text('This machine lacks:', '这台机器缺少：'));
  for (const need of missing) report(`  ${need.id}: ${need.purpose[language]}${optionalMark(need, language)}`);

  const required = missing.filter((need) => need.required);
  const without = (reason: 'missing' | 'declined' | 'unsupported'): Prepared =>
    required.length === 0 ? { ok: true, installed: [] } : { ok: false, exitCode: 3, reason, missing: required };

  const command = installCommand(distribution, packages);
  if (command === null) {
    say(
      text(
        `${distribution.name} is not known here. Install what is listed above with its own package manager, then start again.`,
        `无法识别 ${distribution.name}。请用它自己的软件包管理器安装以上各项，然后重新启动。`,
      ),
    );
    return without('unsupported');
  }
  say(text(`To install: ${command.join(' ')}`, `安装命令：${command.join(' ')}`));
  if (options.noInstall) return without('missing');
  if (command[0] === 'sudo') {
    if (findProgram('sudo') === null) {
      say(text('There is no sudo here: run this as root.', '这里没有 sudo：请以 root 身份运行。'));
      return without('missing');
    }
    say(text('sudo is used for this one command.', '仅此一条命令使用 sudo。'));
  }
  if (!options.yes && !(await agrees(language, options.signal))) {
    say(text('Nothing was installed. With --yes it goes without asking.', '未安装任何内容。使用 --yes 可跳过询问。'));
    return without('declined');
  }

  say(text(`Installing ${packages.length} packages …`, `正在安装 ${packages.length} 个软件包 …`));
  const run = await runInstaller(command, report, options.signal);
  const still = missingNeeds(missing);
  const stillRequired = still.filter((need) => need.required);
  if (stillRequired.length > 0 || run.exitCode !== 0) {
    for (const line of run.lastLines) report(`  ${withoutAddresses(line)}`);
    const cause = explainFailure(run.lastLines.join('\n'));
    const names = still.map((need) => need.id).join(', ');
    say(text(`The installation failed (${names}): ${cause.en}.`, `安装失败（${names}）：${cause['zh-CN']}。`));
    if (stillRequired.length > 0) return { ok: false, exitCode: 1, reason: 'failed', missing: stillRequired };
  } else if (still.length > 0) {
    const names = still.map((need) => need.id).join(', ');
    say(
      text(
        `This release has no package for: ${names}. Domus runs without.`,
        `此版本没有以下软件包：${names}。Domus 可在缺少它们的情况下运行。`,
      ),
    );
  }
  return { ok: true, installed: packages };
}

const optionalMark = (need: Need, language: Language) =>
  need.required ? '' : text(' (runs without)', '（可缺少）')[language];

/** The exact command, null where the package manager is not known. */
export function installCommand(
  distribution: Distribution,
  packages: readonly string[],
  userId = process.getuid?.() ?? 0,
): readonly string[] | null {
  if (distribution.manager === 'other') return null;
  const script = join(import.meta.dirname, `install-with-${distribution.manager}.sh`);
  return [...(userId === 0 ? [] : ['sudo']), 'sh', script, ...packages];
}

async function agrees(language: Language, signal: AbortSignal | undefined): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return false;
  const prompt = createPrompt({ input: process.stdin, output: process.stderr });
  try {
    const question = text('Install it now? [Y/n] ', '现在安装吗？[Y/n] ')[language];
    const answer = await prompt.question(question, signal ? { signal } : {});
    return /^(y|yes|是|)$/i.test(answer.trim());
  } finally {
    prompt.close();
  }
}

/** An installation that says nothing for this long hangs. */
const silenceLimitMs = 10 * 60_000;

/** Runs the installer; tells its progress in steps of ten per cent and keeps its last words. */
async function runInstaller(
  command: readonly string[],
  report: (line: string) => void,
  signal: AbortSignal | undefined,
): Promise<{ exitCode: number; lastLines: readonly string[] }> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), silenceLimitMs);
  const child = spawn(command[0]!, command.slice(1), {
    stdio: ['inherit', 'pipe', 'pipe'],
    signal: AbortSignal.any(signal ? [signal, silence.signal] : [silence.signal]),
  });
  const lastLines: string[] = [];
  let told = 0;
  const read = (line: string) => {
    timer.refresh();
    const progress = aptProgress(line);
    if (progress === null) {
      lastLines.push(line);
      if (lastLines.length > 12) lastLines.shift();
    } else if (progress >= told + 10) {
      told = progress - (progress % 10);
      report(`  ${told} %`);
    }
  };
  createInterface({ input: child.stdout }).on('line', read);
  createInterface({ input: child.stderr }).on('line', read);
  try {
    const exitCode = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve(code ?? 1));
    });
    return { exitCode, lastLines };
  } catch (error) {
    if (signal?.aborted) throw error;
    return { exitCode: 1, lastLines: [...lastLines, error instanceof Error ? error.message : String(error)] };
  } finally {
    clearTimeout(timer);
  }
}
