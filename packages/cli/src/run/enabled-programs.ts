import {
  readSettings,
  setting,
  settingsOf,
  type Declaration,
  type Declarations,
  type Program,
  type SettingSources,
  type Settings,
} from "@protomesh/core";
import type { Component } from "./components.js";
import { listenClashes, type Listening } from "./listen-clash.js";

/** A component with its program loaded. */
export interface Loaded extends Component {
  readonly program: Program;
}

export type Chosen =
  | { readonly kind: "programs"; readonly programs: readonly Program[] }
  | { readonly kind: "help" | "print"; readonly text: string }
  | { readonly kind: "problems"; readonly problems: readonly string[] };

const sharedListenKey = "http.server.tls.listener.address";

/** The programs that the settings enable; or a text that the settings ask for, or what is wrong with them. */
export function enabledPrograms(components: readonly Loaded[], sources: SettingSources): Chosen {
  const declarations = declarationsOf(components);
  const result = readSettings(declarations, sources);
  switch (result.kind) {
    case "help":
    case "print":
      return result;
    case "invalid":
      return { kind: "problems", problems: result.problems };
    case "settings": {
      const enabled = components.filter(({ enableKey }) => result.settings[enableKey] === true);
      const problems =
        enabled.length === 0 ? [nothingEnabled(components)] : listenClashes(listening(enabled, result.settings));
      if (problems.length > 0) return { kind: "problems", problems };
      return {
        kind: "programs",
        programs: enabled.map(({ program }) => withForeign(program, foreignTo(enabled, declarations))),
      };
    }
  }
}

/** What the enabled components do not declare: they take it all the same, from a command line or a file that others share. */
function foreignTo(enabled: readonly Loaded[], declarations: Declarations): Declarations {
  const own = new Set(enabled.flatMap(({ program }) => Object.keys(settingsOf(program))));
  return Object.fromEntries(Object.entries(declarations).filter(([key]) => !own.has(key)));
}

function withForeign(program: Program, foreign: Declarations): Program {
  return { ...program, settings: { ...foreign, ...program.settings } };
}

/** Every component's settings, none of them required: a component that is not enabled needs none. */
function declarationsOf(components: readonly Loaded[]): Declarations {
  const optional = components
    .flatMap(({ program }) => Object.entries<Declaration>(settingsOf(program)))
    .map(([key, declaration]) => [key, { ...declaration, required: false }] as const);
  const enabling = components.map(
    ({ enableKey, help }) => [enableKey, setting.boolean({ default: false, help })] as const,
  );
  return Object.fromEntries<Declaration>([...enabling, ...optional]);
}

function listening(enabled: readonly Loaded[], settings: Settings<Declarations>): readonly Listening[] {
  return enabled.flatMap(({ program: { name, admin }, listener }) => [
    ...(listener === undefined ? [] : [listenerOf(name, listener, settings)]),
    ...adminOf(name, admin, settings),
  ]);
}

function listenerOf(
  component: string,
  { ownKey, defaultAddress }: NonNullable<Component["listener"]>,
  settings: Settings<Declarations>,
): Listening {
  for (const source of [ownKey, sharedListenKey]) {
    const address = settings[source];
    if (typeof address === "string" && address !== "") return { component, ownKey, source, address };
  }
  return { component, ownKey, source: "default", address: defaultAddress };
}

function adminOf(
  component: string,
  { key, defaultAddress }: Program["admin"],
  settings: Settings<Declarations>,
): readonly Listening[] {
  const address = settings[key] ?? defaultAddress;
  return typeof address === "string" && address !== ""
    ? [{ component: `${component}'s admin port`, ownKey: key, source: key, address }]
    : [];
}

function nothingEnabled(components: readonly Loaded[]): string {
  return `no component is enabled: set one or more of ${components.map(({ enableKey }) => enableKey).join(", ")}`;
}
