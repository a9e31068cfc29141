export type { AnyOperationKind, OperationKind, StepContext, StepKind } from './kind.ts';
export { cancelOperation, findOperation, listOperations } from './queries.ts';
export { OperationRunner, type RunnerLog } from './runner.ts';
export { startOperation } from './start.ts';
export { activeStates, operationMigrations, toOperation } from './table.ts';
