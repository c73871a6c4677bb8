import type { FieldValue } from '../../../../src/tracers/etw/decoded-event.ts';

/**
 * Whether a value is what TraceEvent shows, formatting aside: thousands separators, hexadecimal numbers, signed or not,
 * texts cut to 20 characters with `...`, dates without their last digits.
 */
export function isSameValue(shown: string, value: FieldValue): boolean {
  switch (typeof value) {
    case 'boolean':
      return shown === (value ? 'True' : 'False');
    case 'number':
    case 'bigint':
      return isSameNumber(shown, value);
    case 'string':
      return isSameText(shown, value);
    default:
      return false;
  }
}

function isSameNumber(shown: string, value: number | bigint): boolean {
  if (/^\d\d\/\d\d\/\d\d /.test(shown)) return isSameText(shown, toDate(BigInt(value)));
  if (shown.endsWith('...'))
    return isSameText(shown, BigInt.asIntN(64, BigInt(value)).toLocaleString('en-US'));
  const digits = shown.replaceAll(',', '');
  if (/^-?\d+\.\d+$/.test(digits)) return Math.abs(Number(digits) - Number(value)) < 0.00051;
  if (!/^(-?\d+|0x[0-9a-f]+)$/i.test(digits)) return false;
  const [expected, actual] = [BigInt(digits), BigInt(value)];
  return [32, 64].some(
    bits => BigInt.asUintN(bits, expected) === BigInt.asUintN(bits, actual) && fits(actual, bits),
  );
}

function fits(value: bigint, bits: number): boolean {
  return value < 1n << BigInt(bits) && value >= -(1n << BigInt(bits - 1));
}

function isSameText(shown: string, value: string): boolean {
  const text = value.trimEnd();
  return shown.endsWith('...') ? text.startsWith(shown.slice(0, -3)) : shown.trimEnd() === text;
}

/** FILETIME as `20/07/29 00:07:10.6935923`. */
function toDate(filetime: bigint): string {
  const unix = filetime - 116_444_736_000_000_000n;
  const date = new Date(Number(unix / 10_000n))
    .toISOString()
    .slice(2, 19)
    .replaceAll('-', '/')
    .replace('T', ' ');
  return `${date}.${String(unix % 10_000_000n).padStart(7, '0')}`;
}
