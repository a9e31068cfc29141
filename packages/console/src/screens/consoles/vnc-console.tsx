import type { Vm } from '@domus/contract';
import RFB from '@novnc/novnc';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useConnection } from './connection.ts';
import { consoleAddress } from './console-address.ts';
import { ConsoleFrame } from './console-frame.tsx';
import { keysymOf, needsShift, shift } from './keys.ts';
import { ScreenTools } from './screen-tools.tsx';

function typeCharacter(rfb: RFB | null, character: string): void {
  const shifted = needsShift(character);
  if (shifted) rfb?.sendKey(shift.keysym, shift.code, true);
  rfb?.sendKey(keysymOf(character), null);
  if (shifted) rfb?.sendKey(shift.keysym, shift.code, false);
}

/** The guest's screen over VNC. */
export function VncConsole({ vm }: { vm: Vm }) {
  const { t } = useTranslation();
  const container = useRef<HTMLDivElement>(null);
  const rfb = useRef<RFB>(null);
  const { attempt, connection, setConnection, reconnect } = useConnection();
  const [isScaled, setScaled] = useState(true);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` asks for a new connection; scaling is set on the live one
  useEffect(() => {
    const end = new AbortController();
    const { signal } = end;
    const open = async () => {
      const { url, protocols } = await consoleAddress(vm.id, 'vnc', signal);
      if (signal.aborted) return;
      const made = new RFB(container.current!, url, { wsProtocols: protocols });
      rfb.current = made;
      made.scaleViewport = isScaled;
      made.addEventListener('connect', () => setConnection({ state: 'connected' }));
      made.addEventListener('disconnect', ({ detail }) => {
        rfb.current = null;
        if (signal.aborted) return;
        setConnection({ state: 'ended', error: detail.clean ? undefined : new Error(t('console.cutOff')) });
      });
    };
    open().catch((error: unknown) => {
      if (!signal.aborted) setConnection({ state: 'ended', error });
    });
    return () => {
      end.abort();
      rfb.current?.disconnect();
    };
  }, [vm.id, attempt, setConnection]);

  return (
    <ConsoleFrame
      connection={connection}
      onReconnect={reconnect}
      tools={
        <ScreenTools
          isConnected={connection.state === 'connected'}
          isScaled={isScaled}
          onScale={(scaled) => {
            if (rfb.current !== null) rfb.current.scaleViewport = scaled;
            setScaled(scaled);
          }}
          onChord={({ keys }) => {
            for (const { keysym, code } of keys) rfb.current?.sendKey(keysym, code, true);
            for (const { keysym, code } of keys.toReversed()) rfb.current?.sendKey(keysym, code, false);
            rfb.current?.focus();
          }}
          onType={(text) => {
            for (const character of text) typeCharacter(rfb.current, character);
          }}
          onFullScreen={() => void container.current?.requestFullscreen()}
          onReconnect={reconnect}
        />
      }
    >
      <div ref={container} className="domus-screen" data-scaled={isScaled} />
    </ConsoleFrame>
  );
}
