import { type Text, text } from '@domus/contract';
import { UsageError } from './errors.ts';
import type { Session } from './session.ts';
import { canAsk } from './terminal.ts';

/** Asks on a terminal; a script that calls us has meant what it wrote. */
export async function confirm(session: Session, question: Text): Promise<boolean> {
  if (!canAsk(session.terminal)) return true;
  const { confirm: ask, isCancel } = await import('@clack/prompts');
  const answer = await ask({
    message: question[session.language],
    initialValue: false,
    output: session.terminal.stderr,
  });
  return !isCancel(answer) && answer;
}

/** Secrets for one command: lines of stdin where `fromStdin`, else asked for one by one. Never an argument. */
export async function secrets(session: Session, questions: readonly Text[], fromStdin: boolean): Promise<string[]> {
  if (fromStdin) return await linesOfStdin(session, questions.length);
  if (!canAsk(session.terminal)) {
    throw new UsageError(
      text(
        'Nobody can be asked for the password here: give it with --password-stdin',
        '此处无法询问密码：请使用 --password-stdin',
      ),
    );
  }
  const { password, isCancel } = await import('@clack/prompts');
  const answers: string[] = [];
  for (const question of questions) {
    const answer = await password({ message: question[session.language], output: session.terminal.stderr });
    if (isCancel(answer)) throw new UsageError(text('Nothing was changed', '未作任何更改'));
    answers.push(answer);
  }
  return answers;
}

const stdinLimitBytes = 64 * 1024;

/** All of stdin as text; 64 KiB at most. */
export async function textOfStdin({ terminal }: Session): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of terminal.stdin as AsyncIterable<Buffer | string>) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > stdinLimitBytes) throw new UsageError(text('stdin is longer than 64 KiB', '标准输入超过 64 KiB'));
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString();
}

async function linesOfStdin(session: Session, count: number): Promise<string[]> {
  const lines = (await textOfStdin(session)).split(/\r?\n/).slice(0, count);
  if (lines.length < count || lines.includes('')) {
    throw new UsageError(text(`Expected ${count} line(s) on stdin`, `标准输入应有 ${count} 行`));
  }
  return lines;
}
