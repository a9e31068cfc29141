import type { StoragePool } from '@domus/contract';
import { useTranslation } from 'react-i18next';
import { bytes } from '../../parts/format.ts';
import { Meter } from '../../parts/meter.tsx';

/** How full a storage pool is. Used is what is not available: other files on the same disk count too. */
export function StorageMeter({ storagePool, label }: { storagePool: StoragePool; label: string }) {
  const { t } = useTranslation();
  const { capacityBytes, availableBytes } = storagePool;
  if (capacityBytes === null || availableBytes === null)
    return <span className="domus-quiet">{t('storage.unknown')}</span>;
  const used = capacityBytes - availableBytes;
  return (
    <Meter
      label={label}
      used={used}
      total={capacityBytes}
      text={t('overview.usedOf', { used: bytes(used), total: bytes(capacityBytes) })}
    />
  );
}
