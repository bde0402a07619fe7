import { namespaceRefusal } from '../../../src/core/project-namespaces.js';

const RULES = { pricing: ['acme/pricing', 'shared/data'], orders: ['shop/*'], '*': ['public/default'] };
const may = (project: string, namespace: string, rules = RULES): boolean =>
  namespaceRefusal(rules, project, namespace) === undefined;

describe('the namespaces of a project', () => {
  it('are any where nothing is said', () => {
    expect(may('pricing', 'acme/pricing', {} as never)).toBe(true);
  });

  it('are its own and those of all, for one that is named', () => {
    expect(
      ['acme/pricing', 'shared/data', 'public/default', 'acme/orders', 'shop/a', 'other/x'].map((namespace) =>
        may('pricing', namespace),
      ),
    ).toEqual([true, true, true, false, false, false]);
    expect(
      ['shop/a', 'shop/b/c', 'shopping/a', 'shop', 'acme/pricing'].map((at) => may('orders', at)),
    ).toEqual([true, true, false, false, false]);
  });

  it('are those that nobody has, and those of all, for another one, whatever it is called', () => {
    for (const project of ['billing', '__proto__', 'constructor'])
      expect(
        ['acme/pricing', 'shop/a', 'public/default', 'other/x'].map((namespace) => may(project, namespace)),
      ).toEqual([false, false, true, true]);
  });

  it('are named in what is said', () => {
    expect(namespaceRefusal(RULES, 'pricing', 'shop/a')).toBe(
      'project "pricing" may deploy to acme/pricing, shared/data, not to shop/a (STAGELINE_PROJECT_NAMESPACES)',
    );
    // Not whose they are.
    expect(namespaceRefusal(RULES, 'billing', 'shop/a')).not.toContain('orders');
  });
});
