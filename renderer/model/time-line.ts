/**
 * The geometry of a client's time line. Places are microseconds relative to T (negative before it), exact as whole numbers;
 * pixels are made from them only where something is drawn.
 */
import type { ClientEvidence, EvidenceEvent, EvidenceSource } from '../../app/model/client-evidence.ts';
import { microsOfInstant } from '../../app/model/instant.ts';
import type { MissingSource } from '../../app/model/run.ts';

const second = 1_000_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** The part of time that is looked at, in microseconds relative to T. */
export interface TimeView {
  readonly from: number;
  readonly to: number;
}

/** A lane: a change type of the rule, or rows outside the rules, with what it is made of and what is missing from it. */
export interface Lane {
  /** `null`: raw tables. */
  readonly changeType: string | null;
  readonly sources: readonly EvidenceSource[];
  readonly missing: readonly MissingSource[];
  readonly events: readonly PlacedEvent[];
}

/** An event that has a time. */
export interface PlacedEvent {
  readonly event: EvidenceEvent;
  readonly at: number;
}

/** Lanes in the order of the rule, then other types, then raw tables; one also where nothing has answered. */
export function lanesOf(evidence: ClientEvidence): readonly Lane[] {
  const typeOf = new Map(evidence.sources.map((source) => [source.source, source.changeType]));
  const others = [...evidence.sources, ...evidence.missing].map((source) => source.changeType).filter((type) => type !== null);
  const hasRaw = [...evidence.sources, ...evidence.missing].some((source) => source.changeType === null);
  const types: readonly (string | null)[] = [...new Set<string | null>([...evidence.changeTypes, ...others]), ...(hasRaw ? [null] : [])];
  return types.map((changeType) => ({
    changeType,
    sources: evidence.sources.filter((source) => source.changeType === changeType),
    missing: evidence.missing.filter((source) => source.changeType === changeType),
    events: evidence.events.filter((event) => typeOf.get(event.source) === changeType).flatMap(placed),
  }));
}

function placed(event: EvidenceEvent): readonly PlacedEvent[] {
  return event.beforeTMicros === null ? [] : [{ event, at: -Number(event.beforeTMicros) }];
}

/** The window with a little room at both ends. */
export function windowView({ window, lastEvent }: Pick<ClientEvidence, 'window' | 'lastEvent'>): TimeView {
  const from = relative(window.from, lastEvent);
  const room = Math.max(minute, -from * 0.04);
  return { from: from - room, to: room };
}

/** Everything that the queries have read, and every event. */
export function wholeView(evidence: ClientEvidence): TimeView {
  const places = evidence.events.flatMap(placed).map(({ at }) => at);
  const from = Math.min(relative(evidence.startDate, evidence.lastEvent), ...places);
  const to = Math.max(0, ...places);
  const room = Math.max(minute, (to - from) * 0.02);
  return { from: from - room, to: to + room };
}

/** Where an instant lies, relative to T. */
export function relative(instant: string, lastEvent: string): number {
  return Number(microsOfInstant(instant) - microsOfInstant(lastEvent));
}

const shortestView = 20 * second;

/** The view made `factor` times as long around a place in it, which stays where it is; never shorter than 20 seconds nor beyond `most`. */
export function zoomed(view: TimeView, factor: number, around: number, most: TimeView): TimeView {
  const length = Math.min(most.to - most.from, Math.max(shortestView, (view.to - view.from) * factor));
  const share = (around - view.from) / (view.to - view.from);
  return within({ from: around - share * length, to: around + (1 - share) * length }, most);
}

/** The view moved by a share of its own length, within `most`. */
export function moved(view: TimeView, share: number, most: TimeView): TimeView {
  const by = (view.to - view.from) * share;
  return within({ from: view.from + by, to: view.to + by }, most);
}

/** The view moved as little as shows a place. */
export function showing(view: TimeView, at: number, most: TimeView): TimeView {
  const length = view.to - view.from;
  const room = length * 0.08;
  if (at < view.from) return within({ from: at - room, to: at - room + length }, most);
  if (at > view.to) return within({ from: at + room - length, to: at + room }, most);
  return view;
}

function within({ from, to }: TimeView, most: TimeView): TimeView {
  if (to - from >= most.to - most.from) return most;
  if (from < most.from) return { from: most.from, to: most.from + (to - from) };
  return to > most.to ? { from: most.to - (to - from), to: most.to } : { from, to };
}

const steps = [
  second,
  5 * second,
  15 * second,
  minute,
  5 * minute,
  15 * minute,
  hour,
  3 * hour,
  6 * hour,
  12 * hour,
  day,
  2 * day,
  5 * day,
  10 * day,
  30 * day,
  90 * day,
  365 * day,
  3650 * day,
  36_500 * day,
];

/** Places of the marks below the lanes: whole steps from T, as many as have room. */
export function ticksOf(view: TimeView, widthPx: number, leastPx = 96): { readonly places: readonly number[]; readonly step: number } {
  const most = Math.max(1, Math.floor(widthPx / leastPx));
  const step = steps.find((each) => (view.to - view.from) / each <= most) ?? steps.at(-1) ?? day;
  const first = Math.ceil(view.from / step);
  const count = Math.max(0, Math.floor(view.to / step) - first + 1);
  return { places: Array.from({ length: Math.min(count, most + 1) }, (_, place) => (first + place) * step), step };
}

/** The distance of a mark from T: `−6 h`, `+15 m`, `T`. */
export function tickText(place: number, step: number): string {
  if (place === 0) return 'T';
  const unit =
    step >= day
      ? { name: 'd', micros: day }
      : step >= hour
        ? { name: 'h', micros: hour }
        : step >= minute
          ? { name: 'm', micros: minute }
          : { name: 's', micros: second };
  return `${place < 0 ? '−' : '+'}${String(Math.abs(place) / unit.micros)} ${unit.name}`;
}

/** Events in view with their place in pixels and the row in which they do not hide one another; beyond the last row they do. */
export function laidOut(
  events: readonly PlacedEvent[],
  view: TimeView,
  widthPx: number,
  rows: number,
): readonly { readonly event: EvidenceEvent; readonly x: number; readonly row: number }[] {
  const apart = 15;
  const lastOfRow: number[] = [];
  const inView = events.filter(({ at }) => at >= view.from && at <= view.to).toSorted((a, b) => a.at - b.at);
  return inView.map(({ event, at }) => {
    const x = ((at - view.from) / (view.to - view.from)) * widthPx;
    const free = Array.from({ length: rows }, (_, row) => row).find((row) => x - (lastOfRow[row] ?? -Infinity) >= apart);
    const row = free ?? 0;
    lastOfRow[row] = x;
    return { event, x, row };
  });
}

/** Names an event within its evidence. */
export function eventKey(event: Pick<EvidenceEvent, 'source' | 'row'>): string {
  return `${event.source} ${String(event.row)}`;
}
