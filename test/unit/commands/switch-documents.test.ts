import { switchDocuments } from '../../../src/commands/switch-documents.js';
import { scenario } from '../../support/scenario.js';

const { given } = scenario(switchDocuments);

describe('switch-documents', () => {
  it('has the writer go on with a database, and touches no document but its own audit and answer', async () => {
    const { world, before } = await given()
      .when({ database: 'documents-1f0c9a3e' })
      .thenEvents([{ type: 'documents-switched', project: 'default', database: 'documents-1f0c9a3e' }]);
    const changed = [...world.versions].filter(([id, version]) => before.get(id) !== version);
    expect(changed.map(([id]) => id.split(':')[0]).sort()).toEqual(['answered', 'audit']);
  });

  it('takes no name that no database of documents has', async () => {
    await given().when({ database: 'elsewhere' }).thenInvalid({ '/params/database': 'INVALID_COMMAND' });
    await given().when({ database: 'documents-../x' }).thenInvalid({ '/params/database': 'INVALID_COMMAND' });
  });
});
