import { readFileSync } from 'node:fs';

/** A field or typedef of the protocol table. `max`: a list (or string, opaque) of at most so many; `fixed`: exactly. */
export interface Field {
  name: string;
  type: string;
  max?: number;
  fixed?: number;
  optional?: boolean;
}

export interface Union {
  switch: Field;
  cases: { case: number; label: string; field: Field }[];
}

export interface ProcedureRow {
  name: string;
  number: number;
  args?: string;
  ret?: string;
  msg?: string;
  priority?: 'high' | 'low';
  readstream?: number;
  writestream?: number;
  acl?: string[];
}

export interface Program {
  constants: Record<string, number>;
  enums: Record<string, Record<string, number>>;
  typedefs: Record<string, Omit<Field, 'name'>>;
  structs: Record<string, Field[]>;
  unions: Record<string, Union>;
  procedures: ProcedureRow[];
}

export interface Table {
  source: string;
  programs: Record<string, Program>;
}

const folder = new URL('../protocol/', import.meta.url);

export function readTable(): Table {
  return JSON.parse(readFileSync(new URL('protocol.json', folder), 'utf8')) as Table;
}

export function readEnums(): Record<string, Record<string, number>> {
  return JSON.parse(readFileSync(new URL('enums.json', folder), 'utf8')) as Record<string, Record<string, number>>;
}
