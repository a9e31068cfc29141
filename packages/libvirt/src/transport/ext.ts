import { spawn } from 'node:child_process';
import { abortable } from '../abortable.ts';
import { LibvirtError } from '../errors.ts';
import { complaints, ProgramStream } from './program-stream.ts';
import type { Transport } from './transport.ts';

/** A program of the user's own that reaches a daemon: it takes our bytes at its stdin and gives the daemon's at its stdout. */
export function extTransport(command: string): Transport {
  return (signal, enter) => {
    enter('connect');
    const child = spawn(command, [], { stdio: 'pipe' });
    const stop = () => child.kill();
    return abortable(signal, stop, (resolve, reject) => {
      child.once('error', (cause) =>
        reject(new LibvirtError({ code: 'CONNECTION_FAILED', message: `${command} cannot be started`, cause })),
      );
      child.once('spawn', () => {
        const stream = new ProgramStream(child.stdout, child.stdin, stop);
        const complaint = complaints(child.stderr);
        child.once('close', (code, endedBy) =>
          stream.ended(code === 0 ? undefined : new Error(`${command} ended with ${code ?? endedBy}: ${complaint()}`)),
        );
        resolve(stream);
      });
    });
  };
}
