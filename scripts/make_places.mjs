// Writes the table of places that services/text/places.cc includes: one line per province, city and district,
// {code, "name"}, in order of their codes (GB/T 2260).
//
//   node scripts/make_places.mjs OUTPUT
//
// Which they are: places.mjs.
import { writeFileSync } from "node:fs";

import { divisions } from "./places.mjs";

const output = process.argv[2];
if (!output) throw new Error("usage: node scripts/make_places.mjs OUTPUT");

const lines = [...divisions()].sort(([a], [b]) => a - b).map(([code, name]) => `{${Number(code)}, U"${name}"},`);
writeFileSync(output, `// Made by scripts/make_places.mjs from @vant/area-data (MIT). Do not edit.\n${lines.join("\n")}\n`);
