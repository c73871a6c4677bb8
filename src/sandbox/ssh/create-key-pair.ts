import ssh2 from 'ssh2';

/** Two keys that belong together, in OpenSSH's spelling. */
export interface KeyPair {
  readonly private: string;
  readonly public: string;
}

/** Makes a new Ed25519 key. One of 300 that ssh2 1.17 makes, none of its readers takes: that one is made anew. */
export function createKeyPair(
  generate: () => KeyPair = () => ssh2.utils.generateKeyPairSync('ed25519'),
): KeyPair {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const pair = generate();
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return pair;
  }
  throw new Error('ssh2 makes no key that it can read');
}

/** More than chance can fail. */
const attempts = 20;
