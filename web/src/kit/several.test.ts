import { expect, it } from 'vitest';
import { several } from './several';

it('each is asked once, a few at a time', async () => {
  const asked: number[] = [];
  let [under, most] = [0, 0];
  await several([1, 2, 3, 4, 5, 6, 7], async (one) => {
    under += 1;
    most = Math.max(most, under);
    asked.push(one);
    await Promise.resolve();
    under -= 1;
  });
  expect(asked.sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(most).toBe(4);
});

it('what fails ends it: nothing further is begun', async () => {
  const asked: number[] = [];
  const fails = several(
    [1, 2, 3],
    async (one) => {
      asked.push(one);
      if (one === 2) throw new Error('no');
    },
    1,
  );
  await expect(fails).rejects.toThrow('no');
  expect(asked).toEqual([1, 2]);
});

it('a failure is told once all that was begun has ended', async () => {
  const ended: number[] = [];
  const fails = several([1, 2], async (one) => {
    if (one === 1) throw new Error('no');
    await new Promise((resolve) => setTimeout(resolve));
    ended.push(one);
  });
  await expect(fails).rejects.toThrow('no');
  expect(ended).toEqual([2]);
});
