import { Card, CardBody, CardTitle } from '@patternfly/react-core';
import type { ReactNode } from 'react';

export function OverviewCard({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <Card isCompact className="domus-card">
      <CardTitle component="h2">{title}</CardTitle>
      <CardBody>{children}</CardBody>
    </Card>
  );
}
