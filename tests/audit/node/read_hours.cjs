// Prints what opening_hours makes of each expression between two moments: the open and unknown spans.
// stdin: {"from", "to", "expressions": [text]}; stdout: [{"spans": [[start, end, is unknown]]} or {"refused": text}]
process.env.TZ = "Europe/Paris";
const OpeningHours = require("opening_hours");

const LOIRET = { lat: 47.9, lon: 1.9, address: { country_code: "fr", state: "Centre-Val de Loire" } };
const { from, to, expressions } = JSON.parse(require("fs").readFileSync(0, "utf8"));

function read(expression) {
  try {
    const spans = new OpeningHours(expression, LOIRET).getOpenIntervals(new Date(from), new Date(to));
    return { spans: spans.map(([start, end, isUnknown]) => [start.toISOString(), end.toISOString(), isUnknown]) };
  } catch (error) {
    return { refused: String(error) };
  }
}

console.log(JSON.stringify(expressions.map(read)));
