import { createContext } from 'react';

/** Whether the event stream is up; false: what is shown may be old. */
export const LiveContext = createContext(true);
