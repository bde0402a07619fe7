// One side of one case of one row, or what its sides need, in a process of its own: the result goes to whoever began it.
const [row, side, json = '{}'] = process.argv.slice(2);
const { row: definition } = await import(`./rows/${row}.mjs`);
const tell =
  process.send === undefined ? undefined : (message) => new Promise((done) => process.send(message, done));
const progress = (text) => void tell?.({ progress: text });
const params = JSON.parse(json);
const measured =
  side === 'prepare'
    ? await definition.prepare?.({ ...params, progress })
    : await definition.measure(side, params);
if (tell === undefined) console.log(JSON.stringify(measured, undefined, 2));
else await tell({ measured });
if (process.connected) process.disconnect();
