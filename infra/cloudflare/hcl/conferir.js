// Every text of these folders' JSON that OpenTofu reads as a template, read by HCL's own parser.
const fs = require("fs");
const path = require("path");
const { parse } = require("@cdktn/hcl2json");

function* texts(value, at) {
  if (typeof value === "string") yield [at, value];
  else if (value !== null && typeof value === "object")
    for (const [key, each] of Object.entries(value)) {
      yield [at, key];
      yield* texts(each, `${at}.${key}`);
    }
}

async function main(folders) {
  let read = 0;
  let wrong = 0;
  for (const folder of folders)
    for (const name of fs.readdirSync(folder).filter((each) => each.endsWith(".json"))) {
      const file = path.join(folder, name);
      for (const [at, text] of texts(JSON.parse(fs.readFileSync(file, "utf8")), file)) {
        if (!/[$%]\{/.test(text)) continue;
        read += 1;
        try {
          await parse(name, `locals {\n  x = <<FIM\n${text}\nFIM\n}\n`);
        } catch (error) {
          wrong += 1;
          console.log(`${at}: ${error}`);
        }
      }
    }
  console.log(`${read} expressões, ${wrong} falhas`);
  process.exitCode = wrong || !read ? 1 : 0;
}

main(process.argv.slice(2));
