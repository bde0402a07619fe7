import { allowArtifact } from '../../../src/commands/allow-artifact.js';
import { commitStagedTo } from '../../../src/commands/commit-staged.js';
import { rejectArtifact } from '../../../src/commands/reject-artifact.js';
import { retryDeployment } from '../../../src/commands/retry-deployment.js';
import { rollback } from '../../../src/commands/rollback.js';
import { stageConfigs } from '../../../src/commands/stage-configs.js';
import { shortDigest } from '../../../src/core/package-digest.js';
import { fn, functionConfig } from '../../support/configs.js';
import { deployed, scenario, sent } from '../../support/scenario.js';
import { OVERRIDER } from '../../support/approving.js';

const GOOD = 'ab'.repeat(32);
const BAD = 'cd'.repeat(32);
const bad = sent(rejectArtifact, { sha256: BAD, reason: 'leaks connections' });
const allowed = sent(allowArtifact, { sha256: BAD });
const stage = (parallelism: number) =>
  sent(stageConfigs, { configs: [functionConfig('a', { parallelism })] });
const toTest = sent(commitStagedTo('test'), {});
const toProd = sent(commitStagedTo('prod'), {});
const { given } = scenario(rejectArtifact);

describe('reject-artifact', () => {
  it('keeps who said so and why, by the digest in hex, whatever the form and the project', async () => {
    for (const sha256 of [BAD, shortDigest(BAD)])
      await given()
        .when({ sha256, reason: 'leaks' }, { project: 'pricing' })
        .thenDocuments({ [`artifact:${BAD}`]: { rejected: { reason: 'leaks', by: 'alice' } } });
  });

  it('takes no other digest', async () => {
    await given().when({ sha256: 'abc', reason: 'x' }).thenInvalid({ '/params/sha256': 'INVALID_COMMAND' });
  });

  it('keeps what was proven with it from being committed, until it is allowed', async () => {
    const proven = [stage(1), toTest, deployed('test', 1, { packageSha256: BAD })];
    const prod = scenario(commitStagedTo('prod'));
    const { problem } = await prod
      .given(...proven, bad)
      .when({})
      .thenRejects('ARTIFACT_REJECTED', [fn('a')]);
    expect(problem?.errors?.[0]?.detail).toMatch(/rejected by alice at .*: leaks connections; build another/);
    const override = { reason: 'it cannot wait' };
    await prod
      .given(...proven, bad)
      .when({ override }, { actor: OVERRIDER })
      .thenRejects('ARTIFACT_REJECTED');
    await prod
      .given(...proven, bad, allowed)
      .when({})
      .thenAccepted();
  });

  it('keeps it from being rolled back to, by hand and by itself', async () => {
    const before = [stage(1), toTest, deployed('test', 1, { packageSha256: BAD }), stage(2)];
    const changed = [...before, toTest, deployed('test', 2, { packageSha256: GOOD })];
    const back = scenario(rollback).given(...changed, bad);
    await back.when({ environment: 'test' }).thenRejects('ARTIFACT_REJECTED', [fn('a')]);
    await scenario(rollback)
      .given(...changed, bad, allowed)
      .when({ environment: 'test' })
      .thenAccepted();
    const failing = sent(commitStagedTo('test'), { onFailure: 'rollback' });
    const { world } = await scenario(rejectArtifact)
      .given(...before, failing)
      .when({ sha256: BAD, reason: 'leaks' })
      .thenAccepted();
    await deployed('test', 2, { outcome: 'failed' })(world);
    expect(world.document('release:default:test:00000002', 'release').notRolledBack).toContain(
      'its package cdcd',
    );
  });

  it('keeps it from being retried', async () => {
    const failed = [stage(1), toTest, deployed('test', 1, { packageSha256: BAD }), toProd];
    await scenario(retryDeployment)
      .given(...failed, deployed('prod', 1, { outcome: 'failed' }), bad)
      .when({ environment: 'prod', release: 1 })
      .thenRejects('NOTHING_TO_RETRY');
  });
});
