// Says of each vector, in order, whether the recipe takes it.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [, , recipe, vectors] = process.argv;
const { conferir, NotificacaoRecusada } = await import(pathToFileURL(recipe));

const taken = JSON.parse(readFileSync(vectors, "utf8")).map((each) => {
  try {
    conferir(Buffer.from(each.corpo), each.cabecalhos, each.chaves, each.agora);
    return true;
  } catch (error) {
    if (error instanceof NotificacaoRecusada) return false;
    throw error;
  }
});
console.log(JSON.stringify(taken));
