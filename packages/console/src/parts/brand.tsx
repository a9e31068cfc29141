import { useTranslation } from 'react-i18next';

/** The sign of the house and its name. */
export function Brand() {
  const { t } = useTranslation();
  return (
    <span className="domus-brand">
      <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
        <rect width="32" height="32" rx="7" className="domus-brand-ground" />
        <path d="M6.5 15.2 16 7l9.5 8.2M9.5 13.5V25h13V13.5" className="domus-brand-line" />
        <path d="M13 25v-6.5h6V25" fill="#fff" />
      </svg>
      <span className="domus-brand-name">{t('common.domus')}</span>
    </span>
  );
}
