import type { Company, Person, RecordBase } from '@/api/model';
import { personName } from './format';

/** What a record is called: its name, or a person's name in the order of its script. */
export function titleOf(record: RecordBase): string {
  const name = (record as Company).name;
  if (typeof name === 'string' && name !== '') return name;
  const person = record as Person;
  return personName(person.given_name, person.family_name) || person.email || '–';
}
