import { Checkbox, Pagination } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Action, ActionsMenu } from './actions-menu.tsx';
import { type Order, sorted } from './sorted.ts';

export interface Column<T> {
  key: string;
  label: string;
  cell: (item: T) => ReactNode;
  /** What rows are ordered by when this column's head is pressed. */
  sortBy?: (item: T) => string | number;
  isNarrow?: boolean;
}

export interface Selection {
  ids: ReadonlySet<string>;
  onChange: (ids: ReadonlySet<string>) => void;
}

interface DataTableProps<T> {
  label: string;
  items: readonly T[];
  columns: readonly Column<T>[];
  idOf: (item: T) => string;
  nameOf: (item: T) => string;
  actions?: ((item: T) => readonly Action[]) | undefined;
  selection?: Selection | undefined;
  /** Order before a column is chosen; without it, that of `items`. */
  initialOrder?: Order;
}

/** So many rows are drawn at once. */
const pageSize = 50;

/** A table that sorts and pages by itself; below 768 px every row becomes a card. */
export function DataTable<T>(props: DataTableProps<T>) {
  const { label, items, columns, idOf, nameOf, actions, selection, initialOrder } = props;
  const { t } = useTranslation();
  const tableId = useId();
  const [order, setOrder] = useState(initialOrder);
  const [page, setPage] = useState(1);
  const rows = sorted(items, order, columns.find(({ key }) => key === order?.key)?.sortBy);
  const lastPage = Math.max(1, Math.ceil(rows.length / pageSize));
  const current = Math.min(page, lastPage);
  const visible = rows.slice((current - 1) * pageSize, current * pageSize);

  const select = (item: T, isSelected: boolean) => {
    const ids = new Set(selection?.ids);
    if (isSelected) ids.add(idOf(item));
    else ids.delete(idOf(item));
    selection?.onChange(ids);
  };
  const sortOf = (column: Column<T>, columnIndex: number) =>
    column.sortBy === undefined
      ? {}
      : {
          sort: {
            columnIndex,
            sortBy: {
              index: columns.findIndex(({ key }) => key === order?.key),
              direction: order?.direction ?? 'asc',
            },
            onSort: (_: unknown, __: number, direction: 'asc' | 'desc') => setOrder({ key: column.key, direction }),
          },
        };

  return (
    <>
      <Table aria-label={label} variant="compact" gridBreakPoint="grid-md">
        <Thead>
          <Tr>
            {selection !== undefined && (
              <Th className="domus-check">
                <Checkbox
                  id={`${tableId}-all`}
                  aria-label={t('common.selectAll')}
                  isChecked={items.length > 0 && items.every((item) => selection.ids.has(idOf(item)))}
                  onChange={(_, isSelected) => selection.onChange(new Set(isSelected ? items.map(idOf) : []))}
                />
              </Th>
            )}
            {columns.map((column, index) => (
              <Th key={column.key} modifier={column.isNarrow ? 'fitContent' : 'nowrap'} {...sortOf(column, index)}>
                {column.label}
              </Th>
            ))}
            {actions !== undefined && <Th screenReaderText={t('common.actions')} />}
          </Tr>
        </Thead>
        <Tbody>
          {visible.map((item) => (
            <Tr key={idOf(item)} isRowSelected={selection?.ids.has(idOf(item)) ?? false}>
              {selection !== undefined && (
                <Td className="domus-check">
                  <Checkbox
                    id={`${tableId}-${idOf(item)}`}
                    aria-label={t('common.selectRow', { name: nameOf(item) })}
                    isChecked={selection.ids.has(idOf(item))}
                    onChange={(_, isSelected) => select(item, isSelected)}
                  />
                </Td>
              )}
              {columns.map(({ key, label: head, cell, isNarrow }) => (
                <Td key={key} dataLabel={head} {...(isNarrow ? { modifier: 'nowrap' as const } : {})}>
                  {cell(item)}
                </Td>
              ))}
              {actions !== undefined && (
                <Td isActionCell>
                  <ActionsMenu label={t('common.actionsOf', { name: nameOf(item) })} actions={actions(item)} />
                </Td>
              )}
            </Tr>
          ))}
        </Tbody>
      </Table>
      {lastPage > 1 && (
        <Pagination
          isCompact
          itemCount={rows.length}
          perPage={pageSize}
          perPageOptions={[]}
          page={current}
          onSetPage={(_, next) => setPage(next)}
          titles={{
            paginationAriaLabel: label,
            toPreviousPageAriaLabel: t('common.previousPage'),
            toNextPageAriaLabel: t('common.nextPage'),
          }}
        />
      )}
    </>
  );
}
