import { ImageUploadQuery } from '@domus/contract';
import { FormGroup, Progress } from '@patternfly/react-core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '../../app/query-client.ts';
import { imageList } from '../../app/resources.ts';
import { toast } from '../../app/toasts.ts';
import { FormModal } from '../../parts/form-modal.tsx';
import { bytes } from '../../parts/format.ts';
import { TextField } from '../../parts/text-field.tsx';
import { useForm } from '../../parts/use-form.ts';
import { uploadImage } from './upload-image.ts';

const nameOf = (file: File) => file.name.replace(/\.(qcow2|img|raw|iso)$/i, '').replace(/[^A-Za-z0-9._-]+/g, '-');

/** A disk (qcow2, raw) or an ISO from this computer. Closing the dialog cancels the upload. */
export function UploadImageModal({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [file, setFile] = useState<File | null>(null);
  const [sent, setSent] = useState(0);
  const abort = useRef(new AbortController());
  const form = useForm({
    schema: ImageUploadQuery,
    initial: { name: '', os: '' },
    body: ({ name, os }) => ({ name, ...(os === '' ? {} : { os }) }),
    rules: { name: 'validation.name' },
  });
  useEffect(() => {
    const controller = new AbortController();
    abort.current = controller;
    return () => controller.abort();
  }, []);
  const upload = useMutation({
    mutationFn: (chosen: File) =>
      uploadImage({
        file: chosen,
        query: form.body as Record<string, string>,
        onProgress: setSent,
        signal: abort.current.signal,
      }),
    meta: { shown: true },
    onSuccess: async ({ name }) => {
      toast({ variant: 'success', title: t('image.uploaded', { name }), detail: null });
      onClose();
      await queryClient.invalidateQueries(imageList);
    },
    onError: form.refuse,
  });

  return (
    <FormModal
      title={t('image.upload')}
      submit={t('image.uploadSubmit')}
      isBusy={upload.isPending}
      error={form.refusal}
      onSubmit={() => {
        if (file !== null && form.check()) upload.mutate(file);
      }}
      onClose={onClose}
    >
      <FormGroup label={t('image.file')} fieldId="image-file" isRequired>
        <input
          id="image-file"
          type="file"
          accept=".qcow2,.img,.raw,.iso"
          onChange={({ target }) => {
            const chosen = target.files?.[0] ?? null;
            setFile(chosen);
            if (chosen !== null && form.values.name === '') form.change({ name: nameOf(chosen) });
          }}
        />
        {file !== null && <div className="domus-quiet">{t('image.fileText', { size: bytes(file.size) })}</div>}
      </FormGroup>
      <TextField
        field={form.field('name')}
        label={t('common.name')}
        value={form.values.name}
        onChange={(name) => form.change({ name })}
        hint={t('validation.name')}
        isRequired
      />
      <TextField
        field={form.field('os')}
        label={t('image.os')}
        value={form.values.os}
        onChange={(os) => form.change({ os })}
        hint={t('image.osHint')}
      />
      {upload.isPending && (
        <Progress
          title={sent === 1 ? t('image.checking') : t('image.uploading')}
          value={Math.floor(sent * 100)}
          aria-label={t('image.uploading')}
        />
      )}
    </FormModal>
  );
}
