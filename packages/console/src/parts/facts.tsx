import {
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
} from '@patternfly/react-core';
import type { ReactNode } from 'react';

interface FactsProps {
  /** Term and description; a description that is null is left out. */
  facts: readonly (readonly [term: string, description: ReactNode])[];
}

/** What is known about one thing, as terms and descriptions. */
export function Facts({ facts }: FactsProps) {
  return (
    <DescriptionList isHorizontal isCompact termWidth="9.5rem">
      {facts.map(([term, description]) =>
        description === null ? null : (
          <DescriptionListGroup key={term}>
            <DescriptionListTerm>{term}</DescriptionListTerm>
            <DescriptionListDescription>{description}</DescriptionListDescription>
          </DescriptionListGroup>
        ),
      )}
    </DescriptionList>
  );
}
