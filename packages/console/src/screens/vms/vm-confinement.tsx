import type { Vm } from '@domus/contract';
import { useTranslation } from 'react-i18next';
import { FactsCard } from '../../parts/facts-card.tsx';
import { LongText } from '../../parts/long-text.tsx';
import { Status } from '../../parts/status.tsx';

/** What keeps the guest's QEMU apart from the host and from other guests. */
export function VmConfinement({ vm }: { vm: Vm }) {
  const { t } = useTranslation();
  const { confinement } = vm;
  if (confinement === null) {
    return <FactsCard title={t('confinement.title')} facts={[[t('common.state'), t('confinement.unknown')]]} />;
  }
  const { driver, label, user, enforced } = confinement;
  const isRoot = user !== null && /^\+?0(:|$)/.test(user);
  return (
    <FactsCard
      title={t('confinement.title')}
      facts={[
        [
          t('common.state'),
          <Status
            key=""
            tone={enforced ? 'good' : 'warning'}
            label={enforced ? t('confinement.enforced') : t('confinement.notEnforced')}
            reason={enforced ? null : t('confinement.notEnforcedHint')}
          />,
        ],
        [t('confinement.driver'), t(`confinement.drivers.${driver}`)],
        [t('confinement.label'), label && <LongText key="" text={label} />],
        [
          t('confinement.user'),
          user &&
            (isRoot ? (
              <Status key="" tone="bad" label={user} reason={t('confinement.root')} />
            ) : (
              <span key="" className="domus-mono">
                {user}
              </span>
            )),
        ],
      ]}
    />
  );
}
