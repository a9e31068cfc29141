import { DomusError } from '@domus/contract';
import { type Domain, isLibvirtError } from '@domus/libvirt';
import type { GuestExec, GuestExecResult } from '../port.ts';

const ASK_EVERY_MS = 100;

/** One command of the QEMU guest agent (qemu-ga's QAPI): its `return`. */
async function agent(domain: Domain, execute: string, args: object): Promise<Record<string, unknown>> {
  try {
    const answer = await domain.guest.qemuAgentCommand(JSON.stringify({ execute, arguments: args }), 10);
    const { return: value } = JSON.parse(answer ?? '{}') as { return?: Record<string, unknown> };
    return value ?? {};
  } catch (error) {
    if (
      isLibvirtError(
        error,
        'AGENT_UNRESPONSIVE',
        'AGENT_UNSYNCED',
        'ARGUMENT_UNSUPPORTED',
        'OPERATION_INVALID',
        'CONFIG_UNSUPPORTED',
        'OPERATION_TIMEOUT',
      )
    ) {
      throw new DomusError('AGENT_MISSING', { name: domain.name, reason: error.message }, { cause: error });
    }
    if (isLibvirtError(error, 'INTERNAL_ERROR'))
      throw new DomusError('AGENT_FAILED', { name: domain.name, reason: error.message }, { cause: error });
    throw error;
  }
}

const decoded = (base64: unknown): string =>
  typeof base64 === 'string' ? Buffer.from(base64, 'base64').toString('utf8') : '';
const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);

/** guest-exec, then guest-exec-status until it has ended. Errors: AGENT_MISSING, AGENT_FAILED, TIMEOUT. */
export async function agentExec(domain: Domain, { command, input, timeoutMs }: GuestExec): Promise<GuestExecResult> {
  const [path, ...arg] = command;
  const started = await agent(domain, 'guest-exec', {
    path,
    arg,
    'capture-output': true,
    ...(input === undefined ? {} : { 'input-data': Buffer.from(input).toString('base64') }),
  });
  const end = performance.now() + timeoutMs;
  for (;;) {
    const status = await agent(domain, 'guest-exec-status', { pid: started['pid'] });
    if (status['exited'] === true) {
      return {
        exitCode: number(status['exitcode']),
        signal: number(status['signal']),
        stdout: decoded(status['out-data']),
        stderr: decoded(status['err-data']),
        truncated: status['out-truncated'] === true || status['err-truncated'] === true,
      };
    }
    if (performance.now() > end)
      throw new DomusError('TIMEOUT', { what: `${path} in ${domain.name}`, seconds: Math.round(timeoutMs / 1000) });
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
}
