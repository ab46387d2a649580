import oracledb from 'oracledb';
import { describe, expect, it } from 'vitest';
import { CamError } from '../../model/failure.ts';
import { driver, quiet, targetOf } from '../../testing/oracle-harness.ts';
import { oneRow, withListener } from '../../testing/oracle-wire/wire-test.ts';
import { type ClientLibrary, useThickClient } from './client-mode.ts';

/** A library that becomes Thick when it is told to, or does not, and what it was told. */
function library(becomesThick: boolean): ClientLibrary & { readonly calls: unknown[] } {
  const state = { thin: true };
  const calls: unknown[] = [];
  return {
    calls,
    get thin() {
      return state.thin;
    },
    initOracleClient: (options) => {
      calls.push(options);
      state.thin = !becomesThick;
    },
  };
}

// A file of its own: once a process has used Thin, the library refuses Thick for another reason.
describe('Kerberos', () => {
  it('without the Instant Client is refused before anything is sent: Thin would try, and only the server would refuse it', () =>
    withListener({ execute: oneRow }, async (listener) => {
      const target = targetOf(listener, { authentication: { kind: 'kerberos', principal: 'jdoe@EXAMPLE.COM' } });
      const error: unknown = await driver.connect(target, quiet).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(CamError);
      expect(error).toMatchObject({ failure: { code: 'db.client-missing', vendorCode: 'DPI-1047' } });
      expect(oracledb.thin).toBe(true);
      expect(listener.counts().connections).toBe(0);
    }));

  it('loads the client once, from its folder where that is possible', () => {
    const windows = library(true);
    useThickClient(windows, 'C:\\instantclient', 'win32');
    useThickClient(windows, 'C:\\instantclient', 'win32');
    expect(windows.calls).toEqual([{ libDir: 'C:\\instantclient' }]);
  });

  it('names no folder on Linux, where the loader path of the process decides, nor where none is configured', () => {
    const linux = library(true);
    useThickClient(linux, '/opt/instantclient', 'linux');
    const mac = library(true);
    useThickClient(mac, undefined, 'darwin');
    expect([linux.calls, mac.calls]).toEqual([[{}], [{}]]);
  });

  it('is refused when the library stays Thin all the same', () => {
    expect(() => {
      useThickClient(library(false), undefined, 'linux');
    }).toThrow(CamError);
  });
});
