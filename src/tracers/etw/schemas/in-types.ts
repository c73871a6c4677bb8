import type { ScalarType } from '../fields/layout.ts';

/** `TDH_INTYPE_*`: how schemas in a trace number the types of fields, and how manifests spell them. */
interface InType {
  readonly spelling: string;
  readonly scalar: ScalarType;
}

const inTypes: Readonly<Record<number, InType>> = {
  1: { spelling: 'win:UnicodeString', scalar: 'wstr' },
  2: { spelling: 'win:AnsiString', scalar: 'astr' },
  3: { spelling: 'win:Int8', scalar: 'i8' },
  4: { spelling: 'win:UInt8', scalar: 'u8' },
  5: { spelling: 'win:Int16', scalar: 'i16' },
  6: { spelling: 'win:UInt16', scalar: 'u16' },
  7: { spelling: 'win:Int32', scalar: 'i32' },
  8: { spelling: 'win:UInt32', scalar: 'u32' },
  9: { spelling: 'win:Int64', scalar: 'i64' },
  10: { spelling: 'win:UInt64', scalar: 'u64' },
  11: { spelling: 'win:Float', scalar: 'f32' },
  12: { spelling: 'win:Double', scalar: 'f64' },
  13: { spelling: 'win:Boolean', scalar: 'bool32' },
  14: { spelling: 'win:Binary', scalar: 'bytes' },
  15: { spelling: 'win:GUID', scalar: 'guid' },
  16: { spelling: 'win:Pointer', scalar: 'pointer' },
  17: { spelling: 'win:FILETIME', scalar: 'filetime' },
  18: { spelling: 'win:SYSTEMTIME', scalar: 'systemtime' },
  19: { spelling: 'win:SID', scalar: 'sid' },
  20: { spelling: 'win:HexInt32', scalar: 'u32' },
  21: { spelling: 'win:HexInt64', scalar: 'u64' },
};

const bySpelling = new Map(Object.values(inTypes).map(({ spelling, scalar }) => [spelling, scalar]));

/** The type of a field by its number; undefined for those that no manifest can have. */
export function scalarOf(inType: number): ScalarType | undefined {
  return inTypes[inType]?.scalar;
}

/** The type of a field by its spelling in a manifest. */
export function scalarSpelled(spelling: string): ScalarType | undefined {
  return bySpelling.get(spelling);
}
