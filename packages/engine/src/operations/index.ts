export type { AnyOperationKind, OperationKind, StepContext, StepKind } from './kind.ts';
export { cancelOperation, findOperation, listOperations } from './queries.ts';
export type { RunnerLog } from './run.ts';
export { OperationRunner } from './runner.ts';
export { startOperation } from './start.ts';
export { activeStates, operationMigrations, toOperation } from './table.ts';
