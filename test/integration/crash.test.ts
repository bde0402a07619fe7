import { runCrashCampaign } from '../support/crash-campaign.js';

/** The short form of `npm run test:crash`. */
describe('a service that is killed again and again under load', () => {
  jest.setTimeout(240_000);

  it('loses nothing that it answered, decides nothing twice and finishes every release', async () => {
    const report = await runCrashCampaign({
      env: {},
      kills: 8,
      commands: 400,
      inFlight: 32,
      seed: 20_261_122,
      recoverMs: 30_000,
      tell: () => undefined,
    });
    expect(report.faults).toEqual([]);
    expect(report.commands).toBeGreaterThanOrEqual(400);
    expect(report.figures?.terms).toBeGreaterThan(1);
    expect(report.figures?.effects).toBeGreaterThan(0);
  });
});
