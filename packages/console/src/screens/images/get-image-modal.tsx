import { type CatalogueEntry, ImageCreate } from '@domus/contract';
import { Label } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '../../app/api.ts';
import { useStart } from '../../app/operations.ts';
import { catalogue } from '../../app/resources.ts';
import { ChoiceCards } from '../../parts/choice-cards.tsx';
import { FormModal } from '../../parts/form-modal.tsx';
import { QueryView } from '../../parts/query-view.tsx';
import { TextField } from '../../parts/text-field.tsx';
import { useForm } from '../../parts/use-form.ts';

/** The same system may be offered twice, built here and downloaded: both ways are choices of their own. */
const keyOf = ({ id, method }: CatalogueEntry) => `${method}/${id}`;

/** Makes an image from the catalogue: built from packages here, or downloaded as its project publishes it. */
export function GetImageModal({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const entries = useQuery(catalogue);
  const form = useForm({
    schema: ImageCreate,
    initial: { key: '', name: '' },
    body: ({ key, name }) => toBody(key, name),
    rules: { name: 'validation.name' },
  });
  const { key, name } = form.values;
  const chosen = entries.data?.find((entry) => keyOf(entry) === key);
  const make = useStart(() => api.call('image.create', { body: ImageCreate.parse(form.body) }), {
    shown: true,
    onStarted: onClose,
  });

  return (
    <FormModal
      title={t('image.get')}
      variant="medium"
      submit={chosen?.method === 'download' ? t('image.download') : t('image.build')}
      isBusy={make.isPending}
      error={make.error}
      onSubmit={() => {
        if (chosen !== undefined && form.check()) make.mutate();
      }}
      onClose={onClose}
    >
      <QueryView query={entries}>
        {(all) => (
          <ChoiceCards
            label={t('image.catalogue')}
            value={key}
            onChange={(next) => form.change({ key: next })}
            choices={all.map((entry) => ({
              value: keyOf(entry),
              title: entry.name,
              badge: entry.desktop && (
                <Label isCompact color="blue">
                  {t('image.desktop')}
                </Label>
              ),
              body: (
                <span className="domus-quiet">
                  {t(`image.method.${entry.method}`, { architecture: entry.architecture })}
                </span>
              ),
            }))}
          />
        )}
      </QueryView>
      {chosen !== undefined && (
        <TextField
          field={form.field('name')}
          label={t('common.name')}
          value={name}
          onChange={(next) => form.change({ name: next })}
          placeholder={chosen.id}
          hint={chosen.method === 'download' ? t('image.downloadHint') : t('image.buildHint')}
        />
      )}
    </FormModal>
  );
}

function toBody(key: string, name: string) {
  const [method, entry] = key.split('/');
  return { method, entry, ...(name === '' ? {} : { name }) };
}
