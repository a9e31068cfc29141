import type { ConsoleKind } from '@domus/contract';
import { api } from '../../app/api.ts';

export interface ConsoleAddress {
  url: string;
  protocols: string[];
}

/** Asks for a ticket; it opens one WebSocket, once, within 30 s. */
export async function consoleAddress(vmId: string, kind: ConsoleKind, signal?: AbortSignal): Promise<ConsoleAddress> {
  const { path, protocols } = await api.call('vm.console', { params: { id: vmId }, body: { kind } }, signal);
  const url = new URL(path, location.href);
  url.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  return { url: url.href, protocols };
}
