/**
 * Answers of kept results for queries that allow it (`cache_ms`). One is used only where statement, binds, account and endpoint are the
 * same, where it is young enough, and where it was asked for after the last event time: of what happened since it was asked it knows
 * nothing, and what is not known must not be taken for nothing.
 */
import type { Logger } from '../base/logger.ts';
import type { CachedFrom } from '../model/cached-answer.ts';
import { type DatabaseConfig, endpointLabel, type QueryConfig } from '../model/database.ts';
import { toFailure } from '../model/failure.ts';
import { instantFromMs } from '../model/instant.ts';
import type { RunPlan, SourceId } from '../model/plan.ts';
import { askedHash } from '../results/asked-hash.ts';
import type { KeptContent } from '../results/manifest.ts';
import type { ResultStore } from '../results/result-store.ts';
import type { CachedAnswer, FindCachedAnswer } from '../run/ports.ts';

/** What one run looks for answers with. */
export interface CachedAnswersParts {
  readonly store: ResultStore;
  readonly plan: RunPlan;
  readonly nowMs: () => number;
  readonly logger: Logger;
}

interface Found {
  readonly runId: string;
  readonly from: CachedFrom;
}

/** Looks through the kept results for one run; each of them is read once. */
export function cachedAnswers({ store, plan, nowMs, logger }: CachedAnswersParts): FindCachedAnswer {
  const contents = new Map<string, Promise<KeptContent | undefined>>();
  const contentOf = (runId: string): Promise<KeptContent | undefined> => {
    const reading = contents.get(runId) ?? store.contentOf(runId).catch(() => undefined);
    contents.set(runId, reading);
    return reading;
  };
  const find = async (source: SourceId, database: DatabaseConfig, query: QueryConfig, cacheMs: number): Promise<Found | undefined> => {
    const oldest = instantFromMs(nowMs() - cacheMs);
    const asked = askedHash(database, query);
    for (const { runId, keptAt, user } of await store.list()) {
      if (keptAt < oldest || user !== plan.user || runId === plan.runId) continue;
      const content = await contentOf(runId);
      if (content?.asked[source] !== asked) continue;
      const from = answerIn(content, source);
      if (from?.endpoint !== endpointLabel(database.endpoint)) continue;
      if (from.at >= oldest && from.at >= plan.window.to && content.state.plan.startDate <= plan.startDate) return { runId, from };
    }
    return undefined;
  };
  return async (source, database, query, directory): Promise<CachedAnswer | undefined> => {
    const { cacheMs } = query;
    if (cacheMs === undefined || Object.keys(query.bindsFrom).length > 0) return undefined;
    try {
      const found = await find(source, database, query, cacheMs);
      if (found === undefined) return undefined;
      const spool = await store.takeSource(found.runId, source, directory);
      return spool === undefined ? undefined : { ...spool, from: found.from };
    } catch (error) {
      // Then the database is asked.
      logger.warn('a kept answer was not used', { source, failure: toFailure(error) });
      return undefined;
    }
  };
}

/** A whole answer, and when and by whom it was first given. */
function answerIn({ state }: KeptContent, source: SourceId): CachedFrom | undefined {
  const known = state.sources[source];
  if (known?.outcome?.kind !== 'completed') return undefined;
  if (known.outcome.cachedFrom !== undefined) return known.outcome.cachedFrom;
  const { startedAt, endpoint } = known;
  return startedAt === undefined || endpoint === undefined ? undefined : { runId: state.plan.runId, at: startedAt, endpoint };
}
