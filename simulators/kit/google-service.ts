import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Server, ServiceDefinition } from "@grpc/grpc-js";
import { ServerCredentials } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

/** Which service to load: the npm package that ships the `.proto` file, the file below its `build/protos`, and the service's full name. */
export type GoogleServiceName = { readonly packageName: string; readonly protoPath: string; readonly service: string };

/** Loads the vendor's own service definition; field names in camel case, enumerations as text, 64-bit numbers as numbers. */
export function loadGoogleService(name: GoogleServiceName): ServiceDefinition {
  const require = createRequire(import.meta.url);
  const vendorMain = require.resolve(name.packageName);
  const gaxMain = createRequire(vendorMain).resolve("google-gax");
  const definitions = loadSync(name.protoPath, {
    includeDirs: [join(dirname(dirname(vendorMain)), "protos"), join(dirname(dirname(gaxMain)), "protos")],
    keepCase: false,
    enums: String,
    longs: Number,
    defaults: true,
    oneofs: true,
  });
  const service = definitions[name.service];
  if (service === undefined || "format" in service) throw new Error(`no service ${name.service} in ${name.protoPath}`);
  return service;
}

/** Binds a gRPC server without transport security, to 127.0.0.1 unless told otherwise, and gives its port; port 0 takes any free one. */
export function bindLocally(server: Server, port: number, host = "127.0.0.1"): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(`${host}:${port}`, ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
}
