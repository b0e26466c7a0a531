import { createContext, useContext } from 'react';

/** What is wrong, by the name of the field as the server gives it: `steps.1.branches.0.go_to`. */
export type Faults = Readonly<Record<string, string>>;

export const FaultsContext = createContext<Faults>({});

export function useFault(field: string): string | undefined {
  return useContext(FaultsContext)[field];
}

/** Whether anything below a field is wrong. */
export function useFaultBelow(field: string): boolean {
  const faults = useContext(FaultsContext);
  return Object.keys(faults).some((one) => one === field || one.startsWith(`${field}.`));
}
