import { describe, expect, it } from 'vitest';
import { Gate, type GateRequest } from './gate.ts';

const open = (port = 4711) => {
  const gate = new Gate();
  gate.setPort(port);
  const token = new URL(gate.newAddress()).searchParams.get('token') ?? '';
  return { gate, token };
};
const request = (change: Partial<GateRequest> = {}): GateRequest => ({
  host: '127.0.0.1:4711',
  origin: undefined,
  cookie: undefined,
  fetchSite: undefined,
  ...change,
});

describe('the gate of the browser host', () => {
  it('takes a token once', () => {
    const { gate, token } = open();
    const cookie = gate.spend(token);
    expect(cookie).toMatch(/^cam_session_4711=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/);
    expect(gate.spend(token)).toBeUndefined();
  });

  it('takes no token that it did not make', () => {
    const { gate, token } = open();
    for (const wrong of ['', 'x', token.slice(1), `${token}x`, token.toUpperCase()]) expect(gate.spend(wrong)).toBeUndefined();
  });

  it('knows its sessions by the cookie and by nothing else', () => {
    const { gate, token } = open();
    const cookie = gate.spend(token)?.split(';')[0] ?? '';
    expect(gate.hasSession(request({ cookie: `theme=dark; ${cookie}` }))).toBe(true);
    for (const wrong of [undefined, '', 'cam_session_4711=', `x${cookie}`, `${cookie}x`])
      expect(gate.hasSession(request({ cookie: wrong }))).toBe(false);
  });

  it('keeps its session beside that of a program on another port, to which the same browser sends the same cookies', () => {
    const [first, second] = [open(4711), open(4712)];
    const jar = new Map([first, second].map(({ gate, token }) => (gate.spend(token)?.split(';')[0] ?? '').split('=') as [string, string]));
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    for (const { gate } of [first, second]) expect(gate.hasSession(request({ cookie }))).toBe(true);
  });

  it('knows itself without a port where that is the one that addresses leave out', () => {
    const { gate } = open(80);
    for (const host of ['127.0.0.1', 'localhost', '127.0.0.1:80']) {
      expect(gate.isOwnHost(request({ host, origin: `http://${host}` }))).toBe(true);
    }
    expect(gate.isOwnHost(request({ host: 'evil.example' }))).toBe(false);
  });

  it('refuses a foreign name that resolves to loopback', () => {
    const { gate } = open();
    expect(gate.isOwnHost(request())).toBe(true);
    expect(gate.isOwnHost(request({ host: 'localhost:4711' }))).toBe(true);
    for (const host of [undefined, '', 'evil.example:4711', '127.0.0.1', '127.0.0.1:4712', '127.0.0.1.evil.example:4711']) {
      expect(gate.isOwnHost(request({ host }))).toBe(false);
    }
  });

  it('refuses a page of another site', () => {
    const { gate } = open();
    for (const origin of ['http://evil.example', 'null', 'http://127.0.0.1:4712', 'https://127.0.0.1:4711']) {
      expect(gate.isOwnHost(request({ origin }))).toBe(false);
    }
    for (const fetchSite of ['cross-site', 'same-site']) expect(gate.isOwnHost(request({ fetchSite }))).toBe(false);
  });
});
