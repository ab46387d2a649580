import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lex } from './lexer.ts';
import { parseStatement, rewriteBinds } from './statement.ts';

function parsed(text: string) {
  const result = parseStatement(text);
  if (!result.ok) throw new Error(`${result.error.kind}: ${result.error.message}`);
  return result.value;
}

function problemOf(text: string) {
  const result = parseStatement(text);
  return result.ok ? 'no problem' : result.error.kind;
}

describe('binds of a query file', () => {
  it('are named in lower case, once each, in order of first appearance, with every use kept', () => {
    const { sql, bindNames, occurrences } = parsed('SELECT * FROM t WHERE a >= :Start_Date AND b = :x OR c < :START_DATE');
    expect(bindNames).toEqual(['start_date', 'x']);
    expect(occurrences.map(({ start, end }) => sql.slice(start, end))).toEqual([':Start_Date', ':x', ':START_DATE']);
  });

  it.each([
    ['a literal with a doubled quote', "SELECT 'it''s :no' FROM t"],
    ['a quoted name', 'SELECT "a "":no" FROM t'],
    ['a line comment', 'SELECT 1 -- :no\nFROM t'],
    ['a block comment', 'SELECT 1 /* :no */ FROM t'],
    ['q-quotes with square brackets', "SELECT q'[it's :no]' FROM t"],
    ['q-quotes with braces', "SELECT Q'{it's :no}' FROM t"],
    ['q-quotes with parentheses', "SELECT nq'(it's :no)' FROM t"],
    ['q-quotes with angle brackets', "SELECT q'<it's :no>' FROM t"],
    ['q-quotes with any other delimiter', "SELECT q'!it's :no!' FROM t"],
    ['a string with backslashes', "SELECT E'it\\'s :no' FROM t"],
    ['dollar quotes', "SELECT $$it's :no$$, $tag$ $$ :no $tag$ FROM t"],
    ['a cast', 'SELECT a::text, b ::date, 1::int FROM t'],
    ['an assignment', 'SELECT f(a := 1) FROM t'],
    ['a slice of numbers', 'SELECT a[1:2], a[:2], a[1:] FROM t'],
    ['a slice of columns', 'SELECT a[n:m], a[f(1):m], a[b[1]:m] FROM t'],
    ['a struct', "SELECT {'a':x, b:y} FROM t"],
    ['a JSON object', "SELECT JSON_OBJECT('a':x) FROM t"],
  ])('are not looked for in %s', (_what, text) => {
    expect(parsed(text).bindNames).toEqual([]);
  });

  it('are found beside casts, in slices, in structs and tight behind keywords', () => {
    expect(parsed("SELECT :a::date, x[:b::int], x[1: :c], {'k': :d}, JSON_OBJECT('k' : :e) FROM t WHERE:f=1").bindNames).toEqual(
      'a b c d e f'.split(' '),
    );
  });

  it.each([':1', '$1', '$name', ':"Quoted"', ':é', ':aé'])('are refused in the form %s', (bind) => {
    expect(problemOf(`SELECT * FROM t WHERE a = ${bind}`)).toBe('bind');
  });

  it('are rewritten with the same number for the same name and never grow together with the word before', () => {
    const statement = parsed("SELECT ':a' FROM t WHERE x = :a AND y = :b OR z = CASE WHEN 1 = 1 THEN:A END");
    expect(rewriteBinds(statement, (_name, index) => `$${index + 1}`)).toBe(
      "SELECT ':a' FROM t WHERE x = $1 AND y = $2 OR z = CASE WHEN 1 = 1 THEN $1 END",
    );
  });
});

describe('what is kept of a query file', () => {
  it('is the text without byte order mark, carriage returns and whatever stands at the end', () => {
    const body = '-- head\n\nSELECT a /* b */\n  FROM t';
    expect(parsed(`\uFEFF${body.replaceAll('\n', '\r\n')};\r\n;\r\n/\r\n-- tail :no\r\n/* end */\r\n`).sql).toBe(body);
  });

  it('is everything where there is nothing to take off', () => {
    expect(parsed('SELECT a / b FROM t').sql).toBe('SELECT a / b FROM t');
  });
});

describe('a text that is not one reading statement', () => {
  it.each([
    ['', 'empty'],
    ['  -- nothing\n;', 'empty'],
    ['SELECT 1; SELECT 2', 'several-statements'],
    ['SELECT 1\n/\nSELECT 2\n/\n', 'several-statements'],
    ['; SELECT 1', 'not-a-query'],
    ['UPDATE t SET a = 1', 'not-a-query'],
    ['BEGIN DELETE FROM t; END;', 'not-a-query'],
    ['(SELECT 1)', 'not-a-query'],
    ['"select" 1', 'not-a-query'],
    ['ſelect 1', 'not-a-query'],
    ['WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x', 'writes'],
    ['WITH x AS NOT MATERIALIZED (insert INTO t VALUES (1)) SELECT 1', 'writes'],
    ['WITH x AS MATERIALIZED /* c */ (update t SET a = 1 RETURNING 1) SELECT 1', 'writes'],
    ['SELECT * FROM (WITH x AS (MERGE INTO t USING s ON 1 = 1) SELECT 1)', 'writes'],
    ['WITH x AS (SELECT 1) DELETE FROM t', 'writes'],
    ['WITH x AS (WITH y AS (SELECT 1) DELETE FROM t RETURNING *) SELECT * FROM x', 'writes'],
    ['WITH x AS (SELECT 1) (WITH y AS (SELECT 1) update t SET a = 1 RETURNING *)', 'writes'],
    ['WITH RECURSIVE x(a) AS (SELECT 1) SEARCH DEPTH FIRST BY a SET o INSERT INTO t SELECT 1', 'writes'],
    ['WITH FUNCTION f RETURN NUMBER IS BEGIN RETURN 1; END; SELECT f FROM dual', 'writes'],
    ['SELECT * FROM (WITH PROCEDURE p IS BEGIN NULL; END; SELECT 1 FROM dual)', 'writes'],
    ['SELECT a INTO b FROM t', 'writes'],
    ['SELECT 1.INTO t', 'writes'],
    ['SELECT * FROM t FOR UPDATE', 'locks'],
    ['SELECT * FROM t FOR /* c */ NO KEY UPDATE NOWAIT', 'locks'],
    ['SELECT * FROM t for share', 'locks'],
    ["SELECT 'a", 'unterminated'],
    ['SELECT "a', 'unterminated'],
    ['SELECT 1 /* a', 'unterminated'],
    ["SELECT q'[a' FROM t", 'unterminated'],
    ['SELECT $a$ b $$', 'unterminated'],
    ['SELECT 1 /* a /* b */ DELETE */', 'nested-comment'],
    ['SELECT\u00A01', 'character'],
    ['SELECT ‘a’', 'character'],
    ['SELECT 1\u0000', 'character'],
    ['SELECT (1', 'bracket'],
    ['SELECT 1)', 'bracket'],
    ['SELECT (1]', 'bracket'],
  ])('is refused: %j', (text, kind) => {
    expect(problemOf(text)).toBe(kind);
  });

  it.each([
    "SELECT 'DELETE; INTO FOR UPDATE' FROM t",
    'SELECT "into", t.into, x.update FROM t',
    'SELECT substring(a FROM 1 FOR 2), update, delete FROM t',
    'WITH a AS (SELECT 1), b AS (SELECT 2) (SELECT * FROM a UNION SELECT * FROM b)',
    'SELECT row_number() OVER w FROM t WINDOW w AS (PARTITION BY a), v AS ()',
    'SELECT * FROM json_to_record(:j) AS x(a int, b text)',
    'SELECT TIMESTAMP WITH TIME ZONE FROM t /* the end */',
  ])('is not mistaken for %s', (text) => {
    expect(problemOf(text)).toBe('no problem');
  });

  it('is told with line and column of the file, whatever its line ends', () => {
    expect(parseStatement('\uFEFFSELECT 1\r\n  FROM t\r\n FOR UPDATE')).toMatchObject({
      error: { kind: 'locks', offset: 19, line: 3, column: 2 },
    });
  });
});

describe('any text', () => {
  const inert = fc.oneof(
    fc.string({ unit: 'grapheme' }).map((text) => `'${text.replaceAll("'", "''").replaceAll('\u0000', '')}'`),
    fc.string().map((text) => `"${text.replaceAll('"', '""')}"`),
    fc.string().map((text) => `q'[${text.replaceAll("]'", '')}x]'`),
    fc.string().map((text) => `$q$${text.replaceAll('$', '')}$q$`),
    fc.string().map((text) => `/*${text.replace(/[*/]/g, '')}*/ 1`),
    fc.string().map((text) => `--${text.replace(/[\r\n]/g, '')}\n 2`),
    fc.constantFrom(
      "':x'",
      "'--'",
      "';'",
      "'/*'",
      "'\n/\n'",
      '":x"',
      "q'{ ':x; }'",
      "$$ :x ' $$",
      '/* :x; \' " */ 3',
      '-- :x; \' "\n 4',
      'a::b',
    ),
  );
  const bind = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/);
  const piece = fc.oneof(
    inert.map((text) => ({ text, bind: undefined })),
    bind.map((name) => ({ text: `:${name}`, bind: name.toLowerCase() })),
  );

  it('yields exactly the binds that stand outside of literals, comments and quoted names', () => {
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1 }), (pieces) => {
        const statement = parsed(`SELECT ${pieces.map(({ text }) => text).join(' , ')} FROM t;\n/\n`);
        const expected = pieces.flatMap((one) => one.bind ?? []);
        expect(statement.occurrences.map(({ name }) => name)).toEqual(expected);
        expect(statement.occurrences.map(({ start, end }) => statement.sql.slice(start + 1, end).toLowerCase())).toEqual(expected);
        expect(statement.bindNames).toEqual([...new Set(expected)]);
      }),
      { numRuns: 1000 },
    );
  });

  it('has the same pieces after its binds were rewritten', () => {
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1 }), (pieces) => {
        const statement = parsed(`SELECT ${pieces.map(({ text }) => text).join(' , ')} FROM t`);
        const rewritten = parsed(rewriteBinds(statement, (name, index) => `:${name}_${index}`));
        expect(rewritten.bindNames).toEqual(statement.bindNames.map((name, index) => `${name}_${index}`));
        expect(rewriteBinds(statement, (name) => `:${name}`).length).toBe(statement.sql.length);
      }),
    );
  });

  it('is read or refused, but never makes the reader throw, and its tokens lie in order without overlapping', () => {
    const token = fc.constantFrom(
      "'",
      '"',
      ':x',
      '--',
      '/*',
      '*/',
      ';',
      '/',
      '\n',
      '$$',
      '$a$',
      "q'[",
      "]'",
      "e'",
      '\\',
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      'SELECT',
      ' ',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(token).map((tokens) => tokens.join('')),
        ),
        (text) => {
          const result = parseStatement(text);
          if (!result.ok) expect(result.error.offset).toBeLessThanOrEqual(text.length);
          const lexed = lex(text);
          let end = 0;
          for (const one of lexed.ok ? lexed.value : []) {
            expect(one.start).toBeGreaterThanOrEqual(end);
            expect(one.end).toBeGreaterThan(one.start);
            end = one.end;
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('may hold a literal of megabytes', () => {
    const long = "''\\\\x".repeat(400_000);
    expect(parsed(`SELECT '${long}', E'${long}', :a FROM t`).bindNames).toEqual(['a']);
  });
});
