import { describe, expect, it } from 'vitest';
import { type AppState, createAppStore, patch } from '../store/app-store.ts';
import { configOf, fakeProblems, oracleDatabases, planOf } from '../testing/fake-plan.ts';
import { FakeRun } from '../testing/fake-run.ts';
import { readinessOf, windowHoursOf, zoneOf } from './readiness.ts';

function stateWith(change: (store: ReturnType<typeof createAppStore>) => void = () => undefined): AppState {
  const store = createAppStore();
  patch(store, 'session', { phase: 'ready', config: configOf(oracleDatabases, false) });
  change(store);
  return store.getState();
}

const blockOf = (state: AppState): string | null => {
  const readiness = readinessOf(state);
  return readiness.kind === 'ready' ? null : readiness.block.kind;
};

describe('readinessOf', () => {
  it('is ready with a configuration, and sends zone and window along', () => {
    expect(readinessOf(stateWith())).toEqual({
      kind: 'ready',
      input: { lastEvent: 'now', zone: 'Europe/Berlin', rule: 'ato_all_four', windowHours: 24, strict: false },
    });
  });

  it('sends a typed time as the exact instant it means in the analyst’s zone', () => {
    const state = stateWith((store) => patch(store, 'form', { lastEvent: '2026-11-20 14:00', windowHours: '12.5', strict: true }));
    expect(readinessOf(state)).toMatchObject({ input: { lastEvent: '2026-11-20T13:00:00.000000Z', windowHours: 12.5, strict: true } });
  });

  it('is blocked, and says by what', () => {
    expect(blockOf(createAppStore().getState())).toBe('loading');
    expect(blockOf(stateWith((store) => patch(store, 'session', { connection: 'lost' })))).toBe('disconnected');
    const broken = { ...configOf([], false), problems: fakeProblems };
    expect(blockOf(stateWith((store) => patch(store, 'session', { config: broken })))).toBe('configuration');
    expect(blockOf(stateWith((store) => patch(store, 'session', { config: configOf([], false) })))).toBe('no-databases');
    expect(blockOf(stateWith((store) => patch(store, 'form', { lastEvent: '2026-03-29 02:30' })))).toBe('last-event');
    expect(blockOf(stateWith((store) => patch(store, 'form', { windowHours: '-3' })))).toBe('window-hours');
    expect(blockOf(stateWith((store) => patch(store, 'run', { starting: true })))).toBe('running');
  });

  it('is blocked while a run goes on and ready again when it has ended', () => {
    const input = { lastEvent: '2026-11-20T13:00:00.000000Z', windowHours: 24, strict: false, nowMs: 0 };
    const run = new FakeRun(planOf('run-1', configOf(oracleDatabases, false), input), 0, () => undefined);
    const live = run.state;
    run.cancel(undefined);
    run.finish();
    expect(blockOf(stateWith((store) => patch(store, 'run', { state: live })))).toBe('running');
    expect(blockOf(stateWith((store) => patch(store, 'run', { state: run.state })))).toBeNull();
  });

  it('takes hours up to a year and nothing that is no number', () => {
    const hours = (windowHours: string): number | null => windowHoursOf(stateWith((store) => patch(store, 'form', { windowHours })));
    expect([hours(''), hours('48'), hours('0.5'), hours('8784')]).toEqual([24, 48, 0.5, 8784]);
    expect([hours('0'), hours('8785'), hours('a day'), hours('1e999')]).toEqual([null, null, null, null]);
  });

  it('reads times in UTC while no settings are known', () => {
    expect(zoneOf(createAppStore().getState())).toBe('UTC');
  });
});
