import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, test } from "node:test";

/** A clone with nothing in it but the bootstrap, one command, a lock file, and an `npm` that records how it is called. */
describe("the bootstrap", () => {
  let clone = "";
  const lock = "{}\n";

  beforeEach(async () => {
    clone = await mkdtemp(join(tmpdir(), "partyline-clone-"));
    await mkdir(join(clone, "cli"));
    await mkdir(join(clone, "bin"));
    await cp(join(import.meta.dirname, "bootstrap.mjs"), join(clone, "cli", "bootstrap.mjs"));
    await writeFile(join(clone, "package-lock.json"), lock);
    await writeFile(
      join(clone, "cli", "pipeline.ts"),
      `const args: string[] = process.argv.slice(2);
       process.on("SIGTERM", () => process.exit(9));
       console.log(JSON.stringify({ args, compileCache: process.env.NODE_COMPILE_CACHE }));
       if (args[0] === "wait") setInterval(() => {}, 1000);
       else process.exitCode = 5;`,
    );
    // What `npm install` does that matters here: it installs Node.
    const npm = `#!/bin/sh
echo "$@ skip=$ONNXRUNTIME_NODE_INSTALL" >> npm-calls
mkdir -p node_modules/.bin && ln -sf "${process.execPath}" node_modules/.bin/node
`;
    await writeFile(join(clone, "bin", "npm"), npm, { mode: 0o755 });
  });
  afterEach(() => rm(clone, { recursive: true, force: true }));

  function start(args: readonly string[], path = [join(clone, "bin"), "/usr/bin", "/bin"].join(delimiter)) {
    const env = { PATH: path, HOME: clone, PARTYLINE_CACHE: join(clone, "cache") };
    return spawn(process.execPath, [join(clone, "cli", "bootstrap.mjs"), ...args], { cwd: clone, env });
  }

  async function run(args: readonly string[], path?: string) {
    const child = start(args, path);
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
    return { stdout, stderr, code };
  }

  async function install(): Promise<void> {
    await mkdir(join(clone, "node_modules", ".bin"), { recursive: true });
    await symlink(process.execPath, join(clone, "node_modules", ".bin", "node"));
    const marker = createHash("sha256").update(lock).digest("hex");
    await writeFile(join(clone, "node_modules", ".partyline-lock"), `${marker}\n`);
  }

  const npmCalls = () => readFile(join(clone, "npm-calls"), "utf8").catch(() => "");

  test("given an unknown command or none, it lists the commands and exits with 2", async () => {
    for (const args of [["launch"], []]) {
      const { stderr, code } = await run(args);
      assert.equal(code, 2);
      for (const name of ["demo", "test", "start", "call", "pipeline", "generate", "audit"]) {
        assert.match(stderr, new RegExp(`^ {2}${name} `, "m"));
      }
    }
    assert.equal(await npmCalls(), "");
  });

  test("given a name that every object has, it is an unknown command", async () => {
    assert.equal((await run(["constructor"])).code, 2);
  });

  test("given neither Docker nor Java, it says what to install before it installs anything", async () => {
    for (const command of ["demo", "test", "start"]) {
      const { stderr, code } = await run([command], join(clone, "bin"));
      assert.equal(code, 1);
      assert.match(stderr, /Docker engine/);
      assert.match(stderr, /Java 17 or newer \(none found\)/);
      assert.match(stderr, /Maven/);
    }
    assert.equal(await npmCalls(), "");
  });

  test("given a Java that is too old, it names the version that it found", async () => {
    await writeFile(join(clone, "bin", "java"), `#!/bin/sh\necho 'openjdk version "11.0.2"' >&2\n`, { mode: 0o755 });
    const { stderr } = await run(["demo"], join(clone, "bin"));
    assert.match(stderr, /Java 17 or newer \(found 11\)/);
  });

  test("given a fresh clone, it installs once without GPU libraries, hands over, and passes the exit code on", async () => {
    const first = await run(["pipeline", "--json", "a b"]);
    assert.equal(first.code, 5, first.stderr);
    assert.deepEqual(JSON.parse(first.stdout), {
      args: ["--json", "a b"],
      compileCache: join(clone, "cache", "compile-cache"),
    });
    assert.equal((await run(["pipeline"])).code, 5);
    assert.equal(await npmCalls(), "install --no-save --no-audit --no-fund --loglevel=error skip=skip\n");
  });

  test("given a changed lock file, it installs again", async () => {
    await install();
    await run(["pipeline"]);
    assert.equal(await npmCalls(), "");
    await writeFile(join(clone, "package-lock.json"), `{"changed":true}\n`);
    await run(["pipeline"]);
    assert.match(await npmCalls(), /^install --no-save /);
  });

  test("given a failed installation, it says so and does not try to go on", async () => {
    await writeFile(join(clone, "bin", "npm"), "#!/bin/sh\nexit 4\n", { mode: 0o755 });
    const { stderr, stdout, code } = await run(["pipeline"]);
    assert.equal(code, 1);
    assert.match(stderr, /npm install failed \(exit code 4\)/);
    assert.equal(stdout, "");
  });

  test("given npm that is gone, the command is told to end", { timeout: 30_000 }, async () => {
    await install();
    const bootstrap = `"${process.execPath}" "${join(clone, "cli", "bootstrap.mjs")}" pipeline wait; true`;
    const env = {
      PATH: "/usr/bin:/bin",
      HOME: clone,
      PARTYLINE_CACHE: join(clone, "cache"),
      npm_lifecycle_event: "pipeline",
    };
    const npm = spawn("/bin/sh", ["-c", bootstrap], { cwd: clone, env });
    await once(npm.stdout, "data");
    npm.kill("SIGKILL");
    // Its output ends when nobody holds it any more.
    await once(npm, "close");
  });

  test("given SIGTERM, the command receives it and its exit code is passed on", async () => {
    await install();
    const child = start(["pipeline", "wait"]);
    await once(child.stdout, "data");
    child.kill("SIGTERM");
    assert.deepEqual(await once(child, "close"), [9, null]);
  });
});
