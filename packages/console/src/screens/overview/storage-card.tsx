import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { storagePoolList } from '../../app/resources.ts';
import { QueryView } from '../../parts/query-view.tsx';
import { StorageMeter } from '../storage-pools/storage-meter.tsx';
import { OverviewCard } from './overview-card.tsx';

export function StorageCard() {
  const { t } = useTranslation();
  const query = useQuery(storagePoolList);
  return (
    <OverviewCard title={<Link to="/storage-pools">{t('nav.storagePools')}</Link>}>
      <QueryView query={query}>
        {(storagePools) => (
          <div className="domus-stack">
            {storagePools.map((storagePool) => (
              <StorageMeter key={storagePool.id} storagePool={storagePool} label={storagePool.name} />
            ))}
          </div>
        )}
      </QueryView>
    </OverviewCard>
  );
}
