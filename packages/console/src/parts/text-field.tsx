import { FormGroup, FormHelperText, HelperText, HelperTextItem, TextArea, TextInput } from '@patternfly/react-core';
import type { Field } from './use-form.ts';

interface TextFieldProps {
  field: Field;
  label: string;
  value: string;
  onChange: (value: string) => void;
  hint?: string | undefined;
  type?: 'text' | 'password' | 'number' | 'date';
  isRequired?: boolean;
  isMultiline?: boolean;
  autoComplete?: string;
  placeholder?: string;
  autoFocus?: boolean;
}

/** A labelled input; its error takes the place of its hint. */
export function TextField(props: TextFieldProps) {
  const { field, label, value, onChange, hint, type = 'text', isRequired = false, isMultiline = false } = props;
  const { autoComplete = 'off', placeholder, autoFocus = false } = props;
  const helpId = `${field.id}-help`;
  const help = field.error ?? hint;
  const shared = {
    id: field.id,
    value,
    isRequired,
    // an empty field that is merely passed through is no mistake yet
    onBlur: () => value !== '' && field.onBlur(),
    validated: field.error === undefined ? ('default' as const) : ('error' as const),
    'aria-describedby': help === undefined ? undefined : helpId,
    ...(placeholder === undefined ? {} : { placeholder }),
  };
  return (
    <FormGroup label={label} fieldId={field.id} isRequired={isRequired}>
      {isMultiline ? (
        <TextArea {...shared} rows={3} resizeOrientation="vertical" onChange={(_, next) => onChange(next)} />
      ) : (
        <TextInput
          {...shared}
          type={type}
          autoComplete={autoComplete}
          autoFocus={autoFocus}
          onChange={(_, next) => onChange(next)}
        />
      )}
      {help !== undefined && (
        <FormHelperText>
          <HelperText id={helpId} isLiveRegion={field.error !== undefined}>
            <HelperTextItem variant={field.error === undefined ? 'default' : 'error'}>{help}</HelperTextItem>
          </HelperText>
        </FormHelperText>
      )}
    </FormGroup>
  );
}
