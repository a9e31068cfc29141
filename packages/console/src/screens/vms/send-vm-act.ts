import type { Operation } from '@domus/contract';
import { api } from '../../app/api.ts';
import type { VmAct } from './vm-acts.ts';

export interface VmOrder {
  act: Exclude<VmAct, 'delete'>;
  id: string;
}

export const sendVmAct = ({ act, id }: VmOrder): Promise<Operation> => api.call(`vm.${act}`, { params: { id } });
