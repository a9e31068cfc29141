import type { Vm } from '@domus/contract';
import { routePath } from '@domus/contract/client';
import { CodeBlock, CodeBlockCode, Content } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { fetchRaw } from '../../app/api.ts';
import { oneKey } from '../../app/resources.ts';
import { QueryView } from '../../parts/query-view.tsx';

/** libvirt's own view of the VM, to read. Asked again whenever the VM changes. */
export function VmDefinition({ vm }: { vm: Vm }) {
  const { t } = useTranslation();
  const query = useQuery({
    queryKey: [...oneKey('vm', vm.id), 'definition', vm.state],
    queryFn: async ({ signal }) =>
      (await fetchRaw(routePath('vm.definition', { params: { id: vm.id } }), signal)).text(),
  });
  return (
    <div className="domus-stack">
      <Content component="p" className="domus-quiet">
        {t('vm.definitionHint')}
      </Content>
      <QueryView query={query}>
        {(xml) => (
          <CodeBlock>
            <CodeBlockCode tabIndex={0}>{xml}</CodeBlockCode>
          </CodeBlock>
        )}
      </QueryView>
    </div>
  );
}
