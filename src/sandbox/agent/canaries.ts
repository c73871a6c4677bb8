import { randomInt } from 'node:crypto';

const digits = '0123456789';
const lower = 'abcdefghijklmnopqrstuvwxyz';
const upper = lower.toUpperCase();
const alphanumeric = digits + lower + upper;
const base64 = `${alphanumeric}+/`;
const base64Url = `${alphanumeric}-_`;
const base32 = `${upper}234567`;
const hex = '0123456789abcdef';

/** One bait's value: what it begins with, then random characters. Of the shape a thief's pattern looks for. */
interface CanaryShape {
  readonly prefix: string;
  readonly alphabet: string;
  readonly length: number;
}

/** Every `@CANARY:<name>@` in the homes of `images/`. A new bait is one row here and one mark there. */
const canaryShapes = {
  'aws-key-id': { prefix: 'AKIA', alphabet: base32, length: 16 },
  'aws-secret': { prefix: '', alphabet: base64, length: 40 },
  'azure-token': { prefix: 'eyJ0eXAiOiJKV1Qi', alphabet: base64Url, length: 180 },
  'cargo-token': { prefix: 'cio', alphabet: alphanumeric, length: 32 },
  'chrome-cookies': { prefix: 'v10', alphabet: base64, length: 64 },
  'chrome-login': { prefix: 'v10', alphabet: base64, length: 48 },
  'docker-auth': { prefix: '', alphabet: base64, length: 40 },
  'document-password': { prefix: '', alphabet: alphanumeric, length: 14 },
  'dotenv-password': { prefix: '', alphabet: alphanumeric, length: 20 },
  'firefox-login': { prefix: 'MDoEEPgAAAAAAAAAAAAAAAAAAAEw', alphabet: base64, length: 56 },
  'gcloud-refresh': { prefix: '1//0', alphabet: base64Url, length: 98 },
  'gcloud-secret': { prefix: 'GOCSPX-', alphabet: base64Url, length: 28 },
  'gh-token': { prefix: 'gho_', alphabet: alphanumeric, length: 36 },
  'git-credential-store': { prefix: 'ghp_', alphabet: alphanumeric, length: 36 },
  'git-credentials': { prefix: 'glpat-', alphabet: base64Url, length: 20 },
  gnupg: { prefix: 'lQPGB', alphabet: base64, length: 240 },
  'history-token': { prefix: '', alphabet: hex, length: 40 },
  'huggingface-token': { prefix: 'hf_', alphabet: alphanumeric, length: 34 },
  'kube-token': { prefix: 'eyJhbGciOiJSUzI1NiIs', alphabet: base64Url, length: 200 },
  netrc: { prefix: '', alphabet: alphanumeric, length: 18 },
  'npm-token': { prefix: 'npm_', alphabet: alphanumeric, length: 36 },
  pgpass: { prefix: '', alphabet: alphanumeric, length: 18 },
  'pypi-token': { prefix: 'pypi-AgEIcHlwaS5vcmc', alphabet: base64Url, length: 150 },
  'ssh-ed25519': { prefix: '', alphabet: base64, length: 70 },
  'ssh-rsa': { prefix: '', alphabet: base64, length: 70 },
} as const satisfies Readonly<Record<string, CanaryShape>>;

/** A value nobody else has for each bait: seen anywhere outside of the machine, it was stolen from this one. */
export function freshCanaries(): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(canaryShapes).map(([name, shape]) => [name, freshValue(shape)]));
}

function freshValue({ prefix, alphabet, length }: CanaryShape): string {
  const characters = Array.from({ length }, () => alphabet[randomInt(alphabet.length)]);
  return prefix + characters.join('');
}
