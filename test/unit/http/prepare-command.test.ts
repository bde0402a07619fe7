import { prepareCommand } from '../../../src/http/prepare-command.js';
import { hasCode } from '../../../src/errors.js';

const ids = { uuid: () => '0193a5a0-1234-7000-8000-00000000000a' };

describe('prepareCommand', () => {
  it('adds id, project and the time that the id holds', () => {
    expect(prepareCommand({ command: 'rollback', params: {} }, ids)).toEqual({
      id: '0193a5a0-1234-7000-8000-00000000000a',
      key: 'default',
      command: {
        command: 'rollback',
        params: {},
        id: '0193a5a0-1234-7000-8000-00000000000a',
        project: 'default',
        issuedAt: '2024-12-08T09:35:51.348Z',
      },
    });
  });

  it('keeps what is given, right or wrong', () => {
    const given = {
      id: '0193a5a0-1234-7000-8000-00000000000a',
      command: 7,
      project: 'pricing',
      issuedAt: null,
      unknown: true,
    };
    expect(prepareCommand(given, ids)).toEqual({ id: given.id, key: 'pricing', command: given });
    expect(prepareCommand({ project: 5 }, ids)).toMatchObject({ key: 'default', command: { project: 5 } });
  });

  it('makes the same of the same command sent again, whenever that is', () => {
    const given = { id: '0193a5a0-1234-7000-8000-000000000001', command: 'rollback', params: {} };
    expect(prepareCommand(given, ids)).toEqual(prepareCommand({ ...given }, ids));
    const first = prepareCommand({ command: 'rollback', params: {} }, ids);
    expect(prepareCommand({ id: first.id, command: 'rollback', params: {} }, ids)).toEqual(first);
    const random = { ...given, id: 'd9428888-122b-41e1-b85c-61cdcbb3f1c8' };
    expect(prepareCommand(random, ids).command).not.toHaveProperty('issuedAt');
    const farOff = { ...given, id: 'ffffffff-ffff-7000-8000-000000000001' };
    expect(prepareCommand(farOff, ids).command).not.toHaveProperty('issuedAt');
  });

  it.each([null, 7, '', 'x', 'urn:uuid:0193a5a0-1234-7000-8000-000000000001', {}, []])(
    'refuses the id %j by pointer',
    (id) => {
      let thrown: unknown;
      try {
        prepareCommand({ id, command: 'rollback', params: {} }, ids);
      } catch (error) {
        thrown = error;
      }
      expect(hasCode(thrown, 'INVALID_COMMAND')).toBe(true);
      expect(thrown).toMatchObject({ errors: [{ pointer: '/id' }] });
    },
  );
});
