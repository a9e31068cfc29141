import { AlertActionLink, Bullseye, Spinner } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { failure } from '../../app/problem-text.ts';
import { Notice } from '../../parts/notice.tsx';
import { Status } from '../../parts/status.tsx';
import type { Connection } from './connection.ts';

interface ConsoleFrameProps {
  connection: Connection;
  onReconnect: () => void;
  /** Buttons. */
  tools: ReactNode;
  /** What is known beside the connection: resolution, agent. */
  facts?: ReactNode;
  isFullWindow?: boolean;
  children: ReactNode;
}

const tones = { connecting: 'busy', connected: 'good', ended: 'off' } as const;

/** Tools above, the console below; why it ended, with a way back, on top of what was last seen. */
export function ConsoleFrame({
  connection,
  onReconnect,
  tools,
  facts,
  isFullWindow = false,
  children,
}: ConsoleFrameProps) {
  const { t } = useTranslation();
  const { state } = connection;
  return (
    <div className="domus-console" data-full-window={isFullWindow} data-connection={state}>
      <div className="domus-console-bar" role="toolbar" aria-label={t('console.tools')}>
        {tools}
        <div className="domus-console-facts" role="status">
          {facts}
          <Status tone={tones[state]} label={t(`console.state.${state}`)} />
        </div>
      </div>
      {connection.state === 'ended' && (
        <Notice
          variant={connection.error === undefined ? 'info' : 'danger'}
          title={t('console.endedTitle')}
          actionLinks={<AlertActionLink onClick={onReconnect}>{t('console.reconnect')}</AlertActionLink>}
        >
          {connection.error !== undefined && failure(connection.error).text}
        </Notice>
      )}
      <div className="domus-console-body">
        {state === 'connecting' && (
          <Bullseye className="domus-console-wait">
            <Spinner aria-label={t('console.state.connecting')} />
          </Bullseye>
        )}
        {children}
      </div>
    </div>
  );
}
