import { describe, expect, test } from 'vitest';
import { isProjectName, normalizeName, parseFileName } from '../../src/packages/file-name.ts';

describe('the name of a distribution file', () => {
  test.each([
    ['Jinja2-3.1.2.tar.gz', { kind: 'sdist', name: 'Jinja2', version: '3.1.2' }],
    ['zope-interface-5.0.zip', { kind: 'sdist', name: 'zope-interface', version: '5.0' }],
    ['setuptools-66.1.1-py3-none-any.whl', { kind: 'wheel', name: 'setuptools', version: '66.1.1' }],
    ['a-1-2-cp311-cp311-linux_x86_64.whl', { kind: 'wheel', name: 'a', version: '1' }],
  ])('%s says what it is', (file, parts) => {
    expect(parseFileName(file)).toEqual(parts);
  });

  test.each(['readme.txt', '.tar.gz', 'name-.tar.gz', 'name.whl', 'a-1-py3.whl', 'a-1-2-3-4-5-6.whl'])(
    '%s is no distribution',
    file => {
      expect(parseFileName(file)).toBeUndefined();
    },
  );

  test('names that PEP 503 holds equal are one name', () => {
    expect(normalizeName('Foo__Bar.-baz')).toBe('foo-bar-baz');
  });

  test.each(['', '-a', 'a-', '../etc', 'a/b', 'a b', 'x'.repeat(201)])('%j is no project name', text => {
    expect(isProjectName(text)).toBe(false);
  });
});
