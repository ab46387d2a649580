/**
 * The metadata of a Parquet file as this program writes it: columns named by position, every value optional, one page a
 * column and row group, plain encoding, zstd.
 * Source: https://github.com/apache/parquet-format (README, `parquet.thrift`, `Encodings.md`, `LogicalTypes.md`).
 */
import { assertNever } from '../base/assert-never.ts';
import type { Column, ColumnKind } from '../model/column.ts';
import { boolean, encodeThrift, i32, i64, list, struct, text, type ThriftField, type ThriftValue } from './thrift-compact.ts';

/** First and last bytes of every Parquet file. */
export const parquetMagic = Buffer.from('PAR1');

/** Where a column of a row group lies in the file. Sizes in bytes, page header included. */
export interface WrittenColumn {
  readonly offset: number;
  readonly compressedSize: number;
  readonly uncompressedSize: number;
}

/** A row group as it stands in the file. */
export interface WrittenRowGroup {
  readonly rows: number;
  readonly columns: readonly WrittenColumn[];
}

/** Sizes of one page. */
export interface PageSizes {
  readonly rows: number;
  readonly nulls: number;
  readonly levelBytes: number;
  readonly valueBytes: number;
  readonly compressedValueBytes: number;
}

/** Numbers of `parquet.thrift`. */
const physicalTypes = { boolean: 0, int64: 2, double: 5, bytes: 6 } as const;
const plainEncoding = 0;
const rleEncoding = 3;
const zstdCodec = 6;
const dataPageV2 = 3;
const optional = 1;
const utf8ConvertedType = 0;

/** Name of the column at a position, in the file. */
function storedColumnName(index: number): string {
  return `c${String(index)}`;
}

/** The header in front of a page: version 2, whose levels lie uncompressed in front of the compressed values. */
export function encodePageHeader(sizes: PageSizes): Buffer {
  return encodeThrift(
    struct(
      [1, i32(dataPageV2)],
      [2, i32(sizes.levelBytes + sizes.valueBytes)],
      [3, i32(sizes.levelBytes + sizes.compressedValueBytes)],
      [
        8,
        struct(
          [1, i32(sizes.rows)],
          [2, i32(sizes.nulls)],
          [3, i32(sizes.rows)],
          [4, i32(plainEncoding)],
          [5, i32(sizes.levelBytes)],
          [6, i32(0)],
          [7, boolean(true)],
        ),
      ],
    ),
  );
}

/** Everything behind the last page: metadata, its length, and the closing mark. */
export function encodeFooter(columns: readonly Column[], groups: readonly WrittenRowGroup[]): Buffer {
  const rows = groups.reduce((sum, group) => sum + group.rows, 0);
  const root = struct([4, text('schema')], [5, i32(columns.length)]);
  const metadata = encodeThrift(
    struct(
      [1, i32(2)],
      [2, list([root, ...columns.map((column, index) => schemaElement(column, index))])],
      [3, i64(rows)],
      [4, list(groups.map((group) => rowGroup(columns, group)))],
      [6, text('client-activity-monitor')],
    ),
  );
  const length = Buffer.alloc(4);
  length.writeUInt32LE(metadata.length);
  return Buffer.concat([metadata, length, parquetMagic]);
}

function rowGroup(columns: readonly Column[], group: WrittenRowGroup): ThriftValue {
  const size = group.columns.reduce((sum, column) => sum + column.uncompressedSize, 0);
  const chunks = group.columns.map((written, index) => columnChunk(columns[index], index, written, group.rows));
  return struct([1, list(chunks)], [2, i64(size)], [3, i64(group.rows)]);
}

function columnChunk(column: Column | undefined, index: number, written: WrittenColumn, rows: number): ThriftValue {
  if (column === undefined) throw new Error(`a row group has no column ${String(index)}`);
  const metadata = struct(
    [1, i32(physicalTypeOf(column.kind))],
    [2, list([i32(plainEncoding), i32(rleEncoding)])],
    [3, list([text(storedColumnName(index))])],
    [4, i32(zstdCodec)],
    [5, i64(rows)],
    [6, i64(written.uncompressedSize)],
    [7, i64(written.compressedSize)],
    [9, i64(written.offset)],
  );
  return struct([2, i64(0)], [3, metadata]);
}

function schemaElement(column: Column, index: number): ThriftValue {
  return struct(
    [1, i32(physicalTypeOf(column.kind))],
    [3, i32(optional)],
    [4, text(storedColumnName(index))],
    ...logicalTypeOf(column.kind),
  );
}

function physicalTypeOf(kind: ColumnKind): number {
  switch (kind) {
    case 'text':
    case 'decimal':
      return physicalTypes.bytes;
    case 'integer':
    case 'timestamp':
    case 'instant':
      return physicalTypes.int64;
    case 'double':
      return physicalTypes.double;
    case 'boolean':
      return physicalTypes.boolean;
    default:
      return assertNever(kind);
  }
}

function logicalTypeOf(kind: ColumnKind): ThriftField[] {
  if (kind === 'text' || kind === 'decimal') {
    return [
      [6, i32(utf8ConvertedType)],
      [10, struct([1, struct()])],
    ];
  }
  if (kind !== 'timestamp' && kind !== 'instant') return [];
  const microseconds = struct([2, struct()]);
  return [[10, struct([8, struct([1, boolean(false)], [2, microseconds])])]];
}
