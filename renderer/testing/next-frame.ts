import { act } from '@testing-library/react';

const frameMs = 40;

/** Lets the window draw what it has been told: two frames of a usual screen. */
export async function nextFrame(): Promise<void> {
  await act(async () => {
    await new Promise((resolve) => setTimeout(resolve, frameMs));
  });
}
