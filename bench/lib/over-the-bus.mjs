import { commandSource, messageOf } from './commands.mjs';
import { startEcho } from './echo.mjs';
import { openEngines } from './engines.mjs';
import { drive } from './load.mjs';
import { startProcessorOn } from './processor.mjs';

/** One side under the load of one client in this process: the processor, or the echo, on the same kind of bus. */
export async function measureOverTheBus(side, params) {
  const { engine = 'embedded', dataDir, inFlight, warmUpMs, measureMs, source = {} } = params;
  const engines = await openEngines(engine, dataDir);
  const server = await (side === 'echo' ? startEcho : startProcessorOn)(engines);
  const make = commandSource(source);
  const next = () => {
    const made = make();
    return { id: made.id, message: messageOf(made) };
  };
  try {
    return await drive({ bus: engines.bus, topics: engines.topics, next, inFlight, warmUpMs, measureMs });
  } catch (error) {
    throw new Error(`${error.message} (${server.told()})`, { cause: error });
  } finally {
    await server.stop();
    await engines.close();
  }
}
