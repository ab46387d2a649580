import { describe, expect, it } from 'vitest';
import { abort } from '../base/abort.ts';
import { systemClock } from '../base/clock.ts';
import type { Connection } from '../drivers/driver.ts';
import type { Endpoint } from '../model/database.ts';
import { plainTarget } from '../testing/driver-under-test.ts';
import { createFakeDriver } from '../testing/fake-driver.ts';
import { ConnectionPool } from './connection-pool.ts';

const endpoint: Endpoint = { kind: 'fake', script: '' };
const standby: Endpoint = { kind: 'fake', script: ' ' };
/** Says nothing any more, not even to a goodbye. */
const dead: Endpoint = { kind: 'fake', script: JSON.stringify({ close: { then: 'hang' } }) };
const { signal } = new AbortController();

function scene(places: number) {
  const driver = createFakeDriver({ clock: systemClock });
  const connect = (to: Endpoint): Promise<Connection> => driver.connect({ ...plainTarget, endpoint: to }, signal);
  return { pool: new ConnectionPool(places), connect, activity: driver.activity };
}

describe('a connection pool', () => {
  it('gives places in the order of asking', async () => {
    const { pool } = scene(1);
    const first = await pool.take(signal);
    const order: number[] = [];
    const others = [2, 3, 4].map(async (number) => {
      const place = await pool.take(signal);
      order.push(number);
      place.release();
    });
    first.release();
    await Promise.all(others);
    expect(order).toEqual([2, 3, 4]);
    expect(pool.used).toBe(0);
  });

  it('lets somebody who waits leave at once, and the next one in', async () => {
    const { pool } = scene(1);
    const first = await pool.take(signal);
    const controller = new AbortController();
    const leaving = pool.take(controller.signal);
    const staying = pool.take(signal);
    abort(controller, { kind: 'cancel', by: 'a test' });
    await expect(leaving).rejects.toMatchObject({ reason: { kind: 'cancel' } });
    first.release();
    (await staying).release();
    expect(pool.used).toBe(0);
  });

  it('uses a kept connection again and never a dropped one', async () => {
    const { pool, connect, activity } = scene(1);
    const first = await pool.take(signal);
    expect(first.takeIdle(endpoint)).toBeUndefined();
    const connection = await connect(endpoint);
    first.release(connection, 'keep');
    const second = await pool.take(signal);
    expect(second.takeIdle(endpoint)).toBe(connection);
    second.release(connection, 'drop');
    const third = await pool.take(signal);
    expect(third.takeIdle(endpoint)).toBeUndefined();
    expect(activity.open).toBe(0);
  });

  it('makes room for another endpoint, so that there are never more connections than places', async () => {
    const { pool, connect, activity } = scene(2);
    const places = await Promise.all([pool.take(signal), pool.take(signal)]);
    for (const place of places) place.takeIdle(endpoint);
    const connections = await Promise.all([connect(endpoint), connect(endpoint)]);
    for (const [index, place] of places.entries()) place.release(connections[index], 'keep');
    expect(activity.open).toBe(2);
    const place = await pool.take(signal);
    expect(place.takeIdle(standby)).toBeUndefined();
    expect(activity.open).toBe(1);
    place.release(await connect(standby), 'keep');
    await pool.close();
    expect(activity.open).toBe(0);
  });

  it('waits for no goodbye of an endpoint that has died to go to another one', async () => {
    const { pool, connect, activity } = scene(1);
    const first = await pool.take(signal);
    first.takeIdle(dead);
    first.release(await connect(dead), 'keep');
    const second = await pool.take(signal);
    expect(second.takeIdle(standby)).toBeUndefined();
    expect(activity.log).toEqual(['connect 1', 'close 1 end']);
  });

  it("counts the connection that waits for its session, so that one which is nobody's makes room, and ends it with the session", async () => {
    const { pool, connect, activity } = scene(2);
    const places = await Promise.all([pool.take(signal), pool.take(signal)]);
    places[0].takeIdle(endpoint, 'a session');
    places[1].takeIdle(endpoint);
    for (const place of places) place.release(await connect(endpoint), 'keep');
    const place = await pool.take(signal);
    expect(place.takeIdle(standby)).toBeUndefined();
    expect(activity.open).toBe(1);
    place.release(await connect(standby), 'keep');
    await pool.endSession('another one');
    expect(activity.open).toBe(2);
    await pool.endSession('a session');
    expect(activity.open).toBe(1);
    await pool.close();
  });

  it('sends everybody away when it is closed, and keeps nothing that comes back later', async () => {
    const { pool, connect, activity } = scene(1);
    const place = await pool.take(signal);
    place.takeIdle(endpoint);
    const waiting = pool.take(signal);
    await pool.close();
    await expect(waiting).rejects.toMatchObject({ reason: { kind: 'shutdown' } });
    await expect(pool.take(signal)).rejects.toMatchObject({ reason: { kind: 'shutdown' } });
    place.release(await connect(endpoint), 'keep');
    place.release();
    expect(activity.open).toBe(0);
    expect(pool.used).toBe(0);
  });
});
