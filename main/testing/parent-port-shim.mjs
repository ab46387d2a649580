// Loaded before a forked program, for tests: gives it the `process.parentPort` that Electron gives a utility process.
const { send } = process;
process.parentPort = {
  postMessage: (message) => send.call(process, message),
  on: (_event, listener) => process.on('message', (data) => listener({ data })),
};
// A utility process has no channel of Node's own.
process.send = undefined;
