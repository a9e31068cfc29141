import {
  FormGroup,
  FormHelperText,
  FormSelect,
  FormSelectOption,
  HelperText,
  HelperTextItem,
} from '@patternfly/react-core';
import type { Field } from './use-form.ts';

interface SelectFieldProps {
  field: Field;
  label: string;
  value: string;
  options: readonly { value: string; label: string; isDisabled?: boolean }[];
  onChange: (value: string) => void;
  hint?: string | undefined;
  isRequired?: boolean;
}

/** A labelled choice of one; the browser's own list, which every keyboard and telephone knows. */
export function SelectField({ field, label, value, options, onChange, hint, isRequired = false }: SelectFieldProps) {
  const helpId = `${field.id}-help`;
  const help = field.error ?? hint;
  return (
    <FormGroup label={label} fieldId={field.id} isRequired={isRequired}>
      <FormSelect
        id={field.id}
        value={value}
        onChange={(_, next) => onChange(next)}
        onBlur={field.onBlur}
        validated={field.error === undefined ? 'default' : 'error'}
        aria-describedby={help === undefined ? undefined : helpId}
      >
        {options.map((option) => (
          <FormSelectOption
            key={option.value}
            value={option.value}
            label={option.label}
            isDisabled={option.isDisabled ?? false}
          />
        ))}
      </FormSelect>
      {help !== undefined && (
        <FormHelperText>
          <HelperText id={helpId}>
            <HelperTextItem variant={field.error === undefined ? 'default' : 'error'}>{help}</HelperTextItem>
          </HelperText>
        </FormHelperText>
      )}
    </FormGroup>
  );
}
