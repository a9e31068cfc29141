import { Form } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { language, languages, setLanguage } from '../../app/language.ts';
import { setTheme, themes, useTheme } from '../../app/theme.ts';
import { SelectField } from '../../parts/select-field.tsx';

const plain = (id: string) => ({ id, error: undefined, onBlur: () => undefined });

/** Kept in this browser. */
export function Preferences() {
  const { t } = useTranslation();
  const theme = useTheme();
  return (
    <Form>
      <SelectField
        field={plain('language')}
        label={t('shell.language')}
        value={language()}
        onChange={(value) => void setLanguage(languages.find((each) => each === value) ?? 'en')}
        options={languages.map((each) => ({ value: each, label: t(`shell.languages.${each}`) }))}
      />
      <SelectField
        field={plain('theme')}
        label={t('shell.theme')}
        value={theme}
        onChange={(value) => setTheme(themes.find((each) => each === value) ?? 'system')}
        options={themes.map((each) => ({ value: each, label: t(`shell.themes.${each}`) }))}
      />
    </Form>
  );
}
