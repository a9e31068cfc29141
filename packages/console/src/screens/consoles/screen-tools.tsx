import { Button } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ExpandIcon, PasteIcon, SyncAltIcon } from '../../parts/icons.ts';
import { KeyTools } from './key-tools.tsx';
import type { Chord } from './keys.ts';
import { PasteModal } from './paste-modal.tsx';

interface ScreenToolsProps {
  isConnected: boolean;
  /** Scaled to the window, or one guest pixel for one of the page. */
  isScaled: boolean;
  onScale: (isScaled: boolean) => void;
  onChord: (chord: Chord) => void;
  onType: (text: string) => void;
  onClipboard?: ((text: string) => void) | undefined;
  onFullScreen: () => void;
  onReconnect: () => void;
}

/** What SPICE and VNC have in common above the screen. */
export function ScreenTools(props: ScreenToolsProps) {
  const { isConnected, isScaled, onScale, onChord, onType, onClipboard, onFullScreen, onReconnect } = props;
  const { t } = useTranslation();
  const [pasting, setPasting] = useState(false);
  return (
    <>
      <KeyTools isDisabled={!isConnected} onChord={onChord} />
      <Button
        variant="secondary"
        size="sm"
        icon={<PasteIcon />}
        isDisabled={!isConnected}
        onClick={() => setPasting(true)}
      >
        {t('console.paste')}
      </Button>
      <Button variant="secondary" size="sm" icon={<ExpandIcon />} isDisabled={!isConnected} onClick={onFullScreen}>
        {t('console.fullScreen')}
      </Button>
      <Button variant="secondary" size="sm" aria-pressed={isScaled} onClick={() => onScale(!isScaled)}>
        {isScaled ? t('console.actualSize') : t('console.fit')}
      </Button>
      <Button
        variant="plain"
        size="sm"
        icon={<SyncAltIcon />}
        aria-label={t('console.reconnect')}
        onClick={onReconnect}
      />
      {pasting && <PasteModal onType={onType} onClipboard={onClipboard} onClose={() => setPasting(false)} />}
    </>
  );
}
