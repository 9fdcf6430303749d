// One formula a line: {"tex", "display"} in, {"html"} or {"error", "position"} out.
import { createInterface } from "node:readline";
import katex from "katex";

const options = { ...JSON.parse(process.argv[2]), trust: refuse };

for await (const line of createInterface({ input: process.stdin })) {
  const { tex, display } = JSON.parse(line);
  process.stdout.write(JSON.stringify(typeset(tex, display)) + "\n");
}

function typeset(tex, displayMode) {
  try {
    return { html: katex.renderToString(tex, { ...options, displayMode }) };
  } catch (error) {
    if (!(error instanceof katex.ParseError)) throw error;
    return { error: error.rawMessage, position: error.position ?? null };
  }
}

// `trust: false` would print the command in red and say nothing.
function refuse({ command }) {
  throw new katex.ParseError(`${command} leads out of the page`);
}
