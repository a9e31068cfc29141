import { Button } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { language, languages, setLanguage } from '../../app/language.ts';

export function LanguageSwitch() {
  const { t } = useTranslation();
  return (
    <nav aria-label={t('shell.language')}>
      {languages.map((each) => (
        <Button
          key={each}
          lang={each}
          variant="link"
          size="sm"
          aria-current={each === language()}
          onClick={() => setLanguage(each)}
        >
          {t(`shell.languages.${each}`)}
        </Button>
      ))}
    </nav>
  );
}
