import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

/**
 * What a package wrote leaves the program through few doors, each with its encoder. These tests read the source for any
 * other one: what they find is either to go through a door, or a line in a list below with its reason.
 */
const root = path.resolve(import.meta.dirname, '..', 'src');
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.ts'))
  .map(name => ({ name, file: parse(name, readFileSync(path.join(root, name), 'utf8')) }));

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: source code as text
describe('the only ways out', () => {
  test('of the program are the two functions of cli/output.ts', () => {
    const allowed = [
      'cli/output.ts', // the doors themselves
      'cli/context.ts', // progress on standard error, which makes every step and note visible (cli/progress.ts)
      'cli/render.ts', // asks how wide the terminal is
    ];
    expect(places(isStandardStream, allowed)).toEqual([]);
  });

  test('are not the console', () => {
    expect(places(isConsole)).toEqual([]);
  });

  test('as JSON for people or programs are jsonText', () => {
    const allowed = ['base/json-text.ts', 'base/assert.ts'];
    // Rooms that write files and wires of our own, which no terminal shows; tracers quote values inside of a column.
    const inner = (name: string) =>
      /^(?:sandbox|store|packages|tracers)\//.test(name) || allowed.includes(name);
    expect(places(isStringify, sources.map(({ name }) => name).filter(inner))).toEqual([]);
  });

  test('as HTML or XML are templates of the encoder', () => {
    const allowed = [
      'report/encode/markup.ts', // the encoder
      'packages/simple-page.ts', // the package index's page for pip in the guest, which no person opens
      'tracers/etw/tracerpt/xml-reader.ts', // looks for the end of an element; writes none
    ];
    expect(places(isMarkupByHand, allowed)).toEqual([]);
  });

  test('into the engine are SQL without spliced text', () => {
    // The question of a user, which is read there: one SELECT, by the engine's own parser.
    expect(places(isSplicedSql, ['store/question.ts'])).toEqual([]);
  });

  test.each([
    [isStandardStream, 'process.stdout.write(x)'],
    [isConsole, 'console.log(x)'],
    [isStringify, 'JSON.stringify(x)'],
    [isMarkupByHand, '`<b>${x}</b>`'],
    [isMarkupByHand, "'<a href=' + x"],
    [isSplicedSql, 'connection.run(`DROP TABLE ${x}`)'],
    [isSplicedSql, "connection.query('SELECT ' + x)"],
    [isSplicedSql, 'connection.run(text)'],
  ])('are found by the test: %o', (isBad, text) => {
    expect(find(parse('x.ts', text), isBad)).toHaveLength(1);
  });

  test.each([
    [isMarkupByHand, 'markup`<b>${x}</b>`'],
    [isMarkupByHand, '`${a} < ${b} <unfinished ...>`'],
    [isSplicedSql, 'connection.run(sql`DROP TABLE ${name(x)}`.text)'],
    [isSplicedSql, "connection.run('SET lock_configuration = true')"],
  ])('are let through by the test: %o', (isBad, text) => {
    expect(find(parse('x.ts', text), isBad)).toEqual([]);
  });
});
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: source code as text

type IsBad = (node: ts.Node) => boolean;

function parse(name: string, text: string): ts.SourceFile {
  return ts.createSourceFile(name, text, ts.ScriptTarget.ES2023, true);
}

function places(isBad: IsBad, allowed: readonly string[] = []): readonly string[] {
  return sources
    .filter(({ name }) => !allowed.includes(name))
    .flatMap(({ name, file }) => find(file, isBad).map(text => `${name}: ${text}`));
}

function find(file: ts.SourceFile, isBad: IsBad): readonly string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (isBad(node)) found.push(node.getText(file));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function isStandardStream(node: ts.Node): boolean {
  return ts.isPropertyAccessExpression(node) && /^process\.std(?:out|err)$/.test(node.getText());
}

function isConsole(node: ts.Node): boolean {
  return ts.isPropertyAccessExpression(node) && node.expression.getText() === 'console';
}

function isStringify(node: ts.Node): boolean {
  return ts.isPropertyAccessExpression(node) && node.getText() === 'JSON.stringify';
}

const tag =
  /<(?:\/[a-z]|!doctype|\?xml|[a-z]+\s+[a-z-]+=|(?:a|b|br|code|div|i|img|li|p|pre|script|span|td|tr|ul)>)/i;

/** A tag in a text that is not given to the encoder's template. */
function isMarkupByHand(node: ts.Node): boolean {
  const isText =
    ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node) || ts.isTemplateExpression(node);
  if (!isText || !tag.test(node.getText())) return false;
  const { parent } = node;
  return !(ts.isTaggedTemplateExpression(parent) && parent.tag.getText() === 'markup');
}

/** Methods of the engine's connection and of the port `Query` that take SQL. */
const takesSql = /^(?:run|runAndReadAll|query|prepare|stream|extractStatements)$/;

/** SQL that is neither a literal, nor made by the tag `sql`, nor the question of a user, which `question.ts` reads. */
function isSplicedSql(node: ts.Node): boolean {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false;
  if (!takesSql.test(node.expression.name.text)) return false;
  const owner = node.expression.expression.getText();
  if (!/(?:connection|connections\.\w+|writer|reader)$/i.test(owner)) return false;
  const [argument] = node.arguments;
  if (argument === undefined || ts.isStringLiteral(argument) || ts.isNoSubstitutionTemplateLiteral(argument))
    return false;
  return !(ts.isPropertyAccessExpression(argument) && argument.name.text === 'text');
}
