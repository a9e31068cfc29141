import type { Vm } from '@domus/contract';
import { SpiceError, SpiceView } from '@domus/spice/browser';
import { Button } from '@patternfly/react-core';
import type { TFunction } from 'i18next';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from '../../app/toasts.ts';
import { ExternalLinkAltIcon } from '../../parts/icons.ts';
import { useConnection } from './connection.ts';
import { consoleAddress } from './console-address.ts';
import { ConsoleFrame } from './console-frame.tsx';
import { ScreenTools } from './screen-tools.tsx';

interface SpiceConsoleProps {
  vm: Pick<Vm, 'id' | 'name'>;
  isFullWindow?: boolean;
}

/** A connection that was cut is told in one sentence; any other reason as the library tells it. */
const inWords = (error: unknown, t: TFunction): unknown =>
  error instanceof SpiceError && (error.code === 'closed' || error.code === 'transport')
    ? new Error(t('console.cutOff'))
    : error;

/** The guest's screen over SPICE: one ticket and one WebSocket for each of its channels. */
export function SpiceConsole({ vm, isFullWindow = false }: SpiceConsoleProps) {
  const { t } = useTranslation();
  const container = useRef<HTMLDivElement>(null);
  const view = useRef<SpiceView>(null);
  const { attempt, connection, setConnection, reconnect } = useConnection();
  const [isScaled, setScaled] = useState(true);
  const [resolution, setResolution] = useState<{ width: number; height: number }>();
  const [hasAgent, setAgent] = useState(false);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` asks for a new connection
  useEffect(() => {
    const end = new AbortController();
    const { signal } = end;
    const made = new SpiceView({
      container: container.current!,
      openChannel: () => consoleAddress(vm.id, 'spice', signal),
    });
    view.current = made;
    made.addEventListener('resolution', () => setResolution(made.resolution), { signal });
    made.addEventListener('agent', () => setAgent(made.agentConnected), { signal });
    made.addEventListener(
      'disconnected',
      (event) => setConnection({ state: 'ended', error: inWords((event as CustomEvent<unknown>).detail, t) }),
      { signal },
    );
    made.connect().then(
      () => {
        if (signal.aborted) return;
        setConnection({ state: 'connected' });
        made.focus();
      },
      (error: unknown) => {
        if (!signal.aborted) setConnection({ state: 'ended', error: inWords(error, t) });
      },
    );
    return () => {
      end.abort();
      made.close();
      view.current = null;
      setAgent(false);
    };
  }, [vm.id, attempt, setConnection]);

  const type = async (text: string) => {
    const { skipped } = (await view.current?.typeText(text)) ?? { skipped: '' };
    if (skipped !== '') toast({ variant: 'warning', title: t('console.skipped'), detail: skipped });
  };
  const scale = (scaled: boolean) => {
    if (view.current !== null) view.current.scaling = scaled ? 'fit' : 'none';
    setScaled(scaled);
  };

  return (
    <ConsoleFrame
      connection={connection}
      onReconnect={reconnect}
      isFullWindow={isFullWindow}
      facts={
        connection.state === 'connected' && (
          <>
            {resolution !== undefined && <span>{t('console.resolution', resolution)}</span>}
            <span>{hasAgent ? t('console.agent') : t('console.noAgent')}</span>
          </>
        )
      }
      tools={
        <>
          <ScreenTools
            isConnected={connection.state === 'connected'}
            isScaled={isScaled}
            onScale={scale}
            onChord={({ keys }) => {
              view.current?.sendKeys(keys.map(({ code }) => code));
              view.current?.focus();
            }}
            onType={(text) => void type(text)}
            onClipboard={hasAgent ? (text) => view.current?.pasteText(text) : undefined}
            onFullScreen={() => void view.current?.requestFullscreen()}
            onReconnect={reconnect}
          />
          {!isFullWindow && (
            <Button
              component="a"
              variant="plain"
              size="sm"
              icon={<ExternalLinkAltIcon />}
              aria-label={t('console.ownWindow')}
              href={`/vms/${vm.id}/screen`}
              target="_blank"
              rel="noreferrer"
            />
          )}
        </>
      }
    >
      <div ref={container} className="domus-screen" data-scaled={isScaled} />
    </ConsoleFrame>
  );
}
