import { expect, test } from "vitest";
import { maskPasswords, shownText } from "./mask.js";
import { setting } from "./setting.js";

interface Case {
  readonly title: string;
  readonly text: string;
  readonly want: string;
}

test.each<Case>([
  { title: "a URL", text: "postgres://me:pw@host:5432/db", want: "postgres://me:********@host:5432/db" },
  { title: "a URL without password", text: "postgres://me@host/db", want: "postgres://me@host/db" },
  { title: "a URL without user", text: "http://host:80/a", want: "http://host:80/a" },
  { title: "several hosts", text: "postgres://me:pw@h1:1,h2:2/db", want: "postgres://me:********@h1:1,h2:2/db" },
  { title: "a password with @, / and ?", text: "postgres://me:p@/?w@host/db", want: "postgres://me:********@host/db" },
  {
    title: "a password in the query",
    text: "postgres://host/db?user=me&password=pw&sslmode=require",
    want: "postgres://host/db?user=me&password=********&sslmode=require",
  },
  { title: "libpq words", text: "host=h password=pw port=1", want: "host=h password=******** port=1" },
  { title: "a quoted libpq password", text: String.raw`password='p\' w' host=h`, want: "password=******** host=h" },
  { title: "libpq words with blanks", text: "password = pw host = h", want: "password = ******** host = h" },
  { title: "the key's password", text: "sslpassword=pw host=h", want: "sslpassword=******** host=h" },
  {
    title: "within a sentence",
    text: "cannot reach redis://:pw@host now",
    want: "cannot reach redis://:********@host now",
  },
])("maskPasswords: $title", ({ text, want }) => {
  expect(maskPasswords(text)).toBe(want);
});

const secret = setting.text({ help: "", secret: true });

test("shownText: a secret connection string shows where it leads", () => {
  expect(shownText(secret, "host=h user=me password=pw")).toBe("host=h user=me password=********");
});

test("shownText: any other secret is masked whole", () => {
  expect(shownText(secret, "hunter2")).toBe("********");
});

test("shownText: an empty secret is shown as empty", () => {
  expect(shownText(secret, "")).toBe("");
});

test("shownText: what nobody declared secret loses its password all the same", () => {
  expect(shownText(setting.text({ help: "" }), "amqp://a:b@c")).toBe("amqp://a:********@c");
});
