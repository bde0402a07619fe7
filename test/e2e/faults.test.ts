import { backend } from '../support/backends.js';
import { startFaultRig, type FaultRig } from '../support/fault-rig.js';
import { NETWORK_FAULTS } from '../support/fault-scenarios.js';
import { fetchedPulsar, startOwnBroker, type OwnBroker } from '../support/own-broker.js';
import { missingServers, pulsarSettings } from '../support/pulsar-settings.js';

const missing = missingServers('PULSAR_TEST_WS_URL', 'PULSAR_TEST_ADMIN_URL');
const fetched = missing.length === 0 ? fetchedPulsar() : undefined;

backend(
  'a service whose servers come and go, under load',
  missing.length === 0,
  `${missing.join(', ')} not set`,
  () => {
    jest.setTimeout(120_000);
    let rig: FaultRig | undefined;
    let broker: OwnBroker | undefined;
    const running = (): FaultRig => {
      if (rig === undefined) throw new Error('the service was not started');
      return rig;
    };

    beforeAll(async () => {
      broker = fetched === undefined ? undefined : await startOwnBroker(fetched);
      const settings = { ...pulsarSettings(), ...broker?.settings };
      rig = await startFaultRig({
        settings,
        seed: 11,
        env: { STAGELINE_REPLY_TOPIC_PREFIXES: settings['STAGELINE_TOPIC_REPLIES'] ?? '' },
      });
    });

    afterAll(async () => {
      await rig?.stop();
      await broker?.stop();
    });

    const faults = NETWORK_FAULTS.filter(({ longOnly }) => longOnly !== true);
    it.each(faults)('goes on by itself when $name, and says meanwhile what is wrong', async (fault) => {
      const { lies, reasons } = await running().endure(() => fault.run(running(), 'short'), fault.withinMs);
      expect(lies).toEqual([]);
      expect(fault.silences === true && reasons.length === 0).toBe(false);
    });

    backend(
      'and its own broker',
      fetched !== undefined,
      'no distribution of Pulsar is fetched: run node scripts/pulsar.mjs fetch',
      () => {
        it('goes on by itself when the broker is restarted, and says meanwhile what is wrong', async () => {
          const { lies, reasons } = await running().endure(() => (broker as OwnBroker).restart());
          expect(lies).toEqual([]);
          expect(reasons).not.toEqual([]);
        });
      },
    );

    it('has lost nothing and done nothing twice', async () => {
      expect((await running().finish()).faults).toEqual([]);
      expect(running().load.answers()).toBeGreaterThan(NETWORK_FAULTS.length);
    });
  },
);
