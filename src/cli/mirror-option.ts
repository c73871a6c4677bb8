import { InvalidArgumentError, Option } from 'commander';

/** `--mirror`, of every command that may have to build an image. */
export function mirrorOption(): Option {
  const text = `Debian mirror to build images from; for a snapshot of the archive: "[check-valid-until=no] URL"`;
  return new Option('--mirror <url>', text).argParser(parseMirror);
}

/** apt's own options, if any, and an address: both stand in a line of apt's as they are given. */
const mirrorPattern = /^(?:\[[\w@.,:=+ -]{1,200}\] {1,8})?(?:https?:\/\/|file:\/)[!-~]{1,2000}$/;

/** Refuses what is no mirror before minutes of downloads are begun. */
export function parseMirror(text: string): string {
  if (mirrorPattern.test(text)) return text;
  throw new InvalidArgumentError(
    'a mirror is http://…, https://… or file:/…, with apt’s [options] before it.',
  );
}
