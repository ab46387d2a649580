import type { MantineColorScheme } from '@mantine/core';

/** The scheme after this one: system, light, dark, and round again. */
export function nextScheme(scheme: MantineColorScheme): MantineColorScheme {
  return ({ auto: 'light', light: 'dark', dark: 'auto' } as const)[scheme];
}
