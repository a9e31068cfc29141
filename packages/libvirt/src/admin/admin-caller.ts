import type { CallParameters, ProcedureName, RetOf } from '../caller.ts';

export type AdminProcedureName = Extract<ProcedureName, `admin${string}`>;

/** What the administrator's objects need of a connection. */
export interface AdminCaller {
  call<Name extends AdminProcedureName>(name: Name, ...rest: CallParameters<Name>): Promise<RetOf<Name>>;
}
