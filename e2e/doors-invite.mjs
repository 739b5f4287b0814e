// Why this file exists: invites somebody with the command line, beside the server that runs, as an operator does.
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Adds a person with this login and answers the path of their invitation. */
export async function invite(house, login, { role = "community_staff", name = "李受邀" } = {}) {
  const args = ["user", "add", login, "--name", name, "--role", role, "--data", house.data];
  const { stdout } = await run(path.resolve(process.env.TONGXIN_BIN), args);
  const link = stdout.match(/\/welcome\/[\w-]+/)?.[0];
  if (!link) throw new Error(`no invitation in: ${stdout}`);
  return link;
}
