import type { Places } from '../../model/places.ts';
import type { MachineFile } from './machine-file.ts';

/** The folder of a Windows machine that is ours. */
export const root = 'C:\\buildhaus';
/** Where a probe of ours writes its hints. */
export const hintFile = `${root}\\run\\hints`;

/** Where a Windows machine of ours keeps what tasks use, for this ordinary user. */
export function windowsPlaces(machine: MachineFile, home: string): Places {
  return {
    python: machine.python,
    probes: `${root}\\probes`,
    inbox: `${root}\\inbox`,
    venvPython: `${root}\\venv\\Scripts\\python.exe`,
    separator: '\\',
    environment: {
      USERPROFILE: home,
      TEMP: `${home}\\AppData\\Local\\Temp`,
      TMP: `${home}\\AppData\\Local\\Temp`,
      PYTHONUTF8: '1',
      PIP_CONFIG_FILE: 'nul',
    },
    // A descriptor does not travel through three programs on Windows: hints go to a file.
    probeEnvironment: { PROBE_VENV: `${root}\\venv`, PROBE_FILE: hintFile },
  };
}
