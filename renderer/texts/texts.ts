/**
 * Every text of the window in one value. Another language is another value of the same type, chosen where the window is
 * mounted; sentences with figures are functions, because languages put them in different places.
 */
import { changesTexts } from './english/changes.ts';
import { configurationTexts } from './english/configuration.ts';
import { earlierVerdictsTexts } from './english/earlier-verdicts.ts';
import { evidenceTexts } from './english/evidence.ts';
import { healthTexts } from './english/health.ts';
import { historyTexts } from './english/history.ts';
import { historyAuditTexts } from './english/history-audit.ts';
import { historyFigureTexts } from './english/history-figures.ts';
import { figuresTexts } from './english/figures.ts';
import { logTexts } from './english/log.ts';
import { nearTexts } from './english/near.ts';
import { passwordTexts } from './english/passwords.ts';
import { planTexts } from './english/plan.ts';
import { preflightTexts } from './english/preflight.ts';
import { resultTexts } from './english/results.ts';
import { ruleTrialTexts } from './english/rule-trial.ts';
import { ruleTexts } from './english/rules.ts';
import { runTexts } from './english/run.ts';
import { scheduleTexts } from './english/schedules.ts';
import { shellTexts } from './english/shell.ts';
import { statusTexts } from './english/status.ts';
import { verdictTexts } from './english/verdict.ts';

/** English. */
export const english = {
  changes: changesTexts,
  shell: shellTexts,
  run: runTexts,
  plan: planTexts,
  status: statusTexts,
  verdict: verdictTexts,
  results: resultTexts,
  near: nearTexts,
  evidence: evidenceTexts,
  earlierVerdicts: earlierVerdictsTexts,
  history: historyTexts,
  health: healthTexts,
  historyFigures: historyFigureTexts,
  historyAudit: historyAuditTexts,
  schedules: scheduleTexts,
  rules: ruleTexts,
  ruleTrial: ruleTrialTexts,
  log: logTexts,
  configuration: configurationTexts,
  preflight: preflightTexts,
  passwords: passwordTexts,
  figures: figuresTexts,
};

/** The shape of a language. */
export type Texts = typeof english;
