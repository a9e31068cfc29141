import { Card, CardBody, CardTitle } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { Facts } from './facts.tsx';

interface FactsCardProps {
  title: string;
  facts: readonly (readonly [term: string, description: ReactNode])[];
  children?: ReactNode;
}

export function FactsCard({ title, facts, children }: FactsCardProps) {
  return (
    <Card isCompact className="domus-card">
      <CardTitle component="h2">{title}</CardTitle>
      <CardBody>
        <Facts facts={facts} />
        {children}
      </CardBody>
    </Card>
  );
}
