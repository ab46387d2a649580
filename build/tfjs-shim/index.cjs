'use strict';
/*
 * Stands in for @tensorflow/tfjs-node, whose native library danfojs-node asks for and this program has no use for:
 * the same API from tfjs-core, computed by the plain JavaScript backend.
 */
const core = require('@tensorflow/tfjs-core');
require('@tensorflow/tfjs-backend-cpu');

/* Production mode: without it the first operation prints an advertisement for the native library. */
core.enableProdMode();

/*
 * The node build of tfjs-core leaves the chained form of the operations (`a.add(b)`) out. These are the ones that
 * danfojs-node calls; each does what the function of the same name does with the tensor as its first argument.
 */
const chained = [
  ...['add', 'sub', 'mul', 'div', 'divNoNan', 'pow', 'mod', 'sqrt', 'square', 'abs'],
  ...['greater', 'greaterEqual', 'less', 'lessEqual', 'equal', 'notEqual'],
  ...['argMax', 'argMin', 'max', 'min', 'mean', 'sum'],
  ...['reshape', 'squeeze', 'expandDims', 'transpose', 'slice'],
];
for (const name of chained) {
  core.Tensor.prototype[name] ??= function (...more) {
    return core[name](this, ...more);
  };
}

/*
 * `sample()` of a frame shuffles its row labels through tf.data, which is a package of its own: this is the one chain of
 * it that danfojs-node uses. Fisher and Yates' shuffle; the same seed gives the same order.
 */
function listOf(items) {
  return {
    shuffle: (_bufferSize, seed) => listOf(shuffled(items, seed)),
    take: (count) => listOf(items.slice(0, count)),
    toArray: () => Promise.resolve([...items]),
  };
}

function shuffled(items, seed) {
  const random = seededRandom(String(seed));
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [result[last], result[other]] = [result[other], result[last]];
  }
  return result;
}

/* mulberry32 over an FNV-1a hash of the seed. */
function seededRandom(seed) {
  let state = 2166136261;
  for (const character of seed) state = Math.imul(state ^ character.codePointAt(0), 16777619);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

module.exports = { ...core, data: { array: listOf } };
