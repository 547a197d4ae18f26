// Runs a command of the project on a fresh clone: `node cli/bootstrap.mjs <command> [arguments]`.
//
// Plain JavaScript without dependencies, because it runs before anything is installed and on the system's own Node
// (20 or newer). It installs what package-lock.json pins, then hands over to the Node 24 that is among it.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { constants, homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const commands = {
  demo: "start everything on this machine and play a call",
  test: "run all tests",
  start: "start everything on this machine and leave it running",
  call: "make one simulated call",
  pipeline: "print the stages and topics",
  generate: "write the generated files, or check them with --check",
  audit: "verify the audit chain",
  reconcile: "compare stock, orders and money with the books",
  erase: "take a customer out of everything that is kept",
  bench: "measure the line, or a part of it",
  catalogue: "import, export and describe the products of a shop",
  evaluate: "measure search, understanding and order handling on files",
};
/** Commands that start the local stack, and so need a way to run it. */
const stackCommands = new Set(["demo", "test", "start"]);
const minimumNode = 20;
const minimumJava = 17;

function fail(message, code = 1) {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}

/** Output of a short program (both streams), or undefined when it is missing, fails, or takes longer than 15 s. */
function outputOf(program, args) {
  const result = spawnSync(program, args, { encoding: "utf8", timeout: 15_000 });
  return result.status === 0 ? `${result.stdout}${result.stderr}` : undefined;
}

function isDockerAnswering() {
  return outputOf("docker", ["version", "--format", "{{.Server.Version}}"]) !== undefined;
}

function isOnPath(program) {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => folder !== "" && existsSync(join(folder, program)));
}

function javaMajor() {
  const java = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, "bin", "java") : "java";
  const version = /version "(\d+)/.exec(outputOf(java, ["-version"]) ?? "");
  return version ? Number(version[1]) : 0;
}

/** Stops with what to install when neither Docker nor Java and Maven can run the local stack. */
function requireLocalStack() {
  const choice = process.env.PARTYLINE_LOCAL ?? "";
  if (!["", "docker", "java"].includes(choice)) fail(`PARTYLINE_LOCAL is "${choice}"; it must be "docker" or "java".`);
  const faults = [];
  if (choice !== "docker") {
    const java = javaMajor();
    if (java < minimumJava)
      faults.push(`Java ${minimumJava} or newer ${java === 0 ? "(none found)" : `(found ${java})`}`);
    if (!isOnPath("mvn")) faults.push("Maven 3.6 or newer (no mvn on the PATH)");
    if (faults.length === 0) return;
  }
  if (choice !== "java" && isDockerAnswering()) return;
  const docker = "a running Docker engine (`docker version` must answer)";
  const java = `Java and Maven; missing: ${faults.join(", ")}`;
  const needed = choice === "docker" ? [docker] : choice === "java" ? [java] : [docker, java];
  fail(
    [
      "Partyline's local stack (Kafka, schema registry, PostgreSQL, Redis) needs:",
      ...needed.map((line, index) => `  ${index === 0 ? "" : "or "}${line}`),
      "Install for example:",
      "  Debian, Ubuntu:  sudo apt-get install openjdk-17-jre-headless maven",
      "  macOS:           brew install openjdk@17 maven",
      "  any:             https://docs.docker.com/engine/install/",
    ].join("\n"),
  );
}

/** Installs dependencies unless the marker says that this very lock file is installed. */
function installDependencies() {
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  const marker = join(root, "node_modules", ".partyline-lock");
  const node = join(root, "node_modules", ".bin", "node");
  if (existsSync(marker) && existsSync(node) && readFileSync(marker, "utf8").trim() === lock) return node;
  const started = Date.now();
  process.stderr.write("Installing dependencies...\n");
  // Like `npm ci`, this installs what the lock file pins and writes nothing back. Unlike it, it accepts a lock file that
  // lists optional binaries (of the linter, for example) for some platforms only.
  const npm = spawnSync("npm", ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    // stdout is the command's own: what is piped from it must not start with npm's report.
    stdio: ["ignore", 2, 2],
    // Its install step would fetch GPU libraries of several hundred megabytes; the CPU library is in the package.
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: "skip" },
  });
  if (npm.error) fail(`npm could not be started: ${npm.error.message}`);
  if (npm.status !== 0) fail(`npm install failed (exit code ${npm.status ?? npm.signal}); its messages are above.`);
  if (!existsSync(node)) {
    fail("npm install did not provide Node 24: the install script of the npm package `node` must be allowed to run.");
  }
  writeFileSync(marker, `${lock}\n`);
  process.stderr.write(`Dependencies installed in ${Math.round((Date.now() - started) / 1000)} s.\n`);
  return node;
}

/** The cache folder outside the checkout; local/cache-directory.ts has the same rule. */
function cacheDirectory() {
  if (process.env.PARTYLINE_CACHE) return process.env.PARTYLINE_CACHE;
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "partyline");
}

/** The compile cache is a convenience: a folder that cannot be written is left out. */
function compileCache() {
  const directory = join(cacheDirectory(), "compile-cache");
  try {
    mkdirSync(directory, { recursive: true });
    return { NODE_COMPILE_CACHE: directory };
  } catch {
    return {};
  }
}

function run(node, command, args) {
  const child = spawn(node, [join(root, "cli", `${command}.ts`), ...args], {
    stdio: "inherit",
    env: {
      ...process.env,
      ...compileCache(),
      PATH: `${join(root, "node_modules", ".bin")}${delimiter}${process.env.PATH ?? ""}`,
    },
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    // A terminal sends Ctrl-C to the child as well; forwarding it would make one key press look like two.
    process.on(signal, () => (signal === "SIGINT" && process.stdin.isTTY ? undefined : child.kill(signal)));
  }
  if (process.env.npm_lifecycle_event !== undefined) {
    // npm that is told to end leaves its command behind, and all that it started.
    const starter = process.ppid;
    const watch = setInterval(() => {
      if (process.ppid === starter) return;
      clearInterval(watch);
      child.kill("SIGTERM");
    }, 500);
  }
  child.on("error", (error) => fail(`Node 24 could not be started: ${error.message}`));
  child.on("exit", (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

const [command, ...args] = process.argv.slice(2);
if (command === undefined || !Object.hasOwn(commands, command)) {
  const list = Object.entries(commands).map(([name, purpose]) => `  ${name.padEnd(10)}${purpose}`);
  fail([command === undefined ? "Which command?" : `Unknown command: ${command}`, "Commands:", ...list].join("\n"), 2);
}
if (Number(process.versions.node.split(".")[0]) < minimumNode) {
  fail(`Partyline needs Node ${minimumNode} or newer to install itself; this is ${process.version}.`);
}
if (stackCommands.has(command)) requireLocalStack();
run(installDependencies(), command, args);
