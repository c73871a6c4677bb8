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

  test('of the command line take nothing that no encoder has seen', () => {
    // Each encoded by the function that the caller gives: `jsonText` or `csvLine`.
    const allowed = ["cli/rows.ts: writeOut(batch.map(toLine).join(''))"];
    expect(places(isRawOutput).filter(place => !allowed.includes(place))).toEqual([]);
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
      'packages/index/simple-page.ts', // the package index's page for pip in the guest, which no person opens
      'tracers/etw/tracerpt/xml-reader.ts', // looks for the end of an element; writes none
    ];
    expect(places(isMarkupByHand, allowed)).toEqual([]);
  });

  test('into the engine are SQL without spliced text', () => {
    const allowed = [
      'store/question.ts', // the question of a user, which is read there: one SELECT, by the engine's own parser
      'policy/ask-rule.ts', // a rule's own, asked like a user's; values are parameters, and names of phases are ours
    ];
    expect(places(isSplicedSql, allowed)).toEqual([]);
  });

  test.each([
    [isStandardStream, 'process.stdout.write(x)'],
    [isStandardStream, "process['stdout'].write(x)"],
    [isStandardStream, 'globalThis.process.stderr.write(x)'],
    [isStandardStream, "import { stdout } from 'node:process'"],
    [isStandardStream, 'const { stdout } = process'],
    [isStandardStream, 'writeSync(1, x)'],
    [isStandardStream, 'fs.write(2, x, done)'],
    [isConsole, 'console.log(x)'],
    [isConsole, "console['log'](x)"],
    [isRawOutput, 'writeOut(title)'],
    [isRawOutput, 'writeOut(`${visible(id)}: ${title}`)'],
    [isRawOutput, "const lines = rules.map(rule => rule.title); writeOut(lines.join('\\n'))"],
    [isRawOutput, "writeErr(isOdd ? 'odd' : reason)"],
    [isRawOutput, 'const { text } = event; output.write(text)'],
    [isStringify, 'JSON.stringify(x)'],
    [isMarkupByHand, '`<b>${x}</b>`'],
    [isMarkupByHand, "'<a href=' + x"],
    [isSplicedSql, 'connection.run(`DROP TABLE ${x}`)'],
    [isSplicedSql, "connection.query('SELECT ' + x)"],
    [isSplicedSql, 'connection.run(text)'],
    [isSplicedSql, 'connection.run(event.text)'],
    [isSplicedSql, 'const asked = read(); connection.run(asked.text)'],
    [isSplicedSql, 'query(`SELECT ${x}`)'],
    [isSplicedSql, 'query(spliced(x))'],
  ])('are found by the test: %o', (isBad, text) => {
    expect(find(parse('x.ts', text), isBad)).toHaveLength(1);
  });

  test.each([
    [isMarkupByHand, 'markup`<b>${x}</b>`'],
    [isMarkupByHand, '`${a} < ${b} <unfinished ...>`'],
    [isSplicedSql, 'connection.run(sql`DROP TABLE ${name(x)}`.text)'],
    [isSplicedSql, "connection.run('SET lock_configuration = true')"],
    [isSplicedSql, 'const all = sql`SELECT ${n}`; query(all.text)'],
    [isSplicedSql, "query('SELECT 1')"],
    [isRawOutput, 'writeOut(`${visible(id)}: ${list.length}\\n`)'],
    [isRawOutput, "const lines = list.map(item => visible(item)); writeErr(lines.join('\\n'))"],
    [isRawOutput, 'const { text, exitCode } = renderRuns(runs, context); output.write(text)'],
    [isStandardStream, "process.env['HOME']"],
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

/** The streams by any name: of `process`, imported, taken out of it, or by their numbers. */
function isStandardStream(node: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(node)) return /(?:^|\.)process\.std(?:out|err)$/.test(node.getText());
  if (ts.isElementAccessExpression(node)) return node.expression.getText() === 'process';
  if (ts.isVariableDeclaration(node)) return node.initializer?.getText() === 'process';
  if (ts.isImportDeclaration(node)) return /^'(?:node:)?process'$/.test(node.moduleSpecifier.getText());
  if (!ts.isCallExpression(node)) return false;
  const [argument] = node.arguments;
  return /\bwritev?(?:Sync)?$/.test(node.expression.getText()) && /^[12]$/.test(argument?.getText() ?? '');
}

function isConsole(node: ts.Node): boolean {
  const isPart = ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node);
  return isPart && node.expression.getText() === 'console';
}

function isStringify(node: ts.Node): boolean {
  return ts.isPropertyAccessExpression(node) && node.getText() === 'JSON.stringify';
}

/** A door of the command line that is given text which neither stands in the source nor went through an encoder. */
function isRawOutput(node: ts.Node): boolean {
  if (!ts.isCallExpression(node) || !/^(?:writeOut|writeErr|output\.write)$/.test(node.expression.getText()))
    return false;
  return !node.arguments.every(isEncoded);
}

/** What gives text that may be printed: the encoders, and what is made of them alone. */
const encoders = /^(?:visible|jsonText|csvLine|formatTable|aligned|describeFailure|renderRuns)$/;

function isEncoded(node: ts.Expression): boolean {
  if (ts.isStringLiteralLike(node) || ts.isNumericLiteral(node)) return true;
  if (ts.isTemplateExpression(node))
    return node.templateSpans.every(({ expression }) => isEncoded(expression));
  if (ts.isAwaitExpression(node) || ts.isParenthesizedExpression(node)) return isEncoded(node.expression);
  if (ts.isConditionalExpression(node)) return isEncoded(node.whenTrue) && isEncoded(node.whenFalse);
  if (ts.isCallExpression(node)) return isEncodedCall(node);
  if (ts.isPropertyAccessExpression(node)) return node.name.text === 'length' || isEncoded(node.expression);
  const value = ts.isIdentifier(node) ? initializerOf(node) : undefined;
  return value !== undefined && isEncoded(value);
}

/** `visible(x)`, `list.map(item => visible(item))`, `list.join(', ')`. */
function isEncodedCall({ expression, arguments: [argument] }: ts.CallExpression): boolean {
  if (ts.isIdentifier(expression)) return encoders.test(expression.text);
  if (!ts.isPropertyAccessExpression(expression) || argument === undefined) return false;
  if (expression.name.text === 'join') return isEncoded(argument) && isEncoded(expression.expression);
  const isMap = expression.name.text === 'map' || expression.name.text === 'flatMap';
  return isMap && ts.isArrowFunction(argument) && !ts.isBlock(argument.body) && isEncoded(argument.body);
}

/** What a name of the file was first given. */
function initializerOf(name: ts.Identifier): ts.Expression | undefined {
  let value: ts.Expression | undefined;
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && namesOf(node.name).includes(name.text)) value ??= node.initializer;
    ts.forEachChild(node, visit);
  };
  visit(name.getSourceFile());
  return value;
}

function namesOf(name: ts.BindingName): readonly string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap(element => (ts.isBindingElement(element) ? namesOf(element.name) : []));
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

/** Methods of the engine's connection and of the port `Query` that take SQL; `query` is called by its name too. */
const takesSql = /^(?:run|runAndReadAll|query|prepare|stream|extractStatements)$/;
const sqlOwner = /(?:connection|connections\.\w+|writer|reader)$/i;

/** SQL that is neither a literal, nor made by the tag `sql`, nor the question of a user, which `question.ts` reads. */
function isSplicedSql(node: ts.Node): boolean {
  if (!ts.isCallExpression(node) || !isAskedOfEngine(node.expression)) return false;
  const [argument] = node.arguments;
  return argument !== undefined && !ts.isStringLiteralLike(argument) && !isTextOfSql(argument);
}

function isAskedOfEngine(called: ts.Expression): boolean {
  if (ts.isIdentifier(called)) return called.text === 'query';
  if (!ts.isPropertyAccessExpression(called)) return false;
  return takesSql.test(called.name.text) && sqlOwner.test(called.expression.getText());
}

/** `.text` of what the tag made, there, under a name of the file, or in the function that makes views. */
function isTextOfSql(node: ts.Expression): boolean {
  if (!ts.isPropertyAccessExpression(node) || node.name.text !== 'text') return false;
  const { expression } = node;
  const made = ts.isIdentifier(expression) ? initializerOf(expression) : expression;
  if (made === undefined) return false;
  if (ts.isCallExpression(made)) return made.expression.getText() === 'viewOverFiles';
  return ts.isTaggedTemplateExpression(made) && made.tag.getText() === 'sql';
}
