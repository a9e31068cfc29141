import type { CallParameters, ProcedureName, RetOf } from '../caller.ts';

/** A procedure of the administrator's program: `adminConnectListServers`, …. */
export type AdminProcedureName = Extract<ProcedureName, `admin${string}`>;

/** What the administrator's objects need of a connection. */
export interface AdminCaller {
  /** Calls a procedure of the administrator's program. */
  call<Name extends AdminProcedureName>(name: Name, ...rest: CallParameters<Name>): Promise<RetOf<Name>>;
}
