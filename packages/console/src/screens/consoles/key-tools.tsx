import { Button } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { ActionsMenu } from '../../parts/actions-menu.tsx';
import { type Chord, chords, ctrlAltDel } from './keys.ts';

interface KeyToolsProps {
  isDisabled: boolean;
  onChord: (chord: Chord) => void;
}

/** Keys that do not reach the guest by themselves. */
export function KeyTools({ isDisabled, onChord }: KeyToolsProps) {
  const { t } = useTranslation();
  return (
    <>
      <Button variant="secondary" size="sm" isDisabled={isDisabled} onClick={() => onChord(ctrlAltDel)}>
        {ctrlAltDel.label}
      </Button>
      <ActionsMenu
        label={t('console.keys')}
        size="sm"
        toggle={t('console.keys')}
        actions={chords.map((chord) => ({
          key: chord.label,
          label: chord.label,
          isDisabled,
          onClick: () => onChord(chord),
        }))}
      />
    </>
  );
}
