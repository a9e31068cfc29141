import { Card, CardBody, CardHeader, CardTitle, Gallery } from '@patternfly/react-core';
import { type ReactNode, useId } from 'react';

export interface Choice {
  value: string;
  title: string;
  badge?: ReactNode;
  body: ReactNode;
}

interface ChoiceCardsProps {
  /** What is chosen, for screen readers. */
  label: string;
  choices: readonly Choice[];
  value: string;
  onChange: (value: string) => void;
}

/** A choice of one, each shown as a card; radio buttons underneath, so that arrow keys move between them. */
export function ChoiceCards({ label, choices, value, onChange }: ChoiceCardsProps) {
  const group = useId();
  return (
    <Gallery hasGutter role="radiogroup" aria-label={label} minWidths={{ default: '13rem' }}>
      {choices.map((choice) => {
        const id = `${group}-${choice.value}`;
        return (
          <Card key={choice.value} id={`${id}-card`} isCompact isSelectable isSelected={choice.value === value}>
            <CardHeader
              selectableActions={{
                selectableActionId: id,
                selectableActionAriaLabelledby: `${id}-title`,
                name: group,
                variant: 'single',
                onChange: () => onChange(choice.value),
              }}
            >
              <CardTitle id={`${id}-title`}>
                {choice.title} {choice.badge}
              </CardTitle>
            </CardHeader>
            <CardBody>{choice.body}</CardBody>
          </Card>
        );
      })}
    </Gallery>
  );
}
