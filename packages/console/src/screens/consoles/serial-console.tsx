import type { Vm } from '@domus/contract';
import { Button } from '@patternfly/react-core';
import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { SyncAltIcon } from '../../parts/icons.ts';
import { useConnection } from './connection.ts';
import { consoleAddress } from './console-address.ts';
import { ConsoleFrame } from './console-frame.tsx';

/** Guests take 80 columns for granted on a serial line: a narrow page gets smaller letters instead of fewer columns. */
const narrowPx = 700;

/** The guest's first serial port: raw bytes both ways. What was read stays on the page when the line is opened anew. */
export function SerialConsole({ vm }: { vm: Vm }) {
  const { t } = useTranslation();
  const container = useRef<HTMLDivElement>(null);
  const terminal = useRef<Terminal>(null);
  const { attempt, connection, setConnection, reconnect } = useConnection();

  useEffect(() => {
    const element = container.current!;
    const made = new Terminal({
      fontFamily: '"Red Hat Mono", monospace',
      fontSize: element.clientWidth < narrowPx ? 8 : 13,
      scrollback: 10_000,
      screenReaderMode: true,
    });
    const fit = new FitAddon();
    made.loadAddon(fit);
    made.open(element);
    terminal.current = made;
    const observer = new ResizeObserver(() => fit.fit());
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.dispose();
      terminal.current = null;
    };
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` asks for a new connection
  useEffect(() => {
    const end = new AbortController();
    const { signal } = end;
    let socket: WebSocket | undefined;
    const open = async () => {
      const { url, protocols } = await consoleAddress(vm.id, 'serial', signal);
      if (signal.aborted) return;
      socket = new WebSocket(url, protocols);
      socket.binaryType = 'arraybuffer';
      const line = socket;
      line.onopen = () => {
        setConnection({ state: 'connected' });
        terminal.current?.focus();
      };
      line.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => terminal.current?.write(new Uint8Array(data));
      line.onclose = ({ code, reason }) => {
        if (signal.aborted) return;
        const error = code === 1000 ? undefined : new Error(reason === '' ? t('console.cutOff') : reason);
        setConnection({ state: 'ended', error });
      };
      const encoder = new TextEncoder();
      const typed = terminal.current?.onData((text) => {
        if (line.readyState === WebSocket.OPEN) line.send(encoder.encode(text));
      });
      signal.addEventListener('abort', () => typed?.dispose());
    };
    open().catch((error: unknown) => {
      if (!signal.aborted) setConnection({ state: 'ended', error });
    });
    return () => {
      end.abort();
      socket?.close(1000);
    };
  }, [vm.id, attempt, setConnection]);

  return (
    <ConsoleFrame
      connection={connection}
      onReconnect={reconnect}
      facts={<span>{t('console.serialHint')}</span>}
      tools={
        <>
          <Button variant="secondary" size="sm" onClick={() => terminal.current?.clear()}>
            {t('console.clear')}
          </Button>
          <Button
            variant="plain"
            size="sm"
            icon={<SyncAltIcon />}
            aria-label={t('console.reconnect')}
            onClick={reconnect}
          />
        </>
      }
    >
      <div ref={container} className="domus-terminal" />
    </ConsoleFrame>
  );
}
