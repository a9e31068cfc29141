/** virTypedParameter lists ↔ plain objects. */
import { TypedParameterFlags, TypedParameterType } from './generated/enums.ts';
import type { RemoteTypedParam } from './generated/remote.ts';
import type { Hyper } from './xdr/index.ts';

/** Values as they are: `{ 'vcpu.current': 2, 'cpu.time': 1234, 'net.0.name': 'vnet0' }`. */
export type TypedValues = Record<string, Hyper | boolean | string>;

/** The same with libvirt's type beside each value; what setters want. */
export type TypedParameter =
  | { readonly type: 'INT' | 'UINT' | 'DOUBLE'; readonly value: number }
  | { readonly type: 'LLONG' | 'ULLONG'; readonly value: Hyper }
  | { readonly type: 'BOOLEAN'; readonly value: boolean }
  | { readonly type: 'STRING'; readonly value: string };

/** virTypedParameter lists by name, for setters. */
export type TypedParameters = Record<string, TypedParameter>;

const { INT, UINT, LLONG, ULLONG, DOUBLE, BOOLEAN, STRING } = TypedParameterType;

/** From the wire, the values alone. */
export function toTypedValues(params: readonly RemoteTypedParam[]): TypedValues {
  const values: TypedValues = {};
  for (const { field, value } of params) values[field] = value.type === BOOLEAN ? value.value !== 0 : value.value;
  return values;
}

/** From the wire, with the types. */
export function toTypedParameters(params: readonly RemoteTypedParam[]): TypedParameters {
  return Object.fromEntries(params.map((param) => [param.field, toTypedParameter(param)]));
}

function toTypedParameter({ value }: RemoteTypedParam): TypedParameter {
  switch (value.type) {
    case INT:
      return { type: 'INT', value: value.value };
    case UINT:
      return { type: 'UINT', value: value.value };
    case LLONG:
      return { type: 'LLONG', value: value.value };
    case ULLONG:
      return { type: 'ULLONG', value: value.value };
    case DOUBLE:
      return { type: 'DOUBLE', value: value.value };
    case BOOLEAN:
      return { type: 'BOOLEAN', value: value.value !== 0 };
    case STRING:
      return { type: 'STRING', value: value.value };
  }
}

/** Strings come only to those who ask for them. */
export const { STRING_OKAY } = TypedParameterFlags;

/** Most getters are asked twice: how many there are, then for them. */
export async function askTypedParameters(
  ask: (nparams: number) => Promise<{ params: RemoteTypedParam[]; nparams: number }>,
): Promise<TypedParameters> {
  const { nparams } = await ask(0);
  return nparams === 0 ? {} : toTypedParameters((await ask(nparams)).params);
}

/** To the wire. */
export function fromTypedParameters(parameters: TypedParameters): RemoteTypedParam[] {
  return Object.entries(parameters).map(([field, parameter]) => ({ field, value: toWire(parameter) }));
}

function toWire(parameter: TypedParameter): RemoteTypedParam['value'] {
  switch (parameter.type) {
    case 'INT':
      return { type: INT, value: parameter.value };
    case 'UINT':
      return { type: UINT, value: parameter.value };
    case 'DOUBLE':
      return { type: DOUBLE, value: parameter.value };
    case 'LLONG':
      return { type: LLONG, value: parameter.value };
    case 'ULLONG':
      return { type: ULLONG, value: parameter.value };
    case 'BOOLEAN':
      return { type: BOOLEAN, value: parameter.value ? 1 : 0 };
    case 'STRING':
      return { type: STRING, value: parameter.value };
  }
}
