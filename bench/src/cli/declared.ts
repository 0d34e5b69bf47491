/** A service, its instances or its routes: resource `index` of many, as its file has it. */
function declaredText(index: number, timeoutS = 1): string {
  const name = `service-${Math.floor(index / 3)}`;
  switch (index % 3) {
    case 0:
      return `kind: service\nname: ${name}\nspec:\n  serviceName: ${name}\n  connectTimeout: ${timeoutS}s\n`;
    case 1:
      return `kind: instance_set\nname: ${name}\nspec:\n  matchServiceNames: [${name}]\n  instances:\n    - address: 10.${index >> 16}.${(index >> 8) & 255}.${index & 255}\n      port: 8080\n`;
    default:
      return `kind: routing_policy\nname: ${name}\nspec:\n  ingressName: edge\n  domain: ${name}.example.com\n  routes:\n    - matchPrefix: /\n      targetService: ${name}\n`;
  }
}

/** A file of so many resources. */
export function declaredFile(count: number, timeoutS = 1): string {
  return Array.from({ length: count }, (_, index) => declaredText(index, timeoutS)).join("---\n");
}

/** The little that a change is waited for with: an ingress, and a service behind it. */
export function waitedFor(port: number, timeoutMs: number): string {
  return `kind: http_ingress
name: edge
spec: { ingressName: edge, listenPort: ${port} }
---
kind: service
name: waited
spec: { serviceName: waited, connectTimeout: ${timeoutMs / 1000}s }
---
kind: instance_set
name: waited
spec: { matchServiceNames: [waited], instances: [{ address: 127.0.0.1, port: 9 }] }
---
kind: routing_policy
name: waited
spec: { ingressName: edge, domain: "*", routes: [{ matchPrefix: /, targetService: waited }] }
`;
}
