import { Stack } from '@mantine/core';
import { Books } from './Books';
import { Products } from './Products';
import { Templates } from './Templates';

/** What we sell, what it costs, and the chapters offers begin with. */
export function Catalogue() {
  return (
    <Stack gap="lg">
      <Products />
      <Books />
      <Templates />
    </Stack>
  );
}
