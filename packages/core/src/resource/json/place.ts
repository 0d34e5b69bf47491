import type { Violation } from "../../errors/domain-error.js";
import { violation as broken } from "../rules/violation.js";
import { pathText, type Path } from "./path.js";

/** One mistake in a document; `field` is its path as text. */
export interface JsonViolation extends Violation {
  readonly path: Path;
  /** What stands there; `undefined` where nothing does. */
  readonly value: unknown;
  /** Of an unknown field: the one that it is nearest to, in lowerCamelCase. */
  readonly meant?: string;
}

/** A place in a document that is being read; what is wrong there is noted, and reading goes on. */
export class Place {
  readonly path: Path;
  readonly #violations: JsonViolation[];

  constructor(path: Path, violations: JsonViolation[]) {
    this.path = path;
    this.#violations = violations;
  }

  at(segment: string | number): Place {
    return new Place([...this.path, segment], this.#violations);
  }

  /** Notes that something else was expected here. Gives `undefined`, which stands for a value that cannot be read. */
  expected(value: unknown, expected: string): undefined {
    this.wrong(value, broken("", value, expected).description);
  }

  wrong(value: unknown, description: string, meant?: string): undefined {
    const violation = { field: pathText(this.path), path: this.path, value, description };
    this.#violations.push(meant === undefined ? violation : { ...violation, meant });
  }
}
