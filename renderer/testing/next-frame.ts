import { act } from '@testing-library/react';

const frameMs = 150;

/** Lets the window draw what it has been told: the window changes ten times a second at most. */
export async function nextFrame(): Promise<void> {
  await act(async () => {
    await new Promise((resolve) => setTimeout(resolve, frameMs));
  });
}
