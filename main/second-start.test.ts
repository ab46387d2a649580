import { describe, expect, it } from 'vitest';
import { createSecondStarts, type ProgramStart } from './second-start.ts';

const plain: ProgramStart = { given: {}, rest: ['/checkout', '--no-sandbox'] };

function starts(start: ProgramStart = plain) {
  const calls: unknown[] = [];
  const state = { isClosing: false };
  const second = createSecondStarts({
    start,
    isClosing: () => state.isClosing,
    focus: () => calls.push('focus'),
    tellOther: () => calls.push('other'),
    relaunch: (how) => calls.push(how),
  });
  return { calls, state, second };
}

describe('a further start', () => {
  it('comes to the window that is there', () => {
    const { calls, second } = starts();
    second.onSecondInstance({});
    second.onActivate();
    expect(calls).toEqual(['focus', 'focus']);
  });

  it('with other files than the ones that are open says so', () => {
    const { calls, second } = starts({ ...plain, given: { config: '/here/databases.yaml' } });
    second.onSecondInstance({ config: '/here/databases.yaml' });
    second.onSecondInstance({ config: '/there/databases.yaml' });
    second.onSecondInstance({});
    expect(calls).toEqual(['focus', 'focus', 'other', 'focus', 'other']);
  });

  it('while the services are closing starts the program once more, after the end, with the files it asks for', () => {
    const { calls, state, second } = starts({ ...plain, given: { settings: '/here/settings.yaml' } });
    state.isClosing = true;
    second.onSecondInstance({ config: '/there/databases.yaml' });
    second.onSecondInstance({});
    second.onActivate();
    expect(calls).toEqual([{ args: ['/checkout', '--no-sandbox', '--config=/there/databases.yaml'] }]);
  });

  it('by a click on the icon while the services are closing starts it again as it was', () => {
    const { calls, state, second } = starts({ given: { config: '/here/databases.yaml' }, rest: [], program: '/apps/cam.AppImage' });
    state.isClosing = true;
    second.onActivate();
    expect(calls).toEqual([{ args: ['--config=/here/databases.yaml'], execPath: '/apps/cam.AppImage' }]);
  });

  it.each([
    ['nothing', undefined],
    ['text', '--inspect'],
    ['a list', ['--inspect']],
    ['a switch that is none of the three', { config: '/there/databases.yaml', inspect: '9229' }],
    ['something that is no path', { config: 5 }],
    ['an empty path', { config: '' }],
    ['a path without end', { config: 'x'.repeat(5000) }],
  ])('that hands over %s counts as one with the same files', (_what, handedOver) => {
    const { calls, state, second } = starts();
    second.onSecondInstance(handedOver);
    state.isClosing = true;
    second.onSecondInstance(handedOver);
    expect(calls).toEqual(['focus', { args: ['/checkout', '--no-sandbox'] }]);
  });
});
