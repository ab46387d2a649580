/** `GET /metrics` for Prometheus and `GET /health` for whoever watches over programs. Who may ask is the host's business. */
import type { FastifyInstance } from 'fastify';
import { createMetricsExporter } from '../../metrics/exporter.ts';
import type { App } from '../../services/create-app.ts';
import { healthReport } from './health-report.ts';

/** The paths, for a host's guard. */
export const monitoringPaths: readonly string[] = ['/metrics', '/health'];

/** Adds the routes to a server that does not listen yet; counting begins now and ends with the server. */
export function addMonitoringRoutes(server: FastifyInstance, app: Pick<App, 'metrics' | 'config'>, version: string): void {
  const exporter = createMetricsExporter(version);
  const stop = app.metrics.measured.on((measurement) => {
    exporter.take(measurement);
  });
  server.addHook('onClose', async () => {
    stop();
    await Promise.resolve();
  });
  server.get('/metrics', async (_request, reply) =>
    reply
      .header('cache-control', 'no-store')
      .type(exporter.contentType)
      .send(await exporter.text(await app.metrics.status())),
  );
  server.get('/health', async (_request, reply) => {
    const report = healthReport(await app.metrics.status(), app.config.view().problems.length);
    return reply
      .header('cache-control', 'no-store')
      .code(report.status === 'unusable' ? 503 : 200)
      .send(report);
  });
}
