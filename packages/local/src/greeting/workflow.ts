/** The workflow that the quick start declares. Its type is the function's name. */
export async function Greeting(name = "world"): Promise<string> {
  return `hello ${name}`;
}
