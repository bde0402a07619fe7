import { allowArtifact } from '../../../src/commands/allow-artifact.js';
import { rejectArtifact } from '../../../src/commands/reject-artifact.js';
import { shortDigest } from '../../../src/core/package-digest.js';
import { scenario, sent } from '../../support/scenario.js';

const SHA = 'cd'.repeat(32);
const { given } = scenario(allowArtifact);
const bad = sent(rejectArtifact, { sha256: SHA, reason: 'leaks' });

describe('allow-artifact', () => {
  it('takes the rejection back, and says who did', async () => {
    const { world } = await given(bad)
      .when({ sha256: shortDigest(SHA), note: 'it was the broker' })
      .thenEvents([{ type: 'artifact-allowed', sha256: SHA }]);
    const artifact = world.document(`artifact:${SHA}`, 'artifact');
    expect(artifact.rejected).toBeUndefined();
    expect(artifact.allowed).toMatchObject({ by: 'alice', note: 'it was the broker' });
  });

  it('rejects with NOT_REJECTED what is not rejected', async () => {
    await given().when({ sha256: SHA }).thenRejects('NOT_REJECTED');
    const { problem } = await given(bad, sent(allowArtifact, { sha256: SHA }))
      .when({ sha256: SHA })
      .thenRejects('NOT_REJECTED');
    expect(problem?.detail).toContain('alice allowed it again at');
  });
});
